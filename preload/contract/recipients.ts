import { z } from 'zod'

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
})
export type RecipientRow = z.infer<typeof recipientRow>

export const recipientRequests = { 'recipients.list': { request: z.object({}), response: z.object({ rows: z.array(recipientRow) }) } } as const
