import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type EventOf, isFormText, type PrintLeftOut } from '../../preload/contract/index.ts'
import { type Language, translator } from '../../resources/locales/index.ts'
import { osloDay } from '../../resources/locales/oslo-day.ts'
import { messageDocument, type NotAppended, type PrintedFile, type PrintedMessage, printedTitle } from '../export/message-document.ts'
import type { Appended } from '../export/pdf-pages.ts'
import { type Joined, pdfLimits, PdfThread } from '../export/pdf-thread.ts'
import { detectKind, safeFileName } from '../reading/file-kinds.ts'
import type { Reading, SafeLetter } from '../reading/reading.ts'
import type { Reader } from '../store/open.ts'
import type { Handlers } from './calls.ts'
import type { Desk } from './desk.ts'
import { Refusal } from './errors.ts'
import { bytesOf, type KeptFiles, saveTo } from './files.ts'
import type { FormReading } from './forms.ts'

/** All letters of one document together; what a window prints must fit a frame (security.md A3.13). */
const savedHtml = 32 * 1024 * 1024
const windowHtml = 6 * 1024 * 1024

interface Parts {
  readonly reader: Reader
  readonly files: KeptFiles
  readonly reading: Reading
  readonly forms: Pick<FormReading, 'printed'>
  readonly desk: Desk
  readonly now: () => number
  readonly progress: (progress: EventOf<'print.progress'>) => void
}

class Cancelled extends Error {}

/** The window's font beside the build, or in its package where the source runs; null: the system's font does. */
async function windowFont(): Promise<Uint8Array | null> {
  const here = dirname(fileURLToPath(import.meta.url))
  const built = join(here, '..', 'renderer', 'assets')
  const source = join(here, '..', '..', 'node_modules', '@fontsource-variable', 'inter', 'files')
  for (const folder of [built, source]) {
    const name = existsSync(folder) ? readdirSync(folder).find((one) => /^inter-latin-wght-normal.*\.woff2$/.test(one)) : undefined
    if (name !== undefined) return await readFile(join(folder, name))
  }
  return null
}

type Shown = NonNullable<Awaited<ReturnType<Reader['show']>>>
type File = Shown['attachments'][number]

/** Why a stored file cannot be read, as it stands on paper; faults of the program go on. */
function whyNot(error: unknown): NotAppended {
  if (!(error instanceof Refusal)) throw error
  return error.code === 'not-possible' ? 'too-large' : error.code === 'not-here' || error.code === 'file-gone' ? 'not-here' : 'damaged'
}

