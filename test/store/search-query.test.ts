import { describe, expect, it } from 'vitest'
import { osloMidnight } from '../../resources/locales/oslo-day.ts'
import { daysOf } from '../../main/store/reader/search-days.ts'
import { type Clause, understand } from '../../main/store/reader/search-query.ts'

const calendar = { today: '2026-11-27', nowAt: Date.parse('2026-11-27T11:00:00Z'), startOf: (day: string) => osloMidnight(Date.parse(`${day}T12:00:00Z`), 0) }
const asked = (text: string, filters: readonly string[] = []) => understand(text, filters, calendar)

/** A clause in short: `any:a+b`, `title"a b"`, `-has:due`. */
function short(clause: Clause): string {
  const not = clause.not ? '-' : ''
  switch (clause.kind) {
    case 'text':
      return `${not}${clause.field}:${clause.phrase === null ? clause.words.join('+') : clause.phrase === 'whole' ? `"${clause.words.join(' ')}"` : `"${clause.words.join(' ')}…`}`
    case 'range':
      return `${not}${clause.field}:${clause.from === null ? '' : new Date(clause.from).toISOString()}..${clause.before === null ? '' : new Date(clause.before).toISOString()}`
    case 'overdue':
      return `${not}overdue`
    case 'has':
      return `${not}has:${clause.what}`
    case 'status':
      return `${not}status:${clause.status}`
  }
}
const read = (text: string): string => asked(text).parts.map(({ clause }) => short(clause)).join(' ')

