import { unpack } from '../packed.ts'
import type { Db } from '../sqlite.ts'
import type { ListRow, ReaderApi } from './api.ts'
import { snippetOf } from './snippet.ts'
import { snippetFiles } from './snippet-files.ts'
import { listColumns, type ListRead, listRow, listTables } from './list.ts'
import { conditionsOf, namesOf } from './search-conditions.ts'
import { finder, type Found, type Plan } from './search-find.ts'
import { hinter } from './search-hint.ts'
import { formsIn, matchOf } from './search-match.ts'
import { type Asked, type Clause, markedWords, understand } from './search-query.ts'

interface Hit {
  readonly rowid: number
}

interface Question {
  readonly text: string
  readonly asked?: Asked | undefined
  readonly party?: string | undefined
  readonly handled?: boolean | undefined
}

const nothing = { rows: [], snippets: [], total: 0, next: null, stopped: null }

/**
 * Search, newest first. Words need the index, and nothing is found by them while there is none; what else is asked of a
 * message stands in mail.db.
 */
export function searchApi(mail: Db, index: Db | null): Pick<ReaderApi, 'search' | 'searchCount' | 'searchHint'> {
  const names = namesOf(mail)
  const formsOf = index === null ? () => null : formsIn(index)
  const find = finder(mail, index)
  // Only row numbers: the index gives them in the order of time as it finds them, so a page costs what it holds.
  const hits = index?.prepare<[{ query: string; before: number; limit: number }], Hit>(
    'SELECT rowid FROM words WHERE words MATCH @query AND rowid < @before ORDER BY rowid DESC LIMIT @limit',
  )
  const count = index?.prepare<[{ query: string; limit: number }], { n: number }>('SELECT count(*) AS n FROM (SELECT rowid FROM words WHERE words MATCH @query LIMIT @limit)')
  const doc = index?.prepare<[number], { message_id: number }>('SELECT message_id FROM doc WHERE fts_rowid = ?')
  const row = mail.prepare<[number], ListRead>(`SELECT ${listColumns} FROM ${listTables} WHERE m.id = ?`)
  const text = mail.prepare<[number], { body: Buffer | null }>('SELECT b.content AS body FROM message m LEFT JOIN body b ON b.message_id = m.id WHERE m.id = ?')
  const filesOfPage = snippetFiles(mail)

  const clausesOf = ({ text: typed, asked, handled }: Question): readonly Clause[] => [
    ...(asked ?? understand(typed, [], null)).parts.map(({ clause }) => clause),
    ...(handled === undefined ? [] : [{ kind: 'status', status: handled ? 'handled' : 'not-handled', not: false } as const]),
  ]
  /** null: nothing is asked for. */
  const planOf = (question: Question, clauses: readonly Clause[]): Plan | null => {
    // One recipient, or done with, is no question of its own.
    if (clauses.length === (question.handled === undefined ? 0 : 1)) return null
    const match = matchOf(clauses, question.party, names, formsOf)
    const condition = conditionsOf(clauses, names)
    const id = question.party === undefined || match.hasWords ? null : names.party(question.party)
    return { match, clauses, condition: id === null ? condition : { sql: `${condition === null ? '' : `${condition.sql} AND `}m.party_id = @party`, values: { ...condition?.values, party: id } } }
  }
  /** The query of a question that the index answers alone, or null. */
  const plainQuery = ({ match, condition }: Plan): string | null =>
    condition !== null || match.phrases.length > 0 || match.isNobody || match.wanted === null || !match.hasWords ? null : match.unwanted === null ? match.wanted : `(${match.wanted}) NOT (${match.unwanted})`

  const idsOf = (plan: Plan, before: Found['next'], limit: number): Found => {
    const query = plainQuery(plan)
    if (query === null || hits === undefined) return find(plan, before, limit)
    const found = hits.all({ query, before: typeof before === 'number' ? before : Number.MAX_SAFE_INTEGER, limit: limit + 1 })
    const page = found.slice(0, limit)
    return { ids: page.flatMap(({ rowid }) => doc?.get(rowid)?.message_id ?? []), next: found.length > limit ? (page.at(-1)?.rowid ?? null) : null, stopped: null }
  }
  const rowsOf = (ids: readonly number[]): readonly ListRow[] =>
    ids.flatMap((id) => {
      const read = row.get(id)
      return read === undefined ? [] : [listRow(read)]
    })

  return {
    searchCount: (question, limit) => {
      const plan = planOf(question, clausesOf(question))
      if (plan === null) return { total: 0, stopped: false }
      const query = plainQuery(plan)
      if (query !== null) return { total: count?.get({ query, limit })?.n ?? 0, stopped: false }
      const { ids, stopped } = find(plan, null, limit)
      return { total: ids.length, stopped: stopped !== null }
    },
    search: (question) => {
      const { before, limit } = question
      const clauses = clausesOf(question)
      const plan = planOf(question, clauses)
      if (plan === null) return nothing
      const { ids, next, stopped } = idsOf(plan, before ?? null, limit)
      const rows = rowsOf(ids)
      const filesOf = filesOfPage()
      const typed = markedWords(clauses)
      return {
        rows,
        // Nothing of confidential mail that nobody fetched is told, and its body is not here.
        snippets: rows.flatMap(({ id }) => {
          const found = text.get(id)
          return found === undefined ? [] : [snippetOf({ id, body: found.body === null ? '' : unpack(found.body), files: filesOf(id) }, typed)]
        }),
        total: before === undefined && next === null ? rows.length : null,
        next,
        stopped,
      }
    },
    searchHint: index === null ? () => ({ words: [], isDone: true }) : hinter(index, (question) => {
      const clauses = clausesOf(question)
      const plan = planOf(question, clauses)
      return plan === null ? 0 : idsOf(plan, null, 1).ids.length
    }),
  }
}
