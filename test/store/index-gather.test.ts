import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { indexName, openIndex } from '../../main/store/index/index-db.ts'
import { mailName, openMail } from '../../main/store/mail/mail-db.ts'
import { openReader } from '../../main/store/reader/reader-db.ts'
import { openDatabase } from '../../main/store/sqlite.ts'
import { accountUuid, dialog, fetched, scope, urn } from './mail/fixtures.ts'

const key = randomBytes(32)
let folder = ''
let mail: ReturnType<typeof openMail>
let index: ReturnType<typeof openIndex>
const paths = () => [join(folder, mailName), join(folder, indexName)] as const

function open(): void {
  const [mailPath, indexPath] = paths()
  mail = openMail(mailPath, key, { runId: randomUUID(), previousRunId: null })
  index = openIndex(indexPath, key, mailPath, key)
}
function close(): void {
  index.close()
  mail.close()
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-gather-'))
  open()
})
afterEach(() => {
  close()
  rmSync(folder, { recursive: true })
})

/** Letters `from` to `to`, every seventh about a word of its own. */
function come(from: number, to: number): void {
  const dialogs = Array.from({ length: to - from }, (_, n) => ({ ...dialog(from + n), ...((from + n) % 7 === 0 ? { title: `Varsel om skatt ${String(from + n)}` } : {}) }))
  mail.api.applySearchPage({ accountUuid, groupKey: 'g', parties: [urn(1)], dialogs, rejected: [], position: null, at: 1 })
  while (index.api.catchUp('all'));
}

/** Parts that a search goes through. */
function segments(): number {
  const db = openDatabase(paths()[1], indexName, key, { readonly: true })
  try {
    return db.prepare<[], { n: number }>('SELECT count(DISTINCT id >> 37) AS n FROM words_data WHERE id > 10').get()?.n ?? 0
  } finally {
    db.close()
  }
}

/** Titles found, newest first. */
function found(text: string): readonly string[] {
  const [path, indexPath] = paths()
  const reader = openReader(path, key, { path: indexPath, key })
  try {
    return reader.api.search({ text, limit: 1000 }).rows.map(({ title }) => title ?? '')
  } finally {
    reader.close()
  }
}

describe('the parts of the index', () => {
  it('are written together once it has grown, also when that is broken off, and hits stay what they were', () => {
    for (let from = 0; from < 5600; from += 700) come(from, from + 700)
    const before = found('varsel skatt')
    expect(before).toHaveLength(800)
    expect(segments()).toBeGreaterThan(1)
    expect(index.api.gather()).toBe(true)
    expect(index.api.gather()).toBe(true)
    close()
    open()
    // Letters that come in between are found as well, whether or not they are written together.
    come(5600, 5601)
    while (index.api.gather());
    expect(segments()).toBeLessThanOrEqual(2)
    expect(found('varsel skatt')).toEqual(['Varsel om skatt 5600', ...before])
  })

  it('stay as they are while little has come', () => {
    come(0, 1000)
    expect(index.api.gather()).toBe(false)
  })
})

describe('letters that come while others are still fetched', () => {
  const comes = (n: number, body: string): void => {
    const task = mail.api.toLink({ accountUuid, limit: 100, nowAt: 1e15, scope }).find((one) => one.dialogId === dialog(n).dialogId)
    mail.api.linked([{ messageId: task?.messageId ?? 0, correspondenceId: fetched(n).correspondenceId, owner: null }])
    mail.api.storeFetched([fetched(n, { body })])
  }
  /** Another connection's look at the index, in which a trigger counts the rows that are written. */
  const beside = <T>(ask: (db: ReturnType<typeof openDatabase>) => T): T => {
    const db = openDatabase(paths()[1], indexName, key)
    try {
      return ask(db)
    } finally {
      db.close()
    }
  }
  beforeEach(() => {
    beside((db) => db.exec('CREATE TABLE written (n INTEGER); CREATE TRIGGER doc_written AFTER INSERT ON doc BEGIN INSERT INTO written VALUES (1); END'))
  })
  const rowsWritten = (): number => beside((db) => db.prepare<[], { n: number }>('SELECT count(*) AS n FROM written').get()?.n ?? 0)
  const written = (work: () => void): number => {
    const before = rowsWritten()
    work()
    return rowsWritten() - before
  }
  const all = (): void => { while (index.api.catchUp('all')); }
  const ahead = (): void => { while (index.api.catchUp('fetched')); }

  it('are found at once, the others at the end, and none is written twice', () => {
    const dialogs = [1, 2, 3].map((n) => ({ ...dialog(n), title: `Varsel ${String(n)}` }))
    mail.api.applySearchPage({ accountUuid, groupKey: 'g', parties: [urn(1)], dialogs, rejected: [], position: null, at: 1 })
    comes(2, 'Skattetrekk')
    expect(written(ahead)).toBe(1)
    expect(found('skattetrekk')).toHaveLength(1)
    expect(found('varsel')).toEqual([])
    comes(3, 'Regnskap')
    expect(written(ahead)).toBe(1)
    expect(written(all)).toBe(1)
    expect(found('varsel')).toHaveLength(1)
    expect([found('skattetrekk').length, found('regnskap').length, index.api.position().messages]).toEqual([1, 1, 3])
    expect(written(all) + written(ahead)).toBe(0)
    // One that changes after it was brought in ahead is written anew.
    comes(1, 'Frist')
    ahead()
    mail.api.storeFetched([fetched(1, { body: 'Utsatt' })])
    expect(written(all)).toBe(1)
    expect([found('frist').length, found('utsatt').length]).toEqual([0, 1])
  })

  it('are gone on with after a kill', () => {
    mail.api.applySearchPage({ accountUuid, groupKey: 'g', parties: [urn(1)], dialogs: [dialog(1), dialog(2)], rejected: [], position: null, at: 1 })
    comes(2, 'Skattetrekk')
    ahead()
    close()
    open()
    expect(written(all)).toBe(1)
    expect(index.api.position().messages).toBe(2)
  })
})
