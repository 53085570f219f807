import { lowerStacks } from '../texts/stacks.ts'

/** Text of a file in one of the encodings that senders use. */
export interface Decoded {
  readonly text: string
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'
}

const begins = (bytes: Uint8Array, mark: readonly number[]): boolean => mark.every((one, at) => bytes[at] === one)

/** UTF-8 that may be cut in the middle of a character, or null when it is something else. */
function utf8(bytes: Uint8Array): string | null {
  try {
    // As a stream, so that a cut last character is no fault.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** By the mark at its beginning, else UTF-8 where it is that, else the letters of old Norwegian systems. */
export function decode(bytes: Uint8Array): Decoded {
  if (begins(bytes, [0xff, 0xfe])) return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'utf-16le' }
  if (begins(bytes, [0xfe, 0xff])) return { text: new TextDecoder('utf-16be').decode(bytes), encoding: 'utf-16be' }
  const text = utf8(bytes)
  return text === null ? { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'windows-1252' } : { text, encoding: 'utf-8' }
}

/** Text for display: what would turn its direction or is no character shows as a symbol; line ends and tabs stay. */
export const calm = (text: string): string => lowerStacks(text).replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu, '\u25a1')

/** The first characters of a text, cut after a whole line where there is one near. */
export function cutText(text: string, limit: number): { readonly text: string; readonly cut: boolean } {
  if (text.length <= limit) return { text, cut: false }
  const line = text.lastIndexOf('\n', limit)
  // Never between the two halves of a character.
  const at = line > limit / 2 ? line : /[\ud800-\udbff]/.test(text.charAt(limit - 1)) ? limit - 1 : limit
  return { text: text.slice(0, at), cut: true }
}
