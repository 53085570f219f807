import { z } from 'zod'
import { searched, stopped, understood } from './search.ts'
import { guid, pageKey, partyUrn, receiptKind, receiptState, time } from './shapes.ts'

export const view = z.enum(['inbox', 'needs-confirmation', 'due', 'unread', 'outgoing', 'handled', 'archive', 'bin', 'all'])
export type View = z.infer<typeof view>

const receipt = z.object({ state: receiptState, at: time.nullable() })

/** The four facts stand apart and are never mixed: fetched, opened here, reported as read, confirmed. */
export const listRow = z.object({
  id: z.number().int(),
  dialogId: guid.nullable(),
  correspondenceId: guid.nullable(),
  kind: z.enum(['correspondence', 'transmission', 'other']),
  state: z.enum(['found', 'linked', 'fetched']),
  party: z.string(),
  partyName: z.string(),
  /** null: confidential mail that is only in Altinn. */
  title: z.string().nullable(),
  sender: z.string(),
  summary: z.string().nullable(),
  sortAt: time,
  dueAt: time.nullable(),
  needsConfirmation: z.boolean(),
  confidential: z.boolean(),
  unread: z.boolean(),
  readAt: time.nullable(),
  confirmedAt: time.nullable(),
  confirmedBy: z.enum(['us', 'elsewhere']).nullable(),
  openedHereAt: time.nullable(),
  handledAt: time.nullable(),
  readReceipt: receipt.nullable(),
  confirmReceipt: receipt.nullable(),
  /** The last move or deletion asked for here: until Altinn has it, the row already stands where it was moved to. */
  moveReceipt: receipt.extend({ kind: receiptKind.extract(['archive', 'bin', 'restore', 'purge']) }).nullable(),
  attachmentCount: z.number().int(),
  archived: z.boolean(),
  binned: z.boolean(),
  /** Gone at the service; our copy is kept. */
  removedAt: time.nullable(),
})
export type ListRow = z.infer<typeof listRow>

export const attachmentView = z.object({
  attachmentId: guid,
  fileName: z.string(),
  displayName: z.string().nullable(),
  dataType: z.string(),
  /** wanted: not here yet; stored: kept here; gone: cannot be had any more. */
  state: z.enum(['wanted', 'stored', 'gone']),
  bytes: z.number().nullable(),
  expiresAt: time.nullable(),
  md5Matches: z.boolean().nullable(),
  reason: z.string().nullable(),
  /** Whether its words are found: waiting: not read yet; none: there are none in it; null: it is not here. */
  text: z.enum(['waiting', 'text', 'none', 'unreadable']).nullable(),
})

export const messageView = listRow.extend({
  /** Markdown and HTML mixed, hostile: never shown as it is; null while it is only in Altinn. */
  body: z.string().nullable(),
  language: z.string().nullable(),
  senderUrn: z.string().nullable(),
  publishedAt: time.nullable(),
  fetchedAt: time.nullable(),
  allowForwarding: z.boolean(),
  altinn2Id: z.number().nullable(),
  replyOptions: z.array(z.object({ url: z.string(), text: z.string().nullable() })),
  propertyList: z.record(z.string(), z.string()),
  attachments: z.array(attachmentView),
  version: z.string().nullable(),
  deferral: z.object({ reason: z.string(), detail: z.string(), nextTryAt: time, failed: z.boolean() }).nullable(),
  /**
   * What may be reported of it (design.md section 6): an own organisation's letters are reported as read after five
   * seconds and may be confirmed; a client's by hand, and confirmed once the firm has switched that on.
   */
  reporting: z.object({ read: z.enum(['automatic', 'by-hand']), confirm: z.enum(['allowed', 'off-for-client']), as: z.string().nullable() }),
})
export type MessageView = z.infer<typeof messageView>

