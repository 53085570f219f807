import Database from 'better-sqlite3'
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { asStoreError, errnoOf } from './disk.ts'
import { StoreError } from './errors.ts'

export type Db = Database.Database

export interface OpenOptions {
  readonly readonly?: boolean
  /** FULL: a commit is on disk before it returns; NORMAL: only what can be rebuilt. */
  readonly synchronous?: 'FULL' | 'NORMAL'
  /** Pages kept in memory, KiB. A writer of many rows touches more of them than a reader. */
  readonly cacheKib?: number
  /** How long a statement waits for another writer, ms. */
  readonly busyMs?: number
}

const plainHeader = Buffer.from('SQLite format 3\0', 'latin1')

/** The first bytes of a file that no connection of this process has open: closing it would drop SQLite's locks (durability.md 3). */
function headerOf(path: string): Buffer | null {
  if (!existsSync(path)) return null
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(plainHeader.length)
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0))
  } finally {
    closeSync(file)
  }
}

/** @throws {StoreError} 'unwritable' where a folder stands in its place, or it may not be read. */
function readHeader(path: string, name: string): Buffer | null {
  try {
    return headerOf(path)
  } catch (error) {
    throw errnoOf(error) === 'EISDIR' ? new StoreError('unwritable', `${name}: a folder stands in its place`, { cause: error }) : asStoreError(error, name)
  }
}

const codes: readonly (readonly [prefix: string, code: StoreError['code'], message: string])[] = [
  ['SQLITE_FULL', 'full', 'the disk is full'],
  // The shared memory beside a WAL cannot grow: there is no room for it, and nothing is wrong with the file.
  ['SQLITE_IOERR_SHMSIZE', 'full', 'the disk is full'],
  ['SQLITE_IOERR_SHMOPEN', 'unwritable', 'it cannot be opened'],
  ['SQLITE_IOERR', 'damaged', 'it cannot be read or written'],
  ['SQLITE_CORRUPT', 'damaged', 'it is damaged'],
  ['SQLITE_NOTADB', 'wrong-key', 'it does not open with the profile\'s key'],
  ['SQLITE_READONLY', 'unwritable', 'it cannot be written'],
  ['SQLITE_CANTOPEN', 'unwritable', 'it cannot be opened'],
  ['SQLITE_PERM', 'unwritable', 'it cannot be opened'],
  ['SQLITE_BUSY', 'locked', 'another process is using it'],
]

/** An error of SQLite as the store's own; the text never holds SQL or values (security.md 16). */
export function asDatabaseError(error: unknown, name: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error
  const found = codes.find(([prefix]) => error.code.startsWith(prefix))
  return found === undefined ? error : new StoreError(found[1], `${name}: ${found[2]}`, { cause: error.code })
}

/** Runs statements; what SQLite reports of disk and file becomes a StoreError. */
export function guarded<T>(name: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw asDatabaseError(error, name)
  }
}

/** The function in one transaction: all of it or nothing. */
export function atomic<Args extends unknown[], Result>(db: Db, work: (...args: Args) => Result): (...args: Args) => Result {
  const transaction = db.transaction(work)
  return (...args) => transaction.immediate(...args)
}

/**
 * The one function that opens encrypted databases (security.md 16): chacha20 with a raw 32-byte key, WAL, no plaintext
 * in temporary files. The order of the pragmas matters: cipher, key, then everything else (platform.md 6).
 * @throws {RangeError} when the key has not exactly 32 bytes: a shorter one would silently be taken for a passphrase.
 * @throws {StoreError} 'damaged' for a plain file in place of an encrypted one, 'wrong-key', 'unwritable', 'locked'.
 */
export function openDatabase(path: string, name: string, key: Buffer, options: OpenOptions = {}): Db {
  if (key.length !== 32) throw new RangeError('A database key has 32 bytes')
  const header = readHeader(path, name)
  if (header?.equals(plainHeader) === true) throw new StoreError('damaged', `${name}: the file is not encrypted, so it is not ours`)
  const isNew = header === null || header.length === 0
  if (isNew && options.readonly === true) throw new StoreError('unwritable', `${name}: there is no such file`)
  return guarded(name, () => {
    const db = new Database(path, { readonly: options.readonly ?? false, timeout: options.busyMs ?? 5000 })
    try {
      db.pragma(`cipher='chacha20'`)
      db.pragma(`key="x'${key.toString('hex')}'"`)
      db.pragma('temp_store=memory')
      // The first statement that reads: a wrong key shows here.
      db.prepare('SELECT count(*) FROM sqlite_master').get()
      if (options.readonly !== true) {
        db.pragma('journal_mode=WAL')
        db.pragma(`synchronous=${options.synchronous ?? 'FULL'}`)
        db.pragma('journal_size_limit=67108864')
        // What is deleted is overwritten, not only given up (durability.md 21).
        db.pragma('secure_delete=ON')
        // 32 MB: pages that change often are moved into the file once instead of many times.
        db.pragma('wal_autocheckpoint=8000')
        if (process.platform === 'darwin') db.pragma('fullfsync=1')
      }
      db.pragma('foreign_keys=ON')
      db.pragma('trusted_schema=OFF')
      db.pragma(`cache_size=-${String(options.cacheKib ?? 16_384)}`)
      return db
    } catch (error) {
      db.close()
      throw error
    }
  })
}

/**
 * Proves that a new database is encrypted: its header is not SQLite's and it does not open without the key. Called once
 * after creation, while no connection of this process has it open.
 */
export function assertEncrypted(path: string, name: string): void {
  if (headerOf(path)?.equals(plainHeader) !== false) throw new StoreError('damaged', `${name}: the new file is not encrypted`)
}
