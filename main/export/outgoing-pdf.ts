import { setImmediate } from 'node:timers/promises'
import { type Language, translator } from '../../resources/locales/index.ts'
import { aboutText, type ListAbout, type ListedReceipt, listedReceipts } from './outgoing.ts'
import { clock, norwegian, printable } from './printable.ts'
import type { ReceiptFacts } from './receipt.ts'

/** Points (1/72 inch), on A4 lying down. */
const margin = 36
const gap = 8
const widths = [90, 176, 106, 84, 150, 164] as const
const size = 8
const lineHeight = 9.5
const dark = '#1b1b1b'
const quiet = '#595959'
/** Room for the line at the foot of each page. */
const foot = 24
/** Rows between two turns of everything else that the engine does. */
const rowsAtOnce = 10

interface Line {
  readonly text: string
  readonly bold?: true
  readonly quiet?: true
}
type Cells = readonly (readonly Line[])[]

const heightOf = (cells: Cells): number => Math.max(...cells.map((cell) => cell.length)) * lineHeight

/** A text in lines of at most a width; a word that is longer is broken where it must be. */
export function inLines(text: string, width: number, widthOf: (text: string) => number): readonly string[] {
  if (widthOf(text) <= width) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/ +/)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (widthOf(longer) <= width) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = ''
    for (const letter of word) {
      if (line !== '' && widthOf(line + letter) > width) {
        lines.push(line)
        line = ''
      }
      line += letter
    }
  }
  return line === '' ? lines : [...lines, line]
}

function cellsOf(language: Language): (row: ListedReceipt, facts: ReceiptFacts) => Cells {
  const t = translator(language)
  const at = (moment: number): string => {
    const { date, time, offset } = norwegian(moment)
    const [year, month, day] = date.split('-')
    const clockTime = t('date.clock', { time: language === 'en' ? time : time.replaceAll(':', '.') })
    return [[day, month, year].join(language === 'en' ? '/' : '.'), clockTime, ...(offset === '' ? [] : [offset])].join(' ')
  }
  const lines = (...all: readonly (Line | null)[]): readonly Line[] => all.filter((one): one is Line => one !== null && one.text !== '')
  const named = (name: string, value: string): Line => ({ text: value === '' ? '' : `${name}: ${value}` })
  const when = (name: string, time: number | null): Line => named(name, time === null ? '' : at(time))
  return (row, facts) => [
    lines({ text: row.action, bold: true }, { text: row.state }),
    lines({ text: row.title, bold: true }, { text: row.sender, quiet: true }, named(t('receipt.field.to'), row.to), { text: row.reason }),
    lines({ text: row.recipient }, { text: row.number.replace(/(\d{3})(?=\d)/g, '$1\u00a0'), quiet: true }),
    lines({ text: row.person }, { text: row.identity, quiet: true }),
    lines(when(t('receipt.field.clicked'), row.clickedAt), when(t('receipt.field.sent'), row.sentAt), when(t('outgoing.registered'), row.provenAt)),
    lines({ text: row.answer }, { text: facts.correspondenceId, quiet: true }),
  ]
}

/**
 * The list as a PDF: a table with its head on every page. Made while it is written, so that neither memory nor the engine
 * minds how long it is.
 */
export async function* outgoingPdf(batches: AsyncIterable<readonly ReceiptFacts[]>, about: ListAbout): AsyncGenerator<Buffer> {
  const { default: Pdf } = await import('pdfkit')
  const { language, nowAt } = about
  const t = translator(language)
  const document = new Pdf({ size: 'A4', layout: 'landscape', margin, lang: language, autoFirstPage: false, info: { Title: t('nav.outgoing'), CreationDate: new Date(nowAt) } })
  const ready: Buffer[] = []
  const ended = new Promise<void>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => ready.push(chunk))
    document.on('end', resolve)
    document.on('error', reject)
  })
  const made = t('outgoing.made', { at: clock(language)(nowAt) })
  let page = 0
  const fontOf = ({ bold }: Pick<Line, 'bold'>): void => { document.font(bold === true ? 'Helvetica-Bold' : 'Helvetica').fontSize(size) }
  const heads = [t('outgoing.column.action'), t('outgoing.column.message'), t('field.recipient'), t('receipt.field.person'), t('outgoing.column.time'), `${t('receipt.field.answer')} · ${t('receipt.field.reference')}`]
  const rule = (y: number): void => { document.moveTo(margin, y).lineTo(document.page.width - margin, y).lineWidth(0.5).strokeColor('#d0d0d0').stroke() }
  const left = (column: number): number => margin + widths.slice(0, column).reduce((sum, width) => sum + width, 0)
  /** Widths of letters by font: measuring whole texts, with the space between each pair, would take most of the time. */
  const known = { bold: new Map<string, number>(), plain: new Map<string, number>() }
  const widthIn = (font: keyof typeof known) => (text: string): number => {
    let sum = 0
    for (const letter of text) {
      let width = known[font].get(letter)
      if (width === undefined) {
        fontOf(font === 'bold' ? { bold: true } : {})
        width = document.widthOfString(letter)
        known[font].set(letter, width)
      }
      sum += width
    }
    return sum
  }
  const broken = (cells: Cells): Cells => cells.map((cell, column) => cell.flatMap((line) =>
    inLines(printable(line.text), (widths[column] ?? 0) - gap, widthIn(line.bold === true ? 'bold' : 'plain')).map((text) => ({ ...line, text }))))
  const draw = (cells: Cells, top: number): number => {
    cells.forEach((cell, column) => {
      cell.forEach((line, at) => {
        fontOf(line)
        document.fillColor(line.quiet === true ? quiet : dark).text(line.text, left(column), top + at * lineHeight, { lineBreak: false })
      })
    })
    return top + heightOf(cells)
  }
  const closePage = (): void => {
    if (page === 0) return
    // Below the margin: with the margin in force a page of its own would begin for it.
    document.page.margins.bottom = 0
    const y = document.page.height - margin
    document.font('Helvetica').fontSize(size).fillColor(quiet).text(made, margin, y, { lineBreak: false })
    document.text(t('outgoing.page', { page }), margin, y, { width: document.page.width - 2 * margin, align: 'right', lineBreak: false })
  }
  let y = 0
  const openPage = (): void => {
    closePage()
    document.addPage()
    page += 1
    y = margin
    if (page === 1) {
      document.font('Helvetica-Bold').fontSize(16).fillColor(dark).text(t('nav.outgoing'), margin, y)
      document.font('Helvetica').fontSize(9).fillColor(quiet).text(printable(aboutText(about)), margin, document.y + 2)
      y = document.y + 12
    }
    y = draw(broken(heads.map((text) => [{ text, bold: true, quiet: true }])), y) + 4
    rule(y)
    y += 5
  }
  openPage()
  const [listed, cells] = [listedReceipts(language), cellsOf(language)]
  let drawn = 0
  for await (const batch of batches) {
    for (const facts of batch) {
      const row = broken(cells(listed(facts), facts))
      if (y + heightOf(row) > document.page.height - margin - foot) openPage()
      y = draw(row, y) + 4
      rule(y)
      y += 5
      drawn += 1
      if (drawn % rowsAtOnce === 0) {
        await setImmediate()
        yield* ready.splice(0)
      }
    }
  }
  closePage()
  document.end()
  await ended
  yield* ready.splice(0)
}
