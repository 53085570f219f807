import type { Holding } from './coverage-compare.ts'

/** What sync hands to the cache and takes from it. Times are ms since 1970 UTC, GUIDs lower case, parties URNs, resources bare ids. */

export interface PartyRecord {
  readonly urn: string
  readonly uuid: string
  readonly name: string
  readonly kind: 'organisation' | 'person'
  readonly parentUrn: string | null
  readonly isDeleted: boolean
  /** Has sub-units the identity sees, but nothing of its own (altinn3.md 1.7). */
  readonly headingOnly: boolean
}

/** Who said whom an identity may act for: access management says what may be seen there as well, Dialogporten only where (altinn3.md 1.7). */
export type PartySource = 'access-management' | 'dialogporten'

/** A party as a source named it; only access management says what is held there. */
export interface NamedParty extends PartyRecord {
  readonly holding?: Holding
}

/** What became of the recipients of an identity by an answer; party URNs. */
export interface PartiesChange {
  readonly added: readonly string[]
  /** No access any more. */
  readonly removed: readonly string[]
  /** Missing in a list that is suddenly so short that it is not believed yet. */
  readonly unlisted: readonly string[]
  /** Something was taken away there. */
  readonly fewer: readonly string[]
  /** More can be seen there than before: its mail is to be searched from the beginning. */
  readonly grown: readonly string[]
}

/** Clients of an agent system user that could be delegated to it (altinn3.md 1.5). `no-scope`: it may not ask; `none`: it has no clients of its own. */
export type ClientsState = 'known' | 'no-scope' | 'none'

export interface ClientRecord {
  readonly partyUuid: string
  /** Nine digits. */
  readonly organisation: string
  readonly name: string
}

/** A service as the resource registry names it; null where it knows none of this id. */
export interface ServiceRecord {
  readonly resource: string
  readonly titles: Readonly<Record<string, string>> | null
  readonly owner: Readonly<Record<string, string>> | null
}

export interface PartyRow extends PartyRecord {
  /** Whether the identity could act for it when last asked. */
  readonly current: boolean
}

/** `reminder`: about unopened confidential mail, never a message (altinn3.md 3.8). */
export type DialogKind = 'correspondence' | 'other' | 'reminder'

export interface DialogRecord {
  readonly dialogId: string
  readonly party: string
  readonly serviceResource: string
  /** Code of the service owner. */
  readonly org: string
  readonly kind: DialogKind
  readonly createdAt: number
  readonly updatedAt: number
  /** As the service wrote it, with its seven fraction digits. */
  readonly updatedAtText: string
  readonly contentUpdatedAt: number
  readonly dueAt: number | null
  readonly status: string
  readonly title: string
  readonly summary: string | null
  readonly senderName: string | null
  readonly language: string | null
  /** Level of the sign-in that saw the texts; a lower one may see replaced texts (altinn3.md 3.2). */
  readonly level: 3 | 4
  /** Sorted. */
  readonly labels: readonly string[]
  readonly revision: string
  readonly transmissionsCount: number
  readonly externalReference: string | null
  readonly isApiOnly: boolean
  readonly original: string
}

export interface RejectedItem {
  readonly dialogId: string | null
  readonly error: string
}

/** What the service rightly refuses or we do not ask for. */
export type SkipReason = 'expired' | 'confidential' | 'not-published-yet' | 'no-access' | 'not-found' | 'not-listed'
export type FailReason = 'schema' | 'unreachable' | 'server' | 'refused' | 'length' | 'checksum' | 'conflict'

export interface Deferred {
  readonly reason: SkipReason | FailReason
  readonly detail: string
  readonly errorCode: number | null
  readonly nextTryAt: number
  readonly failed: boolean
}

export interface AttachmentRecord {
  readonly attachmentId: string
  readonly fileName: string
  readonly displayName: string | null
  /** 32 lower-case hex digits. */
  readonly md5: string | null
  readonly dataType: string
  readonly status: string
  readonly expiresAt: number | null
  readonly encrypted: boolean
  readonly createdAt: number
}

