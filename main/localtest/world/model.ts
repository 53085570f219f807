/**
 * What a world of the local Altinn is made of: parties, services, identities and everything that was sent before the world
 * began to run. A world is plain data and says nothing of how the services answer; the routes turn it into wire shapes.
 *
 * All times are ms since 1970 UTC. GUIDs are lower case. A party is a URN (`urn:altinn:organization:identifier-no:<9>` or
 * `urn:altinn:person:identifier-no:<11>`), see altinn3.md 2.4 and 3.6 for where each field shows on the wire.
 */

export type Language = 'nb' | 'nn' | 'en'

/** One text in the three languages that Norwegian public services write. */
export type LocalizedText = Readonly<Record<Language, string>>

export interface World {
  /** Name of the kind of world, e.g. `demo`. */
  readonly name: string
  readonly seed: number
  /** The moment the world begins to run; whole minutes. Everything in `messages` and `otherDialogs` was created before it. */
  readonly anchorAt: number
  readonly parties: readonly WorldParty[]
  readonly resources: readonly WorldResource[]
  readonly identities: readonly WorldIdentity[]
  /** Persons who may act for others; everybody acts for himself. */
  readonly persons?: readonly { readonly urn: string; readonly rights: WorldIdentity['rights'] }[]
  /** Oldest first by `createdAt`; all of them published before `anchorAt`. */
  readonly messages: readonly SentMessage[]
  /** Dialogs that are no correspondences of their own, and the reminder about unopened confidential mail. Oldest first. */
  readonly otherDialogs: readonly OtherDialog[]
  /**
   * The n-th letter that arrives while the world runs.
   * @param n counts from 0
   * @param at when it is sent, ms UTC; the same seed, n and at give the same letter; another `at` changes its ids, its times and the days its text names
   */
  arrival(n: number, at: number): SentMessage
}

export interface WorldParty {
  readonly urn: string
  /** 9 digits (organisation, beginning with 3) or 11 (person), with valid check digits. */
  readonly number: string
  readonly name: string
  readonly kind: 'Organization' | 'Person'
  /** `null` for organisations. ISO date, e.g. `1984-05-17`. */
  readonly dateOfBirth: string | null
  readonly partyId: number
  readonly partyUuid: string
  /** The main unit of a sub-unit. */
  readonly parentUrn: string | null
  readonly isDeleted: boolean
}

export interface ServiceOwner {
  readonly orgNumber: string
  /** Short code in Dialogporten, e.g. `skd`. */
  readonly code: string
  readonly name: LocalizedText
}

export interface WorldResource {
  /** Bare id, without `urn:altinn:resource:`. */
  readonly id: string
  readonly title: LocalizedText
  readonly owner: ServiceOwner
  /** As Dialogporten writes it: lower case (altinn3.md 3.2). */
  readonly type: 'correspondenceservice' | 'genericaccessresource' | 'altinnapp'
  /** The policy names the package `post-til-virksomheten-med-taushetsbelagt-innhold`: all its mail is confidential (altinn3.md 1.8). */
  readonly confidential: boolean
  /** The policy names the package `eksplisitt`: confidential and ordinary mail both occur. */
  readonly mixed: boolean
  readonly minimumLevel: 3 | 4
}

/** A system user for clients (agent): its tokens carry the owner's number, its rights reach the clients (altinn3.md 1.5). */
export interface WorldIdentity {
  readonly kind: 'system-user'
  /** 9 digits: the accounting firm that owns the system user, `systemuser_org` of the grant. */
  readonly organisation: string
  /** `<vendor's number>_<name>`. */
  readonly systemId: string
  readonly systemUserId: string
  /** 9 digits: the organisation of the Maskinporten client, `consumer`. */
  readonly vendorOrganisation: string
  readonly clientId: string
  readonly rights: readonly { readonly party: string; readonly resources: 'all' | readonly string[] }[]
  /** Clients of the firm (party URNs of main units) that could be delegated to the system user, but are not. */
  readonly available?: readonly string[]
}

