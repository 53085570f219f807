import { z } from 'zod'
import { guid, partyUrn, receiptKind, receiptState, time } from './shapes.ts'

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
  /** Of a `forward`: the e-mail address. */
  forwardTo: z.string().nullable(),
  /** An open confirmation whose due date comes before Altinn is likely to be reached again: the person is warned. */
  inDanger: z.boolean(),
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
  /** The version of the letter that was on screen; null for what needs none. */
  versionShown: z.string().nullable(),
  /** Of a `forward`: the text that goes with it; null for none. */
  forwardText: z.string().nullable(),
})
export type OutgoingRow = z.infer<typeof outgoingRow>

/** The parts of the outgoing view, in its order: what asks for somebody first. */
export const outgoingGroups = ['refused', 'waiting', 'given-up', 'done'] as const
export type OutgoingGroup = (typeof outgoingGroups)[number]

/** Which part of the outgoing view a receipt stands in. */
export function outgoingGroupOf({ state, reason }: Pick<ReceiptRow, 'state' | 'reason'>): OutgoingGroup {
  if (state === 'refused') return reason === 'given-up' ? 'given-up' : 'refused'
  return state === 'proven' || state === 'done-elsewhere' ? 'done' : 'waiting'
}

const language = z.enum(['nb', 'nn', 'en'])

const message = { id: z.number().int(), /** How long it may be undone, ms. */ waitMs: z.number().int().min(0).max(600_000) }
const letter = z.object({ ...message, versionShown: z.string().nullable() })

/** Altinn forwards to one address and refuses longer texts and markup (altinn3.md 2.3, 1066 and 1067). */
const forward = z.object({ ...message, to: z.email().max(1000), text: z.string().max(200).nullable() })

export const receiptRequests = {
  'receipts.read': { request: letter, response: receiptRow },
  'receipts.confirm': { request: letter, response: receiptRow },
  /** Moves a letter for everybody who acts for its recipient; the list shows it moved at once. Not for transmissions, which have no dialog of their own. */
  'receipts.label': { request: z.object({ ...message, to: z.enum(['archive', 'bin', 'inbox']) }), response: receiptRow },
  /** Deletes the letter at Altinn for good; the copy here stays. Refused while a needed confirmation is not registered. */
  'receipts.purge': { request: z.object(message), response: receiptRow },
  /** Has Altinn e-mail a copy of a letter that was reported as read and may be forwarded. */
  'receipts.forward': { request: forward, response: receiptRow },
  'receipts.undo': { request: z.object({ uuid: guid }), response: receiptRow },
  /** A person's word on an undecided receipt that the service was asked about and does not know: it is sent once more. */
  'receipts.send-again': { request: z.object({ uuid: guid }), response: receiptRow },
  /** A person's word that an undecided one is not to be followed any more; it stands as refused with the reason `given-up`. */
  'receipts.give-up': { request: z.object({ uuid: guid }), response: receiptRow },
  /** A receipt as PDF, where the shell's dialog says: who, as which identity, when, the service's time and answer. null when the user cancelled. */
  'receipts.save': { request: z.object({ uuid: guid, language }), response: z.object({ path: z.string().nullable() }) },
  /**
   * The outgoing view as a file, where the shell's dialog says: every row of the group, not only those that a window has
   * asked for. `count` rows; path null when the user cancelled.
   */
  'receipts.save-list': {
    request: z.object({ format: z.enum(['pdf', 'csv']), group: z.enum(['all', ...outgoingGroups]), party: partyUrn.optional(), language }),
    response: z.object({ path: z.string().nullable(), count: z.number().int() }),
  },
  /** The receipt as soon as it is settled, or as it stands after the time. */
  'receipts.wait': { request: z.object({ uuid: guid, timeoutMs: z.number().int().min(0).max(3_600_000) }), response: receiptRow },
  /** Newest first; at most `limit` settled ones, and every one that is not. */
  'receipts.outgoing': { request: z.object({ party: z.string().optional(), correspondenceId: guid.optional(), limit: z.number().int().min(1).max(1000) }), response: z.object({ rows: z.array(outgoingRow) }) },
  'receipts.list': { request: z.object({ open: z.boolean() }), response: z.object({ rows: z.array(receiptRow) }) },
} as const

export const receiptEvents = { 'receipts.changed': receiptRow } as const
