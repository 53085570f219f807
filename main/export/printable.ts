import { lowerStacks } from '../reading/limits.ts'
import type { Language, Translate } from '../../resources/locales/index.ts'

const locales: Readonly<Record<Language, string>> = { nb: 'nb-NO', nn: 'nn-NO', en: 'en-GB' }

/** Times as Norway's clocks show them, to the second and with the offset: a receipt must not leave open which hour it was. */
export function clock(language: Language): (at: number) => string {
  const format = new Intl.DateTimeFormat(locales[language], { timeZone: 'Europe/Oslo', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'shortOffset' })
  return (at) => format.format(at)
}

const local = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' })
const offsets = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Oslo', timeZoneName: 'longOffset' })
const hour = 3_600_000

/**
 * A moment (ms since 1970 UTC) on Norway's clocks, for tables: `2026-11-23`, `09:12:05`. The offset (`+02:00`) is told in the
 * hour that the clocks show twice in autumn, where nobody could tell which of the two it was; empty otherwise.
 */
export function norwegian(at: number): { readonly date: string; readonly time: string; readonly offset: string } {
  const text = local.format(at)
  const [date = '', time = ''] = text.split(' ')
  const isTwice = local.format(at - hour) === text || local.format(at + hour) === text
  return { date, time, offset: isTwice ? (offsets.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '').replace('GMT', '') : '' }
}

/**
 * A text in the letters that the standard fonts have (PDF 32000-1 annex D); control and direction characters go, other
 * letters stand as their code rather than as another letter.
 */
export function printable(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replace(/[^\u0020-\u007e\u00a0-\u00ff–—‘’“”•…€]/gu, (letter) => `[U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`)
}

/** The organisation number in a party's URN; null for persons, whose number is on no paper. */
export function organisationOf(party: string): string | null {
  return /:organization:identifier-no:(\d{9})$/.exec(party)?.[1] ?? null
}

/** `3. mars 2026 kl. 14.05`: a moment (ms since 1970 UTC) on Norway's clocks, as letters say it. */
export function norwegianMoment(language: Language, t: Translate): (at: number) => string {
  const date = new Intl.DateTimeFormat(locales[language], { timeZone: 'Europe/Oslo', day: 'numeric', month: 'long', year: 'numeric' })
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Oslo', hour: '2-digit', minute: '2-digit' })
  return (at) => t('date.at', { date: date.format(at), time: language === 'en' ? time.format(at) : time.format(at).replace(':', '.') })
}

/** The date of birth in a person's URN, `12.03.1985`; null for others. The number itself is on no paper. */
export function birthDate(party: string): string | null {
  const number = /:person:identifier-no:(\d{11})$/.exec(party)?.[1]
  if (number === undefined) return null
  const [first, second, two, individual] = [number.slice(0, 2), number.slice(2, 4), number.slice(4, 6), number.slice(6, 9)].map(Number) as [number, number, number, number]
  // D numbers add 40 to the day, synthetic ones 80 (Tenor) or 40 (NAV) to the month.
  const day = first > 40 ? first - 40 : first
  const month = second > 80 ? second - 80 : second > 40 ? second - 40 : second
  // Which century it was is told by the individual number (Skatteetaten: Fødselsnummer).
  const century = individual < 500 ? 1900 : two >= 54 && individual < 750 ? 1800 : two >= 40 && individual >= 900 ? 1900 : 2000
  return day < 1 || day > 31 || month < 1 || month > 12 ? null : `${String(day).padStart(2, '0')}.${String(month).padStart(2, '0')}.${String(century + two)}`
}

/** A text from outside for display: control and direction characters as a symbol, cut at 300 characters (security.md 7). */
export function shownText(text: string): string {
  const calm = lowerStacks(text).replace(/[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu, '\u25a1')
  return calm.length > 300 ? `${calm.slice(0, 300)}…` : calm
}
