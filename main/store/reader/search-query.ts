import { addDays, type Calendar, daysOf } from './search-days.ts'

/** Where words are looked for; any: title, text, sender, recipient and attachments. */
export type TextField = 'any' | 'from' | 'to' | 'title' | 'attachment'
export type Field = Exclude<TextField, 'any'> | 'due' | 'published' | 'since' | 'before' | 'has' | 'status'

export const statuses = ['unread', 'read', 'to-confirm', 'confirmed', 'reported', 'handled', 'not-handled', 'inbox', 'archive', 'bin', 'only-in-altinn', 'fetched', 'confidential', 'removed'] as const
export type Status = (typeof statuses)[number]

/** One condition of a search; all must hold. */
export type Clause =
  | {
      readonly kind: 'text'
      readonly field: TextField
      readonly words: readonly string[]
      /** whole: words as they are, side by side; open: the same, the last from its beginning; null: each from its beginning, anywhere. */
      readonly phrase: 'whole' | 'open' | null
      readonly not: boolean
    }
  /** From a moment on and before another, ms since 1970 UTC. */
  | { readonly kind: 'range'; readonly field: 'due' | 'published'; readonly from: number | null; readonly before: number | null; readonly not: boolean }
  /** A deadline that passed and still holds. */
  | { readonly kind: 'overdue'; readonly at: number; readonly not: boolean }
  | { readonly kind: 'has'; readonly what: 'attachment' | 'due'; readonly not: boolean }
  | { readonly kind: 'status'; readonly status: Status; readonly not: boolean }

export interface Part {
  readonly clause: Clause
  /** The value as it was typed. */
  readonly typed: string
  /** Where it stands in what was typed. */
  readonly at: readonly [from: number, to: number]
  /** Which of the filters it is, by its place; null: it was typed. */
  readonly filter: number | null
}

/** What could not be understood; it is looked for as words, except what is only the beginning of a field. */
export interface Unclear {
  readonly typed: string
  readonly why: 'field' | 'empty' | 'due' | 'published' | 'has' | 'status'
  /** The field, or the one that was probably meant. */
  readonly field: Field | null
}

/** A search as it was understood. */
export interface Asked {
  readonly parts: readonly Part[]
  readonly unclear: readonly Unclear[]
}

/** Bokmål, nynorsk and English, whatever language the window speaks. */
export const fieldNames: Readonly<Record<Field, readonly string[]>> = {
  from: ['fra', 'frå', 'from', 'avsender', 'avsendar', 'sender'],
  to: ['til', 'to', 'mottaker', 'mottakar', 'recipient', 'klient', 'client'],
  title: ['tittel', 'title', 'emne', 'subject'],
  attachment: ['vedlegg', 'attachment', 'fil', 'file'],
  due: ['frist', 'due', 'deadline'],
  published: ['dato', 'date', 'publisert', 'published', 'periode', 'period'],
  since: ['siden', 'sidan', 'since', 'etter', 'after'],
  before: ['før', 'before'],
  has: ['har', 'has', 'med'],
  status: ['status', 'er', 'is'],
}

const statusNames: Readonly<Record<Status, readonly string[]>> = {
  unread: ['ulest', 'uleste', 'ulesen', 'ulesne', 'unread'],
  read: ['lest', 'leste', 'lesen', 'lesne', 'read', 'lest her', 'lese her', 'read here'],
  'to-confirm': ['må bekreftes', 'må stadfestast', 'needs confirmation', 'ubekreftet', 'ustadfesta', 'ikke bekreftet', 'ikkje stadfesta', 'unconfirmed'],
  confirmed: ['bekreftet', 'stadfesta', 'confirmed'],
  reported: ['meldt', 'meldt som lest', 'reported', 'reported as read'],
  handled: ['behandlet', 'behandla', 'handled'],
  'not-handled': ['ikke behandlet', 'ubehandlet', 'ikkje behandla', 'ubehandla', 'not handled', 'unhandled'],
  inbox: ['innboks', 'innboksen', 'inbox'],
  archive: ['arkiv', 'arkivet', 'arkivert', 'archive', 'archived'],
  bin: ['papirkurv', 'papirkurven', 'papirkorg', 'papirkorga', 'bin', 'trash'],
  'only-in-altinn': ['bare i altinn', 'berre i altinn', 'only in altinn', 'ikke hentet', 'ikkje henta', 'not fetched'],
  fetched: ['hentet', 'henta', 'fetched'],
  confidential: ['taushetsbelagt', 'taushetsbelagt post', 'post med teieplikt', 'teieplikt', 'confidential', 'confidential mail'],
  removed: ['fjernet', 'fjernet i altinn', 'fjerna', 'fjerna i altinn', 'removed', 'removed in altinn'],
}

