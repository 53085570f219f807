import type { Db } from '../sqlite.ts'
import { orgOfRow, views } from './list.ts'
import type { Clause, Status } from './search-query.ts'
import { foldedForWords, holdsPhrase, holdsWords } from './search-words.ts'

export type TextClause = Extract<Clause, { kind: 'text' }>

/** A condition on a row `m` of mail.db; its values have names of their own. */
export interface Condition {
  readonly sql: string
  readonly values: Readonly<Record<string, string | number>>
}

/** What is unread, due and so on is what the views say it is. */
const statusSql: Readonly<Record<Status, string>> = {
  unread: views.unread.where,
  read: `m.kind <> 'other' AND (m.read_at IS NOT NULL OR m.opened_here_at IS NOT NULL)`,
  'to-confirm': views['needs-confirmation'].where,
  confirmed: 'm.confirmed_at IS NOT NULL',
  reported: `m.read_receipt IN ('accepted', 'proven', 'done-elsewhere')`,
  handled: 'm.handled_at IS NOT NULL',
  'not-handled': 'm.handled_at IS NULL',
  inbox: views.inbox.where,
  archive: 'm.archived = 1',
  bin: 'm.binned = 1',
  'only-in-altinn': `m.state <> 'fetched'`,
  fetched: `m.state = 'fetched'`,
  confidential: 'm.confidential = 1',
  removed: 'm.removed_at IS NOT NULL',
}

/** Whether words stand in a text: as `Clause` says, each from its beginning or side by side. */
const matches = (text: string, { words, phrase }: TextClause): boolean => {
  const [folded, lower] = [foldedForWords(text), words.map((word) => word.toLowerCase())]
  return phrase === null ? holdsWords(folded, lower) : holdsPhrase(folded, lower, phrase === 'open')
}

/** What stands in small tables is looked for there once for each question. */
export interface Names {
  /** Service owners whose name or code it is: their messages often name no sender of their own (terms.md 9). */
  owners(clause: TextClause): readonly string[]
  /** Recipients by name or organisation number. */
  parties(clause: TextClause): readonly number[]
  party(urn: string): number | null
}

export function namesOf(mail: Db): Names {
  const owners = mail.prepare<[], { code: string; names: string }>('SELECT code, names FROM owner')
  const parties = mail.prepare<[], { id: number; urn: string; name: string }>('SELECT id, urn, name FROM party')
  const party = mail.prepare<[string], { id: number }>('SELECT id FROM party WHERE urn = ?')
  mail.function('holds', { deterministic: true }, (text, clause) => Number(matches(String(text), JSON.parse(String(clause)) as TextClause)))
  return {
    owners: (clause) => owners.all().filter(({ code, names }) => [code, ...Object.values(JSON.parse(names) as Readonly<Record<string, string>>)].some((name) => matches(name, clause))).map(({ code }) => code),
    parties: (clause) => {
      const number = clause.words.join('')
      return parties.all().filter(({ urn, name }) => matches(name, clause) || (/^\d{9}$/.test(number) && urn.endsWith(`:identifier-no:${number}`))).map(({ id }) => id)
    },
    party: (urn) => party.get(urn)?.id ?? null,
  }
}

/** A clause as a condition on rows of mail.db; null where only the index, or the text itself, can say it. */
function conditionOf(clause: Clause, names: Names, name: string): Condition | null {
  const of = (sql: string, values: Condition['values'] = {}): Condition => ({ sql: clause.not ? `NOT coalesce((${sql}), 0)` : `(${sql})`, values })
  switch (clause.kind) {
    case 'has':
      return of(clause.what === 'due' ? 'm.due_at IS NOT NULL' : 'm.attachment_count > 0')
    case 'status':
      return of(statusSql[clause.status])
    case 'overdue':
      return of(`${views.due.where} AND m.due_at < @${name}`, { [name]: clause.at })
    case 'range': {
      const column = clause.field === 'due' ? 'm.due_at' : 'm.sort_at'
      const ends = [...(clause.from === null ? [] : [`${column} >= @${name}from`]), ...(clause.before === null ? [] : [`${column} < @${name}before`])]
      return of(ends.join(' AND '), { ...(clause.from === null ? {} : { [`${name}from`]: clause.from }), ...(clause.before === null ? {} : { [`${name}before`]: clause.before }) })
    }
    case 'text':
      if (clause.field === 'to') return of(`m.party_id IN (SELECT value FROM json_each(@${name}))`, { [name]: JSON.stringify(names.parties(clause)) })
      if (clause.field !== 'from') return null
      return of(`CASE WHEN m.sender_name IS NULL THEN ${orgOfRow} IN (SELECT value FROM json_each(@${name}owners)) ELSE holds(m.sender_name, @${name}) END`, {
        [name]: JSON.stringify(clause), [`${name}owners`]: JSON.stringify(names.owners(clause)),
      })
  }
}

/** Every clause that mail.db can tell of, together. */
export function conditionsOf(clauses: readonly Clause[], names: Names): Condition | null {
  const found = clauses.flatMap((clause, n) => conditionOf(clause, names, `c${String(n)}`) ?? [])
  return found.length === 0 ? null : { sql: found.map(({ sql }) => sql).join(' AND '), values: Object.assign({}, ...found.map(({ values }) => values)) as Condition['values'] }
}
