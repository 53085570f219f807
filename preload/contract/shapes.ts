import { z } from 'zod'

/** Shapes that several features share. Times are ms since 1970 UTC, GUIDs lower case, parties URNs. */

export const time = z.number().int()
export const guid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
export const partyUrn = z.string().regex(/^urn:altinn:/)

/** A receipt on its way to the sender (design.md section 4, Outbox). */
export const receiptState = z.enum(['waiting', 'sending', 'accepted', 'proven', 'done-elsewhere', 'refused', 'undecided', 'undone'])
export type ReceiptState = z.infer<typeof receiptState>
/**
 * What is sent to Altinn for a letter. `read` and `confirm` are reports to the sender; `archive`, `bin` and `restore` set the
 * label that everybody who acts for the recipient shares; `purge` deletes it at Altinn for good; `forward` has Altinn
 * e-mail a copy.
 */
export const receiptKind = z.enum(['read', 'confirm', 'archive', 'bin', 'restore', 'purge', 'forward'])
export type ReceiptKind = z.infer<typeof receiptKind>

export const pageKey = z.object({ at: z.number(), id: z.number().int() })
