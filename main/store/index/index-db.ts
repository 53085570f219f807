import { decodeHTML } from 'entities'
import { existsSync } from 'node:fs'
import { StoreError } from '../errors.ts'
import { mailName } from '../mail/mail-db.ts'
import { pageMark } from '../mail/texts.ts'
import { unpack } from '../packed.ts'
import { removeDatabase } from '../recovery/files.ts'
import { type WalKeeper, walKeeper } from '../recovery/wal.ts'
import { type Migration, migrate } from '../migrate.ts'
import { asDatabaseError, assertEncrypted, atomic, type Db, openDatabase } from '../sqlite.ts'

export const indexName = 'index.db'

/** The writer of the full-text index, in 'index-thread'. It is derived from mail.db and may be thrown away at any time. */
export interface IndexApi {
  /**
   * Brings some more messages in; false when nothing is left. While letters are being fetched only those that came: the
   * others would be written once more when theirs comes, or are taken at the end.
   */
  catchUp(which: 'all' | 'fetched'): boolean
  /** Forgets some of what a person deleted (durability.md 21); false when nothing of it is left in the file. */
  forget(): boolean
  /**
   * Writes some of the index's parts together once it has grown by a tenth: a word is then looked up in one place and not
   * in ten. False when nothing of it is left to be done; broken off, it goes on the next time.
   */
  gather(): boolean
  /** Messages in the index, and the change number of mail.db it stands at. */
  position(): { readonly messages: number; readonly changeNo: number }
}

export const indexMethods = ['catchUp', 'forget', 'gather', 'position'] as const satisfies readonly (keyof IndexApi)[]

/**
 * One row a message; contentless, because the text stands in mail.db. Diacritics are kept (å is not a); the prefix index
 * carries search as you type (design.md section 3).
 */
const migrations: readonly Migration[] = [
  {
    version: 1,
    up: (db) => {
      db.exec(`
        CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE doc (fts_rowid INTEGER PRIMARY KEY, message_id INTEGER NOT NULL UNIQUE, sort_at INTEGER NOT NULL, change_no INTEGER NOT NULL) STRICT;
        CREATE VIRTUAL TABLE words USING fts5(title, body, sender, recipient, attachments, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0', prefix='2 3');`)
    },
  },
  {
    version: 2,
    up: (db) => {
      // Made anew from mail.db: without places of words, with beginnings of up to six letters (decision 0011).
      db.exec(`
        DROP TABLE words;
        DELETE FROM doc;
        DELETE FROM meta WHERE name = 'change_no';
        CREATE VIRTUAL TABLE words USING fts5(title, body, sender, recipient, attachments, content='', contentless_delete=1, detail=column, tokenize='unicode61 remove_diacritics 0', prefix='2 3 4 5 6');`)
    },
  },
  {
    version: 3,
    up: (db) => {
      // A page of the index in one page of the file: encryption keeps some bytes of each for itself, and FTS5's own size,
      // made for pages without that, took two. Older parts take it when they are written together.
      db.exec(`INSERT INTO words (words, rank) VALUES ('pgsz', 4000)`)
    },
  },
  {
    version: 4,
    up: (db) => {
      // Made anew: letters of the older Altinn write æ, ø and å as entities, which were taken for words of their own.
      db.exec(`
        DROP TABLE words;
        DELETE FROM doc;
        DELETE FROM meta WHERE name IN ('change_no', 'ahead_no', 'gathered', 'rewrite');
        CREATE VIRTUAL TABLE words USING fts5(title, body, sender, recipient, attachments, content='', contentless_delete=1, detail=column, tokenize='unicode61 remove_diacritics 0', prefix='2 3 4 5 6');
        INSERT INTO words (words, rank) VALUES ('pgsz', 4000);`)
    },
  },
]

/** Messages in one transaction: each writes a part of its own into the index, and few large ones cost a quarter less; what a kill takes is made again. */
const batch = 500
/** Messages that must have come since the parts were last written together, beside a tenth of what was there then. */
const worthGathering = 5000
/** Pages of the index that are written anew in one step, so that nothing waits long for it. */
const pagesAtOnce = 500
const since1990 = Date.UTC(1990, 0, 1)
/** Rows that fit into one minute; more flow over into the next. */
const perMinute = 16_384