export type ReferenceType =
  | 'Generic'
  | 'AltinnAppInstance'
  | 'AltinnBrokerFileTransfer'
  | 'DialogportenDialogId'
  | 'DialogportenProcessId'
  | 'DialogportenTransmissionId'
  | 'DialogportenTransmissionType'

export type SystemLabel = 'Default' | 'Archive' | 'Bin'

/** All labels a dialog can carry; the first three exclude each other (altinn3.md 3.4). */
export type Label = SystemLabel | 'MarkedAsUnopened' | 'Sent'

export interface SentMessage {
  /** The correspondence id. */
  readonly id: string
  /** UUIDv7 of its dialog. Of a transmission: the dialog it lies in, the same as `transmissionOf`. */
  readonly dialogId: string
  readonly recipient: string
  readonly resourceId: string
  /** URN of the organisation that sent it. */
  readonly sender: string
  /** Display name in place of the organisation's; empty when not set. */
  readonly messageSender: string
  readonly sendersReference: string
  readonly language: Language
  /** 1-255 characters; empty only in migrated ones. */
  readonly title: string
  readonly summary: string | null
  /** Markdown, HTML or a mixture (altinn3.md 2.7). */
  readonly body: string
  readonly createdAt: number
  readonly requestedPublishAt: number
  /** When it was published; `null` for one that is sent while the world runs: publishing it is the service's work. */
  readonly publishedAt: number | null
  /** `updatedAt` and `contentUpdatedAt` of its dialog: a little after `createdAt` (altinn3.md 3.8). */
  readonly dialogUpdatedAt: number
  readonly dueAt: number | null
  readonly needsConfirmation: boolean
  readonly confidential: boolean
  readonly allowForwarding: boolean
  readonly ignoreReservation: boolean
  /** Not null: migrated from Altinn II. */
  readonly altinn2Id: number | null
  readonly replyOptions: readonly ReplyOption[]
  /** At most 10 keys of up to 50 characters, values up to 300. */
  readonly propertyList: Readonly<Record<string, string>>
  /** As on the wire, `DialogportenDialogId` and for transmissions `DialogportenTransmissionId` included. */
  readonly externalReferences: readonly { readonly referenceValue: string; readonly referenceType: ReferenceType }[]
  readonly attachments: readonly SentAttachment[]
  /** The sender's own key, by which it can be asked for (altinn3.md 2.3). */
  readonly idempotentKey?: string
  /** Notices by e-mail and text message that the sender ordered with it; none when left out. */
  readonly notifications?: readonly SentNotification[]
  /** What happened to it before the world began to run, by another system that acts for the recipient; `null`: did not happen. */
  readonly alreadyFetched: number | null
  readonly alreadyRead: number | null
  readonly alreadyConfirmed: number | null
  readonly alreadyDownloaded: readonly { readonly attachmentId: string; readonly at: number }[]
  /** Label of its dialog at the anchor. */
  readonly systemLabel: SystemLabel
  /** Whether the dialog carries `urn:altinn:correspondence-id:`; without it `/dialoglookup` only echoes the dialog id (altinn3.md 3.3). */
  readonly serviceOwnerLabel: boolean
  /** Dialog (of `otherDialogs`) in which it is a transmission; such a message has no dialog of its own (altinn3.md 3.8). */
  readonly transmissionOf: string | null
}

export interface ReplyOption {
  readonly linkURL: string
  readonly linkText: string | null
}

export interface SentNotification {
  /** The order, as the overview names it. */
  readonly orderId: string
  /** The notification, as details names it. */
  readonly id: string
  readonly createdAt: number
  readonly isReminder: boolean
  readonly channel: 'Email' | 'Sms' | 'EmailPreferred' | 'SmsPreferred' | 'EmailAndSms'
}