const overdueNames = ['utgått', 'gått ut', 'frist gått ut', 'passert', 'overdue', 'late', 'expired']
const noDueNames = ['ingen', 'inga', 'none', 'uten', 'utan']
const hasNames = { attachment: ['vedlegg', 'attachment', 'attachments', 'fil', 'filer', 'file', 'files'], due: ['frist', 'due', 'deadline'] } as const

const byName = <Key extends string>(names: Readonly<Record<Key, readonly string[]>>): ReadonlyMap<string, Key> =>
  new Map((Object.entries(names) as [Key, readonly string[]][]).flatMap(([key, all]) => all.map((name) => [name, key] as const)))
const fields = byName(fieldNames)
const statusesByName = byName(statusNames)
const haves = byName<'attachment' | 'due'>(hasNames)

/** No one types more; what is longer is cut, and the index is not asked without end. */
const mostWords = 20
const mostParts = 40
/** Words that a value may have without quotes: «frist:neste uke», «status:må bekreftes», «frist:1. januar 2026». */
const longestValue = 4

export const wordsOf = (text: string): readonly string[] => (text.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, mostWords)

const quotes = '"“”„«»'

interface Token {
  readonly at: readonly [number, number]
  readonly not: boolean
  readonly field: string | null
  readonly value: string
  /** null: no quotes; open: the closing one is not there (yet). */
  readonly quoted: 'closed' | 'open' | null
}

/** Everything that is typed is a token; there is no wrong one. */
function tokensOf(text: string): readonly Token[] {
  const form = new RegExp(`([-−](?=[\\p{L}\\p{N}${quotes}]))?(?:(\\p{L}+):(?!//))?(?:[${quotes}]([^${quotes}]*)([${quotes}]|$)|([^\\s${quotes}]+)|(?=\\s|$))`, 'uy')
  const tokens: Token[] = []
  for (let at = 0; at < text.length && tokens.length < 200;) {
    if (/\s/u.test(text[at] ?? '')) {
      at += 1
      continue
    }
    form.lastIndex = at
    const found = form.exec(text)
    const end = found === null || found[0] === '' ? at + 1 : at + found[0].length
    if (found !== null) {
      const inQuotes = found[3] !== undefined
      tokens.push({ at: [at, end], not: found[1] !== undefined, field: found[2] ?? null, value: found[3] ?? found[5] ?? '', quoted: inQuotes ? (found[4] === '' ? 'open' : 'closed') : null })
    }
    at = end
  }
  return tokens
}

/** Letters that differ, up to 3: for a field that was written nearly right. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n)
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j += 1) next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (b[j] === letter ? 0 : 1)))
    row = next
  }
  return row[b.length] ?? 3
}

function nearestField(name: string): Field | null {
  if (name.length < 3) return null
  let best: { readonly field: Field; readonly far: number } | null = null
  for (const [known, field] of fields) {
    const far = distance(name, known)
    if (known.length >= 3 && far <= (name.length > 5 ? 2 : 1) && (best === null || far < best.far)) best = { field, far }
  }
  return best?.field ?? null
}

/** The condition that a value of a field means; null when it cannot be understood. */
function clauseOf(field: Exclude<Field, TextField>, value: string, not: boolean, calendar: Calendar | null): Clause | null {
  const named = value.normalize('NFC').toLowerCase().trim().replace(/\s+/g, ' ')
  switch (field) {
    case 'has': {
      const what = haves.get(named)
      return what === undefined ? null : { kind: 'has', what, not }
    }
    case 'status': {
      const status = statusesByName.get(named)
      return status === undefined ? null : { kind: 'status', status, not }
    }
    case 'due':
    case 'published':
    case 'since':
    case 'before': {
      if (calendar === null) return null
      if (field === 'due' && overdueNames.includes(named)) return { kind: 'overdue', at: calendar.nowAt, not }
      if (field === 'due' && noDueNames.includes(named)) return { kind: 'has', what: 'due', not: !not }
      const days = daysOf(field === 'since' ? `>=${named}` : field === 'before' ? `<${named}` : named, calendar.today, field === 'due')
      if (days === null) return null
      return { kind: 'range', field: field === 'due' ? 'due' : 'published', from: days.from === null ? null : calendar.startOf(days.from), before: days.to === null ? null : calendar.startOf(addDays(days.to, 1)), not }
    }
  }
}

