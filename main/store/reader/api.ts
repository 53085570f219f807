import type { CoverageReads } from './coverage.ts'
import type { OutboxState } from '../ledger/outbox.ts'
import type { Asked } from './search-query.ts'

export type View = 'inbox' | 'needs-confirmation' | 'due' | 'unread' | 'outgoing' | 'handled' | 'archive' | 'bin' | 'all'

/** Where a page ends: the value the view is sorted by, and the id. */
export interface PageKey {
  readonly at: number
  readonly id: number
}

export interface ReceiptMirror {
  readonly state: OutboxState
  readonly at: number | null
}

/** A row of a list. Times are ms since 1970 UTC. */
export interface ListRow {
  readonly id: number
  readonly dialogId: string | null
  readonly correspondenceId: string | null
  readonly kind: 'correspondence' | 'transmission' | 'other'
  /** found, linked: known from Altinn, its content is not here. */
  readonly state: 'found' | 'linked' | 'fetched'
  readonly party: string
  readonly partyName: string
  /** null for confidential mail that is only in Altinn: its title is not shown. */
  readonly title: string | null
  readonly sender: string
  readonly summary: string | null
  readonly sortAt: number
  readonly dueAt: number | null
  readonly needsConfirmation: boolean
  readonly confidential: boolean
  readonly unread: boolean
  readonly readAt: number | null
  readonly confirmedAt: number | null
  readonly confirmedBy: 'us' | 'elsewhere' | null
  readonly openedHereAt: number | null
  readonly handledAt: number | null
  readonly readReceipt: ReceiptMirror | null
  readonly confirmReceipt: ReceiptMirror | null
  /** The last move or deletion asked for here. */
  readonly moveReceipt: (ReceiptMirror & { readonly kind: 'archive' | 'bin' | 'restore' | 'purge' }) | null
  readonly attachmentCount: number
  readonly archived: boolean
  readonly binned: boolean
  /** Gone at the service; our copy is kept. */
  readonly removedAt: number | null
}

export interface AttachmentView {
  readonly attachmentId: string
  readonly fileName: string
  readonly displayName: string | null
  readonly dataType: string
  /** wanted: not here yet; stored: kept here; gone: cannot be had any more. */
  readonly state: 'wanted' | 'stored' | 'gone'
  readonly bytes: number | null
  readonly expiresAt: number | null
  /** null: the service gave no checksum to compare with. */
  readonly md5Matches: boolean | null
  readonly reason: string | null
  /** Whether its words are found: waiting: not read yet; none: there are none in it; null: it is not here. */
  readonly text: 'waiting' | 'text' | 'none' | 'unreadable' | null
}

export interface MessageView extends ListRow {
  readonly body: string | null
  readonly language: string | null
  readonly senderUrn: string | null
  readonly publishedAt: number | null
  readonly fetchedAt: number | null
  readonly allowForwarding: boolean
  /** Non-null: migrated from Altinn II. */
  readonly altinn2Id: number | null
  readonly replyOptions: readonly { readonly url: string; readonly text: string | null }[]
  readonly propertyList: Readonly<Record<string, string>>
  readonly attachments: readonly AttachmentView[]
  /** SHA-256 of the received original, or null. */
  readonly version: string | null
  /** Why the content is not here, or null. */
  readonly deferral: { readonly reason: string; readonly detail: string; readonly nextTryAt: number; readonly failed: boolean } | null
}

export interface RecipientRow {
  readonly party: string
  readonly name: string
  readonly kind: 'organisation' | 'person'
  readonly parent: string | null
  readonly isDeleted: boolean
  readonly current: boolean
  readonly messages: number
  readonly unread: number
  readonly toConfirm: number
  /** Of what is due: how many late, how many due within three days, and the next date. */
  readonly late: number
  readonly soon: number
  readonly nextDueAt: number | null
}

/** What is known about the mail of one recipient. */
export interface CoverageRow {
  readonly party: string
  /** Services that have sent something. */
  readonly services: number
  readonly lastMessageAt: number | null
  readonly lastUpdatedAt: number | null
  /** Messages known but not here, confidential ones apart. */
  readonly waiting: number
  readonly trouble: 'no-access' | 'failed' | 'shrunk' | null
  readonly troubleSince: number | null
}