describe('what is typed', () => {
  it.each([
    ['varelager fradrag', 'any:varelager any:fradrag'],
    ['  Varelager\tFRADRAG ', 'any:Varelager any:FRADRAG'],
    ['e-post', 'any:e+post'],
    ['"frist for svar"', 'any:"frist for svar"'],
    ['«frist for svar» og', 'any:"frist for svar" any:og'],
    ['”a b„ “c d”', 'any:"a b" any:"c d"'],
    ['"frist for sv', 'any:"frist for sv…'],
    ['varelager -fradrag', 'any:varelager -any:fradrag'],
    ['−fradrag', '-any:fradrag'],
    ['-"frist for svar"', '-any:"frist for svar"'],
    ['a - b', 'any:a any:b'],
    ['2026-11-27', 'any:2026+11+27'],
    ['fra:Skatteetaten', 'from:Skatteetaten'],
    ['Frå:Skatteetaten FROM:nav avsender:a Sender:b', 'from:Skatteetaten from:nav from:a from:b'],
    ['fra:"Statens vegvesen"', 'from:"Statens vegvesen…'],
    ['fra: Skatteetaten', 'from:Skatteetaten'],
    ['fra: "Statens vegvesen" krav', 'from:"Statens vegvesen… any:krav'],
    ['til:Nordlys mottakar:312845679', 'to:Nordlys to:312845679'],
    ['tittel:vedtak vedlegg:faktura fil:kart', 'title:vedtak attachment:faktura attachment:kart'],
    ['-fra:NAV -til:Nordlys', '-from:NAV -to:Nordlys'],
    ['har:vedlegg has:attachments -har:frist', 'has:attachment has:attachment -has:due'],
    ['status:ulest er:unread is:lesne', 'status:unread status:unread status:read'],
    ['status:må bekreftes varelager', 'status:to-confirm any:varelager'],
    ['status:"må stadfestast"', 'status:to-confirm'],
    ['status:meldt som lest', 'status:reported'],
    ['status:ikke behandlet', 'status:not-handled'],
    ['status:papirkorga -status:arkiv', 'status:bin -status:archive'],
    ['frist:utgått', 'overdue'],
    ['-frist:gått ut', '-overdue'],
    ['due:overdue', 'overdue'],
    ['frist:ingen', '-has:due'],
    ['-frist:ingen', 'has:due'],
    ['frist:i dag', 'due:2026-11-26T23:00:00.000Z..2026-11-27T23:00:00.000Z'],
    ['frist:idag krav', 'due:2026-11-26T23:00:00.000Z..2026-11-27T23:00:00.000Z any:krav'],
    ['frist:denne uken', 'due:2026-11-22T23:00:00.000Z..2026-11-29T23:00:00.000Z'],
    ['frist:1. januar 2026', 'due:2025-12-31T23:00:00.000Z..2026-01-01T23:00:00.000Z'],
    ['frist:<1.7.2026', 'due:..2026-06-30T22:00:00.000Z'],
    ['dato:2026-03', 'published:2026-02-28T23:00:00.000Z..2026-03-31T22:00:00.000Z'],
    ['siden:1.1.2026', 'published:2025-12-31T23:00:00.000Z..'],
    ['før:1.1.2026', 'published:..2025-12-31T23:00:00.000Z'],
    ['Hei: på deg', 'any:hei any:på any:deg'],
    ['kl.12:30', 'any:kl+12+30'],
    ['https://www.skatteetaten.no/a', 'any:https+www+skatteetaten+no+a'],
    ['"', ''],
    ['""', ''],
    ['-', ''],
    [': :: -: "-" *', ''],
    ['title:x OR * NEAR(a b) {a}: ^b', 'title:x any:OR any:NEAR+a any:b any:a any:b'],
    ['', ''],
  ])('«%s» is understood', (text, expected) => {
    expect(read(text)).toBe(expected)
  })

  it.each([
    ['frist:snurt', [{ typed: 'frist:snurt', why: 'due', field: 'due' }], 'any:frist any:snurt'],
    ['frist:31.2.2026', [{ typed: 'frist:31.2.2026', why: 'due', field: 'due' }], 'any:frist any:31+2+2026'],
    ['status:grønn', [{ typed: 'status:grønn', why: 'status', field: 'status' }], 'any:status any:grønn'],
    ['-status:grønn', [{ typed: '-status:grønn', why: 'status', field: 'status' }], '-any:status -any:grønn'],
    ['har:tid', [{ typed: 'har:tid', why: 'has', field: 'has' }], 'any:har any:tid'],
    ['dato:aldri', [{ typed: 'dato:aldri', why: 'published', field: 'published' }], 'any:dato any:aldri'],
    ['siden:aldri', [{ typed: 'siden:aldri', why: 'published', field: 'since' }], 'any:siden any:aldri'],
    ['avsendr:nav', [{ typed: 'avsendr:nav', why: 'field', field: 'from' }], 'any:avsendr any:nav'],
    ['farge:rød', [{ typed: 'farge:rød', why: 'field', field: null }], 'any:farge any:rød'],
    ['fra:', [{ typed: 'fra:', why: 'empty', field: 'from' }], ''],
    ['varelager frist:', [{ typed: 'frist:', why: 'empty', field: 'due' }], 'any:varelager'],
    ['fra:""', [{ typed: 'fra:""', why: 'empty', field: 'from' }], ''],
  ])('«%s» is told as not understood, and looked for as words', (text, unclear, expected) => {
    expect(asked(text).unclear).toEqual(unclear)
    expect(read(text)).toBe(expected)
  })

  it('has its place in the text, also where a value has several words', () => {
    const text = 'krav -fra:"Statens vegvesen" frist:denne uken status: ulest'
    expect(asked(text).parts.map(({ at }) => text.slice(...at))).toEqual(['krav', '-fra:"Statens vegvesen"', 'frist:denne uken', 'status: ulest'])
  })

  it('and the filters beside it are one question', () => {
    const { parts, unclear } = asked('krav', ['fra:"Skatteetaten"', 'frist:snurt'])
    expect(parts.map(({ clause, filter }) => [short(clause), filter])).toEqual([['any:krav', null], ['from:"Skatteetaten…', 0], ['any:frist', 1], ['any:snurt', 1]])
    expect(unclear).toHaveLength(1)
  })

  it('ends somewhere', () => {
    expect(asked('ord '.repeat(300)).parts).toHaveLength(20)
    expect(asked('har:vedlegg '.repeat(300)).parts.length).toBeLessThanOrEqual(40)
  })

  it('is never an error, whatever it is', () => {
    const pieces = ['"', '«', '-', ':', 'fra:', 'frist:', 'status:', '..', '<', '1.1.', '\u0000', 'å', '\ud800', ' ', '(', '*', 'til:"', 'i dag', '😀']
    let seed = 7
    for (let n = 0; n < 3000; n += 1) {
      const text = Array.from({ length: 6 }, () => pieces[(seed = (seed * 48_271) % 2_147_483_647) % pieces.length]).join('')
      for (const { clause, at } of asked(text).parts) {
        expect(at[1]).toBeLessThanOrEqual(text.length)
        if (clause.kind === 'text') for (const word of clause.words) expect(word).toMatch(/^[\p{L}\p{N}]+$/u)
      }
    }
  })
})

