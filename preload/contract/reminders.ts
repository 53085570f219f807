import { z } from 'zod'

/** A notification to show: counts and recipients, never a title (design.md section 6). */
export const reminder = z.object({
  /** sign-in: somebody must sign in again; sign-in-ends: a person will have to soon; system-user-*: what a request was answered; coverage-shrunk: recipients of whom less can be seen, or nothing. */
  what: z.enum(['new', 'due-soon', 'overdue', 'refused', 'undelivered', 'sign-in', 'sign-in-ends', 'system-user-accepted', 'system-user-refused', 'coverage-shrunk']),
  count: z.number().int(),
  /** Letters past their due date that the first summary tells along with the new ones. */
  overdueCount: z.number().int(),
  /** Names of the recipients. */
  recipients: z.array(z.string()),
  /** The message to open, when there is just one. */
  messageId: z.number().int().nullable(),
  keys: z.array(z.string()),
})
export type ReminderView = z.infer<typeof reminder>

export const reminderRequests = {
  'reminders.due': { request: z.object({}), response: z.object({ reminders: z.array(reminder) }) },
  /** It was shown: never again, also after a restart. */
  'reminders.shown': { request: reminder, response: z.object({}) },
} as const

export const reminderEvents = { 'reminders.changed': z.object({ count: z.number().int() }) } as const
