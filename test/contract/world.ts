import type { SentMessage, SentNotification, World } from '../../main/localtest/world/model.ts'
import { dialogMessages, dialogOthers, dialogParties, dialogParty, dialogResources, otherParty } from './dialog-world.ts'
import { dialogIdOf, file, letter, smallWorld } from '../localtest/small-world.ts'
import { contents, named, oddNames, pattern, pdf } from './recorded-files.ts'

export const recipient = 'urn:altinn:organization:identifier-no:310000001'
/** A person with a message of his own, who may also act for the recipient: Altinn's inbox calls with tokens of persons. */
export const person = 'urn:altinn:person:identifier-no:10908010073'
export const sender = 'urn:altinn:organization:identifier-no:310000099'
const day = 86_400_000

/** Messages of the kinds that were recorded, by the names the cases use. */
export const names: Readonly<Record<string, number>> = {
  plain: 1, full: 2, files: 3, names: 4, confirm: 5, reply3: 6, reply4: 7, confidential: 8, forwardable: 9, past: 10, future: 11, html: 12, migrated: 13, zero: 14, expired: 15, max: 16, other: 17, big: 18,
  reply4nn: 19, purgedatt: 20, statusexpired: 21, person: 22, linked: 23, hidden: 24, one: 25, notified: 26, keyed: 27, confidential2: 28, shared1: 29, shared2: 30, ordinary: 31, confsys: 32,
}

/** Attachments by message and the name the cases use. */
export const files: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  files: { pdf: 31, docx: 32, csv: 33, xml: 34, html: 35, png: 36, json: 37, zip: 38, txt: 39 },
  names: { n1: 41, n2: 42, n3: 43, n4: 44, n5: 45, n6: 46, n7: 47, n8: 48 },
  zero: { txt: 51 },
  expired: { pdf: 61 },
  confirm: { pdf: 71 },
  big: { zip: 81 },
  purgedatt: { gone: 91, txt: 92 },
  statusexpired: { txt: 93 },
  hidden: { txt: 94 },
  one: { txt: 95 },
  shared1: { txt: 96 },
  shared2: { txt: 96 },
}
export const fileId = (message: string, name: string): string => `00000003-0000-4000-8000-${String(files[message]?.[name] ?? 0).padStart(12, '0')}`

const attach = (message: string, name: string, fileName: string, content: Buffer, dataType: string, more = {}) => file(files[message]?.[name] ?? 0, fileName, content, { dataType, displayName: name === 'pdf' ? 'Brevet' : null, ...more })
const option = (n: number, linkText: string | null = `Svar ${String(n)}`) => ({ linkURL: `https://svar.example/${String(n)}?a=b&c=${String(n)}`, linkText })
/** Bodies whose readings by `/content` were recorded. */
const bodies = {
  plain: '# Overskrift\n\nHei ****, se [lenken](https://eksempel.example/a?b=1&c=2).\n\n* en\n* to\n\n1. første\n2. andre\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n> sitat\n\n`kode` og æøå ÆØÅ < & "tegn"\n\nlinje med to mellomrom  \nny linje',
  html: '<p>HTML <b>er</b> ikke lov</p>',
  migrated: '<html><head><style>p{color:red}</style></head><body><!-- kommentar --><h2>Vedtak</h2><p>Hei,<br/>se <a href="https://eksempel.example/x?a=1&amp;b=2">lenke</a> og <a href=\'mailto:post@eksempel.example\'>e-post</a>.</p><ul><li>en</li><li>to</li></ul><table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table><script>alert(1)</script><img src="https://eksempel.example/spor.png"><p style="x">æøå &oslash; &nbsp; slutt</p></body></html>',
}
/** The sender's key of `keyed`. */
export const idempotentKey = '00000004-0000-4000-8000-000000000027'
const big = pattern(1_048_576)
/** Two messages a minute, as many as no list holds at once. */
const manyCount = 1205
const manyFrom = Date.parse('2026-01-01T00:00:00Z')

