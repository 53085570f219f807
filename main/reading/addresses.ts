import { domainToASCII, domainToUnicode } from 'node:url'

/** An address as it is shown before it is opened, and opened as it was rebuilt here (security.md 6). */
export interface LetterLink {
  readonly address: string
  /** Host in Unicode; for mailto the mail address, for tel the number. */
  readonly display: string
  /** Host in punycode, where it differs from `display`. */
  readonly ascii: string | null
  readonly kind: 'https' | 'http' | 'mailto' | 'tel'
  /** The link's text names another host than its address. */
  readonly textDisagrees: boolean
}

const maxLength = 2000
/** Control characters, and those that turn the direction of text around. */
const forbidden = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

function webAddress(url: URL): LetterLink | null {
  if (url.username !== '' || url.password !== '' || url.hostname === '') return null
  const ascii = url.hostname
  const display = domainToUnicode(ascii) || ascii
  return { address: url.href, display, ascii: display === ascii ? null : ascii, kind: url.protocol === 'https:' ? 'https' : 'http', textDisagrees: false }
}

/** Rebuilt from recipients, subject and body only: other fields could attach files or hide recipients. */
function mailAddress(url: URL): LetterLink | null {
  const to = decodeURIComponent(url.pathname)
  if (!/^[^\s@,;:<>"()[\]\\]+@[^\s@,;:<>"()[\]\\]+$/.test(to) || forbidden.test(to)) return null
  const fields = ['subject', 'body'].flatMap((name) => {
    const value = url.searchParams.get(name)
    return value === null || forbidden.test(value.replace(/[\r\n\t]/g, '')) ? [] : [`${name}=${encodeURIComponent(value)}`]
  })
  return { address: `mailto:${encodeURIComponent(to).replace('%40', '@')}${fields.length > 0 ? `?${fields.join('&')}` : ''}`, display: to, ascii: null, kind: 'mailto', textDisagrees: false }
}

function phoneAddress(url: URL): LetterLink | null {
  const number = decodeURIComponent(url.pathname).replace(/[\s().-]/g, '')
  return /^\+?\d{3,15}$/.test(number) ? { address: `tel:${number}`, display: number, ascii: null, kind: 'tel', textDisagrees: false } : null
}

/**
 * An address that may be opened outside, rebuilt; null for everything else: other schemes, user names in it, control or
 * direction characters, more than 2 000 characters (security.md 6).
 */
export function safeAddress(text: string): LetterLink | null {
  const trimmed = text.trim()
  if (trimmed.length > maxLength || forbidden.test(trimmed) || !URL.canParse(trimmed)) return null
  const url = new URL(trimmed)
  try {
    switch (url.protocol) {
      case 'https:':
      case 'http:':
        return webAddress(url)
      case 'mailto:':
        return mailAddress(url)
      case 'tel:':
        return phoneAddress(url)
      default:
        return null
    }
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}

/** Whether a link's text looks like an address of another host than the one it leads to. */
export function disagrees(text: string, link: LetterLink): boolean {
  if (link.kind !== 'https' && link.kind !== 'http') return false
  const named = /^(?:https?:\/\/)?((?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,})(?:[/:?#]|$)/iu.exec(text.trim())?.[1]
  if (named === undefined) return false
  const bare = (host: string): string => host.replace(/^www\./, '')
  return bare(domainToASCII(named.toLowerCase())) !== bare(domainToASCII(link.display.toLowerCase()))
}
