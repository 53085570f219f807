import { crc32, inflateRawSync, inflateSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { pdf } from '../../../main/localtest/world/files/pdf.ts'
import { anchorAt, extensionOf, files, isHostile, world } from './worlds.ts'
import type { File } from './worlds.ts'
import { readPdf } from './pdf-reader.ts'
import type { ReadPdf } from './pdf-reader.ts'
import { assertWellFormed } from './well-formed.ts'

/** Every attachment of the demo world is made once and opened as its kind of file. */

/** altinn3.md 2.7; migrated files may have others. */
const allowed = 'doc xls docx xlsx ppt pps zip pdf html txt xml jpg jpeg gif bmp png json csv dcm dicom'.split(' ')

const contents = new Map<string, Buffer>()
beforeAll(async () => {
  for (const { attachment } of files()) contents.set(attachment.id, await attachment.content())
})
const content = ({ attachment }: File): Buffer => contents.get(attachment.id) ?? Buffer.alloc(0)
const text = (file: File): string => content(file).toString('utf8')
const pdfText = (read: ReadPdf): string => read.text.replace(/\s/g, '')

describe('names and types', () => {
  test('extensions that may be sent; unknown ones only in migrated letters, as binary_octet_stream', () => {
    for (const { message, attachment } of files()) {
      const extension = extensionOf(attachment.fileName)
      if (attachment.dataType === 'binary_octet_stream') expect(message.altinn2Id).not.toBeNull()
      else expect(allowed).toContain(extension)
    }
    expect(files().filter(({ attachment }) => attachment.dataType === 'binary_octet_stream').length).toBeGreaterThan(0)
  })
  test('an xml file is called text/xml', () => {
    for (const { attachment } of files('xml')) expect(attachment.dataType).toBe('text/xml')
    for (const { attachment } of files('pdf')) expect(attachment.dataType).toBe('application/pdf')
  })
  test('names with Norwegian letters, names twice in one letter, names in capitals, display names', () => {
    const names = files().map(({ attachment }) => attachment.fileName)
    expect(names.filter((name) => /[æøåÆØÅ]/.test(name)).length).toBeGreaterThan(5)
    expect(names.some((name) => name.endsWith('.PDF'))).toBe(true)
    expect(world.messages.some(({ attachments }) => new Set(attachments.map(({ fileName }) => fileName)).size < attachments.length)).toBe(true)
    expect(files().filter(({ attachment }) => attachment.displayName !== null).length).toBeGreaterThan(5)
    for (const name of names) expect(name.length).toBeLessThanOrEqual(255)
  })
  test('many letters with one, some with more, many with none', () => {
    const counts = world.messages.map(({ attachments }) => attachments.length)
    expect(counts.filter((count) => count === 0).length).toBeGreaterThan(100)
    expect(counts.filter((count) => count === 1).length).toBeGreaterThan(80)
    expect(Math.max(...counts)).toBe(9)
    for (const extension of ['pdf', 'xml', 'csv', 'txt', 'json', 'png', 'html', 'docx', 'zip']) expect(files(extension).length, extension).toBeGreaterThan(1)
  })
  test('checksums mostly known, some empty, some missing', () => {
    const kinds = files().map(({ attachment }) => attachment.checksum)
    expect(kinds.filter((kind) => kind === 'md5').length / kinds.length).toBeGreaterThan(0.85)
    expect(kinds).toContain('empty')
    expect(kinds).toContain('none')
  })
})

describe('content', () => {
  test('sizes on both sides of 8 KB; empty files only where the letter says so', () => {
    const sizes = files().map((file) => content(file).length)
    expect(sizes.filter((size) => size === 0)).toHaveLength(2)
    expect(sizes.filter((size) => size > 8192).length).toBeGreaterThan(5)
    expect(Math.max(...sizes)).toBeGreaterThan(300_000)
    for (const file of files()) if (content(file).length === 0) expect(file.message.title).toMatch(/^Innsyn i sak/)
  })
  test('PDFs: every object is where the table says, 1 to 6 pages, text that fits the letter', () => {
    const pages = files('pdf').map((file) => {
      const read = readPdf(content(file))
      expect(pdfText(read)).toContain(file.message.sendersReference)
      expect(read.text).not.toMatch(/undefined|NaN|\{|\?\?/)
      return read.pages
    })
    expect(pages.length).toBeGreaterThan(150)
    expect(Math.min(...pages)).toBe(1)
    expect(Math.max(...pages)).toBeLessThanOrEqual(6)
    expect(pages.filter((count) => count > 1).length).toBeGreaterThan(30)
    expect(pages.filter((count) => count > 2).length).toBeGreaterThan(2)
  })
  test('PDFs hold the name of the recipient and the Norwegian letters as text', () => {
    for (const file of files('pdf').filter(({ message }) => !isHostile(message))) {
      const party = world.parties.find(({ urn }) => urn === file.message.recipient)
      expect(pdfText(readPdf(content(file)))).toContain((party?.name ?? '').replace(/\s/g, ''))
    }
  })
  test('Norwegian letters stand in a PDF as they are; those the font lacks lose their accent instead of turning into others', async () => {
    const sheet = { letterhead: 'Etaten', unit: '', colour: '#123456', to: [], facts: [], title: 'Å – «ø»', markdown: 'æøåÆØÅ § ² ½ é ä ö\n\nZieliński, Łukasz, Petrauskienė, 漢', pageOf: () => '', at: anchorAt }
    const { text: found } = readPdf(await pdf(sheet))
    expect(found).toContain('Å – «ø»')
    expect(found).toContain('æøåÆØÅ § ² ½ é ä ö')
    expect(found).toContain('Zielinski, Lukasz, Petrauskiene, ?')
  })
  test('PDFs carry the date of their letter', () => {
    for (const file of files('pdf')) {
      const { createdAt } = file.message
      const stamp = new Date(createdAt).toISOString().replace(/[-:T]/g, '').slice(0, 14)
      expect(content(file).toString('latin1')).toContain(`(D:${stamp}Z)`)
    }
  })
  test('XML is well-formed and knows the recipient; forms of both old shapes are there', () => {
    let [schema, seres, template] = [0, 0, 0]
    for (const file of files('xml')) {
      const xml = text(file)
      assertWellFormed(xml)
      if (isHostile(file.message)) continue
      expect(xml).toContain(file.message.recipient.slice(-9))
      if (/<Skjema .*skjemanummer="\d+" spesifikasjonsnummer="\d+"/.test(xml) && /-grp-\d+[\s\S]*-datadef-\d+ orid="\d+"/.test(xml)) schema += 1
      if (/<melding .*dataFormatId="\d+" dataFormatVersion="\d+"/.test(xml)) seres += 1
      if (/^<\?mso-infoPathSolution /m.test(xml)) template += 1
    }
    for (const count of [schema, seres, template]) expect(count).toBeGreaterThan(2)
  })
  test('CSV: every line has the same number of cells', () => {
    for (const file of files('csv')) {
      const lines = text(file).replace(/^\ufeff/, '').trimEnd().split('\r\n')
      const widths = lines.map((line) => line.replace(/"(?:[^"]|"")*"/g, 'x').split(';').length)
      expect(lines.length).toBeGreaterThan(1)
      expect(new Set(widths).size, file.attachment.fileName).toBe(1)
    }
  })
  test('JSON and HTML parse, text is UTF-8', () => {
    for (const file of files('json')) expect(JSON.parse(text(file))).toHaveProperty('verdier')
    for (const file of files('html')) {
      expect(text(file)).toMatch(/^<!DOCTYPE html>/)
      if (!isHostile(file.message)) expect(() => { assertWellFormed(text(file).replace('<!DOCTYPE html>\n', '').replace('<meta charset="utf-8">', '')) }).not.toThrow()
    }
    for (const extension of ['txt', 'csv', 'xml', 'json', 'html']) for (const file of files(extension)) expect(text(file)).not.toContain('\ufffd')
  })
  test('pictures: signature, checksums of the chunks, as many pixels as the header says', () => {
    for (const file of files('png')) {
      const png = content(file)
      expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
      let [width, height, pixels] = [0, 0, 0]
      for (let at = 8; at < png.length; ) {
        const length = png.readUInt32BE(at)
        const type = png.toString('latin1', at + 4, at + 8)
        const data = png.subarray(at + 8, at + 8 + length)
        expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(png.subarray(at + 4, at + 8 + length)))
        if (type === 'IHDR') [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)]
        if (type === 'IDAT') pixels = inflateSync(data).length
        at += length + 12
      }
      expect(pixels).toBe((width + 1) * height)
      expect(width).toBeGreaterThan(400)
    }
  })
  test('archives and Word documents: every entry at its offset, whole by its checksum', () => {
    for (const file of [...files('zip'), ...files('docx')]) {
      const zip = content(file)
      const end = zip.lastIndexOf('PK\x05\x06')
      const count = zip.readUInt16LE(end + 10)
      let at = zip.readUInt32LE(end + 16)
      const entries = new Map<string, Buffer>()
      for (let n = 0; n < count; n += 1) {
        const [packed, size, name, local] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24), zip.readUInt16LE(at + 28), zip.readUInt32LE(at + 42)]
        const start = local + 30 + zip.readUInt16LE(local + 26)
        const data = inflateRawSync(zip.subarray(start, start + packed))
        expect(zip.toString('latin1', local, local + 4)).toBe('PK\x03\x04')
        expect(data.length).toBe(size)
        expect(crc32(data)).toBe(zip.readUInt32LE(at + 16))
        entries.set(zip.toString('utf8', at + 46, at + 46 + name), data)
        at += 46 + name
      }
      expect(at).toBe(end)
      expect(entries.size).toBe(count)
      if (extensionOf(file.attachment.fileName) === 'docx') {
        for (const part of ['[Content_Types].xml', '_rels/.rels', 'word/document.xml']) assertWellFormed((entries.get(part) ?? Buffer.alloc(0)).toString('utf8'))
      }
    }
  })
})

describe('the checks themselves', () => {
  test('what is not XML is found out', () => {
    for (const xml of ['<a><b></a></b>', '<a x="1" x="2"/>', '<a>&</a>', '<a/><b/>', '<a', '<a b=c/>', 'text', '<?xml version="1.0"?>', '<a x="&"/>']) expect(() => { assertWellFormed(xml) }, xml).toThrow()
    expect(() => { assertWellFormed('<?xml version="1.0"?>\n<a x="1&amp;"><b/>&lt; æ</a>\n') }).not.toThrow()
  })
  test('a PDF that lost a byte is found out', async () => {
    const whole = await files('pdf')[0]?.attachment.content()
    if (whole === undefined) throw new Error('No PDF')
    expect(readPdf(whole).pages).toBeGreaterThan(0)
    expect(() => readPdf(Buffer.concat([whole.subarray(0, 300), whole.subarray(301)]))).toThrow()
    expect(() => readPdf(whole.subarray(0, -20))).toThrow()
    expect(anchorAt).toBe(world.anchorAt)
  })
})