describe('days', () => {
  it.each([
    ['24.12.2026', '2026-12-24', '2026-12-24'],
    ['24.12.26', '2026-12-24', '2026-12-24'],
    ['4/1/2026', '2026-01-04', '2026-01-04'],
    ['24.12', '2026-12-24', '2026-12-24'],
    ['24.12.', '2026-12-24', '2026-12-24'],
    ['2026-2-9', '2026-02-09', '2026-02-09'],
    ['2024-02-29', '2024-02-29', '2024-02-29'],
    ['2026-02-29', null, null],
    ['24. desember', '2026-12-24', '2026-12-24'],
    ['24 des. 2025', '2025-12-24', '2025-12-24'],
    ['Mai 2026', '2026-05-01', '2026-05-31'],
    ['02.2024', '2024-02-01', '2024-02-29'],
    ['2025', '2025-01-01', '2025-12-31'],
    ['i morgen', '2026-11-28', '2026-11-28'],
    ['i går', '2026-11-26', '2026-11-26'],
    ['i morgon', '2026-11-28', '2026-11-28'],
    ['uka', '2026-11-23', '2026-11-29'],
    ['neste veke', '2026-11-30', '2026-12-06'],
    ['forrige uke', '2026-11-16', '2026-11-22'],
    ['uke 1', '2025-12-29', '2026-01-04'],
    ['uke 53 2026', '2026-12-28', '2027-01-03'],
    ['uke 53 2025', null, null],
    ['denne måneden', '2026-11-01', '2026-11-30'],
    ['neste måned', '2026-12-01', '2026-12-31'],
    ['last month', '2026-10-01', '2026-10-31'],
    ['i år', '2026-01-01', '2026-12-31'],
    ['i fjor', '2025-01-01', '2025-12-31'],
    ['14 dager', '2026-11-27', '2026-12-11'],
    ['siste 7 dagar', '2026-11-20', '2026-11-27'],
  ])('%s', (value, from, to) => {
    expect(daysOf(value, calendar.today, true)).toEqual(from === null ? null : { from, to })
  })

  it.each([
    ['1.11.2026..30.11.2026', '2026-11-01', '2026-11-30'],
    ['30.11.2026..1.11.2026', '2026-11-01', '2026-11-30'],
    ['1.11.2026 - 30.11.2026', '2026-11-01', '2026-11-30'],
    ['2026-11-01–2026-11-30', '2026-11-01', '2026-11-30'],
    ['1.11.2026..', '2026-11-01', null],
    ['..2026', null, '2026-12-31'],
    ['<1.12.2026', null, '2026-11-30'],
    ['<= 1.12.2026', null, '2026-12-01'],
    ['>1.12.2026', '2026-12-02', null],
    ['>=2026-12', '2026-12-01', null],
    ['før i dag', null, '2026-11-26'],
    ['etter uka', '2026-11-30', null],
    ['innen neste uke', null, '2026-12-06'],
    ['siden mars', '2026-03-01', null],
    ['..', undefined, undefined],
    ['1.11.2026..snart', undefined, undefined],
    ['<', undefined, undefined],
    ['1989', undefined, undefined],
  ])('from and to: %s', (value, from, to) => {
    expect(daysOf(value, calendar.today, true)).toEqual(from === undefined ? null : { from, to })
  })
})