/** Where a message's row begins in the index: the order of rows is the order of time, so "newest hits" needs no sort. */
export const firstRowOf = (sortAt: number): number => Math.floor((sortAt - since1990) / 60_000) * perMinute

/** Tags within a word or a line; every other one parts words. */
const inline = /<\/?(?:a|abbr|b|bdi|bdo|big|code|del|em|font|i|ins|mark|s|small|span|strike|strong|sub|sup|tt|u|wbr)(?=[\s/>])[^<>]*>/gi

/** Words of a body that may be Markdown, HTML or both: tags go, their text stays, entities become the letters they stand for. */
export const plainWords = (body: string): string => decodeHTML(body.replace(/<(script|style)\b[^]*?<\/\1>/gi, ' ').replace(inline, '').replace(/<[^<>]*>/g, ' ')).replace(/\u00a0/g, ' ')

/** UTF-16 units of its attachments' texts that are looked at for one message, each file getting its share. */
const messageLetters = 1_000_000
/** UTF-16 units of attachments' texts in one transaction (durability.md 12). */
const batchLetters = 4_000_000

/**
 * Each different word of some texts once: without places of words (decision 0011) the index keeps no more of them. Blanks
 * part words for every tokenizer, so what is between them is left as it stands.
 */
export function differentWords(texts: readonly string[], letters: number = messageLetters): string {
  const words = new Set<string>()
  let left = letters
  texts.forEach((text, at) => {
    const share = text.slice(0, Math.floor(left / (texts.length - at)))
    left -= share.length
    for (const word of share.split(/\s+/u)) words.add(word)
  })
  return [...words].join(' ')
}

interface MessageRow {
  id: number
  sort_at: number
  change_no: number
  title: string
  body: Buffer | null
  sender: string | null
  party_id: number
  party_name: string
  confidential: number
  state: string
  files: string | null
}

/** A recipient as one word of the index, so that search within one recipient needs no join. */
export const recipientToken = (partyId: number): string => `r${String(partyId)}r`

/** Opens the file, or makes it; one that is damaged is made anew, because everything in it can be (design.md section 3). */
function openOrMake(path: string, key: Buffer): Db {
  if (existsSync(path)) {
    try {
      const db = openDatabase(path, indexName, key, { synchronous: 'NORMAL' })
      try {
        migrate(db, indexName, migrations)
        // What every start reads; damage in the rest shows when it is written or searched, and the next start looks for it.
        db.prepare('SELECT name, value FROM meta').all()
        db.prepare('SELECT max(fts_rowid) FROM doc').get()
        db.prepare(`SELECT rowid FROM words WHERE words MATCH '"a"' LIMIT 1`).get()
        return db
      } catch (error) {
        db.close()
        throw error
      }
    } catch (error) {
      const known = asDatabaseError(error, indexName)
      if (!(known instanceof StoreError) || (known.code !== 'damaged' && known.code !== 'wrong-key')) throw known
      removeDatabase(path)
    }
  }
  const made = openDatabase(path, indexName, key, { synchronous: 'NORMAL' })
  migrate(made, indexName, migrations)
  made.close()
  assertEncrypted(path, indexName)
  return openDatabase(path, indexName, key, { synchronous: 'NORMAL' })
}

