import type { ReminderView, Result } from '../../../preload/contract/index.ts'
import { reminderText } from '../../../resources/locales/reminder-text.ts'
import type { Translate } from '../../../resources/locales/index.ts'

/** What of Electron's Notification is used. */
export interface ShownNotification {
  on(event: 'show' | 'click' | 'failed', listener: () => void): unknown
  show(): void
}

export interface ReminderParts {
  readonly call: (name: 'reminders.due' | 'reminders.shown', request: unknown) => Promise<Result<unknown>>
  /** Name of the profile that is open: its reminders are no other one's. */
  readonly profile: () => string
  readonly notification: (options: { readonly title: string; readonly body: string }) => ShownNotification
  readonly t: Translate
  readonly opened: (messageId: number | null) => void
}

const isDue = (value: unknown): value is { readonly reminders: readonly ReminderView[] } => typeof value === 'object' && value !== null && 'reminders' in value && Array.isArray(value.reminders)

/** A desktop that says nothing for so long has not shown it; the next turn tries again. */
const silentMs = 10_000

/** Shows what is due on the desktop, one turn after the other; what was shown is remembered and never comes again. */
export function reminderTeller({ call, profile, notification, t, opened }: ReminderParts): () => Promise<void> {
  let telling: Promise<void> = Promise.resolve()
  const show = (reminder: ReminderView, of: string): Promise<boolean> =>
    new Promise((resolve) => {
      const shown = notification({ title: 'Meldingsboks', body: reminderText(t, reminder) })
      setTimeout(() => { resolve(false) }, silentMs).unref()
      shown.on('show', () => { resolve(true) })
      shown.on('failed', () => { resolve(false) })
      shown.on('click', () => { opened(profile() === of ? reminder.messageId : null) })
      shown.show()
    })
  return () => {
    telling = telling.then(async () => {
      const of = profile()
      const due = await call('reminders.due', {})
      if (!due.ok || !isDue(due.value)) return
      for (const reminder of due.value.reminders) {
        if (profile() !== of) return
        if ((await show(reminder, of)) && profile() === of) await call('reminders.shown', reminder)
      }
    })
    return telling
  }
}