export interface FetchedMessage {
  /** The row it was fetched for; null for an id that a list named. */
  readonly messageId: number | null
  readonly accountUuid: string
  readonly via: 'overview' | 'details'
  readonly fetchedAt: number
  /** Exact text of the answer. */
  readonly original: string
  readonly correspondenceId: string
  readonly dialogId: string | null
  /** The parent dialog, when it is a transmission in it (durability.md 8). */
  readonly isTransmissionOf: string | null
  readonly resourceId: string
  readonly recipient: string
  readonly sender: string
  readonly messageSender: string | null
  readonly title: string
  readonly summary: string | null
  readonly body: string
  readonly language: string | null
  readonly createdAt: number
  readonly publishedAt: number | null
  readonly requestedPublishAt: number
  readonly dueAt: number | null
  readonly readAt: number | null
  readonly confirmedAt: number | null
  readonly needsConfirmation: boolean
  readonly confidential: boolean
  readonly allowForwarding: boolean
  /** Non-null: migrated from Altinn II. */
  readonly altinn2Id: number | null
  /** Sorted. */
  readonly replyOptions: readonly { readonly url: string; readonly text: string | null }[]
  readonly propertyList: Readonly<Record<string, string>>
  readonly attachments: readonly AttachmentRecord[]
  readonly statusHistory: readonly { readonly status: string; readonly text: string; readonly changedAt: number }[] | null
}

export interface LinkTask {
  readonly messageId: number
  readonly dialogId: string
  readonly party: string
  readonly resource: string
  readonly createdAt: number
  /** Failures so far. */
  readonly tries: number
}

/** One message that a person asks for. */
export interface MessageTask {
  readonly messageId: number
  readonly dialogId: string | null
  /** null while it is not linked. */
  readonly correspondenceId: string | null
  readonly party: string
  readonly resource: string
  readonly createdAt: number
  readonly confidential: boolean
  /** How its content was received last: 'overview', 'details', or null while it is only in Altinn. */
  readonly via: string | null
  /** An identity that may see it. */
  readonly accountUuid: string | null
}

/** A dialog whose transmissions have grown since they were last looked at. */
export interface TransmissionTask {
  readonly dialogId: string
  readonly party: string
  readonly resource: string
  /** Transmissions of the service owner, as search counts them. */
  readonly count: number
  readonly tries: number
}

/** Where a dialog lies and what is needed to find it again by a search: labels move no timestamp (altinn3.md trap 35). */
export interface PlaceTask {
  readonly party: string
  readonly createdAt: number
  readonly revision: string
  readonly labels: readonly string[]
}

/** A letter that Altinn seems to have been confirmed for by somebody else (durability.md 16). */
export interface AbsentTask {
  readonly messageId: number
  readonly correspondenceId: string
  readonly party: string
  /** How many of this recipient's ask to be confirmed in all. */
  readonly ofParty: number
}

/** A letter that no full pass of any identity met again; only the look-up says that it is gone (durability.md 9). */
export interface MissingTask {
  readonly messageId: number
  readonly dialogId: string
}

/** How far a look through everything has come. Times are ms since 1970 UTC of the local clock. */
export interface FullPassState {
  readonly beganAt: number
  readonly endedAt: number | null
  /** Groups of recipients, ended and all. */
  readonly done: number
  readonly total: number
  /** The group to go on with; null also where only groups are left that were to be left out. */
  readonly next: { readonly groupKey: string; readonly parties: readonly string[]; readonly createdAfter: string | null } | null
}

export interface FetchTask {
  readonly messageId: number | null
  readonly dialogId: string | null
  readonly correspondenceId: string
  readonly party: string
  readonly resource: string
  /** Creation of its dialog, or null where none is known. */
  readonly createdAt: number | null
  readonly tries: number
  /** Its own service is not known and may be confidential. */
  readonly careful: boolean
}

export interface DownloadTask {
  readonly correspondenceId: string
  readonly attachmentId: string
  readonly fileName: string
  readonly md5: string | null
  readonly status: string
  readonly expiresAt: number | null
  readonly tries: number
}

/** What the user agreed to have fetched. */
export interface FetchScope {
  /** Oldest publish time; null = everything. */
  readonly fromAt: number | null
  /** Recipients; null = every organisation. */
  readonly parties: readonly string[] | null
  readonly attachments: boolean
}

export type StoredAs = { readonly kind: 'file'; readonly name: string } | { readonly kind: 'inline'; readonly content: Uint8Array }

/** A service owner as look-ups name it. */
export interface OwnerRecord {
  readonly code: string
  readonly orgNumber: string
  readonly names: Readonly<Record<string, string>>
}
