/** Files that a form carries inside: base64 with InfoPath's small header in front (xml-forms.md 3). */
export interface EmbeddedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** How the base64 of such a file begins: its signature and the length of its header. */
export const attachmentStart = 'x0lGQRQAAAA'
const base64 = /^[A-Za-z0-9+/]+={0,2}$/

/** Whether a text is base64 and long enough to be no word. */
export const isBase64Run = (text: string): boolean => text.length >= 200 && base64.test(text.slice(0, 2000).replace(/\s+/g, ''))

/** Bytes of base64 without decoding it. */
export const base64Bytes = (text: string): number => {
  const length = text.replace(/[\s=]+/g, '').length
  return Math.floor((length * 3) / 4)
}

/**
 * Reads a file out of its base64: signature, header of 20 bytes, size, length of the name in UTF-16 units, name, content.
 * @returns null when it is none, or says sizes that it does not have
 */
export function embeddedFile(text: string): EmbeddedFile | null {
  const compact = text.replace(/\s+/g, '')
  if (!compact.startsWith(attachmentStart)) return null
  const bytes = Buffer.from(compact, 'base64')
  if (bytes.length < 24) return null
  const [size, length] = [bytes.readUInt32LE(16), bytes.readUInt32LE(20)]
  const from = 24 + length * 2
  if (length > 1024 || from + size > bytes.length) return null
  const name = bytes.subarray(24, from).toString('utf16le').replace(/\0.*$/s, '')
  return { name: name === '' ? 'vedlegg' : name, bytes: bytes.subarray(from, from + size) }
}
