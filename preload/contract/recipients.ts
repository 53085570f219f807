import { z } from 'zod'
import { partyUrn, time } from './shapes.ts'

export const recipientRow = z.object({
  party: z.string(),
  name: z.string(),
  kind: z.enum(['organisation', 'person']),
  parent: z.string().nullable(),
  isDeleted: z.boolean(),
  /** Whether an identity may act for it now. */
  current: z.boolean(),
  messages: z.number().int(),
  unread: z.number().int(),
  toConfirm: z.number().int(),
  favourite: z.boolean(),
  /** Something stands in the way of its mail; `recipients.coverage` tells what. */
  troubled: z.boolean(),
  /** Of what has a due date: how many are late, how many due within three days, and the next date. */
  late: z.number().int(),
  soon: z.number().int(),
  nextDueAt: time.nullable(),
})
export type RecipientRow = z.infer<typeof recipientRow>

/** What is known about the mail of one recipient, for the table of recipients. */
export const coverageRow = z.object({
  party: z.string(),
  /** Services that have sent something, and when the newest message was published. */
  services: z.number().int(),
  lastMessageAt: time.nullable(),
  /** When it was last asked for to the end. */
  lastUpdatedAt: time.nullable(),
  /** Whether the user chose to have its messages fetched. */
  fetched: z.boolean(),
  /** Messages that are known and chosen, but not here yet. */
  waiting: z.number().int(),
  /**
   * What stands in the way, or null.
   *
   * - no-access: no identity may act for it any more
   * - failed: the service refuses or fails for it; `troubleSince` says since when
   * - shrunk: the service suddenly lists far fewer messages than are kept here; nothing was taken away
   */
  trouble: z.enum(['no-access', 'failed', 'shrunk']).nullable(),
  troubleSince: time.nullable(),
})
export type CoverageRow = z.infer<typeof coverageRow>

export const recipientRequests = {
  'recipients.coverage': { request: z.object({}), response: z.object({ rows: z.array(coverageRow) }) },
  'recipients.list': { request: z.object({}), response: z.object({ rows: z.array(recipientRow) }) },
  'recipients.set-favourite': { request: z.object({ party: partyUrn, favourite: z.boolean() }), response: z.object({}) },
} as const
