const formatter = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Oslo', year: 'numeric', month: '2-digit', day: '2-digit' })

/** The calendar day in Norway of a moment (ms since 1970 UTC), wherever the machine is: `2026-11-24`. */
export const osloDay = (at: number): string => formatter.format(at)

/** Whole calendar days in Norway from one moment to another: 0 the same day, negative when `to` lies on an earlier day. */
export function osloDaysBetween(from: number, to: number): number {
  return Math.round((Date.parse(osloDay(to)) - Date.parse(osloDay(from))) / 86_400_000)
}