/** Printing messages and saving them as PDF: of safe letters only, and without a word to any sender. */
export function printHandlers({ reader, files, reading, forms, desk, now, progress }: Parts): Handlers {
  let turn = 0
  const fileName = (file: File): string => file.displayName ?? file.fileName

  /** The first bytes tell what a file is; its name only what it says it is. */
  const isPdf = (bytes: Uint8Array, file: File): boolean => detectKind(file.fileName, bytes.subarray(0, 4096)) === 'pdf'
  const maybe = (file: File, kind: 'pdf' | 'xml'): boolean => file.state === 'stored' && (new RegExp(`\\.${kind}$`, 'i').test(file.fileName) || file.dataType.includes(kind))

  const formsOf = async (id: number, message: Shown): Promise<readonly { readonly name: string; readonly letter: SafeLetter }[]> => {
    const found: { readonly name: string; readonly letter: SafeLetter }[] = []
    for (const file of message.attachments) {
      if (!maybe(file, 'xml')) continue
      try {
        found.push({ name: fileName(file), letter: await forms.printed({ id, attachmentId: file.attachmentId }) })
      } catch (error) {
        // It stands in the list of attachments all the same.
        whyNot(error)
      }
    }
    return found
  }

  /** @returns null when the message is only in Altinn */
  const printed = async (id: number, message: Shown, appended: ReadonlyMap<string, number | NotAppended>): Promise<PrintedMessage | null> => {
    if (message.body === null) return null
    const letter = isFormText(message.body) ? await forms.printed({ id, attachmentId: null }) : await reading.letter(message.body, { replyUrls: message.replyOptions.map((option) => option.url) })
    const list: readonly PrintedFile[] = message.attachments.map((file) => ({ name: fileName(file), bytes: file.bytes, state: file.state, appended: appended.get(file.attachmentId) ?? null }))
    const { title, sender, partyName, party, publishedAt, sortAt, dueAt, needsConfirmation, fetchedAt, openedHereAt, readAt, confirmedAt, confirmedBy, removedAt, language } = message
    return { title, sender, partyName, party, publishedAt: publishedAt ?? sortAt, dueAt, needsConfirmation, fetchedAt, openedHereAt, readAt, confirmedAt, confirmedBy, removedAt, letters: [{ name: null, letter }, ...(await formsOf(id, message))], files: list, language }
  }

  interface Gathered {
    readonly messages: readonly PrintedMessage[]
    readonly appended: readonly Appended[]
    readonly leftOut: readonly PrintLeftOut[]
  }

  const gather = async (ids: readonly number[], options: { readonly thread: PdfThread | null; readonly maxHtml: number; readonly tell: (done: number) => void }): Promise<Gathered> => {
    const { thread, maxHtml, tell } = options
    const messages: PrintedMessage[] = []
    const appended: Appended[] = []
    const leftOut: PrintLeftOut[] = []
    let [size, bytes, pages] = [0, 0, 0]
    for (const [at, id] of ids.entries()) {
      tell(at + 1)
      const message = await reader.show(id)
      if (message === null) throw new Refusal('not-found', 'There is no such message')
      const { title } = message
      const own = new Map<string, number | NotAppended>()
      const parts: Appended[] = []
      for (const file of thread === null || message.body === null ? [] : message.attachments.filter((one) => maybe(one, 'pdf'))) {
        const result = await appendable(id, file, bytes)
        if (result === null) continue
        const count = 'why' in result ? 0 : result.pages
        const why: NotAppended | null = 'why' in result ? result.why : pages + count > pdfLimits.allPages ? 'too-large' : null
        own.set(file.attachmentId, why ?? count)
        if (why !== null) leftOut.push({ title, file: fileName(file), why })
        if (why !== null || 'why' in result) continue
        pages += count
        bytes += result.bytes.length
        parts.push({ message: messages.length, name: fileName(file), bytes: result.bytes })
      }
      const one = await printed(id, message, own)
      const length = one === null ? 0 : one.letters.reduce((sum, { letter }) => sum + letter.html.length, 0)
      if (one === null || size + length > maxHtml) {
        leftOut.push({ title, file: null, why: one === null ? 'not-here' : 'too-large' })
        continue
      }
      size += length
      messages.push(one)
      appended.push(...parts)
    }
    return { messages, appended, leftOut }

    /** A file's pages; null when it is no PDF after all. */
    async function appendable(id: number, file: File, sofar: number): Promise<{ readonly bytes: Uint8Array; readonly pages: number } | { readonly why: NotAppended } | null> {
      try {
        const content = await files.with(id, file.attachmentId, (stored) => bytesOf(stored, Math.min(pdfLimits.fileBytes, Math.max(0, pdfLimits.allBytes - sofar))))
        if (thread === null || !isPdf(content, file)) return null
        const result = await thread.clean(content)
        return result.ok ? result : { why: result.why }
      } catch (error) {
        return { why: whyNot(error) }
      }
    }
  }

  const makePdf = async (ids: readonly number[], language: Language, thread: PdfThread, attachments: boolean, isCancelled: () => boolean): Promise<{ readonly gathered: Gathered; readonly joined: Joined }> => {
    const goOn = (stage: EventOf<'print.progress'>['stage'], done: number, total: number): void => {
      if (isCancelled()) throw new Cancelled()
      progress({ stage, done, total })
    }
    const gathered = await gather(ids, { thread: attachments ? thread : null, maxHtml: savedHtml, tell: (done) => { goOn('reading', done, ids.length) } })
    if (gathered.messages.length === 0) throw new Refusal('not-here', 'The messages are only in Altinn')
    goOn('making', 0, 1)
    const pdf = await desk.printPdf(messageDocument(gathered.messages, { language, nowAt: now(), font: await windowFont(), withFiles: gathered.appended.length > 0 }))
    if (pdf === null) throw new Refusal('no-pdf', 'No browser made it')
    goOn('joining', 0, 1)
    const joined = await thread.join(pdf, gathered.messages.length, gathered.appended)
    if (joined === null) throw new Refusal('no-pdf', 'It took too long')
    goOn('joining', 1, 1)
    return { gathered, joined }
  }

  return {
    'print.document': async ({ ids, language }) => {
      const { messages, leftOut } = await gather(ids, { thread: null, maxHtml: windowHtml, tell: () => undefined })
      if (messages.length === 0) throw new Refusal('not-here', 'The messages are only in Altinn')
      return { html: messageDocument(messages, { language, nowAt: now(), font: null, withFiles: false }), messages: messages.length, leftOut: [...leftOut] }
    },
    'print.save': async ({ ids, attachments, language }) => {
      turn += 1
      const mine = turn
      const thread = new PdfThread()
      try {
        const { gathered: { messages, leftOut }, joined } = await makePdf(ids, language, thread, attachments, () => turn !== mine)
        const t = translator(language)
        const [only] = messages
        const title = messages.length === 1 && only !== undefined ? printedTitle(t, only.title) : t('print.title', { count: messages.length })
        const target = await desk.saveTarget(safeFileName(`${title} ${osloDay(now())}.pdf`, 'pdf'))
        if (target === null) return { path: null, messages: 0, pages: 0, leftOut: [] }
        await saveTo(target.path, [Buffer.from(joined.bytes)])
        return { path: target.path, messages: messages.length, pages: joined.pages, leftOut: [...leftOut] }
      } catch (error) {
        if (error instanceof Cancelled) return { path: null, messages: 0, pages: 0, leftOut: [] }
        throw error
      } finally {
        await thread.close()
      }
    },
    'print.cancel': () => {
      turn += 1
      return Promise.resolve({})
    },
  }
}
