import { statSync } from 'node:fs'
import { StoreError } from '../errors.ts'
import { type Db, guarded } from '../sqlite.ts'

/** Looks after the write-ahead log beside a database, in its writer's thread (durability.md 19). */
export interface WalKeeper {
  /** Called after a write: a log that has grown too large is moved into the file before the next one. */
  after(): void
  /** Moves all of the log into the file and empties it; false while a reader held it open for too long. */
  truncate(): boolean
}

/** Above this the writer waits until the readers are done and the log is empty. */
const largestBytes = 256 * 1024 * 1024
/** How often the size is looked at, ms. */
const lookMs = 1000
/** After a reader held the log open for as long as anybody waits, ms: it may be a copy, which takes minutes. */
const heldMs = 10_000

/**
 * @param path of the database
 * @param largest bytes the log may have
 */
export function walKeeper(db: Db, name: string, path: string, largest = largestBytes): WalKeeper {
  let lookAt = 0
  // SQLite waits for the readers as long as for another writer, then says that it could not.
  const truncate = (): boolean => guarded(name, () => db.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) === 0)
  return {
    truncate,
    after: () => {
      const at = performance.now()
      if (at < lookAt) return
      lookAt = at + lookMs
      // Its size is asked by name: opening the file would drop SQLite's locks (durability.md 3).
      if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) <= largest) return
      try {
        if (!truncate()) lookAt = at + heldMs
      } catch (error) {
        // A full disk is told by the next write; the log is still whole.
        if (!(error instanceof StoreError) || error.code !== 'full') throw error
        lookAt = at + heldMs
      }
    },
  }
}
