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
  /** The host has letters of an alphabet that looks like ours, such as Cyrillic: it may pretend to be another one. */
  readonly mixedLetters: boolean
}

const maxLength = 2000
/** Control characters, and those that turn the direction of text around. */
const forbidden = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/**
 * A host below one of the usual domains with letters that are not Latin, such as Cyrillic ones that look the same (UTS 39,
 * 5.1): whole names in another alphabet deceive as well as mixed ones.
 */
function mixed(host: string): boolean {
  const last = host.slice(host.lastIndexOf('.') + 1)
  return /^[a-z]+$/i.test(last) && /(?!\p{Script=Latin})\p{L}/u.test(host)
}

function webAddress(url: URL): LetterLink | null {
  if (url.username !== '' || url.password !== '' || url.hostname === '') return null
  const ascii = url.hostname
  const display = domainToUnicode(ascii) || ascii
  return { address: url.href, display, ascii: display === ascii ? null : ascii, kind: url.protocol === 'https:' ? 'https' : 'http', textDisagrees: false, mixedLetters: mixed(display) }
}

/** Rebuilt from recipients, subject and body only: other fields could attach files or hide recipients. */
function mailAddress(url: URL): LetterLink | null {
  const to = decodeURIComponent(url.pathname)
  if (!/^[^\s@,;:<>"()[\]\\]+@[^\s@,;:<>"()[\]\\]+$/.test(to) || forbidden.test(to)) return null
  const fields = ['subject', 'body'].flatMap((name) => {
    const value = url.searchParams.get(name)
    return value === null || forbidden.test(value.replace(/[\r\n\t]/g, '')) ? [] : [`${name}=${encodeURIComponent(value)}`]
  })
  return { address: `mailto:${encodeURIComponent(to).replace('%40', '@')}${fields.length > 0 ? `?${fields.join('&')}` : ''}`, display: to, ascii: null, kind: 'mailto', textDisagrees: false, mixedLetters: false }
}

function phoneAddress(url: URL): LetterLink | null {
  const number = decodeURIComponent(url.pathname).replace(/[\s().-]/g, '')
  return /^\+?\d{3,15}$/.test(number) ? { address: `tel:${number}`, display: number, ascii: null, kind: 'tel', textDisagrees: false, mixedLetters: false } : null
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

const bareHost = (host: string): string => domainToASCII(host.toLowerCase()).replace(/^www\./, '')
const hostLike = '((?:[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?\\.)+\\p{L}{2,})'
/** The whole text is an address, or one with its scheme or `www.` stands in it. */
const wholeHost = new RegExp(`^(?:https?://)?${hostLike}(?:[/:?#]|$)`, 'iu')
const anyHost = new RegExp(`(?:https?://|(?<![\\p{L}\\p{N}.@-])www\\.)${hostLike}`, 'giu')
const anyMail = /[\p{L}\p{N}._%+-]+@(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}/gu

/** Whether a link's text looks like an address of another host, mail box or telephone than the one it leads to. */
export function disagrees(text: string, link: LetterLink): boolean {
  const calm = text.replace(/\p{Cf}/gu, '').replace(/\s+/g, ' ').trim()
  const mails = calm.match(anyMail) ?? []
  if (link.kind === 'mailto') return mails.some((one) => one.toLowerCase() !== link.display.toLowerCase())
  if (link.kind === 'tel') {
    const digits = calm.replace(/[\s().+-]/g, '')
    return /^\d{5,}$/.test(digits) && !link.display.endsWith(digits) && !digits.endsWith(link.display.replace('+', ''))
  }
  // A mail address that opens a page.
  if (mails.length > 0 && mails[0] === calm) return true
  const named = [wholeHost.exec(calm)?.[1], ...[...calm.matchAll(anyHost)].map((match) => match[1])].filter((host) => host !== undefined)
  return named.some((host) => bareHost(host) !== bareHost(link.display))
}
