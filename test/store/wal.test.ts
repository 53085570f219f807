import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { walKeeper } from '../../main/store/recovery/wal.ts'
import { type Db, openDatabase } from '../../main/store/sqlite.ts'

const key = randomBytes(32)
let folder = ''
let path = ''
let db: Db

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-wal-'))
  path = join(folder, 'a.db')
  db = openDatabase(path, 'a.db', key, { busyMs: 50 })
  db.exec('CREATE TABLE t (x BLOB)')
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true })
})

const write = (): void => {
  db.prepare('INSERT INTO t VALUES (?)').run(randomBytes(200_000))
}
const logBytes = (): number => statSync(`${path}-wal`).size

describe('the log beside a database', () => {
  it('is emptied after a write that made it too large, and not before', () => {
    write()
    walKeeper(db, 'a.db', path).after()
    expect(logBytes()).toBeGreaterThan(200_000)
    walKeeper(db, 'a.db', path, 200_000).after()
    expect(logBytes()).toBe(0)
    expect(db.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 1 })
  })

  it('stays while a reader holds it, which is no error', () => {
    const reader = openDatabase(path, 'a.db', key, { readonly: true })
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM t').get()
    write()
    const wal = walKeeper(db, 'a.db', path, 1)
    expect(wal.truncate()).toBe(false)
    wal.after()
    expect(logBytes()).toBeGreaterThan(0)
    reader.close()
    expect(wal.truncate()).toBe(true)
    expect(logBytes()).toBe(0)
  })
})
