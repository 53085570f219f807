import { extname } from 'node:path'
import type { Reply } from '../http.ts'
import type { LocalState, MessageState } from '../state.ts'
import type { SentAttachment } from '../world/model.ts'
import { actionHeaders, type ProblemCode } from './problems.ts'
import { type ZipFile, zipOf } from './zip.ts'

/** Most bytes of attachments in one zip; the sentence of 2023 names another limit (altinn3.md trap 20). */
const largestZip = 2_000_000_000

/** Content types by extension; everything else is a stream of bytes (altinn3.md 2.3). */
const types: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.bmp': 'image/bmp',
  '.txt': 'text/plain; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.xml': 'application/xml',
  '.dcm': 'application/dicom',
  '.dicom': 'application/dicom',
}
const inline: ReadonlySet<string> = new Set(['.pdf', '.png', '.jpg', '.jpeg', '.gif', '.bmp'])

/** RFC 5987 value characters stay, the rest is percent-encoded UTF-8, in which half a pair becomes U+FFFD. */
const encoded = (name: string): string => encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

function plainName(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\]/gu, '_')
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(ascii) ? ascii : `"${ascii}"`
}

/** A file with the headers of the real service: an exact length, no ranges, no ETag. */
export function fileReply(fileName: string, content: Buffer): Reply {
  const extension = extname(fileName).toLowerCase()
  const disposition = inline.has(extension)
    ? `inline; filename*=UTF-8''${encoded(fileName)}`
    : `attachment; filename=${plainName(fileName)}; filename*=UTF-8''${encoded(fileName)}`
  return { status: 200, headers: { ...actionHeaders, 'content-type': types[extension] ?? 'application/octet-stream', 'content-disposition': disposition }, body: content }
}

/** Why an attachment cannot be had, or null. Its own time counts as soon as it is up, whatever its status says yet. */
export function notDownloadable(state: LocalState, message: MessageState, file: SentAttachment): ProblemCode | null {
  if (state.attachmentPurgedAt(message, file) !== null) return 2019
  const isOver = file.expiresAt !== null && file.expiresAt <= state.now()
  return isOver || file.changed?.status === 'Expired' ? 2020 : null
}

/** The zip's name: the title's plain letters and digits, at most a hundred (altinn3.md 2.3). */
export function zipName(title: string): string {
  const name = title.toLowerCase().replace(/ /g, '-').replace(/[^a-z0-9-]/g, '').slice(0, 100)
  return `${name === '' ? 'correspondence-attachments' : name}.zip`
}

/** Why a message's attachments cannot be had as one zip, or null: the first reason there is (altinn3.md 2.3). */
export async function notZippable(state: LocalState, message: MessageState): Promise<ProblemCode | null> {
  const { attachments } = message.sent
  for (const file of attachments) {
    const refusal = notDownloadable(state, message, file)
    if (refusal !== null) return refusal
  }
  const sizes = await Promise.all(attachments.map(async (file) => file.size ?? (await state.content(message, file.id)).length))
  return sizes.reduce((sum, size) => sum + size, 0) > largestZip ? 2023 : null
}

/** All attachments as one zip. */
export async function zipReply(state: LocalState, message: MessageState): Promise<Reply> {
  const { attachments, title } = message.sent
  const files = await Promise.all(attachments.map(async (file): Promise<ZipFile> => ({ name: file.fileName, content: await state.content(message, file.id) })))
  return {
    status: 200,
    headers: { ...actionHeaders, 'content-type': 'application/zip', 'content-disposition': `attachment; filename*=UTF-8''${encoded(zipName(title))}` },
    body: zipOf(files, state.now()),
  }
}
