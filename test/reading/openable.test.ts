import { describe, expect, it } from 'vitest'
import { zip } from '../../main/localtest/world/files/zip.ts'
import { detectKind } from '../../main/reading/file-kinds.ts'
import { numbered, UniqueNames } from '../../main/reading/file-names.ts'
import { warningOf } from '../../main/reading/file-warnings.ts'
import { copyName, isHarmlessOffice } from '../../main/reading/openable.ts'

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')

describe('names that deceive', () => {
  it.each([
    ['faktura.pdf.exe', 'MZ', 'double-extension'], ['faktura.pdf      .exe', 'MZ', 'double-extension'], ['rapport.docx.js', 'var a', 'double-extension'], ['brev.pdf.html', '<html>', 'double-extension'], ['faktura.pdf.zip', 'PK\x03\x04', 'double-extension'],
    ['oppsett.exe', 'MZ', 'program'], ['a.pdf', 'MZ\x90%PDF-1.7', 'program'], ['a.svg', '<svg>', 'program'], ['a.docm', 'PK\x03\x04', 'program'],
    ['bilde.pdf', '\x89PNG\r\n\x1a\n', 'other-kind'], ['regneark.xls', '<html>', 'other-kind'], ['tekst.txt', '%PDF-1.7', 'other-kind'], ['brev.docx', '%PDF-1.7', 'other-kind'],
    ['rapport.pdf', '%PDF-1.7', null], ['v1.2.pdf', '%PDF-1.7', null], ['a.tar.gz', '\x1f\x8b', null], ['brev.docx', 'PK\x03\x04', null], ['a.csv', 'a;b', null], ['uten', 'tekst', null], ['ukjent.dat', '\x00\x01', null],
  ] as const)('%s', (name, head, warning) => {
    expect(warningOf(name, detectKind(name, bytes(head)))).toBe(warning)
  })

  it('are told by the name alone where the file is not here, direction characters or not', () => {
    expect([warningOf('faktura\u202efdp.exe', null), warningOf('a.pdf\u200b.exe', null), warningOf('a.pdf', null)]).toEqual(['program', 'double-extension', null])
  })
})

describe('what another program may be given', () => {
  it.each([
    ['a.pdf', '%PDF-1.7', 'a.pdf'], ['a.pdf', 'x%PDF-1.7', null], ['a.png', '\x89PNG\r\n\x1a\n', 'a.png'], ['notat', 'bare tekst', 'notat.txt'], ['a.csv', 'a;b', 'a.csv'], ['a.docx', 'PK\x03\x04', 'a.docx'], ['a.odt', 'PK\x03\x04', 'a.odt'],
    ['a.doc', '\xd0\xcf\x11\xe0', null], ['a.rtf', '{\\rtf1', null], ['a.docm', 'PK\x03\x04', null], ['a.html', '<html>', null], ['a.svg', '<svg>', null], ['a.xml', '<?xml', null], ['a.zip', 'PK\x03\x04', null], ['a.exe', 'MZ', null], ['a.sh', 'echo', null], ['a.dat', '\x00', null], ['a.eml', 'From: a', null], ['a.desktop', 'x', null],
  ] as const)('%s %j: %s', (name, head, copy) => {
    expect(copyName(name, detectKind(name, bytes(head)), bytes(head))).toBe(copy)
  })

  const types = { name: '[Content_Types].xml', data: bytes('<Types/>') }
  const rel = (text: string) => ({ name: 'word/_rels/settings.xml.rels', data: bytes(text) })
  it.each([
    ['a document', [types, { name: 'word/document.xml', data: bytes('<w/>') }, { name: 'xl/printerSettings/printerSettings1.bin', data: bytes('x') }, rel('<Relationship Type="hyperlink" TargetMode="External" Target="https://nav.no"/>')], true],
    ['a macro', [types, { name: 'word/vbaProject.bin', data: bytes('x') }], false],
    ['a macro sheet', [types, { name: 'xl/macrosheets/sheet1.xml', data: bytes('x') }], false],
    ['a macro document that is called otherwise', [{ name: '[Content_Types].xml', data: bytes('application/vnd.ms-word.document.macroEnabled.main+xml') }], false],
    ['an object inside', [types, { name: 'word/embeddings/oleObject1.bin', data: bytes('x') }], false],
    ['a template from the web', [types, rel('<Relationship Type="x/attachedTemplate" Target="https://ond.example/a.dotm" TargetMode="External"/>')], false],
    ['a script of an open document', [{ name: 'mimetype', data: bytes('application/vnd.oasis.opendocument.text') }, { name: 'Basic/Standard/Modul1.xml', data: bytes('x') }], false],
    ['a path that leaves the package', [types, { name: '../../x.txt', data: bytes('x') }], false],
    ['no document at all', [{ name: 'a.txt', data: bytes('x') }], false],
  ] as const)('%s', async (_name, entries, harmless) => {
    expect(await isHarmlessOffice(zip([...entries]))).toBe(harmless)
  })

  it('is not what cannot be read', async () => {
    expect(await isHarmlessOffice(bytes('PK\x03\x04 og så ingenting'))).toBe(false)
  })
})

describe('names of several files in one folder', () => {
  it('are each taken once, in any case and however their letters are composed', () => {
    const names = new UniqueNames()
    expect(['a.txt', 'A.TXT', 'a.txt', 'å.pdf', 'a\u030a.pdf', 'uten'].map((name) => names.take(name))).toEqual(['a.txt', 'A (2).TXT', 'a (3).txt', 'å.pdf', 'a\u030a (2).pdf', 'uten'])
  })

  it('stay short enough with their number', () => {
    const name = numbered(`${'å'.repeat(58)}.pdf`, 12)
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(120)
    expect(name.endsWith('å (12).pdf')).toBe(true)
  })
})
