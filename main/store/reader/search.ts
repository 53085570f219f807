import { recipientToken } from '../index/index-db.ts'
import type { Db } from '../sqlite.ts'
import type { ReaderApi } from './api.ts'
import { listColumns, type ListRead, listRow, listTables } from './list.ts'

/**
 * A person's words as a query: each matches from its beginning, all must be there. What they typed is data, never
 * syntax of the index.
 */
export function wordsQuery(text: string): string | null {
  const words = text.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? []
  return words.length === 0 ? null : words.slice(0, 20).map((word) => `"${word}"*`).join(' AND ')
}

/** Full-text search, newest first; gives nothing while there is no index. */
export function searchApi(mail: Db, index: Db | null): Pick<ReaderApi, 'search'> {
  if (index === null) return { search: () => ({ rows: [], next: null }) }
  const hits = index.prepare<[{ query: string; before: number; limit: number }], { message_id: number; fts_rowid: number }>(`
    SELECT d.message_id, d.fts_rowid FROM words w JOIN doc d ON d.fts_rowid = w.rowid WHERE words MATCH @query AND w.rowid < @before ORDER BY w.rowid DESC LIMIT @limit`)
  const row = mail.prepare<[number], ListRead>(`SELECT ${listColumns} FROM ${listTables} WHERE m.id = ?`)
  const party = mail.prepare<[string], { id: number }>('SELECT id FROM party WHERE urn = ?')
  return {
    search: ({ text, party: urn, before, limit }) => {
      const words = wordsQuery(text)
      const recipient = urn === undefined ? null : party.get(urn)
      if (words === null || recipient === undefined) return { rows: [], next: null }
      const query = recipient === null ? words : `${words} AND recipient : "${recipientToken(recipient.id)}"`
      const found = hits.all({ query, before: before ?? Number.MAX_SAFE_INTEGER, limit: limit + 1 })
      const page = found.slice(0, limit)
      return {
        rows: page.flatMap((hit) => row.get(hit.message_id) ?? []).map(listRow),
        next: found.length > limit ? (page.at(-1)?.fts_rowid ?? null) : null,
      }
    },
  }
}