/** Opens or makes index.db and the reading side of mail.db. Blocks: it belongs into a thread of its own. */
export function openIndex(path: string, key: Buffer, mailPath: string, mailKey: Buffer): { readonly api: IndexApi; readonly close: () => void; readonly wal: WalKeeper } {
  const mail = openDatabase(mailPath, mailName, mailKey, { readonly: true })
  const db = ofThisMail(openOrMake(path, key), mail, path, key)

  const fact = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE name = ?')
  const setFact = db.prepare('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
  const changeNo = (): number => Number(fact.get('change_no')?.value ?? '0')
  const aheadNo = (): number => Math.max(changeNo(), Number(fact.get('ahead_no')?.value ?? '0'))
  const changed = mail.prepare<[{ from: number; fetched: number; limit: number }], { id: number; change_no: number }>(`
    SELECT id, change_no FROM message WHERE change_no > @from AND (@fetched = 0 OR state = 'fetched') ORDER BY change_no LIMIT @limit`)
  const message = mail.prepare<[number], MessageRow>(`
    SELECT m.id, m.sort_at, m.change_no, m.title, b.content AS body, m.sender_name AS sender, m.party_id, p.name AS party_name, m.confidential, m.state,
      (SELECT group_concat(a.file_name || ' ' || ifnull(a.display_name, ''), ' ') FROM attachment a WHERE a.message_id = m.id) AS files
    FROM message m JOIN party p ON p.id = m.party_id LEFT JOIN body b ON b.message_id = m.id WHERE m.id = ?`)
  const texts = mail.prepare<[number], { content: Buffer }>(`
    SELECT t.content FROM attachment a JOIN file_text t ON t.id = a.file_text_id WHERE a.message_id = ? AND t.state = 'text' ORDER BY a.position`)
  const doc = db.prepare<[number], { fts_rowid: number; change_no: number }>('SELECT fts_rowid, change_no FROM doc WHERE message_id = ?')
  const taken = db.prepare<[number], { fts_rowid: number }>('SELECT fts_rowid FROM doc WHERE fts_rowid = ?')
  const last = db.prepare<[number, number], { last: number | null }>('SELECT max(fts_rowid) AS last FROM doc WHERE fts_rowid >= ? AND fts_rowid < ?')
  const dropDoc = db.prepare('DELETE FROM doc WHERE message_id = ?')
  const dropWords = db.prepare('DELETE FROM words WHERE rowid = ?')
  const addDoc = db.prepare('INSERT INTO doc (fts_rowid, message_id, sort_at, change_no) VALUES (?, ?, ?, ?)')
  const addWords = db.prepare('INSERT INTO words (rowid, title, body, sender, recipient, attachments) VALUES (?, ?, ?, ?, ?, ?)')

  const freeRow = (sortAt: number): number => {
    const first = firstRowOf(sortAt)
    let row = (last.get(first, first + perMinute)?.last ?? first - 1) + 1
    while (taken.get(row) !== undefined) row += 1
    return row
  }
  const drop = (messageId: number): void => {
    const before = doc.get(messageId)
    if (before === undefined) return
    dropWords.run(before.fts_rowid)
    dropDoc.run(messageId)
  }
  /** Words of a message's attachments: of mail that nobody fetched none are here. */
  const textsOf = (id: number): string => {
    const found = texts.all(id).map(({ content }) => unpack(content).replaceAll(pageMark, ' '))
    return found.length === 0 ? '' : differentWords(found)
  }
  const put = (row: MessageRow, words: string): void => {
    drop(row.id)
    const at = freeRow(row.sort_at)
    // The title of confidential mail that nobody fetched is not to be found either.
    const hidden = row.confidential === 1 && row.state !== 'fetched'
    addDoc.run(at, row.id, row.sort_at, row.change_no)
    addWords.run(at, hidden ? '' : row.title, plainWords(row.body === null ? '' : unpack(row.body)), row.sender ?? '', `${row.party_name} ${recipientToken(row.party_id)}`, hidden ? '' : `${row.files ?? ''} ${words}`)
  }

  const lastDeleted = mail.prepare<[], { last: number | null }>('SELECT max(id) AS last FROM deleted')
  const deleted = mail.prepare<[number, number], { id: number }>('SELECT id FROM deleted WHERE id > ? ORDER BY id LIMIT ?')
  const messagesOf = mail.prepare<[number], { id: number }>(`
    SELECT j.value AS id FROM deleted d, json_each(d.message_ids) j WHERE d.id = ? AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = j.value)`)
  // Words of deleted rows stay in the file until the segments they stand in are written anew; and a search goes through
  // every segment. First all are chosen, then some pages are written at a time (FTS5, "merge").
  const merge = db.prepare(`INSERT INTO words (words, rank) VALUES ('merge', ?)`)
  const changes = db.prepare<[], { n: number }>('SELECT total_changes() AS n')
  const count = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM doc')
  const forgetRows = (): boolean => {
    const done = Number(fact.get('deleted_no')?.value ?? '0')
    // A mail.db that was put back from a copy counts from where the copy did.
    const rows = deleted.all(done <= (lastDeleted.get()?.last ?? 0) ? done : 0, batch)
    const last = rows.at(-1)
    if (last === undefined) return false
    atomic(db, () => {
      for (const row of rows) for (const { id } of messagesOf.all(row.id)) drop(id)
      setFact.run('deleted_no', String(last.id))
      setFact.run('rewrite', 'begin')
    })()
    return true
  }
  const rewriteSome = (): boolean => {
    const stage = fact.get('rewrite')?.value ?? 'done'
    if (stage === 'done') return false
    return atomic(db, () => {
      const before = changes.get()?.n ?? 0
      merge.run(stage === 'begin' ? -pagesAtOnce : pagesAtOnce)
      const more = (changes.get()?.n ?? 0) - before >= 2
      setFact.run('rewrite', more ? 'going-on' : 'done')
      return more
    })()
  }

  const messages = (): number => count.get()?.n ?? 0
  const beginGathering = (): boolean => {
    const rows = messages()
    if (rows < Number(fact.get('gathered')?.value ?? '0') * 1.1 + worthGathering) return false
    atomic(db, () => {
      setFact.run('gathered', String(rows))
      setFact.run('rewrite', 'begin')
    })()
    return true
  }

  return {
    api: {
      gather: () => rewriteSome() || beginGathering(),
      forget: () => forgetRows() || rewriteSome(),
      catchUp: (which) => {
        const from = which === 'all' ? changeNo() : aheadNo()
        const rows = changed.all({ from, fetched: Number(which === 'fetched'), limit: batch })
        const missing: { readonly row: MessageRow; readonly words: string }[] = []
        let letters = 0
        let to = from
        let done = 0
        for (const { id, change_no: no } of rows) {
          if (letters > batchLetters) break
          to = no
          done += 1
          // Those that were brought in ahead are left as they are.
          const row = doc.get(id)?.change_no === no ? undefined : message.get(id)
          if (row === undefined) continue
          const words = textsOf(id)
          letters += words.length
          missing.push({ row, words })
        }
        if (done === 0) return false
        // In the order of time: descending inserts cost three times as much (durability.md 12).
        atomic(db, () => {
          for (const { row, words } of missing.sort((a, b) => a.row.sort_at - b.row.sort_at)) put(row, words)
          setFact.run(which === 'all' ? 'change_no' : 'ahead_no', String(to))
        })()
        return rows.length === batch || done < rows.length
      },
      position: () => ({ messages: messages(), changeNo: changeNo() }),
    },
    wal: walKeeper(db, indexName, path),
    close: () => {
      mail.close()
      db.close()
    },
  }
}

/**
 * The index of this mail.db. One of another, or of one from before a restore, is made anew, because local ids would mean
 * other letters (durability.md 5): a new file, since emptying a large one takes a minute.
 */
function ofThisMail(db: Db, mail: Db, path: string, key: Buffer): Db {
  const generation = mail.prepare<[], { value: string }>(`SELECT value FROM meta WHERE name = 'generation'`).get()?.value ?? ''
  const changeNo = Number(mail.prepare<[], { value: string }>(`SELECT value FROM meta WHERE name = 'change_no'`).get()?.value ?? '0')
  const known = (one: Db, name: string): string | undefined => one.prepare<[string], { value: string }>('SELECT value FROM meta WHERE name = ?').get(name)?.value
  const kept = known(db, 'generation')
  const reached = Math.max(...['change_no', 'ahead_no'].map((name) => Number(known(db, name) ?? '0')))
  if (kept === generation && reached <= changeNo) return db
  let own = db
  if (kept !== undefined) {
    db.close()
    removeDatabase(path)
    own = openOrMake(path, key)
  }
  own.prepare('INSERT INTO meta (name, value) VALUES (?, ?)').run('generation', generation)
  return own
}