export interface SentAttachment {
  readonly id: string
  readonly fileName: string
  readonly displayName: string | null
  readonly sendersReference: string
  /** What the overview says: MIME type by the extension, `text/xml` for xml, `binary_octet_stream` for an unknown one (altinn3.md 2.4). */
  readonly dataType: string
  /** What `checksum` of the overview holds: the MD5 of the content, an empty string, or null. */
  readonly checksum: 'md5' | 'empty' | 'none'
  readonly createdAt: number
  /** From then on a download is refused (2020); `null` = never. */
  readonly expiresAt: number | null
  /** What a job of the service has made of it since `createdAt`; published when left out (altinn3.md 2.4, 3.8). */
  readonly changed?: { readonly status: 'Purged' | 'Expired'; readonly at: number }
  /** Whether other messages hold it as well: it is purged with the last of them (altinn3.md 2.3). */
  readonly shared?: boolean
  /** Bytes, where the world knows them without making the content. */
  readonly size?: number
  /** The bytes: the same every time. Made on demand and not kept: the caller caches. */
  content(): Promise<Buffer>
}

export type DialogStatus = 'NotApplicable' | 'InProgress' | 'Draft' | 'Awaiting' | 'RequiresAttention' | 'Completed'

export type TransmissionType =
  | 'Information'
  | 'Acceptance'
  | 'Rejection'
  | 'Request'
  | 'Alert'
  | 'Decision'
  | 'Submission'
  | 'Correction'

/** A dialog that is no correspondence: a tax return, an application under way, feedback to a report (altinn3.md 3.2, 3.3). */
export interface OtherDialog {
  /** UUIDv7. */
  readonly id: string
  readonly party: string
  readonly resourceId: string
  readonly title: LocalizedText
  readonly summary: LocalizedText | null
  /** In place of the service owner's name; `null`: not set. */
  readonly senderName: LocalizedText | null
  readonly status: DialogStatus
  /** The service's own finer status with its code and text. */
  readonly extendedStatus: { readonly code: string; readonly text: LocalizedText } | null
  /** Per cent, 0-100. */
  readonly progress: number | null
  /** URI of the process it belongs to. */
  readonly process: string | null
  readonly externalReference: string | null
  readonly createdAt: number
  readonly updatedAt: number
  readonly contentUpdatedAt: number
  readonly dueAt: number | null
  readonly expiresAt: number | null
  /** For programs only, not shown in the web inbox. */
  readonly isApiOnly: boolean
  readonly systemLabel: SystemLabel
  /** Links for people, at the owner's own site. */
  readonly guiActions: readonly {
    readonly action: string
    readonly title: LocalizedText
    readonly url: string
    readonly priority: 'Primary' | 'Secondary' | 'Tertiary'
  }[]
  readonly activities: readonly DialogActivity[]
  /** Oldest first. */
  readonly transmissions: readonly DialogTransmission[]
  /** Ids of the confidential messages that a reminder dialog is about (altinn3.md 3.8); `null` for every other dialog. */
  readonly reminderFor: readonly string[] | null
}

export interface DialogActivity {
  readonly id: string
  readonly createdAt: number
  readonly type: 'DialogCreated' | 'Information' | 'FormSaved' | 'FormSubmitted' | 'SentToSigning' | 'SignatureProvided' | 'DialogClosed' | 'PaymentMade'
  readonly by: 'ServiceOwner' | 'PartyRepresentative'
  /** Given for `Information` only. */
  readonly description: LocalizedText | null
}

export interface DialogTransmission {
  readonly id: string
  readonly createdAt: number
  readonly type: TransmissionType
  readonly by: 'ServiceOwner' | 'PartyRepresentative'
  readonly title: LocalizedText
  readonly summary: LocalizedText | null
  /** The message (of `messages`) that the transmission carries; `null`: it has no correspondence behind it. */
  readonly correspondenceId: string | null
}
