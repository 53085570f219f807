import { z } from 'zod'
import { partyUrn, time } from './shapes.ts'

/** What is searched for. */
export const searched = {
  /** As typed: words, "phrases", -without, and fields like `fra:`, `frist:`, `status:` in three languages. */
  text: z.string().max(1000),
  /** Filters beside it, each written as it could be typed. */
  filters: z.array(z.string().max(300)).max(20).optional(),
  party: partyUrn.optional(),
  handled: z.boolean().optional(),
}

const place = {
  not: z.boolean(),
  /** Where it stands in the text; in its filter, when it is one. */
  at: z.tuple([z.number().int(), z.number().int()]),
  /** Which of the filters it is, or null when it was typed. */
  filter: z.number().int().nullable(),
}
const searchStatus = z.enum(['unread', 'read', 'to-confirm', 'confirmed', 'reported', 'handled', 'not-handled', 'inbox', 'archive', 'bin', 'only-in-altinn', 'fetched', 'confidential', 'removed'])
/** A condition that was understood, beside the plain words. `any` is only there for what must not be in a message. */
const searchChip = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), field: z.enum(['any', 'from', 'to', 'title', 'attachment']), text: z.string(), ...place }),
  /** From a moment on and before another, Norwegian days. */
  z.object({ kind: z.literal('range'), field: z.enum(['due', 'published']), from: time.nullable(), before: time.nullable(), ...place }),
  z.object({ kind: z.literal('overdue'), ...place }),
  z.object({ kind: z.literal('has'), what: z.enum(['attachment', 'due']), ...place }),
  z.object({ kind: z.literal('status'), status: searchStatus, ...place }),
])
export type SearchChip = z.infer<typeof searchChip>

/** What was not understood: it was looked for as words; the beginning of a field (`empty`) was not looked for. */
const unclear = z.object({ typed: z.string(), why: z.enum(['field', 'empty', 'due', 'published', 'has', 'status']), field: z.enum(['from', 'to', 'title', 'attachment', 'due', 'published', 'since', 'before', 'has', 'status']).nullable() })
export type Unclear = z.infer<typeof unclear>

/** How a search was understood. */
export const understood = z.object({
  chips: z.array(searchChip),
  unclear: z.array(unclear),
  /** To be marked in what is shown, lower case: each word from its beginning, or as neighbours (`open`: the last from its beginning). */
  marks: z.array(z.object({ words: z.array(z.string()), phrase: z.enum(['whole', 'open']).nullable() })),
})
export type Understood = z.infer<typeof understood>

/** The page is not full, and there may be more: so many were looked at, down to a time. Asking on with `next` looks further back. */
export const stopped = z.object({ looked: z.number().int(), reachedAt: time })

/** At most so many searches are remembered. */
export const mostSearches = 20
/** At most so many are saved. */
export const mostSaved = 50
const searches = z.object({ searches: z.array(z.string()) })
const saved = z.object({ saved: z.array(z.string()) })

export const searchRequests = {
  /**
   * Compounds that hold a word of the search and would find something, each with the place of the word in the text. Looked
   * for a little at a time: asked again it knows more, until it is done.
   */
  'messages.search-hint': { request: z.object(searched), response: z.object({ words: z.array(z.object({ word: z.string(), at: z.tuple([z.number().int(), z.number().int()]) })), isDone: z.boolean() }) },
  /** Searches of the person, newest first; none while that is switched off. */
  'searches.list': { request: z.object({}), response: searches },
  'searches.keep': { request: z.object({ text: z.string().min(1).max(1000) }), response: searches },
  /** One of them, or all. */
  'searches.forget': { request: z.object({ text: z.string().max(1000).nullable() }), response: searches },
  /** Searches that the person saved by hand, in the order they were saved; forgetting the others leaves them. */
  'searches.saved': { request: z.object({}), response: saved },
  /** Saves one, or takes it away again; 'not-possible' where there is no room for another. */
  'searches.save': { request: z.object({ text: z.string().min(1).max(1000), saved: z.boolean() }), response: saved },
} as const

export const searchEvents = { 'searches.changed': saved } as const
