import { extname } from 'node:path'
import type { Reply } from '../http.ts'
import { actionHeaders } from './problems.ts'

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

/** RFC 5987 value characters stay, the rest is percent-encoded UTF-8. */
const encoded = (name: string): string => encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

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
