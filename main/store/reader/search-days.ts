/** What days are counted from; the store knows no time zone, so who asks brings the Norwegian day (design.md section 3). */
export interface Calendar {
  /** The Norwegian calendar day of now: `2026-11-24`. */
  readonly today: string
  /** ms since 1970 UTC. */
  readonly nowAt: number
  /** The first moment of a Norwegian calendar day, ms since 1970 UTC. */
  readonly startOf: (day: string) => number
}

/** Whole days, both ends included; null: without an end there. */
export interface Days {
  readonly from: string | null
  readonly to: string | null
}

/** From one day to the same or another. */
interface Span {
  readonly from: string
  readonly to: string
}

const dayMs = 86_400_000
const months: readonly (readonly string[])[] = [
  ['januar', 'january', 'jan'], ['februar', 'february', 'feb'], ['mars', 'march', 'mar'], ['april', 'apr'], ['mai', 'may'], ['juni', 'june', 'jun'],
  ['juli', 'july', 'jul'], ['august', 'aug'], ['september', 'sept', 'sep'], ['oktober', 'october', 'okt', 'oct'], ['november', 'nov'], ['desember', 'december', 'des', 'dec'],
]

export const addDays = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
const two = (value: number): string => String(value).padStart(2, '0')

/** A day of the calendar, or null: there is no 31 February. Years as far as letters are kept (design.md section 3, Order). */
function dayOf(year: number, month: number, date: number): string | null {
  if (year < 1990 || year > 2200 || month < 1 || month > 12 || date < 1) return null
  const day = `${String(year)}-${two(month)}-${two(date)}`
  const at = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day) ? day : null
}

const one = (day: string | null): Span | null => (day === null ? null : { from: day, to: day })

function monthOf(year: number, month: number): Span | null {
  const from = dayOf(year, month, 1)
  const next = month === 12 ? dayOf(year + 1, 1, 1) : dayOf(year, month + 1, 1)
  return from === null || next === null ? null : { from, to: addDays(next, -1) }
}

const yearOf = (year: number): Span | null => (dayOf(year, 1, 1) === null ? null : { from: `${String(year)}-01-01`, to: `${String(year)}-12-31` })

/** Weeks begin on Monday (ISO 8601), as Norwegian calendars have them. */
function weekOf(day: string): Span {
  const monday = addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7))
  return { from: monday, to: addDays(monday, 6) }
}

/** Week 1 is the one with 4 January in it (ISO 8601). */
function weekNumber(year: number, week: number): Span | null {
  const first = weekOf(`${String(year)}-01-04`)
  const from = addDays(first.from, (week - 1) * 7)
  return week < 1 || week > 53 || addDays(from, 3).slice(0, 4) !== String(year) ? null : { from, to: addDays(from, 6) }
}

const week = '(?:uken?|uka|vek[ea]|veka|week)'
const month = '(?:måned(?:en)?|månad(?:en)?|mnd|month)'
const this_ = '(?:(?:denne|dette|this|i)\\s*)?'
const next_ = '(?:neste|next)\\s+'
const last_ = '(?:forrige|førre|sist|siste|last)\\s+'

/** Days that are told from today; the key is the whole value. */
const told: readonly (readonly [RegExp, (today: string) => Span | null])[] = [
  [/^(?:i\s*dag|today)$/u, (today) => one(today)],
  [/^(?:i\s*morg[eo]n|tomorrow)$/u, (today) => one(addDays(today, 1))],
  [/^(?:i\s*går|yesterday)$/u, (today) => one(addDays(today, -1))],
  [new RegExp(`^${this_}${week}$`, 'u'), weekOf],
  [new RegExp(`^${next_}${week}$`, 'u'), (today) => weekOf(addDays(today, 7))],
  [new RegExp(`^${last_}${week}$`, 'u'), (today) => weekOf(addDays(today, -7))],
  [new RegExp(`^${this_}${month}$`, 'u'), (today) => monthOf(yearIn(today), monthIn(today))],
  [new RegExp(`^${next_}${month}$`, 'u'), (today) => (monthIn(today) === 12 ? monthOf(yearIn(today) + 1, 1) : monthOf(yearIn(today), monthIn(today) + 1))],
  [new RegExp(`^${last_}${month}$`, 'u'), (today) => (monthIn(today) === 1 ? monthOf(yearIn(today) - 1, 12) : monthOf(yearIn(today), monthIn(today) - 1))],
  [/^(?:i\s*år|(?:(?:dette|this)\s+)?(?:året|år|year))$/u, (today) => yearOf(yearIn(today))],
  [/^(?:i\s*fjor|fjoråret|last\s+year)$/u, (today) => yearOf(yearIn(today) - 1)],
  [/^(?:neste\s+år|next\s+year)$/u, (today) => yearOf(yearIn(today) + 1)],
]
const yearIn = (day: string): number => Number(day.slice(0, 4))
const monthIn = (day: string): number => Number(day.slice(5, 7))
const monthNamed = (name: string): number => months.findIndex((names) => names.includes(name.replace(/\.$/, ''))) + 1

