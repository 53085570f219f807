import type { SentMessage, World, WorldParty } from '../../../main/localtest/world/model.ts'
import { syntheticPersonNumber } from '../../../main/localtest/world/check-digits.ts'

/** The firm that signs in; its clients are two organisations and some persons. */
export const firm = '310000108'
const clients = ['310000205', '310000213']
const owner = { orgNumber: '310000191', code: 'skd', name: { nb: 'Skatteetaten', nn: 'Skatteetaten', en: 'The Norwegian Tax Administration' } }

export const organisationUrn = (number: string): string => `urn:altinn:organization:identifier-no:${number}`
export const personUrn = (number: string): string => `urn:altinn:person:identifier-no:${number}`

const pad = (n: number): string => String(n).padStart(12, '0')
const day = 86_400_000

/** National numbers of invented persons, born on different days of the same seed's choice. */
export function personNumbers(random: () => number, count: number): readonly string[] {
  const numbers = new Set<string>()
  while (numbers.size < count) {
    const [year, month, date] = [1940 + Math.floor(random() * 60), 1 + Math.floor(random() * 12), 1 + Math.floor(random() * 28)]
    numbers.add(syntheticPersonNumber(`${String(year)}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`, 100 + Math.floor(random() * 300)))
  }
  return [...numbers]
}

/** A word of a title that stands in every letter to a person and nowhere else. */
export const personWord = 'personbrev'

/**
 * A world whose recipients are persons as well, and whose letters to the first half of them name their national numbers: in
 * titles, summaries, bodies, reply addresses, names of files and files. Mail is encrypted on the disk, so none of it may be
 * readable there; who asks for such a letter is shown it. The numbers of the others stand nowhere but in the parties.
 */
export const namedPersons = (persons: readonly string[]): readonly string[] => persons.slice(0, Math.ceil(persons.length / 2))

/** The world of those persons, with so many letters to them and to two organisations. */
export function worldOf(persons: readonly string[], count: number): (seed: number, anchorAt: number) => World {
  const organisation = (number: string, index: number): WorldParty => ({ urn: organisationUrn(number), number, name: `Klient ${String(index)} AS`, kind: 'Organization', dateOfBirth: null, partyId: 5000 + index, partyUuid: `00000009-0000-4000-8000-${pad(index)}`, parentUrn: null, isDeleted: false })
  const person = (number: string, index: number): WorldParty => ({ urn: personUrn(number), number, name: `PERSON NUMMER ${String(index)}`, kind: 'Person', dateOfBirth: '1970-01-01', partyId: 6000 + index, partyUuid: `00000009-0000-4000-9000-${pad(index)}`, parentUrn: null, isDeleted: false })
  const letter = (n: number, anchorAt: number): SentMessage => {
    const toPerson = n % 2 === 0
    const recipient = persons[Math.floor(n / 2) % persons.length] ?? ''
    const number = namedPersons(persons).includes(recipient) ? recipient : 'deg'
    const createdAt = anchorAt - (n + 1) * 3 * 3_600_000
    const dialogId = `01a20000-0000-7000-8000-${pad(n + 1)}`
    return {
      id: `00000001-0000-4000-8000-${pad(n + 1)}`, dialogId, recipient: toPerson ? personUrn(recipient) : organisationUrn(clients[n % clients.length] ?? ''), resourceId: 'skd-brev', sender: organisationUrn(owner.orgNumber), messageSender: '', sendersReference: `sak-${String(n)}`,
      language: 'nb', title: toPerson ? `Om ${personWord} ${String(n)} for ${number}` : `Brev ${String(n)}`, summary: toPerson ? `Gjelder fødselsnummer ${number}` : null, body: toPerson ? `<p>Fødselsnummer: ${number}</p><p>${'Mer tekst. '.repeat(40)}</p>` : `Innhold i brev ${String(n)}`,
      createdAt, requestedPublishAt: createdAt, publishedAt: createdAt + 100, dialogUpdatedAt: createdAt + 200, dueAt: n % 5 === 0 ? anchorAt + day : null, needsConfirmation: n % 5 === 0, confidential: false, allowForwarding: false, ignoreReservation: false, altinn2Id: null,
      replyOptions: toPerson ? [{ linkURL: `https://eksempel.no/svar?fnr=${number}`, linkText: 'Svar' }] : [], propertyList: toPerson ? { fodselsnummer: number } : {},
      externalReferences: [{ referenceValue: dialogId, referenceType: 'DialogportenDialogId' }],
      attachments: n % 3 === 0 ? [{
        id: `00000003-0000-4000-8000-${pad(n + 1)}`, fileName: toPerson ? `vedtak-${number}.txt` : 'vedlegg.txt', displayName: null, sendersReference: `ref-${String(n)}`, dataType: 'text/plain', checksum: 'md5', createdAt, expiresAt: null,
        content: () => Promise.resolve(Buffer.from(`${toPerson ? `Vedtak for ${number}` : 'Vedlegg'}\n`.repeat(n % 6 === 0 ? 1500 : 3))),
      }] : [],
      alreadyFetched: null, alreadyRead: null, alreadyConfirmed: null, alreadyDownloaded: [], systemLabel: 'Default', serviceOwnerLabel: true, transmissionOf: null,
    }
  }
  const recipients = [...[firm, ...clients].map(organisation), ...persons.map(person)]
  return (seed, anchorAt) => ({
    name: 'secrets', seed, anchorAt, parties: recipients, otherDialogs: [],
    resources: [{ id: 'skd-brev', title: { nb: 'Brev', nn: 'Brev', en: 'Letter' }, owner, type: 'correspondenceservice', confidential: false, mixed: false, minimumLevel: 3 }],
    identities: [{
      kind: 'system-user', organisation: firm, systemId: '310000124_meldingsboks', systemUserId: '00000007-0000-4000-8000-000000000001', vendorOrganisation: '310000124', clientId: '00000008-0000-4000-8000-000000000001',
      rights: recipients.map(({ urn }) => ({ party: urn, resources: 'all' as const })),
    }],
    messages: Array.from({ length: count }, (_, n) => letter(n, anchorAt)).reverse(),
    arrival: (n, at) => ({ ...letter(90_000 + n, at), createdAt: at, requestedPublishAt: at, publishedAt: null }),
  })
}
