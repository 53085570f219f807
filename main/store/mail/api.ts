import type { OutboxKind, OutboxState } from '../ledger/outbox.ts'
import type { CoverageApi } from './coverage.ts'
import type { DeleteApi } from './delete.ts'
import type { KeptFileApi } from './kept-files.ts'
import type { TextApi } from './texts.ts'
import type { AbsentTask, Deferred, DialogRecord, DownloadTask, FetchedMessage, FetchScope, FetchTask, FailReason, FullPassState, LinkTask, MessageTask, MissingTask, OwnerRecord, PartyRow, PlaceTask, RejectedItem, SkipReason, StoredAs, TransmissionTask } from './records.ts'

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
export interface MailApi extends CoverageApi, DeleteApi, KeptFileApi, TextApi {
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
    /** A page of a full pass instead of a poll's: up to where its group was looked through, and dialogs that were met though they cannot be read. */
    readonly full?: { readonly createdAfter: string; readonly alsoThere: readonly string[] }
    readonly at: number
  }): AppliedPage
  finishGroup(group: {
    readonly accountUuid: string
    readonly groupKey: string
    readonly parties: readonly string[]
    readonly watermark: string | null
    readonly at: number
    readonly pass: 'poll' | 'open'
    readonly found: number
  }): void
  /** Ends groups in which a poll found nothing new; as long as they are the same ones, one row is written for all of them. */
  quietPoll(poll: { readonly accountUuid: string; readonly groups: readonly { readonly key: string; readonly parties: readonly string[] }[]; readonly watermark: string | null; readonly at: number }): void
  /** Begins a look through everything; the one before is forgotten. */
  beginFullPass(accountUuid: string, groups: readonly { readonly key: string; readonly parties: readonly string[] }[], at: number): void
  /** @param leftOut keys of groups that are not to be next */
  fullPass(accountUuid: string, leftOut?: readonly string[]): FullPassState | null
  /** Puts groups of fewer recipients in the place of one; each goes on from where that one stood. */
  splitFullGroup(accountUuid: string, groupKey: string, parts: readonly { readonly key: string; readonly parties: readonly string[] }[]): void
  /** Ends a group of a full pass: what was known before and was not met again is remembered as missing, unless suddenly much of a recipient's is. */
  endFullGroup(accountUuid: string, groupKey: string, at: number): { readonly missing: number; readonly shrunk: readonly string[] }
  /** Ends a group that could not be looked through to its end: nothing of it counts as missing. */
  leaveFullGroup(accountUuid: string, groupKey: string, at: number): void
  /**
   * Letters that are missing for every one of these identities that ever saw them, and of which nobody was asked since.
   * @param after the message id to go on behind
   */
  missingEverywhere(accountUuids: readonly string[], after: number, limit: number): readonly MissingTask[]
  /** What the look-up said of a missing letter. */
  missingAsked(messageIds: readonly number[], gone: boolean, at: number): void
  /** Unconfirmed letters that Altinn no longer asks to be confirmed, by a search that ended (durability.md 16). */
  openAbsent(pass: { readonly accountUuid: string; readonly parties: readonly string[]; readonly present: readonly string[]; readonly beganAt: number }): readonly AbsentTask[]
  /** When what asks to be confirmed was last searched to its end, ms since 1970 UTC; 0 = never. */
  openPassAt(accountUuid: string): number
  openPassEnded(accountUuid: string, at: number): void
  openAsked(messageIds: readonly number[], at: number): void
  /** Dialogs that came back into the search of what asks to be confirmed are asked about again should they vanish once more. */
  openPresent(dialogIds: readonly string[]): void
  setPartyTrouble(accountUuid: string, kind: 'no-access' | 'failed' | 'shrunk', parties: readonly string[], at: number): void
  /** Since when one of the recipients has had the trouble; null when none has. */
  troubleSince(accountUuid: string, kind: 'no-access' | 'failed' | 'shrunk', parties: readonly string[]): number | null
  clearPartyTrouble(accountUuid: string, kind: 'no-access' | 'failed' | 'shrunk', parties: readonly string[]): void
  toTransmissions(query: TaskQuery): readonly TransmissionTask[]
  /** The transmissions of a dialog were looked at; every correspondence they carry is known or remembered. */
  transmissionsHandled(dialogId: string, count: number, correspondenceIds: readonly string[], at: number): void
  transmissionsDeferred(dialogId: string, nextTryAt: number): void
  /** Of these, those that are neither here nor remembered as failed. */
  missingCorrespondences(ids: readonly string[]): readonly string[]
  /** Ids that a list or a dialog named and that could not be fetched, whose time has come. */
  looseToFetch(accountUuid: string, limit: number, nowAt: number): readonly FetchTask[]
  /** Takes a letter from an identity that may not see it any more; false when no other identity may. */
  passOn(messageId: number, accountUuid: string): boolean
  /** Identities that may see a letter, the one that fetched it first. */
  accountsOf(messageId: number): readonly string[]
  /** Identities that are not among these are gone: their rights and recipients are nobody's any more; what was fetched stays. */
  keepAccounts(accountUuids: readonly string[], at: number): void
  /** Whether the dialog of a fetched letter changed since its content came. */
  isStale(correspondenceId: string): boolean
  /** Whether Altinn stopped asking for a confirmation though nobody here knows who gave it, and was not asked about that yet. */
  isSettledByUnknown(correspondenceId: string): boolean
  placeTask(dialogId: string): PlaceTask | null
  /** Where Altinn says a dialog lies now. */
  placed(dialogId: string, labels: readonly string[], revision: string | null): void
  toLink(query: TaskQuery): readonly LinkTask[]
  linked(links: readonly { readonly messageId: number; readonly correspondenceId: string; readonly owner: OwnerRecord | null }[]): void
  /** The look-up says that the dialog is something else. */
  notCorrespondence(messageIds: readonly number[]): void
  deferred(rows: readonly MessageDeferral[]): void
  /** @param from whom to ask again, and for whom; null where the next list names it anyway */
  deferredCorrespondence(correspondenceId: string, deferral: Deferred, from: { readonly accountUuid: string; readonly party: string; readonly resource: string } | null): void
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
  /** Where content of each of these names stands in the vault already, or null; names as in vault/place.ts. */
  vaultPlaces(names: readonly string[]): readonly (string | null)[]
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
  /** What `runIds` says of a replaced or new file has been acted on. */
  beginRun(): void
}

/** The same, as the engine's thread sees it. */
export type MailWriter = { readonly [Name in keyof MailApi]: (...args: Parameters<MailApi[Name]>) => Promise<ReturnType<MailApi[Name]>> }
