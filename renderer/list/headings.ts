import type { ListRow } from '../../preload/contract/index.ts'
import { osloDay, osloDaysBetween } from '../../resources/locales/oslo-day.ts'
import type { Moved } from '../app/state.ts'
import type { Words } from '../texts/words.ts'

export type ListItem =
  | { readonly kind: 'heading'; readonly key: string; readonly text: string; readonly tone: 'late' | 'plain'; readonly count: number }
  | { readonly kind: 'row'; readonly row: ListRow; readonly at: number; readonly group: string }
  /** Where rows were that were just moved. */
  | { readonly kind: 'moved'; readonly key: string }

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Today, yesterday, days of this week by name, then months. */
function dateHeading({ t, weekdayLong, month }: Words, at: number, now: number): string {
  const days = osloDaysBetween(at, now)
  if (days <= 0) return capital(t('date.today'))
  if (days === 1) return capital(t('date.yesterday'))
  if (days < 7) return capital(weekdayLong(at))
  if (osloDay(at).slice(0, 7) === osloDay(now).slice(0, 7)) return t('heading.earlier', { month: month(at).split(' ')[0] ?? '' })
  return capital(month(at))
}

function dueHeading({ t }: Words, dueAt: number | null, now: number): string {
  if (dueAt === null) return t('heading.no-due')
  if (dueAt < now) return t('heading.late')
  const days = osloDaysBetween(now, dueAt)
  return days === 0 ? capital(t('date.today')) : days <= 3 ? t('heading.soon') : t('heading.later')
}

/** Rows with the headings between them: by day where newest come first, by deadline in the work lists. */
export function withHeadings(words: Words, rows: readonly ListRow[], by: 'date' | 'due' | 'none', now: number): readonly ListItem[] {
  if (by === 'none') return rows.map((row, at) => ({ kind: 'row', row, at, group: '' }))
  const headingOf = (row: ListRow): string => (by === 'date' ? dateHeading(words, row.sortAt, now) : dueHeading(words, row.dueAt, now))
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(headingOf(row), (counts.get(headingOf(row)) ?? 0) + 1)
  const items: ListItem[] = []
  let last: string | null = null
  rows.forEach((row, at) => {
    const text = headingOf(row)
    if (text !== last) items.push({ kind: 'heading', key: `${text} ${String(at)}`, text, tone: text === words.t('heading.late') ? 'late' : 'plain', count: counts.get(text) ?? 0 })
    last = text
    items.push({ kind: 'row', row, at, group: text })
  })
  return items
}

/** Says of rows that were just moved where they were: after a row that is still there itself, else after the one that stood before it. */
export function withMoved(items: readonly ListItem[], moved: Moved | null): readonly ListItem[] {
  if (moved === null) return items
  const last = (ids: readonly (number | null)[]): number => items.findLastIndex((item) => item.kind === 'row' && ids.includes(item.row.id))
  const own = last(moved.ids)
  const at = own >= 0 ? own : last([moved.after])
  // At the top it stands below the first heading, so that this stays where it was.
  const place = at >= 0 ? at + 1 : items[0]?.kind === 'heading' ? 1 : 0
  return items.toSpliced(place, 0, { kind: 'moved', key: `moved ${moved.uuids[0] ?? ''}` })
}