/** A day, a week, a month or a year. */
function spanOf(value: string, today: string): Span | null {
  for (const [form, span] of told) if (form.test(value)) return span(today)
  const number = (form: RegExp): readonly number[] | null => form.exec(value)?.slice(1).map(Number) ?? null
  const iso = number(/^(\d{4})-(\d{1,2})-(\d{1,2})$/)
  if (iso !== null) return one(dayOf(iso[0] ?? 0, iso[1] ?? 0, iso[2] ?? 0))
  const written = number(/^(\d{1,2})[./](\d{1,2})[./](\d{4})$/)
  if (written !== null) return one(dayOf(written[2] ?? 0, written[1] ?? 0, written[0] ?? 0))
  const short = number(/^(\d{1,2})[./](\d{1,2})[./](\d{2})$/)
  if (short !== null) return one(dayOf(2000 + (short[2] ?? 0), short[1] ?? 0, short[0] ?? 0))
  const noYear = number(/^(\d{1,2})\.(\d{1,2})\.?$/)
  if (noYear !== null) return one(dayOf(yearIn(today), noYear[1] ?? 0, noYear[0] ?? 0))
  const yearMonth = number(/^(\d{4})-(\d{1,2})$/)
  if (yearMonth !== null) return monthOf(yearMonth[0] ?? 0, yearMonth[1] ?? 0)
  const monthYear = number(/^(\d{1,2})\.(\d{4})$/)
  if (monthYear !== null) return monthOf(monthYear[1] ?? 0, monthYear[0] ?? 0)
  if (/^\d{4}$/.test(value)) return yearOf(Number(value))
  const weekly = new RegExp(`^${week}\\s*(\\d{1,2})(?:[\\s/]+(\\d{4}))?$`, 'u').exec(value)
  if (weekly !== null) return weekNumber(weekly[2] === undefined ? yearIn(today) : Number(weekly[2]), Number(weekly[1]))
  const named = /^(?:(\d{1,2})\.?\s*)?(\p{L}+\.?)(?:\s+(\d{4}))?$/u.exec(value)
  const at = monthNamed(named?.[2] ?? '')
  if (named === null || at === 0) return null
  const year = named[3] === undefined ? yearIn(today) : Number(named[3])
  return named[1] === undefined ? monthOf(year, at) : one(dayOf(year, at, Number(named[1])))
}

/** What stands before a day and makes it one end of a span. */
const ends: readonly (readonly [RegExp, (span: Span) => Days])[] = [
  [/^(?:<=|≤|(?:innen|innan|til|til og med|by|until|to)\s)\s*/u, ({ to }) => ({ from: null, to })],
  [/^(?:>=|≥|(?:fra|frå|fra og med|frå og med|siden|sidan|from|since)\s)\s*/u, ({ from }) => ({ from, to: null })],
  [/^(?:<|(?:før|before)\s)\s*/u, ({ from }) => ({ from: null, to: addDays(from, -1) })],
  [/^(?:>|(?:etter|after)\s)\s*/u, ({ to }) => ({ from: addDays(to, 1), to: null })],
]

/**
 * Days as a person writes them: a day (`24.12.2026`, `2026-12-24`, `24. desember`), a week, a month, a year, days from today
 * (`i dag`, `neste uke`, `14 dager`), one end (`<1.12.2026`, `etter i dag`) or two (`1.11.2026..30.11.2026`).
 * @param ahead whether a number of days is counted forwards (deadlines) or backwards (what was published)
 * @returns null when it cannot be understood
 */
export function daysOf(value: string, today: string, ahead: boolean): Days | null {
  const text = value.normalize('NFC').toLowerCase().trim().replace(/\s+/g, ' ')
  const count = /^(siste|last|neste|next)?\s*(\d{1,4})\s*(?:d|dag|dager|dagar|day|days)$/u.exec(text)
  if (count !== null) {
    const days = Number(count[2])
    const isAhead = count[1] === undefined ? ahead : count[1] === 'neste' || count[1] === 'next'
    return isAhead ? { from: today, to: addDays(today, days) } : { from: addDays(today, -days), to: today }
  }
  const plain = spanOf(text, today)
  if (plain !== null) return plain
  for (const [form, end] of ends) {
    const found = form.exec(text)
    const span = found === null ? null : spanOf(text.slice(found[0].length), today)
    if (span !== null) return end(span)
  }
  const between = /^(.*?)\s*(?:\.\.\.?|\s[-–]\s|–)\s*(.*)$/u.exec(text)
  if (between === null) return null
  const [first, last] = [between[1] ?? '', between[2] ?? '']
  const [from, to] = [first === '' ? null : spanOf(first, today), last === '' ? null : spanOf(last, today)]
  if ((from === null && first !== '') || (to === null && last !== '') || (from === null && to === null)) return null
  return from !== null && to !== null && from.from > to.to ? { from: to.from, to: from.to } : { from: from?.from ?? null, to: to?.to ?? null }
}
