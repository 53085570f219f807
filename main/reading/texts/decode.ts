import { textLimits } from './limits.ts'

/** A UTF-8 letter that was cut in two at the end is no sign of another encoding. */
const isUtf8 = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

const starts = (bytes: Uint8Array, ...wanted: readonly number[]): boolean => wanted.every((byte, at) => bytes[at] === byte)

/** An encoding that XML or HTML names in its first lines, if this program knows it. */
function named(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1')
  const label = /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)/i.exec(head)?.[1] ?? /<meta[^>]*\bcharset\s*=\s*["']?([\w.:-]+)/i.exec(head)?.[1]
  if (label === undefined) return null
  try {
    return new TextDecoder(label).encoding
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/**
 * Text of a file in whatever of the usual encodings it is: by its byte order mark, as UTF-8 where every byte fits that, by
 * what it says of itself, else windows-1252, which older Norwegian systems write.
 */
export function decodeText(bytes: Uint8Array): string {
  const part = bytes.subarray(0, textLimits.textBytes)
  if (starts(part, 0xff, 0xfe)) return new TextDecoder('utf-16le').decode(part)
  if (starts(part, 0xfe, 0xff)) return new TextDecoder('utf-16be').decode(part)
  if (isUtf8(part)) return new TextDecoder().decode(part)
  const label = named(part)
  return new TextDecoder(label === null || label === 'utf-8' ? 'windows-1252' : label).decode(part)
}
