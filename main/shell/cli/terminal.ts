import type { Language, Translate } from '../../../resources/locales/index.ts'

const locales: Readonly<Record<Language, string>> = { nb: 'nb-NO', nn: 'nn-NO', en: 'en-GB' }

/** Control, bidirectional and other invisible characters as visible signs: a letter never writes to the terminal itself (security.md 7). */
export function safe(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0
    return code < 0x20 ? String.fromCodePoint(0x2400 + code) : code === 0x7f ? '\u2421' : `\u27e8${code.toString(16).toUpperCase().padStart(4, '0')}\u27e9`
  })
}

/** Text of several lines: line breaks and tabs stay, everything else as `safe`. */
export const safeLines = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => safe(line.replace(/\t/g, '    ')))
    .join('\n')

/** Cut to so many characters, with an ellipsis; never within a surrogate pair. */
export function cut(text: string, length: number): string {
  const chars = Array.from(text)
  return chars.length <= length ? text : `${chars.slice(0, Math.max(0, length - 1)).join('')}…`
}

export const padded = (text: string, length: number): string => {
  const fitted = cut(text, length)
  return fitted + ' '.repeat(Math.max(0, length - Array.from(fitted).length))
}

/** Dates as Norwegian public bodies write them, in Norwegian time wherever the machine is. */
export class Dates {
  readonly #t: Translate
  readonly #day: Intl.DateTimeFormat
  readonly #short: Intl.DateTimeFormat
  readonly #clock: Intl.DateTimeFormat

  constructor(t: Translate, language: Language) {
    this.#t = t
    const timeZone = 'Europe/Oslo'
    this.#day = new Intl.DateTimeFormat(locales[language], { timeZone, day: 'numeric', month: 'long', year: 'numeric' })
    this.#short = new Intl.DateTimeFormat(locales[language], { timeZone, day: '2-digit', month: '2-digit', year: 'numeric' })
    this.#clock = new Intl.DateTimeFormat(locales[language], { timeZone, hour: '2-digit', minute: '2-digit' })
  }

  /** 3. mars 2026 kl. 14.05 */
  full(at: number): string {
    return this.#t('date.at', { date: this.#day.format(at), time: this.time(at) })
  }

  day(at: number): string {
    return this.#day.format(at)
  }

  /** 03.03.2026 */
  short(at: number): string {
    return this.#short.format(at)
  }

  time(at: number): string {
    return this.#clock.format(at).replace(':', this.#clock.resolvedOptions().locale.startsWith('en') ? ':' : '.')
  }
}

/** Bytes as people read them. */
export function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${String(bytes)} B`
  return bytes < 1024 * 1024 ? `${String(Math.round(bytes / 1024))} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
