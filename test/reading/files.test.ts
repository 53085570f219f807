import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { disagrees, safeAddress } from '../../main/reading/addresses.ts'
import { detectKind, safeFileName } from '../../main/reading/file-kinds.ts'
import { label, readXml } from '../../main/reading/forms/plain.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')

describe('addresses', () => {
  it.each([
    ['https://www.altinn.no/a?b=c#d', 'https://www.altinn.no/a?b=c#d'],
    [' https://SKATTEETATEN.no ', 'https://skatteetaten.no/'],
    ['mailto:post@nav.no?subject=a%20b&attach=/etc/passwd', 'mailto:post@nav.no?subject=a%20b'],
    ['tel:+47 22 33 44 55', 'tel:+4722334455'],
  ])('%s is rebuilt', (text, address) => {
    expect(safeAddress(text)?.address).toBe(address)
  })

  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'https://a:b@ond.no/', 'https://ond.no/\u202egpj.exe', `https://a.no/${'x'.repeat(2000)}`, 'about:blank', '#x', '/a', 'blob:https://a.no/1', 'mailto:a@b.no,c@d.no', 'tel:*21#', 'mailto:%ff', 'ms-word:x', 'https://'])('%s is not opened', (text) => {
    expect(safeAddress(text)).toBeNull()
  })

  it('shows both forms of a host that looks like another one', () => {
    expect(safeAddress('https://xn--skattetaten-v9b.no/')).toMatchObject({ ascii: 'xn--skattetaten-v9b.no' })
    expect(safeAddress('https://altinn.no/')).toMatchObject({ display: 'altinn.no', ascii: null })
  })

  it('notices a text that names another host', () => {
    const link = safeAddress('https://www.ond.no/')
    if (link === null) throw new Error('not opened')
    expect([disagrees('skatteetaten.no', link), disagrees('https://ond.no/side', link), disagrees('Les mer', link), disagrees('kl. 23.59', link)]).toEqual([true, false, false, false])
  })
})

describe('kinds of files', () => {
  it.each([
    ['a.pdf', '%PDF-1.7', 'pdf'], ['rapport.pdf.exe', '%PDF-1.7', 'program'], ['a.pdf', 'MZ\x90', 'program'], ['a.txt', '#!/bin/sh', 'program'],
    ['bilde.pdf', '\x89PNG\r\n\x1a\n', 'png'], ['a', '\xff\xd8\xff\xe0', 'jpeg'], ['a.docx', 'PK\x03\x04', 'office'], ['a.zip', 'PK\x03\x04', 'archive'], ['a.docm', 'PK\x03\x04', 'program'],
    ['a.xml', '<?xml version="1.0"?>', 'xml'], ['a.txt', '<html><body>', 'html'], ['a.svg', '<svg>', 'program'], ['a.csv', 'a;b;c\n1;2;3', 'text'], ['a.bin', 'abc', 'program'], ['a.dat', '\x00\x01', 'other'], ['a.xls', '\xd0\xcf\x11\xe0', 'office'],
  ])('%s', (name, head, kind) => {
    expect(detectKind(name, bytes(head))).toBe(kind)
  })

  it.each([
    ['../../etc/passwd', 'text', '_.._etc_passwd'], ['CON.txt', 'text', '_CON.txt'], ['a\u202egpj.exe', 'program', 'agpj.exe'], ['vedtak', 'pdf', 'vedtak.pdf'], ['bilde.pdf', 'png', 'bilde.pdf.png'],
    ['', 'pdf', 'vedlegg.pdf'], ['navn. ', 'text', 'navn'], ['a:b|c?.pdf', 'pdf', 'a_b_c_.pdf'], ['nul', 'other', '_nul'],
  ] as const)('%s gets a name that is safe everywhere', (name, kind, safe) => {
    expect(safeFileName(name, kind)).toBe(safe)
  })

  it('cuts a name of 300 bytes and keeps what it is', () => {
    const name = safeFileName(`${'å'.repeat(150)}.pdf`, 'pdf')
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(120)
    expect(name.endsWith('å.pdf')).toBe(true)
  })
})

describe('XML documents', () => {
  it('are readable: sections, facts and tables of repeated groups', () => {
    const result = readXml(Buffer.from('<?xml version="1.0" encoding="utf-8"?><Melding><avsenderNavn>Nav &amp; co</avsenderNavn><Trekk><fraDato>2026-12-01</fraDato><beloep>3200</beloep></Trekk><Trekk><fraDato>2027-06-01</fraDato></Trekk><tom/></Melding>'))
    expect(result.ok && result.letter.html).toBe(
      '<h3>Melding</h3><dl class="mb-facts"><dt>Avsender navn</dt><dd>Nav &amp; co</dd></dl><section><h4>Trekk</h4><table><thead><tr><th scope="col">Fra dato</th><th scope="col">Beløp</th></tr></thead><tbody><tr><td>01.12.2026</td><td>3200</td></tr><tr><td>01.06.2027</td><td></td></tr></tbody></table></section>',
    )
  })

  it('may hold hostile text, which stays text', () => {
    const result = readXml(Buffer.from('<a><b>&lt;script&gt;alert(1)&lt;/script&gt;</b><c><![CDATA[<img src=x onerror=1>]]></c></a>'))
    expect(result.ok && result.letter.html).toContain('&lt;script&gt;')
    expect(result.ok && result.letter.html).toContain('&lt;img src=x onerror=1&gt;')
  })

  it.each([
    ['an entity bomb', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'failed'],
    ['an outside entity', '<!DOCTYPE a SYSTEM "http://ond.no/x.dtd"><a/>', 'failed'],
    ['broken markup', '<a><b></a>', 'failed'],
    ['nothing', '<a><b/></a>', 'empty'],
    ['depth', `${'<a>'.repeat(300)}x${'</a>'.repeat(300)}`, 'too-deep'],
    ['size', `<a>${'<b>x</b>'.repeat(20_001)}</a>`, 'too-big'],
  ])('%s is refused', (_name, text, problem) => {
    expect(readXml(Buffer.from(text))).toEqual({ ok: false, problem })
  })

  it('are read in the encodings of old systems', () => {
    expect(readXml(Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a><b>\xe6\xf8\xe5</b></a>', 'latin1'))).toMatchObject({ ok: true, letter: { html: expect.stringContaining('æøå') as unknown } })
    expect(readXml(Buffer.from('\ufeff<?xml version="1.0" encoding="utf-16"?><a><b>æøå</b></a>', 'utf16le'))).toMatchObject({ ok: true, letter: { html: expect.stringContaining('æøå') as unknown } })
  })

  it('have names made of words', () => {
    expect(['AnsattNavn_1', 'orgNr', 'MVA-melding', 'Adresse2'].map(label)).toEqual(['Ansatt navn 1', 'Org nr', 'MVA melding', 'Adresse 2'])
  })

  it.each(['rudine-baseline2013', 'rudine-xsn-example'])('%s, a real form, is shown', (name) => {
    const result = readXml(readFileSync(join(import.meta.dirname, '..', 'samples', 'xml-forms', name, 'data-filled.xml')))
    expect(result.ok && result.letter.html).toContain('<dt>')
  })
})
