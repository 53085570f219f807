import PDFDocument from 'pdfkit'
import { deflateSync } from 'node:zlib'
import { zip } from '../../main/localtest/world/files/zip.ts'

/** A PDF of some pages with a word on each; with a password where one is given. */
export async function pdf(pages: number, { password, word = 'varelager' }: { readonly password?: string; readonly word?: string } = {}): Promise<Buffer> {
  const document = new PDFDocument({ autoFirstPage: false, size: 'A4', ...(password === undefined ? {} : { userPassword: password }), info: { CreationDate: new Date(0) } })
  const chunks: Buffer[] = []
  document.on('data', (chunk: Buffer) => chunks.push(chunk))
  const end = new Promise<void>((resolve) => document.on('end', resolve))
  for (let page = 1; page <= pages; page += 1) {
    document.addPage().fontSize(18).text(`Side ${String(page)} av ${String(pages)}`).fontSize(12)
    for (let line = 0; line < 30; line += 1) document.text(`Linje ${String(line)}: regnskap og merverdiavgift for kvartalet, æøå.`)
    if (page % 5 === 0) document.text(`${word} finnes her`)
    if (page === 1) document.text('Les mer hos oss', { link: 'https://ond.example/lenke', underline: true })
  }
  document.end()
  await end
  return Buffer.concat(chunks)
}

/** A PDF written by hand: objects in a row, and the table of where they are. */
function assembled(objects: readonly string[]): Buffer {
  let text = '%PDF-1.7\n'
  const at: number[] = []
  objects.forEach((object, n) => {
    at.push(Buffer.byteLength(text, 'latin1'))
    text += `${String(n + 1)} 0 obj\n${object}\nendobj\n`
  })
  const start = Buffer.byteLength(text, 'latin1')
  text += `xref\n0 ${String(objects.length + 1)}\n0000000000 65535 f \n${at.map((one) => `${String(one).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<< /Size ${String(objects.length + 1)} /Root 1 0 R >>\nstartxref\n${String(start)}\n%%EOF\n`
  return Buffer.from(text, 'latin1')
}
const stream = (content: string): string => `<< /Length ${String(content.length)} >>\nstream\n${content}\nendstream`

/** Text in Chinese by a predefined map of characters, and in a standard font; neither is in the file. It would also like to run a script. */
export const foreignPdf: Buffer = assembled([
  '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.launchURL("https://ond.example/pdf-script")) >> >>',
  '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R /F2 8 0 R >> >> /Contents 4 0 R >>',
  stream('BT /F1 24 Tf 72 700 Td <4F60597D4E16754C> Tj ET BT /F2 24 Tf 72 640 Td (Standardskrift) Tj ET'),
  '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>',
  '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 7 0 R /DW 1000 >>',
  '<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>',
  '<< /Type /Font /Subtype /Type1 /BaseFont /Times-Italic >>',
])

/** As many pages as wanted, all with the same content. */
export const manyPages = (count: number): Buffer => assembled([
  '<< /Type /Catalog /Pages 2 0 R >>',
  `<< /Type /Pages /Kids [${Array.from({ length: count }, (_, n) => `${String(n + 5)} 0 R`).join(' ')}] /Count ${String(count)} >>`,
  stream('BT /F1 24 Tf 72 700 Td (En side av mange) Tj ET'),
  '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ...Array.from({ length: count }, () => '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 3 0 R >>'),
])

const crcTable = Array.from({ length: 256 }, (_, n) => { let c = n; for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1; return c >>> 0 })
const crc = (bytes: Buffer): number => (bytes.reduce((c, byte) => (crcTable[(c ^ byte) & 0xff] ?? 0) ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0
const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const size = Buffer.alloc(4)
  size.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc(body))
  return Buffer.concat([size, body, sum])
}

/** A picture of noise, so that it is large, the same every time. */
export function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const stride = width * 3 + 1
  const pixels = Buffer.alloc(stride * height)
  let seed = 1
  for (let at = 0; at < pixels.length; at += 1) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
    pixels[at] = at % stride === 0 ? 0 : seed >>> 16 & 0xff
  }
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('IDAT', deflateSync(pixels)), chunk('IEND', Buffer.alloc(0))])
}

/** A document of today's formats; with a macro where that is wanted. */
export const docx = (macro: boolean): Buffer => zip([
  { name: '[Content_Types].xml', data: Buffer.from('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>') },
  { name: 'word/document.xml', data: Buffer.from('<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>') },
  ...(macro ? [{ name: 'word/vbaProject.bin', data: Buffer.from('makro') }] : []),
])
