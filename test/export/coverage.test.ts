import { describe, expect, it } from 'vitest'
import { type CoverageLine, coverageCsv, numberOf } from '../../main/export/coverage-csv.ts'

const line = (more: Partial<CoverageLine> = {}): CoverageLine => ({
  party: 'urn:altinn:organization:identifier-no:312345678', name: 'Nordlys Bakeri AS', kind: 'organisation', mainUnit: null, isDeleted: false, current: true, identities: ['Fjordregnskap'], firstSeenAt: Date.parse('2026-01-05T08:00:00Z'),
  packages: ['skatt', 'lonn'], roles: [], single: ['skd-brev'], sees: 21, sent: 3, messages: 12, unread: 2, lastMessageAt: Date.parse('2026-11-22T08:00:00Z'), askedAt: Date.parse('2026-11-23T08:12:00Z'), updatedAt: null, loss: null, canBeAdded: false, ...more,
})
const person = 'urn:altinn:person:identifier-no:01017012345'
const csv = (lines: readonly CoverageLine[], personNumbers = false): readonly string[] => [...coverageCsv(lines, { language: 'nb', personNumbers })].join('').split('\r\n')

describe('the table of recipients as a file', () => {
  it('opens in a Norwegian spreadsheet: byte order mark, semicolons, a row a recipient', () => {
    const [head = '', row = '', end] = csv([line()])
    expect(head.startsWith('\ufeffMottaker;')).toBe(true)
    expect(head.split(';')).toHaveLength(19)
    expect(row.split(';')).toEqual(['Nordlys Bakeri AS', '312345678', 'Virksomhet', '', '', 'i orden', '', 'Fjordregnskap', '2026-01-05 09:00:00', 'skatt, lonn', '', 'skd-brev', '21', '3', '12', '2', '2026-11-22 09:00:00', '2026-11-23 09:12:00', ''])
    expect(end).toBe('')
  })

  it('makes formulas harmless and quotes what would part a row', () => {
    const [, row = ''] = csv([line({ name: '=HYPERLINK("http://x";"y")', identities: ['A;B', '+47'], packages: ['@sum'] })])
    expect(row).toContain(`"'=HYPERLINK(""http://x"";""y"")"`)
    expect(row).toContain('"A;B, +47"')
    expect(row).toContain(`;'@sum;`)
    expect(csv([line({ name: 'To\r\nlinjer' })])).toHaveLength(3)
  })

  it('hides national numbers of persons unless they are asked for', () => {
    expect(csv([line({ party: person, kind: 'person', name: 'Turid Solbakken' })])[1]).toContain(';010170*****;Privatperson;')
    expect(csv([line({ party: person, kind: 'person' })]).join('')).not.toContain('01017012345')
    expect(csv([line({ party: person, kind: 'person' })], true)[1]).toContain(';01017012345;')
    expect(numberOf('urn:altinn:organization:identifier-no:312345678', false)).toBe('312345678')
  })

  it('says how each recipient stands, and since when', () => {
    const since = Date.parse('2026-11-19T07:00:00Z')
    const stateOf = (more: Partial<CoverageLine>): readonly string[] => (csv([line(more)])[1] ?? '').split(';').slice(5, 7)
    expect(stateOf({ current: false, loss: { kind: 'gone', since } })).toEqual(['Fullmakten er borte', '2026-11-19 08:00:00'])
    expect(stateOf({ loss: { kind: 'fewer', since } })).toEqual(['Mindre dekning enn før', '2026-11-19 08:00:00'])
    expect(stateOf({ loss: { kind: 'unlisted', since } })).toEqual(['Mangler i listen fra Altinn', '2026-11-19 08:00:00'])
    expect(stateOf({ messages: 0 })).toEqual(['aldri fått melding', ''])
    expect(stateOf({ current: false, canBeAdded: true })).toEqual(['Fullmakt mangler', ''])
  })
})
