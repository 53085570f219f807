import type PDFDocument from 'pdfkit'
import { blocks, plain, spans } from '../markdown.ts'
import type { Block } from '../markdown.ts'

/** Letters on paper: letterhead, the recipient's address, the text with its tables, numbered pages. The same sheet gives the same bytes. */
export interface Sheet {
  readonly letterhead: string
  /** Second line of the letterhead: department or place. */
  readonly unit: string
  /** `#rrggbb` of the band and the headings. */
  readonly colour: string
  /** Address block, one line each; empty for lists and statements. */
  readonly to: readonly string[]
  /** Labels and values at the right: date, reference, case number. */
  readonly facts: readonly (readonly [string, string])[]
  readonly title: string
  readonly markdown: string
  /** Foot of each page, e.g. `Side 1 av 3`. */
  readonly pageOf: (page: number, pages: number) => string
  /** ms UTC; stands in the file as its creation date. */
  readonly at: number
  readonly wide?: boolean
  /** Pictures after the text, PNG. */
  readonly pictures?: readonly { readonly png: Buffer; readonly caption: string }[]
}

type Document = InstanceType<typeof PDFDocument>

/**
 * The standard fonts hold the letters of WinAnsi only (PDF 32000-1 annex D): others lose their accent, as on any cheque of that
 * time, instead of turning into other characters.
 */
function printable(text: string): string {
  return text.replace(/[^\u0020-\u007e\u00a0-\u00ff\n–—‘’“”•…€]/g, (letter) => {
    const base = letter.normalize('NFD').charAt(0)
    return /[A-Za-z]/.test(base) ? base : letter === 'ł' ? 'l' : letter === 'Ł' ? 'L' : '?'
  })
}

const side = 62
const bottom = 70

function setSpans(document: Document, text: string, width: number, size: number): void {
  const pieces = spans(text)
  pieces.forEach((piece, at) => {
    const font = piece.bold ? 'Helvetica-Bold' : piece.italic ? 'Helvetica-Oblique' : 'Helvetica'
    document
      .font(font)
      .fontSize(size)
      .fillColor(piece.link === null ? '#1b1b1b' : '#0b4f8a')
      .text(piece.text, { width, continued: at < pieces.length - 1, underline: piece.link !== null, link: piece.link, lineGap: 2 })
  })
}

function needRoom(document: Document, height: number): void {
  if (document.y + height > document.page.height - bottom) document.addPage()
}

interface Columns {
  readonly widths: readonly number[]
  readonly right: readonly boolean[]
}

/** Widths by the longest text of each column, between fair bounds, filling the line. */
function columns(block: Block & { kind: 'table' }, width: number): Columns {
  const wants = block.head.map((cell, at) => {
    const longest = Math.max(cell.length, ...block.rows.map((row) => plain(row[at] ?? '').length))
    return Math.min(Math.max(longest, 6), 34)
  })
  const sum = wants.reduce((total, want) => total + want, 0)
  return { widths: wants.map((want) => (want / sum) * width), right: block.right }
}

function setRow(document: Document, row: readonly string[], { widths, right }: Columns, head: boolean): void {
  const font = head ? 'Helvetica-Bold' : 'Helvetica'
  document.font(font).fontSize(9)
  const texts = row.map(plain)
  const height = Math.max(...texts.map((text, at) => document.heightOfString(text || ' ', { width: (widths[at] ?? 40) - 8 }))) + 7
  needRoom(document, height)
  const top = document.y
  let x = side
  texts.forEach((text, at) => {
    const width = widths[at] ?? 40
    document.fillColor('#1b1b1b').text(text, x, top + 3, { width: width - 8, align: right[at] === true ? 'right' : 'left' })
    x += width
  })
  document
    .moveTo(side, top + height)
    .lineTo(x, top + height)
    .lineWidth(head ? 1 : 0.5)
    .strokeColor(head ? '#555555' : '#c9c9c9')
    .stroke()
  document.x = side
  document.y = top + height
}

function setTable(document: Document, block: Block & { kind: 'table' }, width: number): void {
  const layout = columns(block, width)
  const titled = block.head.some((cell) => cell !== '')
  if (titled) setRow(document, block.head, layout, true)
  for (const row of block.rows) {
    // A table that runs on repeats its head, so that a later page can be read alone.
    if (document.y + 30 > document.page.height - bottom) {
      document.addPage()
      if (titled) setRow(document, block.head, layout, true)
    }
    setRow(document, row, layout, false)
  }
  document.y += 10
}

