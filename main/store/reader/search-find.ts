import { firstRowOf } from '../index/index-db.ts'
import type { Db } from '../sqlite.ts'
import type { PageKey } from './api.ts'
import { views } from './list.ts'
import type { Condition, TextClause } from './search-conditions.ts'
import type { Match } from './search-match.ts'
import type { Clause } from './search-query.ts'
import { textCheck } from './search-texts.ts'

/** Hits or rows looked at for one page; who wants to see further back says so. */
export const lookedAtForAPage = 20_000
/** Letters of text that are looked through for phrases of one page: some 3 000 usual messages. */
const textForAPage = 12_000_000
/** Of a kind of messages that stands in the order of deadlines; with more of them the newest rows are looked at. */
const mostOfAKind = 5000
const smallestStep = 200
const largestStep = 2000

/** A question in the terms of the two databases. */
export interface Plan {
  readonly match: Match
  readonly condition: Condition | null
  readonly clauses: readonly Clause[]
}

export interface Found {
  readonly ids: readonly number[]
  /** Where to go on, or null at the end. */
  readonly next: PageKey | number | null
  /** Set when it was stopped before the page was full: how many were looked at, and how old the last of them is, ms since 1970 UTC. */
  readonly stopped: { readonly looked: number; readonly reachedAt: number } | null
}

interface Candidate {
  readonly id: number
  readonly at: number
  /** Where a search goes on after it. */
  readonly key: PageKey | number
}

/** One step back in time. */
interface Step {
  readonly found: readonly Candidate[]
  /** Also those that do not meet the condition. */
  readonly all: readonly Candidate[]
  readonly isEnd: boolean
}

/** The span of time that every answer lies in: both databases keep messages in its order. */
function spanOf(clauses: readonly Clause[]): { readonly from: number; readonly before: number } {
  let [from, before] = [-8.64e15, 8.64e15]
  for (const clause of clauses) {
    if (clause.kind !== 'range' || clause.field !== 'published' || clause.not) continue
    from = Math.max(from, clause.from ?? from)
    before = Math.min(before, clause.before ?? before)
  }
  return { from, before }
}

/** Kinds of messages that have an index in the order of time. */
const inOrder = ['unread', 'handled', 'archive', 'bin', 'inbox'] as const

