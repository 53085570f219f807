import type { OutboxState } from '../ledger/outbox.ts'

export type View = 'inbox' | 'needs-confirmation' | 'due' | 'unread' | 'outgoing' | 'archive' | 'bin' | 'all'

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
  readonly attachmentCount: number
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
}

export interface ListQuery {
  readonly view: View
  readonly party?: string | undefined
  readonly after?: PageKey | undefined
  readonly limit: number
}

export interface SearchQuery {
  /** Words; each matches from its beginning, all must be there. */
  readonly text: string
  readonly party?: string | undefined
  /** `next` of the page before. */
  readonly before?: number | undefined
  readonly limit: number
}

/** Questions to the cache, in 'reader-thread'. */
export interface ReaderApi {
  list(query: ListQuery): { readonly rows: readonly ListRow[]; readonly next: PageKey | null }
  /** Newest first. */
  search(query: SearchQuery): { readonly rows: readonly ListRow[]; readonly next: number | null }
  show(id: number): MessageView | null
  /** A local id, or a correspondence or dialog GUID, in any case; null when there is none. */
  find(idOrGuid: string): number | null
  recipients(): readonly RecipientRow[]
  attachment(id: number, attachmentId: string): { readonly fileName: string; readonly bytes: number; readonly vaultName: string | null; readonly content: Uint8Array | null } | null
  /** Newest change number, to notice that rows changed. */
  position(): number
}
