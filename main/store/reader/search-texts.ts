import { plainWords } from '../index/index-db.ts'
import { unpack } from '../packed.ts'
import type { Db } from '../sqlite.ts'
import type { TextClause } from './search-conditions.ts'
import { foldedForWords, holdsPhrase } from './search-words.ts'

interface Told {
  title: string
  hidden: number
  body: Buffer | null
  sender: string | null
  party: string
}

export interface TextCheck {
  /** Whether the letter holds every phrase that it must and none that it must not. */
  fits(id: number, phrases: readonly TextClause[]): boolean
  /** Letters of text looked at since `begin`. */
  readonly looked: number
  begin(): void
}

/**
 * Phrases looked for in the stored text: title, body, sender and recipient, and each attachment's name and text, whose pages
 * are read as one. What nobody may see yet is not looked at (confidential mail that is only in Altinn).
 */
export function textCheck(mail: Db): TextCheck {
  const told = mail.prepare<[number], Told>(`
    SELECT m.title, m.confidential = 1 AND m.state <> 'fetched' AS hidden, b.content AS body, m.sender_name AS sender, p.name AS party
    FROM message m JOIN party p ON p.id = m.party_id LEFT JOIN body b ON b.message_id = m.id WHERE m.id = ?`)
  const files = mail.prepare<[number], { file_name: string; display_name: string | null; content: Buffer | null }>(`
    SELECT a.file_name, a.display_name, t.content FROM attachment a LEFT JOIN file_text t ON t.id = a.file_text_id WHERE a.message_id = ? ORDER BY a.position`)
  let looked = 0
  /** Every text of a letter, the short ones first; made as they are asked for, because most are not. */
  function* textsOf(id: number, field: TextClause['field']): Generator<string> {
    const read = told.get(id)
    if (read === undefined) return
    if (field !== 'attachment' && read.hidden === 0) yield read.title
    if (field === 'any') {
      if (read.sender !== null) yield read.sender
      yield read.party
      if (read.body !== null) yield plainWords(unpack(read.body))
    }
    if (field === 'title') return
    for (const file of files.all(id)) {
      yield file.file_name
      if (file.display_name !== null) yield file.display_name
      if (file.content !== null) yield unpack(file.content)
    }
  }
  const holds = (id: number, { field, words, phrase }: TextClause): boolean => {
    const lower = words.map((word) => word.toLowerCase())
    for (const text of textsOf(id, field)) {
      looked += text.length
      if (holdsPhrase(foldedForWords(text), lower, phrase === 'open')) return true
    }
    return false
  }
  return {
    fits: (id, phrases) => phrases.every((phrase) => holds(id, phrase) !== phrase.not),
    get looked() {
      return looked
    },
    begin: () => {
      looked = 0
    },
  }
}
