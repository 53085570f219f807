import { recipientToken } from '../index/index-db.ts'
import { unpack } from '../packed.ts'
import type { Db } from '../sqlite.ts'
import type { ListRow, ReaderApi } from './api.ts'
import { snippetOf } from './snippet.ts'
import { listColumns, type ListRead, listRow, listTables } from './list.ts'

/**
 * A person's words as a query: each matches from its beginning, all must be there. What they typed is data, never
 * syntax of the index.
 */
export function wordsQuery(text: string): string | null {
  const words = wordsOf(text)
  return words.length === 0 ? null : words.map((word) => `"${word}"*`).join(' AND ')
}

const wordsOf = (text: string): readonly string[] => (text.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, 20)

/** Hits are counted up to here; more are told as "more than". */
const countedHits = 1000

interface Hit {
  readonly rowid: number
}

type Page = Pick<ReturnType<ReaderApi['search']>, 'rows' | 'total' | 'next'>

const nothing = { rows: [], snippets: [], total: 0, next: null }

/** Full-text search, newest first; gives nothing while there is no index. */
export function searchApi(mail: Db, index: Db | null): Pick<ReaderApi, 'search'> {
  if (index === null) return { search: () => nothing }
  // Only row numbers: the index gives them in the order of time as it finds them, so a page costs what it holds.
  const hits = index.prepare<[{ query: string; before: number; limit: number }], Hit>(
    'SELECT rowid FROM words WHERE words MATCH @query AND rowid < @before ORDER BY rowid DESC LIMIT @limit',
  )
  const doc = index.prepare<[number], { message_id: number }>('SELECT message_id FROM doc WHERE fts_rowid = ?')
  const row = mail.prepare<[number], ListRead>(`SELECT ${listColumns} FROM ${listTables} WHERE m.id = ?`)
  const text = mail.prepare<[number], { body: Buffer | null; files: string | null }>(`
    SELECT b.content AS body, (SELECT json_group_array(a.file_name) FROM attachment a WHERE a.message_id = m.id) AS files FROM message m LEFT JOIN body b ON b.message_id = m.id WHERE m.id = ?`)
  const party = mail.prepare<[string], { id: number }>('SELECT id FROM party WHERE urn = ?')
  return {
    search: ({ text: asked, party: urn, handled, before, limit }) => {
      const words = wordsQuery(asked)
      const recipient = urn === undefined ? null : party.get(urn)
      if (words === null || recipient === undefined) return nothing
      const query = recipient === null ? words : `${words} AND recipient : "${recipientToken(recipient.id)}"`
      const first = before === undefined
      const begin = before ?? Number.MAX_SAFE_INTEGER
      const rowOf = ({ rowid }: Hit): ListRow | null => {
        const id = doc.get(rowid)?.message_id
        const read = id === undefined ? undefined : row.get(id)
        return read === undefined ? null : listRow(read)
      }
      const { rows, next, total } = handled === undefined ? plain() : filtered(handled)
      const typed = wordsOf(asked).map((word) => word.toLowerCase())
      return {
        rows,
        // Nothing of confidential mail that nobody fetched is told, and its body is not here.
        snippets: rows.flatMap(({ id }) => {
          const found = text.get(id)
          return found === undefined ? [] : [snippetOf({ id, body: found.body === null ? '' : unpack(found.body), files: JSON.parse(found.files ?? '[]') as string[] }, typed)]
        }),
        total,
        next,
      }

      function plain(): Page {
        const found = hits.all({ query, before: begin, limit: first ? Math.max(countedHits, limit) + 1 : limit + 1 })
        const page = found.slice(0, limit)
        return {
          rows: page.flatMap((hit) => rowOf(hit) ?? []),
          total: first ? Math.min(found.length, countedHits) : null,
          next: found.length > limit ? (page.at(-1)?.rowid ?? null) : null,
        }
      }

      /** What is done with here stands in mail.db only: hits are looked at until the page is full, in steps that grow. */
      function filtered(wanted: boolean): Page {
        const rows: ListRow[] = []
        let from = begin
        for (let step = limit * 2; rows.length <= limit; step = Math.min(step * 2, 5000)) {
          const found = hits.all({ query, before: from, limit: step })
          for (const hit of found) {
            const one = rowOf(hit)
            if (one !== null && (one.handledAt !== null) === wanted) rows.push(one)
            from = hit.rowid
            if (rows.length === limit) return { rows, total: null, next: from }
          }
          if (found.length < step) break
        }
        return { rows, total: first ? rows.length : null, next: null }
      }
    },
  }
}
