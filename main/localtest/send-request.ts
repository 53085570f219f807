import { readFileSync, statSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { endOfDay } from './world/calendar.ts'

/** What can be said on the command line of `send`, as text. */
export interface SendOptions {
  readonly to?: string | undefined
  readonly title?: string | undefined
  readonly body?: string | undefined
  readonly bodyFile?: string | undefined
  readonly summary?: string | undefined
  readonly attach: readonly string[]
  readonly due?: string | undefined
  readonly confirm: boolean
  readonly reply: readonly string[]
  readonly confidential: boolean
  readonly intoDialog?: string | undefined
  readonly sender?: string | undefined
  readonly language: string
}

/** Something on the command line cannot be: the message says what, in one sentence. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse'
}

/** What may be sent, with the type each is called by; xml is text here and an application in the dialog (altinn3.md 2.4, 2.7). */
const types: Readonly<Record<string, string>> = {
  pdf: 'application/pdf', html: 'text/html', txt: 'text/plain', xml: 'text/xml', csv: 'text/csv', json: 'application/json', zip: 'application/zip',
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', bmp: 'image/bmp', dcm: 'application/dicom', dicom: 'application/dicom',
  doc: 'application/msword', xls: 'application/vnd.ms-excel', ppt: 'application/vnd.ms-powerpoint', pps: 'application/vnd.ms-powerpoint',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}
const mostBytes = 40 * 1024 * 1024
const dayMs = 86_400_000

/** One sentence for what the system says of a file. */
function readingOf<T>(option: string, path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'ENOENT') throw new WrongUse(`--${option}: there is no file ${path}.`)
    if (code === 'EISDIR') throw new WrongUse(`--${option}: ${path} is a folder.`)
    throw new WrongUse(`--${option}: ${path} cannot be read.`)
  }
}

function bodyOf({ body, bodyFile }: SendOptions): string {
  if (body !== undefined && bodyFile !== undefined) throw new WrongUse('Give the text with --body or with --body-file, not both.')
  const text = bodyFile === undefined ? body : readingOf('body-file', bodyFile, () => readFileSync(bodyFile, 'utf8'))
  if (text === undefined) throw new WrongUse('The text is missing: give it with --body or --body-file.')
  if (text.length === 0 || text.length > 30_000) throw new WrongUse(`The text must have 1 to 30 000 characters; this one has ${String(text.length)}.`)
  return text
}

/** A day (to its end in Norway), a number of days from now as `+3`, or a moment with its zone. */
export function dueOf(text: string, now: number): number {
  const days = /^\+(\d{1,4})$/.exec(text)?.[1]
  if (days !== undefined) return endOfDay(now, Number(days))
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const at = isDay ? Date.parse(`${text}T12:00:00Z`) : /T.*(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : NaN
  if (Number.isNaN(at)) throw new WrongUse('--due takes a day as 2026-12-31, a number of days as +3, or a moment as 2026-12-31T12:00:00+01:00.')
  const dueAt = isDay ? endOfDay(at, 0) : at
  if (Math.abs(dueAt - now) > 100 * 365 * dayMs) throw new WrongUse('--due is more than a hundred years away.')
  return dueAt
}

function replyOf(text: string): { readonly linkURL: string; readonly linkText: string | null } {
  const [, label = '', url = ''] = /^(?:(.*)=)?(https?:\/\/.*)$/is.exec(text) ?? []
  if (!URL.canParse(url) || !url.startsWith('https://') || url.length > 255) throw new WrongUse('--reply takes a text and an https address of at most 255 characters, as "Svar her=https://svar.example/".')
  return { linkURL: url, linkText: label.trim() === '' ? null : label.trim() }
}

function attachmentOf(path: string) {
  const fileName = basename(path)
  const extension = extname(fileName).slice(1).toLowerCase()
  const dataType = types[extension]
  if (dataType === undefined) throw new WrongUse(`--attach: Altinn does not take files like ${fileName}; it takes ${Object.keys(types).join(', ')}.`)
  const size = readingOf('attach', path, () => statSync(path).size)
  if (size > mostBytes) throw new WrongUse(`--attach: ${fileName} is larger than 40 MB.`)
  return { fileName, dataType, contentBase64: readingOf('attach', path, () => readFileSync(path)).toString('base64') }
}

/**
 * What is handed to the side door.
 * @param recipient number or URN; null for a message into a dialog, which is its recipient's
 * @param now ms
 * @throws {WrongUse}
 */
export function sendRequestOf(options: SendOptions, recipient: string | null, now: number): Readonly<Record<string, unknown>> {
  const { title, summary, due, confirm, confidential, intoDialog, sender, language } = options
  if (title === undefined || title.length === 0 || title.length > 255) throw new WrongUse('--title is missing, or longer than 255 characters.')
  if (!['nb', 'nn', 'en'].includes(language)) throw new WrongUse('--language is nb, nn or en.')
  if (confirm && due === undefined) throw new WrongUse('A message that must be confirmed needs a due date: add --due (Altinn refuses it otherwise, 1016).')
  if (intoDialog !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(intoDialog)) throw new WrongUse('--into-dialog takes the id of a dialog.')
  if (intoDialog !== undefined && options.reply.length > 0) throw new WrongUse('A message within another dialog has no reply options.')
  return {
    ...(recipient === null ? {} : { recipient }),
    ...(intoDialog === undefined ? {} : { intoDialog }),
    ...(sender === undefined ? {} : { resourceId: sender }),
    title,
    body: bodyOf(options),
    ...(summary === undefined ? {} : { summary }),
    language,
    needsConfirmation: confirm,
    confidential,
    ...(due === undefined ? {} : { dueAt: new Date(dueOf(due, now)).toISOString() }),
    replyOptions: options.reply.map(replyOf),
    attachments: options.attach.map(attachmentOf),
  }
}