/** How many there are in each view, and how many of those are late or due within three days. */
const pressing = z.object({ count: z.number().int(), late: z.number().int(), soon: z.number().int() })
const counts = z.object({
  inbox: z.number().int(),
  unread: z.number().int(),
  /** Done with in this office, wherever they lie. */
  handled: z.number().int(),
  archive: z.number().int(),
  bin: z.number().int(),
  needsConfirmation: pressing,
  due: pressing,
  /** Receipts that are not settled, and refused ones that nobody has dealt with. */
  outgoing: z.object({ open: z.number().int(), refused: z.number().int() }),
  /** Unread ones published today, Norwegian time. */
  newToday: z.number().int(),
})
export type Counts = z.infer<typeof counts>

/** Where a search hit is, with some words around it; `marks` are ranges of `text`. */
const snippet = z.object({
  id: z.number().int(),
  where: z.enum(['body', 'attachment', 'other']),
  text: z.string(),
  marks: z.array(z.tuple([z.number().int(), z.number().int()])),
  /** In an attachment: which, and on which page, from 1; no page for a file without pages and for a hit in its name. */
  attachmentId: guid.nullable(),
  fileName: z.string().nullable(),
  page: z.number().int().nullable(),
})
export type Snippet = z.infer<typeof snippet>

/** Hits of a search are counted up to here. */
export const countedHits = 1000

export const messageRequests = {
  'messages.counts': { request: z.object({ party: partyUrn.optional() }), response: counts },
  'messages.list': {
    request: z.object({ view, party: partyUrn.optional(), /** Only those done with in this office, or only the others. */ handled: z.boolean().optional(), after: pageKey.optional(), limit: z.number().int().min(1).max(1000) }),
    response: z.object({ rows: z.array(listRow), next: pageKey.nullable() }),
  },
  /** Search, newest first; words match from their beginning, and nothing that is typed is an error. */
  'messages.search': {
    request: z.object({ ...searched, before: z.union([z.number(), pageKey]).optional(), limit: z.number().int().min(1).max(1000) }),
    /** `total` is only told by a first page that holds every hit; counting the others takes longer than finding the newest. */
    response: z.object({ rows: z.array(listRow), snippets: z.array(snippet), total: z.number().int().nullable(), next: z.union([z.number(), pageKey]).nullable(), stopped: stopped.nullable(), understood }),
  },
  /** Hits in all; `countedHits` means that many or more, `stopped` those among the newest only. */
  'messages.search-count': {
    request: z.object(searched),
    response: z.object({ total: z.number().int(), stopped: z.boolean() }),
  },
  /** A local id or a GUID of correspondence or dialog. */
  'messages.find': { request: z.object({ id: z.string().max(100) }), response: z.object({ id: z.number().int().nullable() }) },
  'messages.show': { request: z.object({ id: z.number().int() }), response: messageView },
  /** The message was shown to a person for two seconds; a local fact that no sender sees. */
  'messages.opened': { request: z.object({ id: z.number().int() }), response: z.object({}) },
  /** A local fact again: it counts as unread here. It takes no report back. */
  'messages.mark-unread': { request: z.object({ id: z.number().int() }), response: z.object({}) },
  /** Done with in this office; never sent to Altinn. */
  'messages.set-handled': { request: z.object({ id: z.number().int(), handled: z.boolean() }), response: z.object({}) },
  /**
   * Deletes the copy here, for good; Altinn and the sender see nothing of it. Until `copiesHoldItUntil` a safety copy on this
   * machine may still hold it; null when none does.
   */
  'messages.delete-here': { request: z.object({ id: z.number().int() }), response: z.object({ copiesHoldItUntil: time.nullable() }) },
  /** Fetches the content of one message on a person's word: the sender sees it (confidential mail, or what was not chosen). */
  'messages.fetch': { request: z.object({ id: z.number().int() }), response: z.object({}) },
} as const

export const messageEvents = { 'messages.changed': z.object({ changeNo: z.number() }) } as const
