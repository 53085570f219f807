import type { Language } from './model.ts'

/** Norwegian civil time for the letters: Europe/Oslo by the rule in force since 1996 (directive 2000/84/EC), worked out here so that no build of Node moves a due date. */

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** 01:00 UTC of the last Sunday of the month (0-11). */
function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0, 1))
  return last.getTime() - last.getUTCDay() * DAY
}

/** Offset of Oslo from UTC in ms: two hours in summer, one otherwise. */
export function osloOffset(at: number): number {
  const year = new Date(at).getUTCFullYear()
  return at >= lastSunday(year, 2) && at < lastSunday(year, 9) ? 2 * HOUR : HOUR
}

/** The moment when a clock in Oslo shows this; `month` 1-12, a day beyond the month runs on into the next. */
export function osloTime(year: number, month: number, day: number, hour = 0, minute = 0): number {
  const wall = Date.UTC(year, month - 1, day, hour, minute)
  return wall - osloOffset(wall - HOUR)
}

export interface CivilDate {
  readonly year: number
  /** 1-12 */
  readonly month: number
  readonly day: number
  /** 0 = Sunday */
  readonly weekday: number
  readonly hour: number
  readonly minute: number
}

/** What a clock and a calendar in Oslo show. */
export function osloDate(at: number): CivilDate {
  const wall = new Date(at + osloOffset(at))
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    weekday: wall.getUTCDay(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
  }
}

/** Midnight in Oslo `days` after the day of `at`. */
export function osloMidnight(at: number, days = 0): number {
  const date = osloDate(at)
  return osloTime(date.year, date.month, date.day + days)
}

/** 23:59 in Oslo `days` after the day of `at`: when deadlines end. */
export function endOfDay(at: number, days: number): number {
  return osloMidnight(at, days + 1) - MINUTE
}

const months: Readonly<Record<Language, readonly string[]>> = {
  nb: ['januar', 'februar', 'mars', 'april', 'mai', 'juni', 'juli', 'august', 'september', 'oktober', 'november', 'desember'],
  nn: ['januar', 'februar', 'mars', 'april', 'mai', 'juni', 'juli', 'august', 'september', 'oktober', 'november', 'desember'],
  en: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'],
}

/** Name of a month; `month` counts from 1 and may run over into other years (13 = January). */
export function monthName(month: number, language: Language): string {
  return months[language][(((month - 1) % 12) + 12) % 12] ?? ''
}

/** `23. november 2026`, in English `23 November 2026`. The space after the day does not break. */
export function longDate(at: number, language: Language): string {
  const date = osloDate(at)
  return `${String(date.day)}${language === 'en' ? '' : '.'}\u00a0${monthName(date.month, language)} ${String(date.year)}`
}

/** `23.11.2026`, in English `23/11/2026`. */
export function shortDate(at: number, language: Language): string {
  const date = osloDate(at)
  const parts = [String(date.day).padStart(2, '0'), String(date.month).padStart(2, '0'), String(date.year)]
  return parts.join(language === 'en' ? '/' : '.')
}

/** `2026-11-23`, for files. */
export function isoDate(at: number): string {
  const date = osloDate(at)
  return `${String(date.year)}-${String(date.month).padStart(2, '0')}-${String(date.day).padStart(2, '0')}`
}

/** Moves a Saturday or Sunday to the Monday after, the time of day kept. */
export function onWorkday(at: number): number {
  const { weekday } = osloDate(at)
  if (weekday === 6) return at + 2 * DAY
  return weekday === 0 ? at + DAY : at
}
