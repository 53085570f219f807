import type { Translate } from './index.ts'

/** What a notification is made of; the contract's `reminder`. */
interface Told {
  readonly what: 'new' | 'due-soon' | 'overdue' | 'refused' | 'undelivered' | 'sign-in' | 'sign-in-ends' | 'system-user-accepted' | 'system-user-refused' | 'coverage-shrunk'
  readonly count: number
  readonly overdueCount: number
  readonly recipients: readonly string[]
}

/** A notification as one line: counts and recipients, never a title (design.md section 6). */
export function reminderText(t: Translate, { what, count, overdueCount, recipients }: Told): string {
  if (what === 'new' && overdueCount > 0) return t('reminder.first', { count, overdue: overdueCount })
  const [only, ...others] = recipients
  // Control and direction characters of a name would change what the line says.
  const who = only !== undefined && others.length === 0 ? only.replace(/[\p{Cc}\p{Cf}]/gu, '').slice(0, 100) : t('reminder.recipients', { count: recipients.length })
  return t(`reminder.${what}`, { count, recipients: who })
}
