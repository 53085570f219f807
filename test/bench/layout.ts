import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sizedVocabulary } from '../../main/localtest/world/sized.ts'
import { type Db, openDatabase } from '../../main/store/sqlite.ts'
import { harnessOptions } from '../harness/arguments.ts'
import { percentile, rounded } from '../harness/figures.ts'
import { seeded } from '../harness/random.ts'
import { type Harness, say } from '../harness/run.ts'

/**
 * The questions behind decision 0011, asked of SQLite alone, so that they can be asked again: the order of rows, the prefix
 * index, places of words, a recipient's token, and three files against one.
 */

const batch = 50
const recipients = 2000

interface Variant {
  readonly name: string
  /** Options of the full-text table. */
  readonly fts: string
  /** Whether rows of the index follow the time of the letters; else they come as letters came. */
  readonly byTime: boolean
}

const variants: readonly Variant[] = [
  { name: 'chosen', fts: `detail=column, prefix='2 3 4 5 6'`, byTime: true },
  { name: 'placesOfWords', fts: `prefix='2 3'`, byTime: true },
  { name: 'noPrefixIndex', fts: 'detail=column', byTime: true },
  { name: 'asTheyCame', fts: `detail=column, prefix='2 3 4 5 6'`, byTime: false },
]

interface Letter {
  readonly at: number
  readonly party: number
  readonly text: string
}

/** Letters as they come: recipient after recipient, so not in the order of time. */
function letters(count: number, random: () => number): readonly Letter[] {
  const word = (): string => sizedVocabulary[Math.floor(sizedVocabulary.length * random() ** 4)] ?? ''
  return Array.from({ length: count }, (_, n) => ({ at: Math.floor(random() * 2_500_000), party: Math.floor((n / count) * recipients), text: Array.from({ length: 120 }, word).join(' ') }))
}

const spread = (times: readonly number[]) => ({ p50: rounded(percentile(times, 0.5)), p95: rounded(percentile(times, 0.95)) })

function timesOf(rounds: number, ask: () => unknown): readonly number[] {
  return Array.from({ length: rounds }, () => {
    const began = performance.now()
    ask()
    return performance.now() - began
  })
}

/** Fills one index and asks it: two common words newest first, four letters as somebody types, one word within a recipient. */
function measure(folder: string, { name, fts, byTime }: Variant, all: readonly Letter[], random: () => number): Readonly<Record<string, unknown>> {
  const path = join(folder, `${name}.db`)
  const db = openDatabase(path, name, randomBytes(32), { synchronous: 'NORMAL' })
  db.exec(`CREATE TABLE doc (fts_rowid INTEGER PRIMARY KEY, at INTEGER NOT NULL, party INTEGER NOT NULL) STRICT;
    CREATE INDEX doc_at ON doc (at);
    CREATE VIRTUAL TABLE words USING fts5(body, recipient, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0', ${fts});`)
  const doc = db.prepare('INSERT INTO doc VALUES (?, ?, ?)')
  const words = db.prepare('INSERT INTO words (rowid, body, recipient) VALUES (?, ?, ?)')
  const began = performance.now()
  for (let from = 0; from < all.length; from += batch) {
    const part = all.slice(from, from + batch)
    db.transaction(() => {
      for (const [index, letter] of part.entries()) {
        const rowid = byTime ? letter.at * 4096 + ((from + index) % 4096) : from + index + 1
        doc.run(rowid, letter.at, letter.party)
        words.run(rowid, letter.text, `r${String(letter.party)}r`)
      }
    })()
  }
  const fillMs = performance.now() - began
  const common = (): string => sizedVocabulary[Math.floor(random() * 20)] ?? ''
  const typed = (): string => (sizedVocabulary[Math.floor(random() * 6000)] ?? '').slice(0, 4)
  const newest = byTime
    ? db.prepare('SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 50')
    : db.prepare('SELECT d.fts_rowid FROM words w JOIN doc d ON d.fts_rowid = w.rowid WHERE w.words MATCH ? ORDER BY d.at DESC LIMIT 50')
  const joined = db.prepare('SELECT d.fts_rowid FROM words w JOIN doc d ON d.fts_rowid = w.rowid WHERE w.words MATCH ? AND d.party = ? ORDER BY w.rowid DESC LIMIT 50')
  const party = (): number => Math.floor(random() * recipients)
  const result = {
    fillPerSecond: Math.round((all.length / fillMs) * 1000),
    twoCommonWords: spread(timesOf(60, () => newest.all(`"${common()}"* AND "${common()}"*`))),
    asYouType: spread(timesOf(60, () => newest.all(`"${typed()}"*`))),
    withinRecipientByToken: spread(timesOf(60, () => newest.all(`"${common()}"* AND recipient : "r${String(party())}r"`))),
    withinRecipientByJoin: spread(timesOf(60, () => joined.all(`"${common()}"*`, party()))),
  }
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
  return { ...result, fileMb: Math.round(statSync(path).size / 1024 / 1024) }
}

