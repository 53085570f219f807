import { monitorEventLoopDelay } from 'node:perf_hooks'
import { describe, expect, it } from 'vitest'
import { aboutText, listedReceipts } from '../../main/export/outgoing.ts'
import { csvField, csvTime, outgoingCsv } from '../../main/export/outgoing-csv.ts'
import { inLines, outgoingPdf } from '../../main/export/outgoing-pdf.ts'
import type { ReceiptFacts } from '../../main/export/receipt.ts'

const at = Date.parse('2026-11-23T08:12:05Z')
const facts = (more: Partial<ReceiptFacts> = {}): ReceiptFacts => ({
  uuid: '0b9a5a0e-0000-4000-8000-000000000001', kind: 'confirm', state: 'proven', reason: null, title: 'Vedtak i klagesak', sender: 'Tindvik kommune', partyName: 'Solbakken Gartneri',
  party: 'urn:altinn:organization:identifier-no:312766418', dueAt: null, person: 'kari', accountName: 'Fjordtun', clickedAt: at, sentAt: at + 1000, provenAt: at + 2000, answerStatus: 200, answerCode: null, attempts: 1,
  forwardTo: null, versionShown: null, correspondenceId: '0b9a5a0e-0000-4000-8000-000000000002', dialogId: null, traceId: null, ...more,
})
async function* batchesOf(all: readonly ReceiptFacts[]): AsyncGenerator<readonly ReceiptFacts[]> {
  for (let from = 0; from < all.length; from += 100) yield await Promise.resolve(all.slice(from, from + 100))
}
async function whole(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

describe('a field of a spreadsheet', () => {
  it('is quoted where it must be, and never a formula or a line of its own', () => {
    expect(['Brev', 'Rør; deler', 'Si "ja"', 'to\r\nlinjer'].map(csvField)).toEqual(['Brev', '"Rør; deler"', '"Si ""ja"""', 'to linjer'])
    for (const start of ['=', '+', '-', '@', '\t=', '\r=', ' =', '\u202e=', '＝', '\u0000@']) expect(csvField(`${start}cmd|'/c calc'!A1`)).toMatch(/^'[=+\-@＝]/)
    expect(csvField('=1;2')).toBe('"\'=1;2"')
    expect(csvField('a=b')).toBe('a=b')
  })

  it('is a time as Norway\'s clocks show it, and in the hour they show twice it says which', () => {
    expect(csvTime(at)).toBe('2026-11-23 09:12:05')
    expect(csvTime(Date.parse('2026-07-01T22:30:00Z'))).toBe('2026-07-02 00:30:00')
    expect([csvTime(Date.parse('2026-10-25T00:30:00Z')), csvTime(Date.parse('2026-10-25T01:30:00Z'))]).toEqual(['2026-10-25 02:30:00 +02:00', '2026-10-25 02:30:00 +01:00'])
    expect(csvTime(null)).toBe('')
  })
})

describe('a row of the list', () => {
  it('says in words what the window says, hides what is confidential, and no national identity number', () => {
    const nb = listedReceipts('nb')
    expect(nb(facts({ title: null })).title).toBe('Taushetsbelagt post')
    expect(nb(facts({ state: 'refused', reason: 'no-access' }))).toMatchObject({ state: 'Avvist av Altinn', reason: 'Fullmakten er borte. Mottaket er ikke bekreftet, og fristen gjelder fortsatt.' })
    expect(nb(facts({ state: 'refused', reason: 'given-up' })).state).toBe('Følges ikke opp')
    expect(nb(facts())).toMatchObject({ number: '312766418', answer: 'HTTP 200' })
    const person = 'urn:altinn:person:identifier-no:01017012345'
    expect(nb(facts({ party: person, partyName: person }))).toMatchObject({ number: '', recipient: '' })
    expect(aboutText({ language: 'en', group: 'refused', recipient: null, count: 1, nowAt: at })).toBe('Show: Refused · Recipient: All recipients · 1 row')
  })
})

describe('a text on paper', () => {
  it('is broken between words, and within one only where it is too long for a line', () => {
    const widthOf = (text: string): number => text.length
    expect(inLines('kort', 10, widthOf)).toEqual(['kort'])
    expect(inLines('et brev om noe langt', 10, widthOf)).toEqual(['et brev om', 'noe langt'])
    expect(inLines('a 1234567890123 b', 10, widthOf)).toEqual(['a', '1234567890', '123 b'])
    expect(inLines('', 10, widthOf)).toEqual([''])
  })
})

describe('a list of ten thousand rows', () => {
  const many = Array.from({ length: 10_000 }, (_, n) => facts({ title: `Vedtak ${String(n)} om noe som fyller mer enn én linje i tabellen` }))

  it.each([['csv', () => outgoingCsv(batchesOf(many), 'nb')], ['pdf', () => outgoingPdf(batchesOf(many), { language: 'nb', group: 'all', recipient: null, count: many.length, nowAt: at })]] as const)('as %s holds nothing up for long', async (format, make) => {
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const content = await whole(make())
    delay.disable()
    if (format === 'csv') expect(content.toString('utf8').split('\r\n')).toHaveLength(many.length + 2)
    else expect(content.subarray(-6).toString()).toBe('%%EOF\n')
    // Ten times what it takes on a slow machine; made in one go it is seconds.
    expect(delay.max / 1e6).toBeLessThan(500)
  })
})
