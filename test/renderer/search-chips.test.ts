import { describe, expect, it } from 'vitest'
import { askedOf, understoodOf } from '../../main/engine/searches.ts'
import { allTexts, languages } from '../../resources/locales/index.ts'
import { asLine, chipText, unclearText, withoutChip, withWord } from '../../renderer/search/chips.ts'
import { wordsOf } from '../../renderer/texts/words.ts'

const now = Date.parse('2026-11-27T11:00:00Z')
const understood = (text: string, filters: readonly string[] = []) => understoodOf(askedOf({ text, filters }, now))

describe('filters that the menus write', () => {
  it.each(languages)('are understood as they are written in %s', (language) => {
    const tokens = Object.entries(allTexts[language]).filter(([key]) => key.startsWith('search.token.'))
    expect(tokens.length).toBeGreaterThan(20)
    for (const [key, token] of tokens) {
      const { chips, unclear, marks } = understood(token.replace('{{text}}', 'Statens vegvesen'))
      expect([key, chips.length, unclear, marks]).toEqual([key, 1, [], []])
    }
    for (const [key, name] of Object.entries(allTexts[language]).filter(([one]) => one.startsWith('search.field.'))) expect([key, understood(`${name}:`).unclear[0]?.why]).toEqual([key, 'empty'])
  })
})

describe('chips', () => {
  it.each([
    ['fra:Skatteetaten', 'Fra Skatteetaten'], ['til:"Nordlys Bakeri"', 'Til Nordlys Bakeri'], ['tittel:vedtak', 'Tittel: vedtak'], ['-reklame', 'Uten «reklame»'], ['-fra:NAV', 'Ikke: Fra NAV'], ['frist:utgått', 'Frist gått ut'],
    ['frist:i dag', 'Frist 27.\u00a0nov.'], ['siden:1.1.2025', 'Siden 1.\u00a0jan.\u00a02025'], ['frist:<1.12.2026', 'Frist til og med 30.\u00a0nov.'], ['dato:2025', '1.\u00a0jan.\u00a02025 – 31.\u00a0des.\u00a02025'],
    ['har:vedlegg', 'Med vedlegg'], ['-har:vedlegg', 'Uten vedlegg'], ['frist:ingen', 'Uten frist'], ['status:må bekreftes', 'Må bekreftes'], ['-status:ulest', 'Ikke: Ulest'],
  ])('%s reads «%s»', (text, expected) => {
    expect(understood(text).chips.map((chip) => chipText(wordsOf('nb'), chip, now))).toEqual([expected])
  })

  it('are taken out of what was typed, or out of the filters', () => {
    const search = 'krav fra:"Statens vegvesen" frist: utgått'
    const searched = { search, filters: ['har:vedlegg', 'status:ulest'] }
    const { chips } = understood(search, searched.filters)
    expect(chips.map((chip) => asLine(withoutChip(searched, chip)))).toEqual([
      'krav frist: utgått har:vedlegg status:ulest', 'krav fra:"Statens vegvesen" har:vedlegg status:ulest', `${search} status:ulest`, `${search} har:vedlegg`,
    ])
    expect(withWord({ search: 'stort lager -fra:a', filters: [] }, 'varelager', [6, 11]).search).toBe('stort varelager -fra:a')
  })

  it('what was not understood is a sentence in every language', () => {
    for (const text of ['frist:snurt', 'farge:rød', 'avsendr:nav', 'status:grønn', 'har:tid', 'dato:aldri', 'fra:']) {
      for (const language of languages) {
        const [one] = understood(text).unclear
        expect(one === undefined ? '' : unclearText(wordsOf(language).t, one)).toContain(text)
      }
    }
  })
})
