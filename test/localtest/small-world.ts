import type { SentAttachment, SentMessage, World, WorldParty, WorldResource } from '../../main/localtest/world/model.ts'

/** A small world for tests: two clients of one firm, ordinary, mixed and confidential services, letters as a test asks for them. */
export const firm = '310000108'
export const clients = ['310000205', '310000213'] as const
export const orgUrn = (number: string): string => `urn:altinn:organization:identifier-no:${number}`

const pad = (n: number): string => String(n).padStart(12, '0')
export const letterId = (n: number): string => `00000001-0000-4000-8000-${pad(n)}`
export const dialogIdOf = (n: number): string => `01a20000-0000-7000-8000-${pad(n)}`

const owner = { orgNumber: '310000191', code: 'skd', name: { nb: 'Skatteetaten', nn: 'Skatteetaten', en: 'The Norwegian Tax Administration' } }
const resource = (id: string, more: Partial<WorldResource> = {}): WorldResource => ({
  id, title: { nb: id, nn: id, en: id }, owner, type: 'correspondenceservice', confidential: false, mixed: false, minimumLevel: 3, ...more,
})
const party = (number: string, index: number): WorldParty => ({
  urn: orgUrn(number), number, name: `Klient ${String(index)} AS`, kind: 'Organization', dateOfBirth: null, partyId: 5000 + index, partyUuid: `00000009-0000-4000-8000-${pad(index)}`, parentUrn: null, isDeleted: false,
})

export function file(n: number, fileName: string, content: Buffer, more: Partial<SentAttachment> = {}): SentAttachment {
  return {
    id: `00000003-0000-4000-8000-${pad(n)}`, fileName, displayName: null, sendersReference: `ref-${String(n)}`, dataType: 'application/pdf', checksum: 'md5', createdAt: 0, expiresAt: null,
    content: () => Promise.resolve(content), ...more,
  }
}

export function letter(n: number, createdAt: number, more: Partial<SentMessage> = {}): SentMessage {
  return {
    id: letterId(n), dialogId: dialogIdOf(n), recipient: orgUrn(clients[0]), resourceId: 'skd-brev', sender: orgUrn(owner.orgNumber), messageSender: '', sendersReference: `sak-${String(n)}`,
    language: 'nb', title: `Brev ${String(n)}`, summary: null, body: `Innhold i brev ${String(n)}`, createdAt, requestedPublishAt: createdAt, publishedAt: createdAt + 100, dialogUpdatedAt: createdAt + 200,
    dueAt: null, needsConfirmation: false, confidential: false, allowForwarding: false, ignoreReservation: false, altinn2Id: null, replyOptions: [], propertyList: {},
    externalReferences: [{ referenceValue: dialogIdOf(n), referenceType: 'DialogportenDialogId' }], attachments: [], alreadyFetched: null, alreadyRead: null, alreadyConfirmed: null,
    alreadyDownloaded: [], systemLabel: 'Default', serviceOwnerLabel: true, transmissionOf: null, ...more,
  }
}

/** @param letters made for the world's anchor, ms */
export function smallWorld(letters: (anchorAt: number) => readonly SentMessage[], more: Partial<World> = {}): (seed: number, anchorAt: number) => World {
  return (seed, anchorAt) => ({
    name: 'small',
    seed,
    anchorAt,
    parties: [firm, ...clients].map(party),
    resources: [resource('skd-brev'), resource('skd-taushet', { confidential: true }), resource('skd-blandet', { mixed: true }), resource('skd-melding', { type: 'genericaccessresource' })],
    identities: [{
      kind: 'system-user', organisation: firm, systemId: '310000124_meldingsboks', systemUserId: '00000007-0000-4000-8000-000000000001', vendorOrganisation: '310000124',
      clientId: '00000008-0000-4000-8000-000000000001', rights: [firm, ...clients].map((number) => ({ party: orgUrn(number), resources: 'all' as const })),
    }],
    messages: letters(anchorAt),
    otherDialogs: [],
    arrival: (n, at) => letter(90_000 + n, at, { publishedAt: null }),
    ...more,
  })
}
