import { z } from 'zod'
import { textLimits } from './limits.ts'

/** Kinds of files that text is read of. */
export const textKinds = ['pdf', 'xml', 'html', 'text'] as const
export type TextKind = (typeof textKinds)[number]

/** Why a file has no text here: locked, broken, against the rules, or more than it may take. */
export const unreadableReasons = ['password', 'damaged', 'doctype', 'too-large', 'too-slow', 'failed'] as const
export type UnreadableReason = (typeof unreadableReasons)[number]

/** What stands on a file's pages; a file of another kind than PDF is one page. None of them holds U+000C, which parts them where they are kept. */
export const textAnswer = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('text'),
    pages: z.array(z.string().max(textLimits.characters)).max(textLimits.pages),
    /** Pages of the document, those included that were not read. */
    pageCount: z.number().int().min(1),
    /** Why the rest was left out, or null. */
    cut: z.enum(['pages', 'characters', 'time', 'damaged']).nullable(),
  }),
  /** There is none in it, as in a scanned document. */
  z.object({ state: z.literal('none'), pageCount: z.number().int().min(0) }),
  z.object({ state: z.literal('unreadable'), reason: z.enum(unreadableReasons) }),
])
export type TextAnswer = z.infer<typeof textAnswer>

/** To the process: a file in pieces. */
export type TextJob =
  | { readonly step: 'begin'; readonly id: number; readonly kind: TextKind }
  | { readonly step: 'piece'; readonly id: number; readonly data: Uint8Array }
  | { readonly step: 'end'; readonly id: number }

/** Said once by the process when it listens: what ends it after that is a file's doing. */
export const textReady = 'ready'
/** And back. */
export const textReply = z.object({ id: z.number(), answer: textAnswer })
