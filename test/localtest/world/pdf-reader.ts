import { inflateSync } from 'node:zlib'

/** What a reader of a PDF sees, read without a library: pages by its objects, text by its content streams. */
export interface ReadPdf {
  readonly pages: number
  /** All text in order of drawing, without any breaks. */
  readonly text: string
}

/** Text operators of pdfkit hold hex strings in WinAnsi; the few places where that differs from Latin-1 are mapped. */
function winAnsi(hex: string): string {
  const special: Readonly<Record<number, string>> = { 0x80: '€', 0x85: '…', 0x91: '‘', 0x92: '’', 0x93: '“', 0x94: '”', 0x95: '•', 0x96: '–', 0x97: '—' }
  return [...Buffer.from(hex, 'hex')].map((byte) => special[byte] ?? String.fromCharCode(byte)).join('')
}

/** Reads the file from its end as a viewer does: startxref, the table, every object at its offset. Throws when that leads nowhere. */
export function readPdf(file: Buffer): ReadPdf {
  const raw = file.toString('latin1')
  if (!/^%PDF-1\.\d\n/.test(raw)) throw new Error('No PDF header')
  if (!/%%EOF\s*$/.test(raw)) throw new Error('No end of file')
  const xrefAt = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(raw)?.[1])
  const table = /^xref\n0 (\d+)\n/.exec(raw.slice(xrefAt))
  if (table === null) throw new Error('startxref does not lead to the table')
  const count = Number(table[1])
  const first = xrefAt + table[0].length
  for (let n = 1; n < count; n += 1) {
    const offset = Number(raw.slice(first + n * 20, first + n * 20 + 10))
    if (!raw.startsWith(`${String(n)} 0 obj`, offset)) throw new Error(`Object ${String(n)} is not at its offset`)
  }
  let text = ''
  for (const match of raw.matchAll(/\/Length (\d+)\n(?:\/Filter \/FlateDecode\n)?>>\nstream\n/g)) {
    const start = match.index + match[0].length
    const packed = file.subarray(start, start + Number(match[1]))
    if (!match[0].includes('FlateDecode')) continue
    const content = inflateSync(packed).toString('latin1')
    // Pages begin by turning the axes; pictures do not.
    if (!content.startsWith('1 0 0 -1 0 ')) continue
    for (const hex of content.matchAll(/<([0-9a-f]+)>/g)) text += winAnsi(hex[1] ?? '')
  }
  return { pages: raw.match(/\/Type \/Page\n/g)?.length ?? 0, text }
}
