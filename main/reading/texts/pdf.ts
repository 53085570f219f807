import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getDocument, type PDFDocumentProxy, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs'
// Puts itself where the library looks for it, so that it needs no file of its own and starts nothing.
import 'pdfjs-dist/legacy/build/pdf.worker.mjs'
import type { TextAnswer } from './answer.ts'
import { textLimits } from './limits.ts'
import { Pages } from './pages.ts'

/** Character maps and fonts: beside the page that draws PDFs in the build, in the package where the source runs. */
function dataFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const built = resolve(here, '..', 'renderer-pdf')
  return existsSync(join(built, 'cmaps')) ? built : resolve(here, '..', '..', '..', 'node_modules', 'pdfjs-dist')
}

/** Words that a line may end before though a hyphen stands at its end: «skatte- og avgiftsrett». */
const joining = /^(?:og|eller|samt|og\/eller|and|or)\b/i

interface Item {
  readonly str: string
  readonly hasEOL: boolean
}
const isItem = (item: object): item is Item => 'str' in item && typeof item.str === 'string'

/** Lines of a page as one text; a word that was parted at the end of a line is put together again. */
export function pageText(items: readonly object[]): string {
  const lines: string[] = []
  let line = ''
  for (const item of items) {
    if (!isItem(item)) continue
    line += item.str
    if (!item.hasEOL) continue
    lines.push(line)
    line = ''
  }
  lines.push(line)
  return lines.reduce((text, next) => {
    const isParted = /\p{Ll}-$/u.test(text) && /^\p{Ll}/u.test(next) && !joining.test(next)
    return isParted ? text.slice(0, -1) + next : text === '' ? next : `${text}\n${next}`
  }, '')
}

const reasons: Readonly<Record<string, 'password' | 'damaged'>> = { PasswordException: 'password', InvalidPDFException: 'damaged', FormatError: 'damaged', MissingDataException: 'damaged', XRefParseException: 'damaged' }

async function readPages(document: PDFDocumentProxy, endAt: number): Promise<TextAnswer> {
  const pages = new Pages()
  const { numPages } = document
  let broken = 0
  for (let number = 1; number <= numPages; number += 1) {
    if (number > textLimits.pages) return pages.answer(numPages, 'pages')
    if (pages.isFull) return pages.answer(numPages, 'characters')
    if (performance.now() > endAt) return pages.answer(numPages, 'time')
    try {
      const page = await document.getPage(number)
      const { items } = await page.getTextContent()
      pages.add(pageText(items))
      page.cleanup()
    } catch {
      // One page that cannot be read keeps its number; the others are still worth finding.
      pages.add('')
      broken += 1
    }
  }
  return pages.answer(numPages, broken > 0 ? 'damaged' : null)
}

/** Text of a PDF's pages. Nothing of it is drawn and none of its scripts run: the part of the library that runs them is not in the build. */
export async function pdfText(data: Uint8Array): Promise<TextAnswer> {
  const folder = dataFolder()
  const endAt = performance.now() + textLimits.pagesMs
  const task = getDocument({
    data,
    cMapUrl: `${join(folder, 'cmaps')}/`,
    standardFontDataUrl: `${join(folder, 'standard_fonts')}/`,
    verbosity: VerbosityLevel.ERRORS,
    enableXfa: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    stopAtErrors: false,
  })
  try {
    return await readPages(await task.promise, endAt)
  } catch (error) {
    return { state: 'unreadable', reason: reasons[error instanceof Error ? error.name : ''] ?? 'failed' }
  } finally {
    await task.destroy()
  }
}