export interface Pressing {
  readonly count: number
  readonly late: number
  readonly soon: number
}

export interface ViewCounts {
  readonly inbox: number
  readonly unread: number
  readonly handled: number
  readonly archive: number
  readonly bin: number
  readonly needsConfirmation: Pressing
  readonly due: Pressing
  readonly newToday: number
}

/** The moments that counts are made against, ms since 1970 UTC. */
export interface Moments {
  readonly nowAt: number
  /** First moment that is more than three Norwegian calendar days away. */
  readonly soonBefore: number
  /** Midnight in Norway. */
  readonly todayFrom: number
}

/** Some words of a message around a search hit; `marks` are ranges of `text`. */
export interface Snippet {
  readonly id: number
  readonly where: 'body' | 'attachment' | 'other'
  readonly text: string
  readonly marks: [number, number][]
  /** Where the hit is in an attachment, which. */
  readonly attachmentId: string | null
  readonly fileName: string | null
  /** And on which page, from 1; null for a file without pages and for a hit in the file's name. */
  readonly page: number | null
}

/** How far the reading of attachments has come. */
export interface TextCounts {
  /** Files that are kept here, and those of them that are still to be read. */
  readonly files: number
  readonly waiting: number
  /** Different PDFs without any text, and different files that could not be read. */
  readonly none: number
  readonly unreadable: number
}

/** What the outgoing view tells of a receipt's letter. */
export interface LetterFacts {
  readonly correspondenceId: string
  readonly id: number
  readonly title: string | null
  readonly sender: string
  readonly partyName: string
  readonly dueAt: number | null
}

export interface ListQuery {
  readonly view: View
  readonly party?: string | undefined
  readonly after?: PageKey | undefined
  /** Only those done with here, or only the others. */
  readonly handled?: boolean | undefined
  readonly limit: number
}

export interface SearchQuery {
  /** What was typed, if it was not understood before (search-query.ts): then as words and fields, without days. */
  readonly text: string
  readonly asked?: Asked | undefined
  readonly party?: string | undefined
  readonly handled?: boolean | undefined
  /** `next` of the page before. */
  readonly before?: PageKey | number | undefined
  readonly limit: number
}

export interface SearchPage {
  readonly rows: readonly ListRow[]
  readonly snippets: readonly Snippet[]
  /** Hits in all, when the first page holds them. */
  readonly total: number | null
  readonly next: PageKey | number | null
  /** The page is not full, and yet there may be more: so many were looked at, down to a time in ms since 1970 UTC. */
  readonly stopped: { readonly looked: number; readonly reachedAt: number } | null
}

/** Questions to the cache, in 'reader-thread'. */
export interface ReaderApi extends CoverageReads {
  list(query: ListQuery): { readonly rows: readonly ListRow[]; readonly next: PageKey | null }
  /** Newest first. */
  search(query: SearchQuery): SearchPage
  /** Hits in all, up to `limit`; `stopped`: of the newest ones, because not all were looked at. */
  searchCount(query: Omit<SearchQuery, 'limit' | 'before'>, limit: number): { readonly total: number; readonly stopped: boolean }
  /** Compounds that hold a word of the search and find something, with its place in the text; asked again it knows more until it is done. */
  searchHint(query: Omit<SearchQuery, 'limit' | 'before'>): { readonly words: readonly { readonly word: string; readonly at: readonly [number, number] }[]; readonly isDone: boolean }
  counts(moments: Moments, party: string | null): ViewCounts
  show(id: number): MessageView | null
  /** A local id, or a correspondence or dialog GUID, in any case; null when there is none. */
  find(idOrGuid: string): number | null
  recipients(moments: Moments): readonly RecipientRow[]
  coverage(accountUuid: string): readonly CoverageRow[]
  /** When the identity's mail was last searched to the end of a group. */
  lastPassAt(accountUuid: string): number | null
  letterFacts(correspondenceIds: readonly string[]): readonly LetterFacts[]
  attachment(id: number, attachmentId: string): { readonly fileName: string; readonly bytes: number; readonly vaultName: string | null; readonly content: Uint8Array | null } | null
  textCounts(): TextCounts
  /** Bytes of the attachments that are kept here. */
  keptBytes(): number
  /** Newest change number, to notice that rows changed. */
  position(): number
}
