import { describe, expect, test } from 'vitest'
import type { SentMessage } from '../../../main/localtest/world/model.ts'
import { letterKinds } from '../../../main/localtest/world/letters/index.ts'
import { blocks, plain, spans } from '../../../main/localtest/world/markdown.ts'
import { legacyHtml } from '../../../main/localtest/world/legacy-html.ts'
import { anchorAt, isHostile, world } from './worlds.ts'

const arrivals = Array.from({ length: 300 }, (_, n) => world.arrival(n, anchorAt + n * 90_000))
const everything = [...world.messages, ...arrivals].filter((message) => !isHostile(message))
const textOf = (message: SentMessage): string => [message.title, message.summary ?? '', message.body, message.messageSender, ...message.replyOptions.map(({ linkText }) => linkText ?? '')].join('\n')
const unmarked = (message: SentMessage): string =>
  textOf(message)
    .replace(/&aring;/g, 'å').replace(/&oslash;/g, 'ø').replace(/&aelig;/g, 'æ').replace(/<[^>]*>|https?:\S+|^\|[-:| ]+\|$/gm, ' ')

/** Every place where the pattern is found, with its surroundings: what a failing test prints. */
function places(messages: readonly SentMessage[], pattern: RegExp, textFor = unmarked): readonly string[] {
  return messages.flatMap((message) => [...textFor(message).matchAll(new RegExp(pattern.source, `${pattern.flags}g`))].map((match) => `${match[0]} | ${match.input.slice(Math.max(0, match.index - 30), match.index + 40)}`))
}
const written = (language: SentMessage['language']): readonly SentMessage[] => everything.filter((message) => message.language === language)

describe('letters as text', () => {
  test('at least forty kinds, every one of them used or ready to be', () => {
    expect(letterKinds.length).toBeGreaterThanOrEqual(40)
    expect(new Set(letterKinds.map(({ id }) => id)).size).toBe(letterKinds.length)
    expect(new Set(world.messages.map(({ body }) => body)).size).toBeGreaterThanOrEqual(400)
  })
  test('nothing is left to fill in', () => {
    expect(places(everything, /\{[^}]*\}|undefined|\bNaN\b|\[object|Infinity|\bnull\b/, textOf)).toEqual([])
  })
  test('no gap, stray sign or empty name', () => {
    const markdown = everything.filter(({ altinn2Id }) => altinn2Id === null)
    expect(places(markdown, /[^\S\n] (?=\S)(?<!\| {2})| [,;]| \.(?=\s|$)|\(\s*\)|«\s*»|kroner kroner|[^.]\.\.(?!\.)|\*\*\*/, textOf)).toEqual([])
  })
  test('nynorsk stays nynorsk', () => {
    const foreign = /(?<![\p{L}-])(ikke|dere|deres|hva|hvor|hvem|hvis|noe|noen|innen|virksomhet(?:en)?|mottatt|fra|uke|uker|eiendom|betales|sykepenger|merverdiavgift|regnskap|kommunens|gjøre|blitt|hjemmel|senest|ansatte?)(?![\p{L}])/iu
    expect(places(written('nn'), foreign).filter((place) => !/Fjordtun Regnskap|Skogheim Eiendom/.test(place))).toEqual([])
  })
  test('bokmål stays bokmål', () => {
    const foreign = /(?<![\p{L}-])(ikkje|dykk|kva|korleis|kven|noko|nokon|innan|verksemda?|motteke|frå|veke|veker|eigedom|sjukepengar|meirverdiavgift|rekneskap|gjere|vart|heimel|difor|tilsette|seinast|skuleveg)(?![\p{L}])/iu
    expect(places(written('nb'), foreign)).toEqual([])
  })
  test('English has no Norwegian sentence', () => {
    expect(places(written('en'), /(?<![\p{L}-])(vi|dere|ikke|innen|vennlig|frist|måned)(?![\p{L}])/iu)).toEqual([])
  })
  test('only addresses that lead nowhere', () => {
    for (const message of everything) for (const [address] of textOf(message).matchAll(/https?:\/\/[^\s)"<]+/g)) expect(new URL(address).hostname).toMatch(/\.example$/)
  })
  test('each body ends with its sender, and a confirmation is asked for where it is needed', () => {
    for (const message of everything) {
      const asks = /\*\*(Bekreft at|Stadfest at|Please confirm)|<b>(Bekreft at|Stadfest at|Please confirm)/.test(message.body)
      expect(asks, message.title).toBe(message.needsConfirmation)
    }
  })
})

describe('Markdown of the letters', () => {
  test('blocks', () => {
    const found = blocks('## Overskrift\nTekst som\nløper videre.\n\n- en\n- to\n  og mer\n\n1. først\n\n| A | B |\n|---|---:|\n| x | 1 |\n\n> sitat\n\n---\n\nHilsen  \nEtaten')
    expect(found).toEqual([
      { kind: 'heading', level: 2, text: 'Overskrift' },
      { kind: 'paragraph', lines: ['Tekst som løper videre.'] },
      { kind: 'list', ordered: false, items: ['en', 'to og mer'] },
      { kind: 'list', ordered: true, items: ['først'] },
      { kind: 'table', head: ['A', 'B'], right: [false, true], rows: [['x', '1']] },
      { kind: 'quote', text: 'sitat' },
      { kind: 'rule' },
      { kind: 'paragraph', lines: ['Hilsen', 'Etaten'] },
    ])
  })
  test('spans', () => {
    expect(spans('a **b** [c](https://d.example) *e* f*')).toEqual([
      { text: 'a ', bold: false, italic: false, link: null },
      { text: 'b', bold: true, italic: false, link: null },
      { text: ' ', bold: false, italic: false, link: null },
      { text: 'c', bold: false, italic: false, link: 'https://d.example' },
      { text: ' ', bold: false, italic: false, link: null },
      { text: 'e', bold: false, italic: true, link: null },
      { text: ' f', bold: false, italic: false, link: null },
      { text: '*', bold: false, italic: false, link: null },
    ])
    expect(plain('**a** og [b](https://c.example)')).toBe('a og b')
  })
  test('as HTML of that time, escaped', () => {
    expect(legacyHtml('Lund & Dahl <AS>  \næ\u00a0å', 0)).toBe('<font face="Arial" size="2"><p>Lund &amp; Dahl &lt;AS&gt;<br/>\næ&nbsp;å</p></font>')
    expect(legacyHtml('**æ** «[ø](https://a.example/?b&c)»', 1)).toContain('<b>&aelig;</b> &laquo;<a href="https://a.example/?b&amp;c" target="_blank">&oslash;</a>&raquo;')
    expect(legacyHtml('| A | |\n|---|---:|\n| 1 | |', 2)).toMatch(/<th style="[^"]*text-align:right">&nbsp;<\/th>[\s\S]*<td style="[^"]*text-align:right">&nbsp;<\/td>/)
  })
})
