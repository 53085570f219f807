import type { Language } from '../../resources/locales/index.ts'

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
