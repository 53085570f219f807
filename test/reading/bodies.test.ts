import { describe, expect, it } from 'vitest'
import { disagrees, safeAddress } from '../../main/reading/addresses.ts'
import { addressesIn } from '../../main/reading/bare-addresses.ts'
import { bodyReader } from '../../main/reading/body.ts'
import { sanitiser } from '../../main/reading/sanitise.ts'
import { migrated } from './migrated.ts'

const read = bodyReader()
const sanitise = sanitiser()
const letter = (body: string) => {
  const result = read(body, [])
  if (!result.ok) throw new Error(result.problem)
  return result.letter
}

describe('letters of the Altinn II years', () => {
  it.each(migrated)('%s', (_name, body, texts, html) => {
    const shown = letter(body)
    const calm = shown.text.replace(/[\s\u00a0]+/g, ' ')
    for (const text of texts) expect(calm).toContain(text)
    for (const part of html) expect(shown.html).toMatch(part)
    expect(shown.html).not.toMatch(/<pre|href|mso-|<o:p|&lt;|\[if/)
    expect(shown.html.replace(/[\n\t]/g, '')).not.toMatch(/\p{Cc}|\ufffd/u)
    const bare = shown.html.replace(/ role="link" tabindex="0" data-l="\d+"/g, '')
    expect(sanitise(bare).html).toBe(bare)
  })
})

describe('new letters in Markdown', () => {
  it('tables, task lists, nested lists, headings, code, quotes and rules', () => {
    const { html } = letter('# A\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n- [ ] gjør\n- [x] gjort\n- vanlig\n  - under\n    1. en\n\n> sitat\n\n`kode` og\n\n```\nblokk\n```\n\n---\n\n~~bort~~ **fet** *kursiv*')
    for (const part of ['<h3>A</h3>', '<th>a</th>', '<td style="text-align:right">2</td>', '<li class="mb-task">☐ gjør</li>', '<li class="mb-task">☑ gjort</li>', '<blockquote>', '<code>kode</code>', '<pre><code>blokk\n</code></pre>', '<hr>', '<s>bort</s>', '<strong>fet</strong>', '<em>kursiv</em>']) expect(html).toContain(part)
    expect(html).toMatch(/<ul>\s*<li>under\s*<ol>/)
  })

  it('HTML and Markdown mixed in one body', () => {
    const { html } = letter('<p>Hei</p>\n\n**Dette** må dere gjøre:\n\n- en\n  - to\n\n<table><tr><td>A</td></tr></table>\n\nHilsen')
    for (const part of ['<p>Hei</p>', '<strong>Dette</strong>', '<li>to</li>', '<td>A</td>']) expect(html).toContain(part)
    expect(html.match(/<ul>/g)).toHaveLength(2)
  })

  it('addresses that stand in the text can be opened, what ends a sentence is not part of them', () => {
    const { links, html } = letter('Se https://www.skatteetaten.no/mva (eller www.nav.no). Skriv til post@nav.no, gå til altinn.no/skjema! `https://kode.no` <b>ssb.no</b>')
    expect(links.map((link) => link.address)).toEqual(['https://www.skatteetaten.no/mva', 'https://www.nav.no/', 'mailto:post@nav.no', 'https://altinn.no/skjema', 'https://ssb.no/'])
    expect(links.every((link) => !link.textDisagrees)).toBe(true)
    expect(html).toContain('<code>https://kode.no</code>')
    expect(addressesIn('Versjon 2.1 og fil.pdf, kl. 14.05. Nei')).toEqual([{ text: 'Versjon 2.1 og fil.pdf, kl. 14.05. Nei' }])
    expect(addressesIn('(https://a.no/x_(y))').map((part) => part.address)).toEqual([undefined, 'https://a.no/x_(y)', undefined])
  })

  it('no-break spaces in long rows may break', () => {
    expect(letter('<p>A&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;B</p>').html).toContain('A&nbsp; &nbsp; &nbsp;B')
  })
})

describe('links that pretend', () => {
  const to = (text: string, address: string): boolean => {
    const link = safeAddress(address)
    if (link === null) throw new Error(address)
    return disagrees(text, link)
  }
  it.each([
    ['skatteetaten.no', 'https://www.skatteetaten.no/x', false],
    ['www.skatteetaten.no', 'https://ond.no', true],
    ['Logg inn på https://altinn.no her', 'https://altinn.no.ond.no/', true],
    ['Les mer', 'https://ond.no', false],
    ['post@nav.no', 'mailto:ond@ond.no', true],
    ['post@nav.no', 'mailto:post@nav.no', false],
    ['post@nav.no', 'https://ond.no', true],
    ['800 80 000', 'tel:+4780080000', false],
    ['800 80 000', 'tel:+4782012345', true],
    ['skatte\u00adetaten.no', 'https://ond.no', true],
  ])('«%s» leads to %s: %s', (text, address, expected) => {
    expect(to(text, address)).toBe(expected)
  })

  it('hosts with letters that look like ours are told, Norwegian ones are not', () => {
    // The а and е are Cyrillic.
    expect(safeAddress('https://sk\u0430tteetaten.no/')).toMatchObject({ mixedLetters: true, ascii: 'xn--sktteetaten-zij.no' })
    expect(safeAddress('https://\u0430\u0440\u0440\u04cf\u0435.com/')?.mixedLetters).toBe(true)
    expect(safeAddress('https://blåbær.no/')).toMatchObject({ mixedLetters: false, display: 'blåbær.no' })
    expect(safeAddress('https://nav.no/')).toMatchObject({ mixedLetters: false, ascii: null })
  })
})