function setBlock(document: Document, block: Block, width: number, colour: string): void {
  switch (block.kind) {
    case 'heading':
      needRoom(document, 60)
      document.moveDown(0.3)
      document.font('Helvetica-Bold').fontSize(block.level <= 2 ? 13 : 11).fillColor(colour).text(plain(block.text), side, document.y, { width })
      document.y += 3
      return
    case 'paragraph':
      needRoom(document, 30)
      for (const line of block.lines) setSpans(document, line, width, 10.5)
      document.y += 8
      return
    case 'list':
      block.items.forEach((item, at) => {
        needRoom(document, 20)
        document.font('Helvetica').fontSize(10.5).fillColor('#1b1b1b').text(block.ordered ? `${String(at + 1)}.` : '•', side + 4, document.y, { lineBreak: false })
        document.x = side + 22
        setSpans(document, item, width - 22, 10.5)
        document.x = side
        document.y += 3
      })
      document.y += 6
      return
    case 'table':
      setTable(document, block, width)
      return
    case 'quote':
      document.x = side + 16
      setSpans(document, `*${plain(block.text)}*`, width - 32, 10.5)
      document.x = side
      document.y += 8
      return
    case 'rule':
      document.moveTo(side, document.y + 2).lineTo(side + width, document.y + 2).lineWidth(0.5).strokeColor('#999999').stroke()
      document.y += 12
  }
}

function setHead(document: Document, sheet: Sheet, width: number): void {
  document.rect(0, 0, document.page.width, 10).fill(sheet.colour)
  document.font('Helvetica-Bold').fontSize(17).fillColor(sheet.colour).text(sheet.letterhead, side, 34, { width })
  document.font('Helvetica').fontSize(10).fillColor('#444444').text(sheet.unit, { width })
  const top = document.y + 18
  document.fontSize(10).fillColor('#1b1b1b').text(sheet.to.join('\n'), side, top, { width: width * 0.55 })
  const left = document.y
  document.fontSize(9)
  let y = top
  for (const [label, value] of sheet.facts) {
    document.font('Helvetica-Bold').text(label, side + width * 0.6, y, { width: width * 0.4 })
    document.font('Helvetica').text(value, { width: width * 0.4 })
    y = document.y + 4
  }
  document.x = side
  document.y = Math.max(left, y) + 22
  document.font('Helvetica-Bold').fontSize(15).fillColor('#1b1b1b').text(sheet.title, side, document.y, { width })
  document.y += 10
}

function setPictures(document: Document, sheet: Sheet, width: number): void {
  for (const { png, caption } of sheet.pictures ?? []) {
    needRoom(document, width * 0.62)
    document.image(png, side, document.y, { fit: [width, width * 0.55] })
    document.y += width * 0.55 + 4
    document.font('Helvetica-Oblique').fontSize(9).fillColor('#444444').text(caption, side, document.y, { width })
    document.y += 10
  }
}

/**
 * The sheet as a PDF 1.3 file with selectable text. Deterministic: the file id is made of the dates and titles given, and nothing
 * of the clock goes in.
 */
export async function pdf(given: Sheet): Promise<Buffer> {
  const sheet = { ...given, to: given.to.map(printable), title: printable(given.title), markdown: printable(given.markdown) }
  // Loaded on first use: the metadata of a world is made without it.
  const { default: Pdf } = await import('pdfkit')
  const document = new Pdf({
    size: 'A4',
    layout: sheet.wide === true ? 'landscape' : 'portrait',
    margins: { top: 60, bottom, left: side, right: side },
    bufferPages: true,
    lang: 'nb-NO',
    info: { Title: sheet.title, Author: sheet.letterhead, Creator: sheet.letterhead, Producer: 'Meldingsboks, lokal Altinn', CreationDate: new Date(sheet.at), ModDate: new Date(sheet.at) },
  })
  const chunks: Buffer[] = []
  document.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<void>((resolve, reject) => {
    document.on('end', resolve)
    document.on('error', reject)
  })
  const width = document.page.width - 2 * side
  setHead(document, sheet, width)
  for (const block of blocks(sheet.markdown)) setBlock(document, block, width, sheet.colour)
  setPictures(document, sheet, width)
  const { count } = document.bufferedPageRange()
  for (let page = 0; page < count; page += 1) {
    document.switchToPage(page)
    // Below the margin pdfkit would begin a new page.
    document.page.margins.bottom = 0
    document.font('Helvetica').fontSize(8.5).fillColor('#555555')
    document.text(sheet.pageOf(page + 1, count), side, document.page.height - 44, { width, align: 'right', lineBreak: false })
  }
  document.end()
  await ended
  return Buffer.concat(chunks)
}
