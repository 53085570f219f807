import { DAY } from './calendar.ts'
import { uuid, uuidv7 } from './ids.ts'
import { legacyHtml } from './legacy-html.ts'
import { factsOf } from './letters/kind.ts'
import type { AttachmentDraft, LetterKind } from './letters/kind.ts'
import { organisationUrn } from './parties.ts'
import type { Recipient } from './parties.ts'
import { seededRandom } from './random.ts'
import type { Random } from './random.ts'
import type { Language, SentAttachment, SentMessage, SystemLabel } from './model.ts'
import { resourceById } from './senders.ts'

/** What the plan decides of one letter; the kind writes it, and this file makes it a message. */
export interface Order {
  /** Where its random streams start. */
  readonly path: readonly (string | number)[]
  readonly kind: LetterKind
  readonly recipient: Recipient
  readonly language: Language
  /** When it is sent. */
  readonly at: number
  readonly dueAt: number | null
  readonly confirm: boolean
  /** Number at Altinn II of a migrated one. */
  readonly altinn2Id?: number
  /** A migrated letter whose title was lost. */
  readonly withoutTitle?: boolean
  /** When the files can no longer be downloaded. */
  readonly filesExpireAt?: number
  readonly fetchedAt?: number
  readonly readAt?: number
  readonly confirmedAt?: number
  readonly label?: SystemLabel
  /** Sent while the world runs: the service publishes it. */
  readonly unpublished?: boolean
  readonly serviceOwnerLabel: boolean
  readonly transmission?: { readonly dialogId: string; readonly transmissionId: string }
}

/** MIME type by extension as the overview says it; what is unknown is called `binary_octet_stream` (altinn3.md 2.4, trap 12). */
const dataTypes: Readonly<Record<string, string>> = {
  pdf: 'application/pdf', xml: 'text/xml', csv: 'text/csv', txt: 'text/plain', json: 'application/json', png: 'image/png', html: 'text/html', zip: 'application/zip',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
}

/** Since this day Correspondence puts its label on the dialogs it makes (altinn3.md 3.3). */
export const labelsSince = Date.UTC(2026, 2, 23)

/** Most files carry their MD5; of some the service knows none (altinn3.md 2.4). */
function checksumOf(random: Random, migrated: boolean): SentAttachment['checksum'] {
  if (!random.chance(migrated ? 0.3 : 0.04)) return 'md5'
  return random.chance(0.5) ? 'empty' : 'none'
}

function attach(draft: AttachmentDraft, order: Order, random: Random): SentAttachment {
  const extension = draft.fileName.slice(draft.fileName.lastIndexOf('.') + 1).toLowerCase()
  return {
    id: uuid(random),
    fileName: draft.fileName,
    displayName: draft.displayName ?? null,
    sendersReference: '',
    dataType: dataTypes[extension] ?? 'binary_octet_stream',
    checksum: checksumOf(random, order.altinn2Id !== undefined),
    createdAt: order.at - random.int(2, 40) * 1000,
    expiresAt: order.filesExpireAt ?? null,
    content: async () => draft.content(),
  }
}

/** Writes the letter and gives it everything the services tell of a message. The same seed and order give the same message. */
export function compose(seed: number, order: Order): SentMessage {
  const { kind, recipient, at } = order
  const resource = resourceById(typeof kind.resource === 'string' ? kind.resource : kind.resource(recipient))
  const random = seededRandom(seed, ...order.path, 'message')
  const facts = factsOf({ seed, seedPath: order.path, at, language: order.language, recipient, resource, dueAt: order.dueAt, confirm: order.confirm })
  const draft = kind.write(facts)
  const migrated = order.altinn2Id !== undefined
  const ownDialog = uuidv7(at, random)
  const dialogId = order.transmission?.dialogId ?? ownDialog
  const attachments = (draft.attachments ?? []).map((file) => attach(file, order, random))
  const readAt = order.readAt ?? null
  return {
    id: uuidv7(at - random.int(5, 60), random),
    dialogId,
    recipient: recipient.party.urn,
    resourceId: resource.id,
    sender: organisationUrn(resource.owner.orgNumber),
    messageSender: draft.messageSender ?? '',
    sendersReference: draft.reference,
    language: order.language,
    title: order.withoutTitle === true ? '' : draft.title,
    summary: migrated && random.chance(0.6) ? null : draft.summary,
    body: migrated ? legacyHtml(draft.body, order.altinn2Id % 3) : draft.body,
    createdAt: at,
    requestedPublishAt: at - random.int(5, 90),
    publishedAt: order.unpublished === true ? null : at + random.int(600, 4400),
    dialogUpdatedAt: at + random.int(50, 850),
    dueAt: order.dueAt,
    needsConfirmation: order.confirm,
    confidential: kind.confidential === true,
    allowForwarding: draft.allowForwarding ?? (!migrated && random.chance(0.15)),
    ignoreReservation: random.chance(0.7),
    altinn2Id: order.altinn2Id ?? null,
    replyOptions: draft.replyOptions ?? [],
    propertyList: migrated ? {} : (draft.properties ?? {}),
    externalReferences: [
      ...(!migrated && random.chance(0.3) ? [{ referenceValue: draft.reference, referenceType: 'Generic' as const }] : []),
      { referenceValue: dialogId, referenceType: 'DialogportenDialogId' },
      ...(order.transmission === undefined ? [] : [{ referenceValue: order.transmission.transmissionId, referenceType: 'DialogportenTransmissionId' as const }]),
    ],
    attachments,
    alreadyFetched: order.fetchedAt ?? null,
    alreadyRead: readAt,
    alreadyConfirmed: order.confirmedAt ?? null,
    alreadyDownloaded: readAt === null ? [] : attachments.filter(() => random.chance(0.6)).map(({ id }) => ({ attachmentId: id, at: readAt + random.int(20, 200) * 1000 })),
    systemLabel: order.label ?? 'Default',
    serviceOwnerLabel: order.serviceOwnerLabel,
    transmissionOf: order.transmission?.dialogId ?? null,
  }
}

/** Whether a dialog made at `at` carries Correspondence's label, seen from a world that begins at `anchorAt`. */
export function isLabelled(at: number, anchorAt: number): boolean {
  // A clock that stands before the label's first day would leave a world in which nothing can be looked up.
  return anchorAt < labelsSince + DAY || at >= labelsSince
}
