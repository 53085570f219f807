import Database from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from './errors.ts'
import { asDatabaseError } from './sqlite.ts'

/** Held by the one process that writes a profile. */
export interface Lock {
  release(): void
}

/** Connections that hold a lock: one that nothing refers to would be closed by the garbage collector, and its lock with it. */
const held = new Set<Database.Database>()

/**
 * Takes a profile for writing: an exclusive transaction on the small plain database `lock.db`, freed by the system when
 * the process ends in any way. Nothing else of this process may ever open that file: closing it would drop the lock
 * (durability.md 3).
 * @throws {StoreError} 'locked' at once while another process holds it; 'unwritable', 'full'.
 */
export function acquireLock(folder: string): Lock {
  if (!existsSync(folder)) throw new StoreError('unwritable', `there is no folder ${folder}`)
  let db: Database.Database | null = null
  try {
    db = new Database(join(folder, 'lock.db'), { timeout: 0 })
    db.exec('BEGIN EXCLUSIVE')
    const own = db
    held.add(own)
    return {
      release: () => {
        own.exec('ROLLBACK')
        own.close()
        held.delete(own)
      },
    }
  } catch (error) {
    db?.close()
    const known = asDatabaseError(error, 'lock.db')
    throw known instanceof StoreError && known.code === 'locked' ? new StoreError('locked', 'another process holds this profile') : known
  }
}
