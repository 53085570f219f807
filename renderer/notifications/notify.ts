import type { ReminderView } from '../../preload/contract/index.ts'
import { reminderText } from '../../resources/locales/reminder-text.ts'
import type { Translate } from '../../resources/locales/index.ts'
import type { EngineClient } from '../engine/client.ts'

/** Shown one after the other: two questions at the same time would both be told the same reminders. */
let telling: Promise<void> = Promise.resolve()
/** A desktop that says nothing for so long has not shown it; the next turn tries again. */
const silentMs = 10_000

/**
 * Shows what is due as notifications of the desktop: counts and recipients, never a title. What was shown is remembered
 * by the engine, so nothing comes twice. A click opens the message and does nothing else.
 */
export function tellReminders(engine: EngineClient, t: Translate, onOpen: (messageId: number) => void): void {
  const show = (reminder: ReminderView): Promise<boolean> =>
    new Promise((resolve) => {
      const notification = new Notification('Meldingsboks', { body: reminderText(t, reminder), tag: reminder.keys[0] ?? reminder.what, lang: document.documentElement.lang })
      setTimeout(() => { resolve(false) }, silentMs)
      notification.onshow = () => { resolve(true) }
      notification.onerror = () => { resolve(false) }
      notification.onclick = () => {
        window.focus()
        notification.close()
        if (reminder.messageId !== null) onOpen(reminder.messageId)
      }
    })
  telling = telling.then(async () => {
    if (!('Notification' in window) || Notification.permission !== 'granted') return
    const { profile } = engine.state
    const due = await engine.call('reminders.due', {})
    if (!due.ok) return
    for (const reminder of due.value.reminders) {
      // Another profile knows nothing of these.
      if (engine.state.profile !== profile) return
      if ((await show(reminder)) && engine.state.profile === profile) await engine.call('reminders.shown', reminder)
    }
  })
}
