import { recipientToken } from '../index/index-db.ts'
import { unpack } from '../packed.ts'
import type { Db } from '../sqlite.ts'
import type { ListRow, ReaderApi } from './api.ts'
import { snippetOf } from './snippet.ts'
import { snippetFiles } from './snippet-files.ts'
import { listColumns, type ListRead, listRow, listTables } from './list.ts'

/** Beginnings of words up to this length have an index of their own (index-db.ts). */
const longestBeginning = 6
/** Forms of a word that are looked for one by one; of more than these the index puts them together itself. */
const mostForms = 40

/** Words of the index that begin so, or null when there are too many. */
type FormsOf = (beginning: string) => readonly string[] | null

/**
 * A person's words as a query: each matches from its beginning, all must be there; a single letter is a word of its own.
 * What they typed is data, never syntax of the index. For a beginning without an index of its own the index would first
 * put every hit of every form together; the forms one by one are only looked up where the other words are.
 */
export function wordsQuery(text: string, formsOf: FormsOf): string | null {
  const words = wordsOf(text)
  return words.length === 0 ? null : words.map((word) => wordQuery(word, formsOf)).join(' AND ')
}

function wordQuery(word: string, formsOf: FormsOf): string {
  const letters = Array.from(word).length
  if (letters === 1) return `"${word}"`
  const forms = letters > longestBeginning ? formsOf(word.toLowerCase()) : null
  return forms === null || forms.length === 0 ? `"${word}"*` : `(${forms.map((form) => `"${form}"`).join(' OR ')})`
}

const wordsOf = (text: string): readonly string[] => (text.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, 20)

/** Hits looked at to count those done with, or the others. */
const lookedAtHits = 20_000

interface Hit {
  readonly rowid: number
}

type Page = Pick<ReturnType<ReaderApi['search']>, 'rows' | 'total' | 'next'>

const nothing = { rows: [], snippets: [], total: 0, next: null }

/** Words of the index from a beginning on, one after another: each is one look into it, whatever number of letters has it. */
function formsIn(index: Db): FormsOf {
  index.exec('CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, instance)')
  const next = index.prepare<[string], { term: string }>('SELECT term FROM temp.vocabulary WHERE term >= ? LIMIT 1')
  return (beginning) => {
    const forms: string[] = []
    for (let from = beginning; forms.length <= mostForms;) {
      const term = next.get(from)?.term
      if (term?.startsWith(beginning) !== true) return forms
      forms.push(term)
      // No word has this in it, so it comes after the word and before every longer one.
      from = `${term}\u0001`
    }
    return null
  }
}

/** Full-text search, newest first; gives nothing while there is no index. */
export function searchApi(mail: Db, index: Db | null): Pick<ReaderApi, 'search' | 'searchCount'> {
  if (index === null) return { search: () => nothing, searchCount: () => 0 }
  const formsOf = formsIn(index)
  // Only row numbers: the index gives them in the order of time as it finds them, so a page costs what it holds.
  const hits = index.prepare<[{ query: string; before: number; limit: number }], Hit>(
    'SELECT rowid FROM words WHERE words MATCH @query AND rowid < @before ORDER BY rowid DESC LIMIT @limit',
  )
  const count = index.prepare<[{ query: string; limit: number }], { n: number }>('SELECT count(*) AS n FROM (SELECT rowid FROM words WHERE words MATCH @query LIMIT @limit)')
  const doc = index.prepare<[number], { message_id: number }>('SELECT message_id FROM doc WHERE fts_rowid = ?')
  const handledAt = mail.prepare<[number], { handled_at: number | null }>('SELECT handled_at FROM message WHERE id = ?')
  const row = mail.prepare<[number], ListRead>(`SELECT ${listColumns} FROM ${listTables} WHERE m.id = ?`)
  const text = mail.prepare<[number], { body: Buffer | null }>('SELECT b.content AS body FROM message m LEFT JOIN body b ON b.message_id = m.id WHERE m.id = ?')
  const filesOfPage = snippetFiles(mail)
  const party = mail.prepare<[string], { id: number }>('SELECT id FROM party WHERE urn = ?')
  const queryOf = (asked: string, urn: string | undefined): string | null => {
    const words = wordsQuery(asked, formsOf)
    const recipient = urn === undefined ? null : party.get(urn)
    if (words === null || recipient === undefined) return null
    return recipient === null ? words : `${words} AND recipient : "${recipientToken(recipient.id)}"`
  }
  return {
    searchCount: ({ text: asked, party: urn, handled }, limit) => {
      const query = queryOf(asked, urn)
      if (query === null) return 0
      if (handled === undefined) return count.get({ query, limit })?.n ?? 0
      let found = 0
      for (const { rowid } of hits.iterate({ query, before: Number.MAX_SAFE_INTEGER, limit: lookedAtHits })) {
        const id = doc.get(rowid)?.message_id
        const row = id === undefined ? undefined : handledAt.get(id)
        if (row !== undefined && (row.handled_at !== null) === handled) found += 1
        if (found === limit) break
      }
      return found
    },
    search: ({ text: asked, party: urn, handled, before, limit }) => {
      const words = queryOf(asked, urn)
      if (words === null) return nothing
      const query = words
      const first = before === undefined
      const begin = before ?? Number.MAX_SAFE_INTEGER
      const rowOf = ({ rowid }: Hit): ListRow | null => {
        const id = doc.get(rowid)?.message_id
        const read = id === undefined ? undefined : row.get(id)
        return read === undefined ? null : listRow(read)
      }
      const { rows, next, total } = handled === undefined ? plain() : filtered(handled)
      const filesOf = filesOfPage()
      const typed = wordsOf(asked).map((word) => word.toLowerCase())
      return {
        rows,
        // Nothing of confidential mail that nobody fetched is told, and its body is not here.
        snippets: rows.flatMap(({ id }) => {
          const found = text.get(id)
          return found === undefined ? [] : [snippetOf({ id, body: found.body === null ? '' : unpack(found.body), files: filesOf(id) }, typed)]
        }),
        total,
        next,
      }

      function plain(): Page {
        const found = hits.all({ query, before: begin, limit: limit + 1 })
        const page = found.slice(0, limit)
        return {
          rows: page.flatMap((hit) => rowOf(hit) ?? []),
          total: first && found.length <= limit ? found.length : null,
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
