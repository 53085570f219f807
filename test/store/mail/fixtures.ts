import type { CoverageApi } from '../../../main/store/mail/coverage.ts'
import type { AttachmentRecord, DialogRecord, FetchedMessage, FetchScope, NamedParty, PartyRecord } from '../../../main/store/mail/records.ts'

export const accountUuid = '00000000-0000-4000-8000-0000000000aa'
export const scope: FetchScope = { fromAt: null, parties: null, attachments: true }
const baseAt = Date.parse('2026-03-01T08:00:00Z')

const id = (kind: number, n: number): string => `0000000${String(kind)}-0000-4000-8000-${String(n).padStart(12, '0')}`
export const urn = (n: number): string => `urn:altinn:organization:identifier-no:31000000${String(n)}`

export const party = (n: number): PartyRecord => ({ urn: urn(n), uuid: id(9, n), name: `Klient ${String(n)}`, kind: 'organisation', parentUrn: null, isDeleted: false, headingOnly: false })

/** A list of parties as Dialogporten answers it. */
export const named = (parties: readonly NamedParty[], at: number): Parameters<CoverageApi['partiesAnswered']>[0] => ({ accountUuid, source: 'dialogporten', parties, at, believeShrunkMs: 0 })

export const dialog = (n: number): DialogRecord => ({
  dialogId: id(1, n),
  party: urn(1),
  serviceResource: 'skd-brev',
  org: 'skd',
  kind: 'correspondence',
  createdAt: baseAt + n,
  updatedAt: baseAt + n,
  updatedAtText: `2026-03-01T08:00:00.00${String(n)}0000Z`,
  contentUpdatedAt: baseAt + n,
  dueAt: null,
  status: 'NotApplicable',
  title: `Brev ${String(n)}`,
  summary: null,
  senderName: null,
  language: 'nb',
  level: 3,
  labels: ['Default'],
  revision: id(8, n),
  transmissionsCount: 0,
  externalReference: null,
  isApiOnly: false,
  original: JSON.stringify({ id: n }),
})

export const attachment = (n: number, changes: Partial<AttachmentRecord> = {}): AttachmentRecord => ({
  attachmentId: id(3, n),
  fileName: `vedlegg-${String(n)}.pdf`,
  displayName: null,
  md5: null,
  dataType: 'application/pdf',
  status: 'Published',
  expiresAt: null,
  encrypted: false,
  createdAt: baseAt,
  ...changes,
})

export const fetched = (n: number, changes: Partial<FetchedMessage> = {}): FetchedMessage => ({
  messageId: null,
  accountUuid,
  via: 'overview',
  fetchedAt: baseAt + 1000,
  original: `{"n":${String(n)}}`,
  correspondenceId: id(2, n),
  dialogId: id(1, n),
  isTransmissionOf: null,
  resourceId: 'skd-brev',
  recipient: urn(1),
  sender: 'urn:altinn:organization:identifier-no:310000099',
  messageSender: null,
  title: `Brev ${String(n)}`,
  summary: null,
  body: 'Innhold',
  language: 'nb',
  createdAt: baseAt + n,
  publishedAt: baseAt + n,
  requestedPublishAt: baseAt + n,
  dueAt: null,
  readAt: null,
  confirmedAt: null,
  needsConfirmation: false,
  confidential: false,
  allowForwarding: false,
  altinn2Id: null,
  replyOptions: [],
  propertyList: {},
  attachments: [],
  statusHistory: null,
  ...changes,
})