const schema = (db: Db): void => {
  db.exec(`CREATE TABLE list (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT; CREATE INDEX list_at ON list (at DESC, id DESC);
    CREATE TABLE ledger (id INTEGER PRIMARY KEY, what TEXT NOT NULL) STRICT;
    CREATE VIRTUAL TABLE words USING fts5(body, content='', contentless_delete=1, detail=column, prefix='2 3 4 5 6', tokenize='unicode61 remove_diacritics 0');`)
}

/**
 * How long a click waits for its place on disk while letters are indexed: beside it in one file, or each in its own.
 * One connection a kind of data, as the threads have.
 */
function clicks(folder: string, all: readonly Letter[], files: 'one' | 'three'): { readonly p50: number; readonly p95: number } {
  const open = (name: string, synchronous: 'FULL' | 'NORMAL', key: Buffer): Db => openDatabase(join(folder, `${name}.db`), name, key, { synchronous })
  const key = randomBytes(32)
  const first = open(`${files}-a`, 'FULL', key)
  schema(first)
  const [mail, ledger, index] = files === 'one' ? [first, first, first] : (['b', 'c'].map((name) => open(`${files}-${name}`, name === 'b' ? 'FULL' : 'NORMAL', key)).reduce<Db[]>((made, db) => (schema(db), [...made, db]), [first]) as [Db, Db, Db])
  const put = mail.prepare('INSERT INTO list (at, body) VALUES (?, ?)')
  const word = index.prepare('INSERT INTO words (rowid, body) VALUES (?, ?)')
  const click = ledger.prepare('INSERT INTO ledger (what) VALUES (?)')
  const times: number[] = []
  for (let from = 0; from < all.length; from += batch) {
    const part = all.slice(from, from + batch)
    const began = performance.now()
    if (files === 'one') {
      // One writer at a time in one file: the click comes after the batch that was begun.
      mail.transaction(() => {
        for (const [n, letter] of part.entries()) {
          put.run(letter.at, letter.text)
          word.run(from + n + 1, letter.text)
        }
      })()
      click.run('confirmed')
      times.push(performance.now() - began)
    } else {
      const alone = performance.now()
      click.run('confirmed')
      times.push(performance.now() - alone)
      mail.transaction(() => {
        for (const letter of part) put.run(letter.at, letter.text)
      })()
      index.transaction(() => {
        for (const [n, letter] of part.entries()) word.run(from + n + 1, letter.text)
      })()
    }
  }
  for (const db of new Set([mail, ledger, index])) db.close()
  return spread(times)
}

export const layout: Harness = (args) => {
  const { seed, numbers } = harnessOptions(args, { messages: 50_000 })
  say(`seed ${String(seed)}`)
  const random = seeded(seed)
  const all = letters(numbers.messages, random)
  const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-layout-'))
  try {
    const indexes = Object.fromEntries(
      variants.map((variant) => {
        const figures = measure(folder, variant, all, random)
        say(`${variant.name}: ${JSON.stringify(figures)}`)
        return [variant.name, figures] as const
      }),
    )
    const some = all.slice(0, Math.min(all.length, 10_000))
    const click = { oneFile: clicks(folder, some, 'one'), threeFiles: clicks(folder, some, 'three') }
    return Promise.resolve({ result: { seed, messages: numbers.messages, ...indexes, click }, passed: true })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
