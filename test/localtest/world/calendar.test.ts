import { describe, expect, test } from 'vitest'
import { endOfDay, isoDate, longDate, monthName, onWorkday, osloDate, osloMidnight, osloOffset, osloTime, shortDate } from '../../../main/localtest/world/calendar.ts'
import { amount, decimal, kroner, number, organisationNumber } from '../../../main/localtest/world/words.ts'

describe('Oslo time', () => {
  test('agrees with the time zone database at every change of the clock from 2024 to 2030', () => {
    const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo', dateStyle: 'short', timeStyle: 'short' })
    for (let year = 2024; year <= 2030; year += 1) {
      for (const month of [2, 9]) {
        for (let hour = 24 * 22; hour < 24 * 31; hour += 1) {
          const at = Date.UTC(year, month, 1, hour)
          const date = osloDate(at)
          const ours = `${String(date.year)}-${String(date.month).padStart(2, '0')}-${String(date.day).padStart(2, '0')} ${String(date.hour).padStart(2, '0')}:${String(date.minute).padStart(2, '0')}`
          expect(ours).toBe(clock.format(at))
        }
      }
    }
  })
  test('there and back', () => {
    expect(osloTime(2026, 7, 1, 12)).toBe(Date.UTC(2026, 6, 1, 10))
    expect(osloTime(2026, 12, 31, 23, 59)).toBe(Date.UTC(2026, 11, 31, 22, 59))
    expect(osloOffset(Date.UTC(2026, 2, 29, 1))).toBe(7_200_000)
    expect(osloOffset(Date.UTC(2026, 2, 29, 1) - 1)).toBe(3_600_000)
  })
  test('a deadline ends at 23:59 of its day, also across the change of the clock', () => {
    const before = Date.UTC(2026, 9, 24, 12)
    expect(endOfDay(before, 0)).toBe(Date.UTC(2026, 9, 24, 21, 59))
    expect(endOfDay(before, 1)).toBe(Date.UTC(2026, 9, 25, 22, 59))
    expect(osloMidnight(Date.UTC(2026, 10, 23, 23, 30))).toBe(Date.UTC(2026, 10, 23, 23))
  })
  test('weekends move to Monday', () => {
    expect(osloDate(onWorkday(Date.UTC(2026, 10, 21, 8))).weekday).toBe(1)
    expect(osloDate(onWorkday(Date.UTC(2026, 10, 22, 8))).weekday).toBe(1)
    expect(onWorkday(Date.UTC(2026, 10, 20, 8))).toBe(Date.UTC(2026, 10, 20, 8))
  })
})

describe('words', () => {
  const at = Date.UTC(2026, 10, 23, 10)
  test('dates', () => {
    expect(longDate(at, 'nb')).toBe('23.\u00a0november 2026')
    expect(longDate(at, 'en')).toBe('23\u00a0November 2026')
    expect(shortDate(at, 'nn')).toBe('23.11.2026')
    expect(isoDate(at)).toBe('2026-11-23')
    expect([monthName(0, 'nb'), monthName(13, 'nb'), monthName(-11, 'en')]).toEqual(['desember', 'januar', 'January'])
  })
  test('numbers', () => {
    expect(number(1_234_567, 'nb')).toBe('1\u00a0234\u00a0567')
    expect(number(-1234, 'en')).toBe('-1,234')
    expect(kroner(999, 'nn')).toBe('999\u00a0kroner')
    expect(amount(123_405, 'nb')).toBe('1\u00a0234,05')
    expect(amount(-7, 'nb')).toBe('-0,07')
    expect(decimal(14.1, 'nb')).toBe('14,1')
    expect(organisationNumber('312845679')).toBe('312\u00a0845\u00a0679')
  })
})
