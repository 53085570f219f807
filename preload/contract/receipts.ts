import { z } from 'zod'
import { guid, receiptKind, receiptState, time } from './shapes.ts'

export const receiptRow = z.object({
  uuid: guid,
  kind: receiptKind,
  state: receiptState,
  correspondenceId: guid,
  dialogId: guid.nullable(),
  party: z.string(),
  clickedAt: time,
  notBeforeAt: time,
  sentAt: time.nullable(),
  /** Service time of the proof. */
  provenAt: time.nullable(),
  /** Why it waits, was refused or is undecided: a key, not a sentence. */
  reason: z.string().nullable(),
  answerStatus: z.number().nullable(),
  answerCode: z.number().nullable(),
  traceId: z.string().nullable(),
  attempts: z.number().int(),
})
export type ReceiptRow = z.infer<typeof receiptRow>

/** A receipt with the facts of its letter, as the outgoing view shows it. */
export const outgoingRow = receiptRow.extend({
  /** Local id of the message; null when it is not in the cache. */
  messageId: z.number().int().nullable(),
  title: z.string().nullable(),
  sender: z.string(),
  partyName: z.string(),
  dueAt: time.nullable(),
  /** The identity that reports. */
  accountName: z.string(),
  /** Local user who asked for it. */
  person: z.string(),
})
export type OutgoingRow = z.infer<typeof outgoingRow>

const letter = z.object({ id: z.number().int(), /** How long it may be undone, ms. */ waitMs: z.number().int().min(0).max(600_000), versionShown: z.string().nullable() })

export const receiptRequests = {
  'receipts.read': { request: letter, response: receiptRow },
  'receipts.confirm': { request: letter, response: receiptRow },
  'receipts.undo': { request: z.object({ uuid: guid }), response: receiptRow },
  /** A person's word on an undecided receipt that the service was asked about and does not know: it is sent once more. */
  'receipts.send-again': { request: z.object({ uuid: guid }), response: receiptRow },
  /** The receipt as soon as it is settled, or as it stands after the time. */
  'receipts.wait': { request: z.object({ uuid: guid, timeoutMs: z.number().int().min(0).max(3_600_000) }), response: receiptRow },
  /** Newest first; at most `limit` settled ones, and every one that is not. */
  'receipts.outgoing': { request: z.object({ party: z.string().optional(), correspondenceId: guid.optional(), limit: z.number().int().min(1).max(1000) }), response: z.object({ rows: z.array(outgoingRow) }) },
  'receipts.list': { request: z.object({ open: z.boolean() }), response: z.object({ rows: z.array(receiptRow) }) },
} as const

export const receiptEvents = { 'receipts.changed': receiptRow } as const
