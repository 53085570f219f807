import { describe, expect, it } from 'vitest'
import { label, readXml, valueText } from '../../../main/reading/forms/plain.ts'
import { isFormText } from '../../../preload/contract/index.ts'

const html = (xml: string, labels: Readonly<Record<string, string>> = {}): string => {
  const result = readXml(Buffer.from(xml), labels)
  return result.ok ? result.letter.html : result.problem
}

describe('the plain view of a form', () => {
  it('has labels of the schema, else the words of the name without its code', () => {
    expect(['AnsattNavn-datadef-123', 'Opplysninger_om_foretaket-grp-12', 'beloepPerMaaned', 'Israel', 'antallPoeng'].map(label)).toEqual(['Ansatt navn', 'Opplysninger om foretaket', 'Beløp per måned', 'Israel', 'Antall poeng'])
    expect(html('<a><b>1</b></a>', { b: 'Beløp i kroner' })).toContain('<dt>Beløp i kroner</dt><dd>1</dd>')
  })
  it('writes values as people do, and files by their size', () => {
    expect(['true', 'false', '2024-03-05', '2024-03-05T14:05:00', '2024-13-05', 'K17'].map(valueText)).toEqual(['Ja', 'Nei', '05.03.2024', '05.03.2024 kl. 14.05', '2024-13-05', 'K17'])
    expect(valueText('QUJD'.repeat(1000))).toBe('Vedlagt fil, 3 KB')
  })
  it('leaves out what is empty, nil or a key of the form; keeps attributes, order and space', () => {
    const shown = html('<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" dataFormatId="1" tittel="Mitt skjema"><tom/><nil xsi:nil="true"/><g orid="9" art="B">før<x>1</x>etter</g><l>en\n  to</l></r>')
    expect(shown).toContain('<h3>Mitt skjema</h3>')
    expect(shown).not.toMatch(/Tom|Nil|Orid/)
    expect(shown).toMatch(/<dt>Art<\/dt><dd>B<\/dd>.*<p>før<\/p>.*<dd>1<\/dd>.*<p>etter<\/p>/)
    expect(shown).toContain('white-space:pre-wrap')
  })
  it('makes a table of repeated groups, and text of rich text', () => {
    expect(html('<r><rad><a>1</a><b>2</b></rad><rad><a>3</a><c>4</c></rad></r>')).toContain('<tr><th scope="col">A</th><th scope="col">B</th><th scope="col">C</th></tr></thead><tbody><tr><td>1</td><td>2</td><td></td></tr>')
    expect(html('<r><t><div xmlns="http://www.w3.org/1999/xhtml">Les <b>nøye</b><script>x()</script></div></t></r>')).toContain('<dd>Les nøye</dd>')
    expect(html('<!DOCTYPE r><r>a</r>')).toBe('failed')
  })
  it('is not made of stacks of marks, which take minutes to draw, however they are written', () => {
    expect([`<r><a>Z${'\u0301'.repeat(9)}</a></r>`, `<r><a b="Z${'&#x301;'.repeat(9)}"/></r>`, `<r><a>\u0e01${'\u0e33'.repeat(9)}</a></r>`].map((xml) => html(xml))).toEqual(['too-many-marks', 'too-many-marks', 'too-many-marks'])
    expect(html('<r><a>Ve\u0302\u0323t, \u0e19\u0e49\u0e33</a></r>')).toContain('Ve\u0302\u0323t, \u0e19\u0e49\u0e33')
  })
})

describe('a text that is a form', () => {
  it('is told from Markdown and HTML', () => {
    expect(['<?xml version="1.0"?><r/>', '\ufeff <my:r xmlns:my="urn:x"/>', '<melding dataFormatId="1"/>'].map(isFormText)).toEqual([true, true, true])
    expect(['Hei', '<p xmlns="x">Hei</p>', '<?xml version="1.0"?><html xmlns="x"/>', '<b>Hei</b>', '# Tittel'].map(isFormText)).toEqual([false, false, false, false, false])
  })
})