function messages(at: number): readonly SentMessage[] {
  const one = (name: string, more: Partial<SentMessage> = {}): SentMessage =>
    letter(names[name] ?? 0, at - day, { recipient, resourceId: 'rec-main', sender, title: 'Tittel', summary: 'Sammendrag', body: 'Brødtekst', sendersReference: `ref-${name}`, ...more })
  const ordered: SentNotification = { orderId: '00000005-0000-4000-8000-000000000001', id: '00000005-0000-4000-8000-000000000002', createdAt: at - day, isReminder: false, channel: 'Email' }
  const plainFile = (message: string, name: string, fileName: string, dataType = 'text/plain') => attach(message, name, fileName, contents[fileName] ?? named(fileName), dataType)
  return [
    one('plain', { title: 'Vedtak om støtte', summary: 'Kort om vedtaket', body: bodies.plain }),
    one('ordinary'),
    one('full', { messageSender: 'Avdeling for Prøving', dueAt: at + 30 * day, ignoreReservation: true, propertyList: { nøkkel: 'verdi', deceased: 'false' },
      externalReferences: [{ referenceValue: 'sak-123', referenceType: 'Generic' }, { referenceValue: dialogIdOf(names['full'] ?? 0), referenceType: 'DialogportenDialogId' }] }),
    one('files', {
      attachments: [
        plainFile('files', 'pdf', 'brev.pdf', 'application/pdf'),
        plainFile('files', 'docx', 'skjema.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'),
        plainFile('files', 'txt', 'notat.txt'),
        plainFile('files', 'xml', 'data.xml', 'text/xml'),
        plainFile('files', 'html', 'side.html', 'text/html'),
        plainFile('files', 'png', 'bilde.png', 'image/png'),
        plainFile('files', 'csv', 'tall.csv', 'text/csv'),
        plainFile('files', 'json', 'svar.json', 'application/json'),
        plainFile('files', 'zip', 'pakke.zip', 'application/zip'),
      ],
    }),
    one('names', { attachments: oddNames.map((fileName, index) => attach('names', `n${String(index + 1)}`, fileName, /pdf$/i.test(fileName) ? pdf : named(fileName), /pdf$/i.test(fileName) ? 'application/pdf' : 'text/plain', { displayName: index === 0 ? 'Årsoppgjør «2026»' : null })) }),
    one('confirm', { needsConfirmation: true, dueAt: at + 10 * day, attachments: [attach('confirm', 'pdf', 'en.pdf', pdf, 'application/pdf', { displayName: null })] }),
    one('confsys', { needsConfirmation: true, dueAt: at + 10 * day }),
    one('big', { attachments: [attach('big', 'zip', 'stor.zip', big, 'application/zip')] }),
    one('reply3', { replyOptions: [option(1), option(2), option(3)] }),
    one('reply4', { replyOptions: [option(1), option(2), option(3), option(4, null)] }),
    one('reply4nn', { language: 'nn', body: 'Nynorsk tekst', replyOptions: [option(1), option(2), option(3), option(4, null)] }),
    ...['confidential', 'confidential2'].map((name) => one(name, { confidential: true, resourceId: 'rec-confidential', notifications: [ordered] })),
    one('forwardable', { allowForwarding: true }),
    one('past', { requestedPublishAt: Date.parse('2026-01-03T00:00:00Z') }),
    one('future', { createdAt: at - day, requestedPublishAt: at + 5 * day, publishedAt: null }),
    one('html', { body: bodies.html }),
    one('migrated', { altinn2Id: 12345678, title: '', summary: '<b>Kort</b>', body: bodies.migrated }),
    one('zero', { attachments: [attach('zero', 'txt', 'tom.txt', Buffer.alloc(0), 'text/plain', { displayName: 'Tom fil' })] }),
    one('expired', { attachments: [attach('expired', 'pdf', 'brev.pdf', pdf, 'application/pdf', { expiresAt: at - 1000 })] }),
    one('max', { title: 'Å'.repeat(255), summary: 'ø'.repeat(255), body: 'æ'.repeat(30_000) }),
    one('other', { recipient: 'urn:altinn:organization:identifier-no:310000002' }),
    one('purgedatt', { attachments: [attach('purgedatt', 'gone', 'slettet.txt', named('slettet.txt'), 'text/plain', { changed: { status: 'Purged', at: at - 1000 } }), plainFile('purgedatt', 'txt', 'ok.txt')] }),
    one('statusexpired', { attachments: [attach('statusexpired', 'txt', 'utlopt.txt', named('utlopt.txt'), 'text/plain', { expiresAt: at + 2 * day, changed: { status: 'Expired', at: at - 1000 } })] }),
    one('person', { recipient: person }),
    one('linked', { externalReferences: [{ referenceValue: dialogIdOf(names['linked'] ?? 0), referenceType: 'DialogportenDialogId' }, { referenceValue: dialogIdOf(900), referenceType: 'DialogportenTransmissionId' }] }),
    one('hidden', { attachments: [plainFile('hidden', 'txt', 'x.txt')] }),
    one('one', { title: 'Bare ett vedlegg: 2026æøå!', attachments: [plainFile('one', 'txt', 'en.txt')] }),
    one('notified', { notifications: [ordered] }),
    one('keyed', { recipient: 'urn:altinn:organization:identifier-no:310000002', resourceId: 'rec-other', idempotentKey }),
    ...['shared1', 'shared2'].map((name) => one(name, { attachments: [attach(name, 'txt', 'delt.txt', contents['delt.txt'] ?? named('delt.txt'), 'text/plain', { shared: true })] })),
    ...Array.from({ length: manyCount }, (_, n) =>
      letter(10_000 + n, at - day, { recipient, resourceId: 'rec-many', sender, sendersReference: `many-${String(n).padStart(4, '0')}`, requestedPublishAt: manyFrom + Math.floor(n / 2) * 60_000 })),
    // What searches are asked about.
    ...Array.from({ length: 7 }, (_, n) => letter(101 + n, at - (n + 3) * day, { recipient: dialogParty, resourceId: 'rec-correspondence', summary: 'Kort om saken', messageSender: 'Etaten', sendersReference: `sak-${String(n + 1)}`, needsConfirmation: n === 0 })),
    ...dialogMessages(at),
  ]
}