/** Finds messages newest first, with an end to what is looked at (decision 0019). */
export function finder(mail: Db, index: Db | null) {
  const prepared = new Map<string, ReturnType<Db['prepare']>>()
  /** Statements of the questions asked last. */
  const statement = (db: Db, sql: string): ReturnType<Db['prepare']> => {
    const known = prepared.get(sql) ?? db.prepare(sql)
    prepared.delete(sql)
    prepared.set(sql, known)
    const [oldest] = prepared.keys()
    if (prepared.size > 60 && oldest !== undefined) prepared.delete(oldest)
    return known
  }
  const all = (db: Db, sql: string, values: Readonly<Record<string, string | number>>): readonly unknown[] => statement(db, sql).all(values)
  const texts = textCheck(mail)

  /** Of some messages those that meet the condition, in their order. */
  const meeting = (found: readonly Candidate[], condition: Condition | null): readonly Candidate[] => {
    if (condition === null || found.length === 0) return found
    const kept = new Set((all(mail, `SELECT m.id FROM json_each(@ids) j JOIN message m ON m.id = j.value WHERE ${condition.sql}`, { ...condition.values, ids: JSON.stringify(found.map(({ id }) => id)) }) as readonly { id: number }[]).map(({ id }) => id))
    return found.filter(({ id }) => kept.has(id))
  }

  /** Without those that hold a word they must not. */
  const withoutUnwanted = (found: readonly Candidate[], unwanted: string | null): readonly Candidate[] => {
    if (index === null || unwanted === null || found.length === 0) return found
    const docs = all(index, 'SELECT d.message_id, d.fts_rowid FROM json_each(@ids) j JOIN doc d ON d.message_id = j.value', { ids: JSON.stringify(found.map(({ id }) => id)) }) as readonly { message_id: number; fts_rowid: number }[]
    const at = docs.map((doc) => doc.fts_rowid)
    const bad = new Set((all(index, 'SELECT rowid FROM words WHERE words MATCH @query AND rowid BETWEEN @from AND @to', { query: unwanted, from: at.reduce((a, b) => Math.min(a, b), Infinity), to: at.reduce((a, b) => Math.max(a, b), -1) }) as readonly { rowid: number }[]).map(({ rowid }) => rowid))
    const badIds = new Set(docs.filter((doc) => bad.has(doc.fts_rowid)).map((doc) => doc.message_id))
    return found.filter(({ id }) => !badIds.has(id))
  }

  /** Some hits of the index; `wanted` is not null. */
  const hits = (db: Db, { match, clauses, condition }: Plan, wanted: string, before: number, limit: number): Step => {
    const span = spanOf(clauses)
    const query = match.unwanted === null ? wanted : `(${wanted}) NOT (${match.unwanted})`
    const rows = (all(db, 'SELECT rowid FROM words WHERE words MATCH @query AND rowid < @before AND rowid >= @from ORDER BY rowid DESC LIMIT @limit', {
      query, limit, before: Math.min(before, firstRowOf(Math.min(span.before + 60_000, 8.64e15))), from: firstRowOf(span.from),
    }) as readonly { rowid: number }[])
    const docs = all(db, 'SELECT d.message_id, d.fts_rowid, d.sort_at FROM json_each(@rows) j JOIN doc d ON d.fts_rowid = j.value', { rows: JSON.stringify(rows.map(({ rowid }) => rowid)) }) as readonly { message_id: number; fts_rowid: number; sort_at: number }[]
    const candidates = docs.map((doc) => ({ id: doc.message_id, at: doc.sort_at, key: doc.fts_rowid })).sort((a, b) => b.key - a.key)
    return { found: meeting(candidates, condition), all: candidates, isEnd: rows.length < limit }
  }

  /** Some rows of mail.db, newest first. */
  const rowsOf = ({ match, clauses, condition }: Plan, after: PageKey | null, limit: number): Step => {
    const span = spanOf(clauses)
    const kind = inOrder.find((one) => clauses.some((clause) => clause.kind === 'status' && clause.status === one && !clause.not))
    const sql = `
      SELECT m.id, m.sort_at, ${condition === null ? '1' : `(${condition.sql})`} AS ok FROM message m WHERE ${kind === undefined ? '1' : views[kind].where}
        AND m.sort_at >= @from AND (m.sort_at, m.id) < (@at, @id) ORDER BY m.sort_at DESC, m.id DESC LIMIT @limit`
    const start = after === null || after.at >= span.before ? { at: span.before, id: after !== null && after.at === span.before ? after.id : -1 } : after
    const rows = all(mail, sql, { ...condition?.values, from: span.from, at: start.at, id: start.id, limit }) as readonly { id: number; sort_at: number; ok: number }[]
    const candidates = rows.map((row) => ({ id: row.id, at: row.sort_at, key: { at: row.sort_at, id: row.id }, ok: row.ok === 1 }))
    return { found: withoutUnwanted(candidates.filter(({ ok }) => ok), match.unwanted), all: candidates, isEnd: rows.length < limit }
  }

  /** All messages of a kind that is rare enough to be put in order here; null for other kinds, and where there are too many. */
  const ofAKind = (plan: Plan): readonly Candidate[] | null => {
    const overdue = plan.clauses.find((clause) => clause.kind === 'overdue' && !clause.not)
    const toConfirm = plan.clauses.some((clause) => clause.kind === 'status' && clause.status === 'to-confirm' && !clause.not)
    if (overdue?.kind !== 'overdue' && !toConfirm) return null
    const sql = overdue?.kind === 'overdue' ? `SELECT m.id FROM message m WHERE ${views.due.where} AND m.due_at < @at LIMIT @limit` : `SELECT m.id FROM message m WHERE ${views['needs-confirmation'].where} AND @at = 0 LIMIT @limit`
    const ids = all(mail, sql, { at: overdue?.kind === 'overdue' ? overdue.at : 0, limit: mostOfAKind + 1 }) as readonly { id: number }[]
    if (ids.length > mostOfAKind) return null
    const rows = all(mail, `SELECT m.id, m.sort_at FROM json_each(@ids) j JOIN message m ON m.id = j.value WHERE ${plan.condition?.sql ?? '1'}`, { ...plan.condition?.values, ids: JSON.stringify(ids.map(({ id }) => id)) }) as readonly { id: number; sort_at: number }[]
    return rows.map(({ id, sort_at: at }) => ({ id, at, key: { at, id } })).sort((a, b) => b.at - a.at || b.id - a.id)
  }

  /** Takes the candidates that hold the phrases, until the page is full or enough text was looked through. */
  const take = (into: number[], found: readonly Candidate[], phrases: readonly TextClause[], limit: number): { readonly last: Candidate; readonly full: boolean } | null => {
    for (const one of found) {
      if (phrases.length === 0 || texts.fits(one.id, phrases)) into.push(one.id)
      if (into.length === limit) return { last: one, full: true }
      if (texts.looked >= textForAPage) return { last: one, full: false }
    }
    return null
  }

  return (plan: Plan, before: PageKey | number | null, limit: number): Found => {
    const { match } = plan
    if (match.isNobody || (match.hasWords && index === null)) return { ids: [], next: null, stopped: null }
    const ids: number[] = []
    texts.begin()
    const kind = match.hasWords ? null : ofAKind(plan)
    if (kind !== null) {
      const from = typeof before === 'object' && before !== null ? kind.filter(({ at, id }) => at < before.at || (at === before.at && id < before.id)) : kind
      const ended = take(ids, withoutUnwanted(from, match.unwanted), match.phrases, limit + 1)
      if (ended?.full === false) return { ids, next: ended.last.key, stopped: { looked: from.indexOf(ended.last) + 1, reachedAt: ended.last.at } }
      const last = from.find(({ id }) => id === ids[limit - 1])
      return { ids: ids.slice(0, limit), next: ids.length > limit && last !== undefined ? last.key : null, stopped: null }
    }
    const byIndex = index !== null && match.wanted !== null
    let from = byIndex ? (typeof before === 'number' ? before : Number.MAX_SAFE_INTEGER) : typeof before === 'object' ? before : null
    let looked = 0
    for (let step = Math.max(smallestStep, limit * 2); ; step = Math.min(step * 2, largestStep)) {
      const some = byIndex && typeof from === 'number' ? hits(index, plan, match.wanted, from, step) : rowsOf(plan, typeof from === 'object' ? from : null, step)
      const ended = take(ids, some.found, match.phrases, limit)
      if (ended?.full === true) return { ids, next: ended.last.key, stopped: null }
      if (ended !== null) return { ids, next: ended.last.key, stopped: { looked: looked + some.all.findIndex(({ id }) => id === ended.last.id) + 1, reachedAt: ended.last.at } }
      const last = some.all.at(-1)
      if (some.isEnd || last === undefined) return { ids, next: null, stopped: null }
      looked += step
      from = last.key
      if (looked >= lookedAtForAPage) return { ids, next: from, stopped: { looked, reachedAt: last.at } }
    }
  }
}
