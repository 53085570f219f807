import { z } from 'zod'
import { guid, pageKey, partyUrn, receiptState, time } from './shapes.ts'

export const view = z.enum(['inbox', 'needs-confirmation', 'due', 'unread', 'outgoing', 'archive', 'bin', 'all'])
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
  attachmentCount: z.number().int(),
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
})
export type MessageView = z.infer<typeof messageView>

export const messageRequests = {
  'messages.list': {
    request: z.object({ view, party: partyUrn.optional(), after: pageKey.optional(), limit: z.number().int().min(1).max(1000) }),
    response: z.object({ rows: z.array(listRow), next: pageKey.nullable() }),
  },
  /** Full-text search, newest first; words match from their beginning. */
  'messages.search': {
    request: z.object({ text: z.string().max(1000), party: partyUrn.optional(), before: z.number().optional(), limit: z.number().int().min(1).max(1000) }),
    response: z.object({ rows: z.array(listRow), next: z.number().nullable() }),
  },
  /** A local id or a GUID of correspondence or dialog. */
  'messages.find': { request: z.object({ id: z.string().max(100) }), response: z.object({ id: z.number().int().nullable() }) },
  'messages.show': { request: z.object({ id: z.number().int() }), response: messageView },
  /** The message was shown to a person for two seconds; a local fact that no sender sees. */
  'messages.opened': { request: z.object({ id: z.number().int() }), response: z.object({}) },
} as const

export const messageEvents = { 'messages.changed': z.object({ changeNo: z.number() }) } as const