/** A world with one message of each recorded kind, whose recipient is the one the recordings ask for. */
export const recordedWorld = (seed: number, anchorAt: number): World => {
  const base = smallWorld(messages)(seed, anchorAt)
  const owner = { orgNumber: sender.slice(-9), code: 'digdir', name: { nb: 'Digitaliseringsdirektoratet', nn: 'Digitaliseringsdirektoratet', en: 'Norwegian Digitalisation Agency' } }
  const party = (urn: string, index: number) => ({ ...(base.parties[0] as World['parties'][number]), urn, number: urn.slice(-9), name: `Mottaker ${String(index)}`, partyId: 70 + index })
  const resources = ['rec-main', 'rec-correspondence', 'rec-correspondence-2', 'rec-many'].map((id) => ({ ...(base.resources[0] as World['resources'][number]), id, owner: id === 'rec-main' ? owner : { ...(base.resources[0] as World['resources'][number]).owner, code: 'ttd' } }))
  const title = 'Ressurs rec-confidential'
  const confidential = { ...(base.resources[0] as World['resources'][number]), id: 'rec-confidential', title: { nb: title, nn: title, en: title }, owner, confidential: true }
  const [identity] = base.identities
  return {
    ...base,
    parties: [...[recipient, dialogParty].map(party), ...dialogParties(party(dialogParty, 1))],
    resources: [...resources, confidential, ...dialogResources(base.resources[0] as World['resources'][number])],
    otherDialogs: dialogOthers(anchorAt),
    persons: [{ urn: person, rights: [{ party: recipient, resources: 'all' }] }],
    identities: identity === undefined ? [] : [{ ...identity, organisation: '310000001', rights: [recipient, dialogParty, otherParty].map((urn) => ({ party: urn, resources: 'all' as const })) }],
  }
}
