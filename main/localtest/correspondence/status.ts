import type { LocalState, MessageState } from '../state.ts'

/** Statuses with their numbers (altinn3.md 2.4). */
export const statusNumbers = {
  Initialized: 0, ReadyForPublish: 1, Published: 2, Fetched: 3, Read: 4, Replied: 5, Confirmed: 6, PurgedByRecipient: 7, PurgedByAltinn: 8, Archived: 9, Reserved: 10, Failed: 11, AttachmentsDownloaded: 12, Forwarded: 13,
} as const
export type StatusWord = keyof typeof statusNumbers

export interface StatusRow {
  readonly status: StatusWord
  readonly text: string
  readonly at: number
}

export const isPurge = (status: StatusWord): boolean => status === 'PurgedByRecipient' || status === 'PurgedByAltinn'
const withheld: readonly StatusWord[] = ['Initialized', 'ReadyForPublish', 'Failed', 'PurgedByRecipient', 'PurgedByAltinn']

/** Everything that happened to a message up to now, oldest first. */
export function statusRows(state: LocalState, message: MessageState): readonly StatusRow[] {
  const row = (status: StatusWord, at: number, text: string = status): StatusRow => ({ status, text, at })
  const { sent } = message
  const publishedAt = state.publishAt(message)
  const rows = [
    row('Initialized', sent.createdAt),
    row('ReadyForPublish', sent.createdAt),
    ...(publishedAt <= state.now() ? [row('Published', publishedAt)] : []),
    ...message.fetched.map(({ at }) => row('Fetched', at)),
    ...message.reads.map(({ at }) => row('Read', at)),
    ...state.confirmed(message).map(({ at }) => row('Confirmed', at)),
    ...message.purges.map(({ at, status }) => row(status === 'PurgedByAltinn' ? status : 'PurgedByRecipient', at)),
    ...message.downloads.map(({ at, attachment }) => row('AttachmentsDownloaded', at, attachment === null ? 'All attachments downloaded' : `Attachment ${attachment} has been downloaded`)),
    ...state.forwarded(message).map(({ at }) => row('Forwarded', at)),
  ]
  return rows.map((one, index) => ({ one, index })).sort((a, b) => a.one.at - b.one.at || a.index - b.index).map(({ one }) => one)
}

/**
 * The status of a message: the one with the highest number ever reached, Fetched left out, and of several rows of it the
 * first. A download hides Read, Confirmed and even a purge (altinn3.md 2.5).
 */
export function highest(rows: readonly StatusRow[]): StatusRow {
  return rows.filter((row) => row.status !== 'Fetched').reduce((best, row) => (statusNumbers[row.status] > statusNumbers[best.status] ? row : best))
}

/** Whether details, markasread, confirm, purge and the zip answer the recipient, as far as the status decides it. */
export const isAvailable = (status: StatusWord): boolean => !withheld.includes(status)
