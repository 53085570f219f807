const formatter = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Oslo', year: 'numeric', month: '2-digit', day: '2-digit' })

/** The calendar day in Norway of a moment (ms since 1970 UTC), wherever the machine is: `2026-11-24`. */
export const osloDay = (at: number): string => formatter.format(at)

/** Whole calendar days in Norway from one moment to another: 0 the same day, negative when `to` lies on an earlier day. */
export function osloDaysBetween(from: number, to: number): number {
  return Math.round((Date.parse(osloDay(to)) - Date.parse(osloDay(from))) / 86_400_000)
}

const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Oslo', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

/** The first moment (ms since 1970 UTC) of the Norwegian calendar day that lies `days` after the day of `at`. */
export function osloMidnight(at: number, days: number): number {
  const guess = Date.parse(`${osloDay(at)}T00:00:00Z`) + days * 86_400_000
  // Norway is one or two hours ahead of UTC; the clock there at the guess says which.
  const [hours = 0] = clock.format(guess).split(':').map(Number)
  return guess - hours * 3_600_000
}
