import { recipientToken } from '../index/index-db.ts'
import type { Db } from '../sqlite.ts'
import type { Names, TextClause } from './search-conditions.ts'
import type { Clause, TextField } from './search-query.ts'

/** Beginnings of words up to this length have an index of their own (index-db.ts). */
const longestBeginning = 6
/** Forms of a word that are looked for one by one; of more than these the index puts them together itself. */
const mostForms = 40
/** Recipients that are named to the index one by one; of more than these each hit is asked for its recipient. */
const mostParties = 40

/** Words of the index that begin so, or null when there are too many. */
export type FormsOf = (beginning: string) => readonly string[] | null

/** Words of the index from a beginning on, one after another: each is one look into it, whatever number of letters has it. */
export function formsIn(index: Db): FormsOf {
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

/**
 * A word from its beginning; a single letter is a word of its own. For a beginning without an index of its own the index
 * would first put every hit of every form together; the forms one by one are only looked up where the other words are.
 */
function wordMatch(word: string, formsOf: FormsOf): string {
  const letters = Array.from(word).length
  if (letters === 1) return `"${word}"`
  const forms = letters > longestBeginning ? formsOf(word.toLowerCase()) : null
  return forms === null || forms.length === 0 ? `"${word}"*` : `(${forms.map((form) => `"${form}"`).join(' OR ')})`
}

const columns: Readonly<Record<TextField, string | null>> = { any: null, from: 'sender', to: 'recipient', title: 'title', attachment: 'attachments' }

function textMatch({ words, phrase, field }: TextClause, formsOf: FormsOf): string {
  const last = words.length - 1
  const all = words.map((word, at) => (phrase === null || (phrase === 'open' && at === last) ? wordMatch(word, formsOf) : `"${word}"`)).join(' AND ')
  const column = columns[field]
  return column === null ? all : `${column} : (${all})`
}

/** What the index is asked, and what it cannot say. */
export interface Match {
  /** null: nothing of the question is words. */
  readonly wanted: string | null
  /** Words that must not be there. */
  readonly unwanted: string | null
  /** Neighbours, which only the text itself shows. */
  readonly phrases: readonly TextClause[]
  /** The question names somebody who is not here. */
  readonly isNobody: boolean
  /** Without the index there is no answer. */
  readonly hasWords: boolean
}

/**
 * What a person typed as a query of the index. It is data, never the index's syntax: words are letters and digits, in
 * quotes (decision 0019).
 */
export function matchOf(clauses: readonly Clause[], party: string | undefined, names: Names, formsOf: FormsOf): Match {
  const wanted: string[] = []
  const unwanted: string[] = []
  const phrases: TextClause[] = []
  const partyId = party === undefined ? null : names.party(party)
  let isNobody = party !== undefined && partyId === null
  let hasWords = false
  if (partyId !== null) wanted.push(`recipient : "${recipientToken(partyId)}"`)
  for (const clause of clauses) {
    if (clause.kind !== 'text') continue
    if (clause.field === 'to') {
      if (clause.not) continue
      const ids = names.parties(clause)
      if (ids.length === 0) isNobody = true
      else if (ids.length <= mostParties) wanted.push(`recipient : (${ids.map((id) => `"${recipientToken(id)}"`).join(' OR ')})`)
    } else if (clause.field === 'from') {
      // Where owners stand in for senders, mail.db is asked; else the index knows every name.
      if (!clause.not && names.owners(clause).length === 0) {
        wanted.push(textMatch(clause, formsOf))
        hasWords = true
      }
    } else {
      const needsText = clause.phrase !== null && clause.words.length > 1
      if (needsText) phrases.push(clause)
      if (!clause.not) {
        wanted.push(textMatch(clause, formsOf))
        hasWords = true
      } else if (!needsText) unwanted.push(`(${textMatch(clause, formsOf)})`)
    }
  }
  return { wanted: wanted.length === 0 ? null : wanted.join(' AND '), unwanted: unwanted.length === 0 ? null : unwanted.join(' OR '), phrases, isNobody, hasWords }
}
