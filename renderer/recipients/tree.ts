import type { CoverageRow, RecipientRow } from '../../preload/contract/index.ts'

/** A recipient with what is known of its coverage; a heading is a main unit of which only something below may be acted for. */
export interface Line {
  readonly party: string
  readonly name: string
  readonly isDeleted: boolean
  /** null: a heading. */
  readonly row: RecipientRow | null
  readonly coverage: CoverageRow | null
}

/** What is counted of a main unit and its sub-units together. */
export interface Totals {
  readonly unread: number
  readonly toConfirm: number
  readonly nextDueAt: number | null
  readonly lastMessageAt: number | null
}

/** A main unit, a single recipient or a person, with what stands below it. */
export interface Branch {
  readonly line: Line
  readonly subs: readonly Line[]
  readonly totals: Totals
}

export type Filter = 'all' | 'trouble' | 'gone' | 'shrunk' | 'never' | 'list-only'
export const filters: readonly Filter[] = ['all', 'trouble', 'gone', 'shrunk', 'never', 'list-only']
export type Sort = 'name' | 'unread' | 'due'

/** Something was taken away and nobody has said that they saw it. */
export const isUnseen = ({ coverage }: Line): boolean => coverage?.loss != null && !coverage.loss.seen

export function belongs(line: Line, filter: Filter): boolean {
  const { row, coverage } = line
  if (row === null) return filter === 'all'
  switch (filter) {
    case 'all':
      return true
    case 'trouble':
      return row.troubled
    case 'gone':
      return !row.current || coverage?.trouble === 'no-access'
    case 'shrunk':
      return coverage?.loss != null && coverage.loss.kind !== 'gone' ? !coverage.loss.seen || coverage.loss.kind === 'unlisted' : coverage?.trouble === 'shrunk'
    case 'never':
      return row.current && row.messages === 0
    case 'list-only':
      return coverage !== null && !coverage.fetched
  }
}

const latest = (times: readonly (number | null)[]): number | null => times.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null)

function totalsOf(lines: readonly Line[], now: number): Totals {
  const rows = lines.flatMap(({ row }) => row ?? [])
  const due = rows.flatMap(({ nextDueAt }) => nextDueAt ?? [])
  const ahead = due.filter((at) => at >= now)
  return {
    unread: rows.reduce((sum, row) => sum + row.unread, 0),
    toConfirm: rows.reduce((sum, row) => sum + row.toConfirm, 0),
    // What is late presses more than what comes; of several that are late the one that has waited longest.
    nextDueAt: due.length === 0 ? null : Math.min(...(due.length > ahead.length ? due.filter((at) => at < now) : ahead)),
    lastMessageAt: latest(lines.map(({ coverage }) => coverage?.lastMessageAt ?? null)),
  }
}

/**
 * Main units with their sub-units, and single recipients, in the order asked for. A branch is there when it or something
 * below it is wanted; of its sub-units all are there where it is wanted itself.
 */
export function branchesOf(lines: readonly Line[], wanted: (line: Line) => boolean, sort: Sort, now: number): readonly Branch[] {
  const byParty = new Map(lines.map((line) => [line.party, line]))
  const parentOf = ({ row }: Line): string | null => (row?.parent != null && byParty.has(row.parent) ? row.parent : null)
  const below = Map.groupBy(lines.filter((line) => parentOf(line) !== null), (line) => parentOf(line) ?? '')
  const branches = lines.filter((line) => parentOf(line) === null).flatMap((line): Branch[] => {
    const all = below.get(line.party) ?? []
    const itself = wanted(line)
    const subs = itself && line.row !== null ? all : all.filter(wanted)
    // A heading says nothing alone.
    if (subs.length === 0 && (!itself || line.row === null)) return []
    return [{ line, subs: subs.toSorted((a, b) => a.name.localeCompare(b.name, 'nb')), totals: totalsOf([line, ...all], now) }]
  })
  const order: Readonly<Record<Sort, (a: Branch, b: Branch) => number>> = {
    name: (a, b) => a.line.name.localeCompare(b.line.name, 'nb'),
    unread: (a, b) => b.totals.unread - a.totals.unread,
    due: (a, b) => (a.totals.nextDueAt ?? Infinity) - (b.totals.nextDueAt ?? Infinity),
  }
  return branches.toSorted(order[sort])
}

/** Whether a branch is a person's: persons stand apart from organisations. */
export const isPerson = ({ line }: Branch): boolean => line.row?.kind === 'person'
