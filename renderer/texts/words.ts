import { createContext, useContext } from 'react'
import type { EngineError } from '../../preload/contract/index.ts'
import { type Language, translator, type Translate } from '../../resources/locales/index.ts'
import { osloDay, osloDaysBetween } from '../../resources/locales/oslo-day.ts'
import { signInText } from '../../resources/locales/sign-in-text.ts'
import { lowerStacks } from './stacks.ts'

/** Texts and dates of the chosen language; dates are Norwegian calendar days wherever the machine is (design.md section 3). */
export interface Words {
  readonly language: Language
  readonly t: Translate
  /** `25. nov.`; with the year where it is another one. */
  readonly day: (at: number, now: number) => string
  /** `onsdag 25. nov.` */
  readonly weekday: (at: number) => string
  readonly weekdayLong: (at: number) => string
  readonly time: (at: number) => string
  /** `i dag kl. 08.41`, `22. nov. kl. 08.41` */
  readonly moment: (at: number, now: number) => string
  /** `23. november 2026 kl. 09.21.05`: for receipts, where every second counts. */
  readonly exact: (at: number) => string
  readonly month: (at: number) => string
  readonly number: (value: number) => string
  readonly size: (bytes: number) => string
}

const zone = 'Europe/Oslo'
/** No-break space: a date never breaks. */
const joined = (text: string): string => text.replace(/ /g, '\u00a0')

export function wordsOf(language: Language): Words {
  const t = translator(language)
  const locale = { nb: 'nb-NO', nn: 'nn-NO', en: 'en-GB' }[language]
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options })
  const short = format({ day: 'numeric', month: 'short' })
  const withYear = format({ day: 'numeric', month: 'short', year: 'numeric' })
  const week = format({ weekday: 'long', day: 'numeric', month: 'short' })
  const long = format({ weekday: 'long', day: 'numeric', month: 'long' })
  const months = format({ month: 'long', year: 'numeric' })
  const clock = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const dates = format({ day: 'numeric', month: 'long', year: 'numeric' })
  const seconds = format({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
  const numbers = new Intl.NumberFormat(locale)
  const time = (at: number): string => (language === 'en' ? clock.format(at) : clock.format(at).replace(':', '.'))
  const day = (at: number, now: number): string => joined(osloDay(at).slice(0, 4) === osloDay(now).slice(0, 4) ? short.format(at) : withYear.format(at))
  const clockOf = (at: number): string => joined(t('date.clock', { time: time(at) }))
  return {
    language,
    t,
    day,
    weekday: (at) => week.format(at),
    weekdayLong: (at) => long.format(at),
    time,
    moment: (at, now) => {
      const days = osloDaysBetween(at, now)
      const when = days === 0 ? t('date.today') : days === 1 ? t('date.yesterday') : day(at, now)
      return `${when} ${clockOf(at)}`
    },
    exact: (at) => `${dates.format(at)} ${t('date.clock', { time: language === 'en' ? seconds.format(at) : seconds.format(at).replace(/:/g, '.') })}`,
    month: (at) => months.format(at),
    number: (value) => numbers.format(value),
    size: (bytes) => {
      const unit = bytes >= 1e9 ? 'GB' : bytes >= 1e6 ? 'MB' : 'kB'
      const value = bytes / { GB: 1e9, MB: 1e6, kB: 1e3 }[unit]
      return joined(`${new Intl.NumberFormat(locale, { maximumFractionDigits: value < 10 && unit === 'GB' ? 1 : 0 }).format(Math.max(value, unit === 'kB' ? 1 : 0))} ${unit}`)
    },
  }
}

/** A moment that is to come: `i dag kl. 14.05`, `i morgen kl. 08.41`, `25. nov. kl. 08.41`. */
export function until({ t, day, time }: Words, at: number, now: number): string {
  const days = osloDaysBetween(now, at)
  const when = days === 0 ? t('date.today') : days === 1 ? t('date.tomorrow') : day(at, now)
  return `${when} ${joined(t('date.clock', { time: time(at) }))}`
}

export const WordsContext = createContext<Words>(wordsOf('nb'))
export const useWords = (): Words => useContext(WordsContext)

/** Organisation numbers in groups of three with no-break spaces. */
export function organisationNumber(party: string): string | null {
  const number = /:identifier-no:(\d{9})$/.exec(party)?.[1]
  return number === undefined ? null : number.replace(/(\d{3})(?=\d)/g, '$1\u00a0')
}

/** A text from outside for display: control and direction characters as a symbol, cut at 300 characters (security.md 7). */
export function shown(text: string): string {
  const calm = lowerStacks(text).replace(/[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu, '\u25a1')
  return calm.length > 300 ? `${calm.slice(0, 300)}…` : calm
}

/** An error of the engine as a sentence; the window never names a folder of the profile. */
export function errorText(t: Translate, { code, obstacle, detail, signIn }: EngineError): string {
  if (signIn !== undefined) return signInText(t, signIn)
  if (code === 'not-possible') return t(`error.not-possible.${obstacle ?? 'no-message'}`)
  return t(code === 'unwritable' ? 'error.unwritable.window' : `error.${code}`, { detail })
}
