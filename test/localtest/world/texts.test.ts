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

describe('letters as text', () => {
  test('at least forty kinds, every one of them used or ready to be', () => {
    expect(letterKinds.length).toBeGreaterThanOrEqual(40)
    expect(new Set(letterKinds.map(({ id }) => id)).size).toBe(letterKinds.length)
    expect(new Set(world.messages.map(({ body }) => body)).size).toBeGreaterThanOrEqual(400)
  })
  test('nothing is left to fill in', () => {
    for (const message of everything) {
      expect(textOf(message), message.title).not.toMatch(/\{[^}]*\}|undefined|\bNaN\b|\[object|Infinity|\bnull\b|(?<!\|) {2}\S| ,| \.(?:\s|$)|--:\s*\|\s*[a-zæøå]/)
    }
  })
  test('no sum that came out with a stray sign or an empty name', () => {
    for (const message of everything) {
      expect(unmarked(message)).not.toMatch(/--|\*\*\s*\*\*|\(\s*\)|«\s*»|kroner kroner|\.\./)
    }
  })
  test('nynorsk stays nynorsk', () => {
    const foreign = /\b(ikke|dere|deres|hva|hvor|hvem|hvis|noe|noen|innen|virksomheten?|mottatt|fra|uke|uker|ved forskrift|eiendom|betales|sykepenger|merverdiavgift|regnskap|kommunens|gjøre|blitt|hjemmel)\b/i
    const names = /Fjordtun Regnskap|\w+ Eiendom AS|Nordre|seinast|Fra\b(?=\n)/g
    for (const message of everything.filter(({ language }) => language === 'nn')) expect(unmarked(message).replace(names, ''), message.title).not.toMatch(foreign)
  })
  test('bokmål stays bokmål', () => {
    const foreign = /\b(ikkje|dykk|kva|korleis|kven|noko|nokon|innan|verksemda?|motteke|frå|veke|veker|eigedom|sjukepengar|meirverdiavgift|rekneskap|gjere|vart|heimel|difor|tilsette)\b/i
    for (const message of everything.filter(({ language }) => language === 'nb')) expect(unmarked(message), message.title).not.toMatch(foreign)
  })
  test('English has no Norwegian sentence', () => {
    for (const message of everything.filter(({ language }) => language === 'en')) expect(unmarked(message)).not.toMatch(/\b(vi|dere|ikke|innen|vennlig hilsen)\b/i)
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
