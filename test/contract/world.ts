import type { SentMessage, World } from '../../main/localtest/world/model.ts'
import { file, letter, smallWorld } from '../localtest/small-world.ts'

const recipient = 'urn:altinn:organization:identifier-no:310000001'
const dialogParty = 'urn:altinn:organization:identifier-no:310000108'
const day = 86_400_000
const text = (content: string): Buffer => Buffer.from(content)

/** Messages of the kinds that were recorded, by the names the cases use. */
export const names: Readonly<Record<string, number>> = {
  plain: 1, full: 2, files: 3, names: 4, confirm: 5, reply3: 6, reply4: 7, confidential: 8, forwardable: 9, past: 10, future: 11, html: 12, migrated: 13, zero: 14, expired: 15, max: 16, other: 17, big: 18,
}

/** Attachments by message and the name the cases use. */
export const files: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  files: { pdf: 31, docx: 32, csv: 33, xml: 34, html: 35, png: 36, json: 37, zip: 38, txt: 39 },
  names: { n1: 41, n2: 42, n3: 43, n4: 44, n5: 45, n6: 46, n7: 47, n8: 48 },
  zero: { txt: 51 },
  expired: { pdf: 61 },
  confirm: { pdf: 71 },
  big: { zip: 81 },
}
export const fileId = (message: string, name: string): string => `00000003-0000-4000-8000-${String(files[message]?.[name] ?? 0).padStart(12, '0')}`

const attach = (message: string, name: string, fileName: string, content: Buffer, dataType: string, more = {}) => file(files[message]?.[name] ?? 0, fileName, content, { dataType, displayName: name === 'pdf' ? 'Brevet' : null, ...more })
const option = (n: number, linkText: string | null = `Svar ${String(n)}`) => ({ linkURL: `https://eksempel.example/${String(n)}`, linkText })

function messages(at: number): readonly SentMessage[] {
  const one = (name: string, more: Partial<SentMessage> = {}): SentMessage =>
    letter(names[name] ?? 0, at - day, { recipient, resourceId: 'rec-main', summary: 'Kort om vedtaket', sendersReference: `ref-${name}`, ...more })
  return [
    one('plain'),
    one('full', { messageSender: 'Avdeling for Prøving', dueAt: at + 30 * day, ignoreReservation: true, propertyList: { nøkkel: 'verdi', deceased: 'false' } }),
    one('files', {
      attachments: [
        attach('files', 'pdf', 'brev.pdf', text('%PDF-1.4'), 'application/pdf'),
        attach('files', 'docx', 'skjema.docx', Buffer.alloc(2000, 7), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'),
        attach('files', 'csv', 'tall.csv', text('a;b'), 'text/csv'),
        attach('files', 'xml', 'data.xml', text('<a>1</a>'), 'text/xml'),
        attach('files', 'html', 'side.html', text('<h1>x</h1>'), 'text/html'),
        attach('files', 'png', 'bilde.png', Buffer.alloc(50, 1), 'image/png'),
        attach('files', 'json', 'svar.json', text('{"a":1}'), 'application/json'),
        attach('files', 'zip', 'pakke.zip', Buffer.alloc(3000, 2), 'application/zip'),
        attach('files', 'txt', 'notat.txt', text('hei'), 'text/plain'),
      ],
    }),
    one('names', {
      attachments: ['Årsoppgjør æøå ÆØÅ 2026.pdf', 'Søknad – vedlegg.txt', 'parentes (1).txt', "apostrof's.txt", `l${'a'.repeat(240)}ng.txt`, 'komma, punkt.. dobbel.txt', 'emoji 😀.txt', 'prosent %41.txt'].map((fileName, index) =>
        attach('names', `n${String(index + 1)}`, fileName, text('innhold'), 'text/plain'),
      ),
    }),
    one('confirm', { needsConfirmation: true, dueAt: at + 10 * day, attachments: [attach('confirm', 'pdf', 'en.pdf', text('%PDF-1.4'), 'application/pdf')] }),
    one('big', { attachments: [attach('big', 'zip', 'stor.zip', Buffer.alloc(1_048_576, 3), 'application/zip')] }),
    one('reply3', { replyOptions: [option(1), option(2), option(3)] }),
    one('reply4', { replyOptions: [option(1), option(2), option(3), option(4, null)] }),
    one('confidential', { confidential: true }),
    one('forwardable', { allowForwarding: true }),
    one('past', { requestedPublishAt: Date.parse('2026-01-03T00:00:00Z') }),
    one('future', { createdAt: at - day, requestedPublishAt: at + 5 * day, publishedAt: null }),
    one('html', { body: '<p>Hei <b>du</b></p><script>alert(1)</script>' }),
    one('migrated', { altinn2Id: 4711, title: '', body: '<table><tr><td>1</td></tr></table>' }),
    one('zero', { attachments: [attach('zero', 'txt', 'tom.txt', Buffer.alloc(0), 'text/plain')] }),
    one('expired', { attachments: [attach('expired', 'pdf', 'brev.pdf', text('%PDF-1.4'), 'application/pdf', { expiresAt: at - 1000 })] }),
    one('max', { title: 'x'.repeat(255), summary: 'y'.repeat(255), body: 'z'.repeat(30_000) }),
    one('other', { recipient: 'urn:altinn:organization:identifier-no:310000002' }),
    // What searches are asked about.
    ...Array.from({ length: 8 }, (_, n) => letter(100 + n, at - (n + 2) * day, { recipient: dialogParty, resourceId: 'rec-correspondence', summary: 'Sammendrag', messageSender: 'Etaten', sendersReference: n === 0 ? 'full' : `sak-${String(n)}`, needsConfirmation: n === 1, dueAt: n < 3 ? at + day : null })),
  ]
}

/** A world with one message of each recorded kind, whose recipient is the one the recordings ask for. */
export const recordedWorld = (seed: number, anchorAt: number): World => {
  const base = smallWorld(messages)(seed, anchorAt)
  const party = (urn: string, index: number) => ({ ...(base.parties[0] as World['parties'][number]), urn, number: urn.slice(-9), name: `Mottaker ${String(index)}`, partyId: 70 + index })
  const resources = ['rec-main', 'rec-correspondence', 'rec-correspondence-2'].map((id) => ({ ...(base.resources[0] as World['resources'][number]), id }))
  const [identity] = base.identities
  return {
    ...base,
    parties: [recipient, dialogParty].map(party),
    resources,
    identities: identity === undefined ? [] : [{ ...identity, organisation: '310000001', rights: [recipient, dialogParty].map((urn) => ({ party: urn, resources: 'all' as const })) }],
  }
}
