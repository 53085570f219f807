import { join } from 'node:path'
import { StoreError } from '../errors.ts'
import type { ProfileKeys } from '../keys.ts'
import { refuseNewer } from '../migrate.ts'
import { guarded, openDatabase } from '../sqlite.ts'
import type { AccountRow } from './events.ts'
import { ledgerName } from './ledger-db.ts'
import { ledgerReads } from './read.ts'
import { ledgerMigrations } from './schema.ts'

/**
 * The accounts of a profile that another process holds, which has brought its ledger up to date. Blocks for one small question.
 * @throws {StoreError} 'locked' where that process is of an older version; what the file says.
 */
export function accountsBeside(folder: string, keys: Pick<ProfileKeys, 'derive'>): readonly AccountRow[] {
  const db = openDatabase(join(folder, ledgerName), ledgerName, keys.derive('ledger'), { readonly: true })
  try {
    if (refuseNewer(db, ledgerName, ledgerMigrations) !== ledgerMigrations.length) throw new StoreError('locked', 'another process holds this profile')
    return guarded(ledgerName, () => ledgerReads(db).accounts())
  } finally {
    db.close()
  }
}
