import { z } from 'zod'
import { guid, partyUrn, time } from './shapes.ts'

/** What the user agrees to have fetched: the sender sees it of each message (design.md section 4). */
const choice = {
  accountUuid: guid,
  /** Oldest publish time; null = everything. */
  fromAt: time.nullable(),
  /** null = every organisation. */
  parties: z.array(partyUrn).nullable(),
}

export const consentRequests = {
  /** How much would become visible to how many senders; nothing does yet. */
  'consent.preview': {
    request: z.object(choice),
    response: z.object({
      messages: z.number(),
      senders: z.number(),
      recipients: z.number(),
      oldestAt: time.nullable(),
      newestAt: time.nullable(),
      byParty: z.array(z.object({ party: z.string(), messages: z.number() })),
      /** Confidential ones, which are not fetched. */
      confidential: z.number(),
      /** About how many bytes they will take, and how many are free; the service names no sizes. */
      aboutBytes: z.number(),
      freeBytes: z.number().nullable(),
    }),
  },
  'consent.give': { request: z.object({ ...choice, attachments: z.boolean(), by: z.enum(['window', 'command-line', 'demo']) }), response: z.object({}) },
  /** The user wants the list only: nothing is fetched, and the question is not asked again. */
  'consent.decline': { request: z.object({ accountUuid: guid }), response: z.object({}) },
  'consent.state': { request: z.object({ accountUuid: guid }), response: z.object({ givenAt: time.nullable(), declinedAt: time.nullable(), parties: z.array(partyUrn).nullable(), fromAt: time.nullable(), attachments: z.boolean() }) },
} as const
