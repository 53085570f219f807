import type { OutboxKind, OutboxState } from '../ledger/outbox.ts'
import type { DeleteApi } from './delete.ts'
import type { KeptFileApi } from './kept-files.ts'
import type { Deferred, DialogRecord, DownloadTask, FetchedMessage, FetchScope, FetchTask, FailReason, LinkTask, MessageTask, OwnerRecord, PartyRecord, PartyRow, RejectedItem, SkipReason, StoredAs } from './records.ts'

export type { FetchScope } from './records.ts'

export interface GroupPosition {
  /** Inclusive, as the service wrote it. */
  readonly updatedAfter: string
  /** Date header of the pass's first answer. */
  readonly startedServerDateAt: number | null
}

export interface AppliedPage {
  /** Items that could not be read and had not been seen before. */
  readonly newlyRejected: number
  readonly newMessages: number
  readonly changed: number
}

/** A change of the ledger that lists filter by (design.md section 3). */
export interface MirrorRow {
  readonly dialogId: string | null
  readonly correspondenceId: string | null
  readonly openedHereAt?: number | null
  readonly handledAt?: number | null
  readonly receipt?: { readonly kind: OutboxKind; readonly state: OutboxState; readonly at: number | null }
}

/** Where in the ledger's history the mirrors stand. */
export interface LedgerMark {
  readonly generation: string
  readonly seq: number
}

export interface Totals {
  readonly recipients: number
  readonly dialogs: number
  readonly messages: number
  readonly attachments: number
  readonly bytes: number
  readonly skipped: Readonly<Record<string, number>>
  readonly failed: number
}

export interface ConsentNumbers {
  readonly messages: number
  readonly senders: number
  readonly recipients: number
  readonly oldestAt: number | null
  readonly newestAt: number | null
  readonly byParty: readonly { readonly party: string; readonly messages: number }[]
  /** Confidential ones, which are not fetched. */
  readonly confidential: number
}

/** A letter whose due date may remind: needs confirmation, not confirmed, not handled, archived or in the bin. */
export interface DueRow {
  readonly messageId: number
  readonly correspondenceId: string | null
  readonly dialogId: string | null
  readonly party: string
  readonly dueAt: number
  readonly confidential: boolean
}

/** Why one message is put off, and in which stage. */
export interface MessageDeferral extends Deferred {
  readonly messageId: number
  readonly stage: 'link' | 'fetch'
}

/** A file that is here whole: in the vault, or, a small one, to be kept in its row. */
export interface StoredAttachment {
  readonly correspondenceId: string
  readonly attachmentId: string
  readonly storedAs: StoredAs
  readonly bytes: number
  readonly md5: string
  readonly md5Matches: boolean | null
  readonly at: number
}

/** What is asked of a task list. */
export interface TaskQuery {
  readonly accountUuid: string
  readonly limit: number
  readonly nowAt: number
  readonly scope: FetchScope
}

/** The writer of mail.db, in 'mail-thread'. Errors: StoreError; then nothing of the call was written. */
export interface MailApi extends DeleteApi, KeptFileApi {
  upsertParties(accountUuid: string, parties: readonly PartyRecord[], at: number): { readonly added: readonly string[]; readonly removed: readonly string[] }
  parties(accountUuid: string): readonly PartyRow[]
  /** Recipients of whom nothing is in the list. */
  silentParties(accountUuid: string): readonly string[]
  /** By party URN: up to where the dialogs are known, as the service writes times; null = never searched to the end. */
  watermarks(accountUuid: string): Readonly<Record<string, string | null>>
  groupPosition(accountUuid: string, groupKey: string): GroupPosition | null
  applySearchPage(page: {
    readonly accountUuid: string
    readonly groupKey: string
    readonly parties: readonly string[]
    readonly dialogs: readonly DialogRecord[]
    readonly rejected: readonly RejectedItem[]
    readonly position: GroupPosition | null
    readonly at: number
  }): AppliedPage
  finishGroup(group: {
    readonly accountUuid: string
    readonly groupKey: string
    readonly parties: readonly string[]
    readonly watermark: string | null
    readonly at: number
    readonly pass: 'poll' | 'full' | 'open'
    readonly found: number
  }): void
  toLink(query: TaskQuery): readonly LinkTask[]
  linked(links: readonly { readonly messageId: number; readonly correspondenceId: string; readonly owner: OwnerRecord | null }[]): void
  /** The look-up says that the dialog is something else. */
  notCorrespondence(messageIds: readonly number[]): void
  deferred(rows: readonly MessageDeferral[]): void
  deferredCorrespondence(correspondenceId: string, deferral: Deferred): void
  /** Ids of a list that no row names and that no remembered failure forbids for now. */
  unknownCorrespondences(ids: readonly string[], nowAt: number): readonly string[]
  publishTimeOf(correspondenceId: string): number | null
  /** One message that a person asks for; null when there is none. */
  messageTask(messageId: number): MessageTask | null
  /** One attachment that a person asks for; null when there is none that can be had. */
  downloadTask(messageId: number, attachmentId: string): DownloadTask | null
  toFetch(query: TaskQuery): readonly FetchTask[]
  storeFetched(batch: readonly FetchedMessage[]): { readonly stored: number; readonly attachments: number }
  toDownload(query: TaskQuery): readonly DownloadTask[]
  attachmentsStored(files: readonly StoredAttachment[]): void
  attachmentDeferred(file: {
    readonly correspondenceId: string
    readonly attachmentId: string
    readonly reason: SkipReason | FailReason
    readonly detail: string
    /** null = never again. */
    readonly nextTryAt: number | null
    readonly failed: boolean
  }): void
  /** Gives a complete vault file to the row it belongs to; false when no row lacks it. */
  adoptAttachment(file: { readonly correspondenceId: string; readonly attachmentId: string; readonly name: string; readonly bytes: number; readonly at: number }): boolean
  /** Those of the names that a row refers to. */
  knownVaultFiles(names: readonly string[]): readonly string[]
  /** @param mark where in the ledger's history the mirrors then stand; null while more of the same history follows */
  mirror(rows: readonly MirrorRow[], mark: LedgerMark | null): void
  mirroredTo(): LedgerMark | null
  serviceFacts(correspondenceId: string, facts: { readonly readAt?: number; readonly confirmedAt?: number; readonly confirmedBy?: 'us' | 'elsewhere' }): void
  setConfidentialResources(resources: { readonly confidential: readonly string[]; readonly mixed: readonly string[] }, at: number): void
  confidentialResources(): { readonly confidential: readonly string[]; readonly mixed: readonly string[]; readonly askedAt: number | null }
  consentNumbers(accountUuid: string, fromAt: number | null, parties: readonly string[] | null): ConsentNumbers
  totals(accountUuid: string | null): Totals
  /** Messages first seen after a change number, by recipient, and the newest change number. */
  newSince(changeNo: number, fromAt: number | null): { readonly changeNo: number; readonly byParty: readonly { readonly party: string; readonly count: number }[] }
  dueBefore(at: number, fromAt: number | null): readonly DueRow[]
  runIds(): {
    readonly generation: string
    readonly runId: string
    readonly previousRunId: string | null
    /** The run before closed the file itself. */
    readonly endedWell: boolean
    /** Somebody put another file in its place since the last run. */
    readonly replaced: boolean
    /** It was made at this start. */
    readonly isNew: boolean
  }
}

/** The same, as the engine's thread sees it. */
export type MailWriter = { readonly [Name in keyof MailApi]: (...args: Parameters<MailApi[Name]>) => Promise<ReturnType<MailApi[Name]>> }