const isText = (field: Field): field is Exclude<TextField, 'any'> => field === 'from' || field === 'to' || field === 'title' || field === 'attachment'

/** Understands one line; a filter is a line of its own. */
function readLine(text: string, filter: number | null, calendar: Calendar | null): Asked {
  const tokens = tokensOf(text)
  const parts: Part[] = []
  const unclear: Unclear[] = []
  const add = (clause: Clause, typed: string, at: readonly [number, number]): void => {
    parts.push({ clause, typed, at, filter })
  }
  const addWords = (value: string, { not, at }: Pick<Token, 'not' | 'at'>, field: TextField = 'any', phrase: 'whole' | 'open' | null = null): void => {
    const words = wordsOf(value)
    if (words.length > 0) add({ kind: 'text', field, words, phrase, not }, value.trim(), at)
  }
  const isPlain = (token: Token | undefined): token is Token => token !== undefined && token.field === null && !token.not
  for (let n = 0; n < tokens.length; n += 1) {
    const token = tokens[n]
    if (token === undefined) break
    const name = token.field?.normalize('NFC').toLowerCase() ?? null
    if (name === null) {
      addWords(token.value, token, 'any', token.quoted === null ? null : token.quoted === 'closed' ? 'whole' : 'open')
      continue
    }
    const field = fields.get(name)
    if (field === undefined) {
      // «Hei:» is a word; «farge:rød» looks like a field that is not there.
      if (token.value !== '' || token.quoted !== null) unclear.push({ typed: text.slice(...token.at), why: 'field', field: nearestField(name) })
      addWords(name, token)
      addWords(token.value, token, 'any', token.quoted === null ? null : 'whole')
      continue
    }
    // «fra: Skatteetaten» as «fra:Skatteetaten».
    const following = tokens[n + 1]
    const gap = token.value === '' && token.quoted === null
    const first = gap ? (isPlain(following) ? following : null) : token
    if (first === null || (first.value.trim() === '' && first.quoted !== null)) {
      unclear.push({ typed: text.slice(...token.at), why: 'empty', field })
      continue
    }
    const start = gap ? n + 1 : n
    if (isText(field)) {
      addWords(first.value, { not: token.not, at: [token.at[0], first.at[1]] }, field, first.quoted === null ? null : 'open')
      n = start
      continue
    }
    let understood: Clause | null = null
    let last = start
    const most = first.quoted === null ? longestValue : 1
    for (let count = most; count >= 1 && understood === null; count -= 1) {
      const more = tokens.slice(start + 1, start + count)
      if (more.length < count - 1 || more.some((one) => !isPlain(one) || one.quoted !== null)) continue
      understood = clauseOf(field, [first.value, ...more.map(({ value }) => value)].join(' '), token.not, calendar)
      last = start + count - 1
    }
    const end = tokens[last]?.at[1] ?? token.at[1]
    if (understood !== null) add(understood, text.slice(token.at[0], end), [token.at[0], end])
    else {
      unclear.push({ typed: text.slice(token.at[0], first.at[1]), why: field === 'since' || field === 'before' ? 'published' : field, field })
      addWords(name, token)
      addWords(first.value, { not: token.not, at: [token.at[0], first.at[1]] })
      last = start
    }
    n = last
  }
  return { parts, unclear }
}

/**
 * What a person typed and the filters they chose, understood: never an error, and never the index's own syntax (decision
 * 0019). A filter is written as it could be typed.
 * @param calendar null: days are not understood
 */
export function understand(text: string, filters: readonly string[], calendar: Calendar | null): Asked {
  const lines = [readLine(text, null, calendar), ...filters.map((filter, at) => readLine(filter, at, calendar))]
  let words = 0
  const parts = lines.flatMap((line) => line.parts).slice(0, mostParts).filter(({ clause }) => {
    words += clause.kind === 'text' ? clause.words.length : 0
    return words <= mostWords
  })
  return { parts, unclear: lines.flatMap((line) => line.unclear) }
}

/** Words that are marked in what is shown: those that must be there, lower case. */
export const markedWords = (clauses: readonly Clause[]): readonly string[] =>
  clauses.flatMap((clause) => (clause.kind === 'text' && !clause.not && clause.field !== 'to' && clause.field !== 'from' ? clause.words.map((word) => word.toLowerCase()) : []))
