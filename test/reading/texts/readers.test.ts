import { describe, expect, it } from 'vitest'
import { decodeText } from '../../../main/reading/texts/decode.ts'
import { htmlText } from '../../../main/reading/texts/html.ts'
import { cleanText, onePage } from '../../../main/reading/texts/pages.ts'
import { readText } from '../../../main/reading/texts/read-text.ts'
import { textKindOf } from '../../../main/reading/texts/text-reader.ts'
import { xmlValues } from '../../../main/reading/texts/xml-values.ts'

describe('text in any encoding', () => {
  it.each([
    ['UTF-8', Buffer.from('Blåbær')], ['UTF-8 with a mark', Buffer.from('\ufeffBlåbær')], ['UTF-16', Buffer.from('\ufeffBlåbær', 'utf16le')], ['UTF-16, the other way', Buffer.from('\ufeffBlåbær', 'utf16le').swap16()],
    ['windows-1252', Buffer.from('Blåbær', 'latin1')],
  ])('is read: %s', (_, bytes) => {
    expect(decodeText(bytes)).toBe('Blåbær')
  })

  it('is read as it says of itself where that can be, and else as windows-1252', () => {
    expect(decodeText(Buffer.from('<?xml version="1.0" encoding="iso-8859-15"?><a>\xa4 å</a>', 'latin1'))).toContain('€ å')
    expect(decodeText(Buffer.from('<?xml version="1.0" encoding="finnes-ikke"?><a>å</a>', 'latin1'))).toContain('<a>å</a>')
    expect(decodeText(Buffer.from('<?xml version="1.0" encoding="utf-8"?><a>å</a>', 'latin1'))).toContain('<a>å</a>')
  })

  it('comes out without half pairs, control characters and soft hyphens', () => {
    expect(cleanText('vare\u00adlager\0\f\ud800 slutt\n')).toBe('varelager  \ufffd slutt\n')
  })
})

describe('text of HTML', () => {
  it('is what a reader sees', () => {
    const html = '<title>Tittel</title><style>.skjult{}</style><script>var kode = "<p>hemmelig</p>"</script><!-- merknad --><p>F&oslash;rste <b>del</b>en</p><p>andre</p><img alt="bilde av hus"><template>mal</template>'
    const text = htmlText(html)
    expect(text.split('\n')).toEqual(['Tittel', 'Første delen', 'andre', 'bilde av hus'])
  })

  it('of hostile nesting takes time by its length alone', () => {
    expect(htmlText(`${'<div>'.repeat(200_000)}bunn`)).toBe('bunn')
  })
})

describe('values of XML', () => {
  it('are its texts and attributes, not its names', () => {
    expect(xmlValues('<Skjema xmlns="urn:a" xsi:nil="true" nummer="RF-1167"><Navn>Kåre  Ås</Navn><![CDATA[<b>]]><tom/></Skjema>')).toEqual({ text: 'RF-1167\nKåre Ås\n<b>', isBroken: false })
  })

  it('of a broken document are those before the fault', () => {
    expect(xmlValues('<a><b>først</b><c>så</d></a>')).toEqual({ text: expect.stringContaining('først') as string, isBroken: true })
  })

  it('are not read where a document type may make more of them', async () => {
    const bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>'
    expect(await readText('xml', Buffer.from(bomb))).toEqual({ state: 'unreadable', reason: 'doctype' })
  })

  it('of a web page that keeps the rules of XML are its words', async () => {
    expect(await readText('xml', Buffer.from('<?xml version="1.0"?><!DOCTYPE html><html><body><script>kode</script><p>Ord</p></body></html>'))).toMatchObject({ state: 'text', pages: ['Ord'] })
  })
})

describe('a file of one page', () => {
  it('without a letter has no text', () => {
    expect(onePage(' \n--- *** ', null)).toEqual({ state: 'none', pageCount: 1 })
  })

  it('that broke before its first word is unreadable', () => {
    expect(onePage('', 'damaged')).toEqual({ state: 'unreadable', reason: 'damaged' })
  })
})

describe('what a file is for its text', () => {
  it.each([
    ['pdf', '%PDF-1.4'], ['xml', '<?xml version="1.0"?><a/>'], ['html', '<!doctype html><p>'], ['text', 'a;b\n1;2'], ['other', '{\\rtf1\\ansi Hei}'], ['archive', 'PK\u0003\u0004'],
  ])('is told by its content: %s', (kind, content) => {
    expect(textKindOf(Buffer.from(content, 'latin1'))).toBe(kind)
  })

  it('is text also in UTF-16', () => {
    expect(textKindOf(Buffer.from('\ufeffHei på deg', 'utf16le'))).toBe('text')
  })
})
