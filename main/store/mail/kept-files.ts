import { atomic, type Db } from '../sqlite.ts'
import type { Meta } from './meta.ts'

/** What the rows say of the vault's files, for whoever looks after them. Part of the writer of mail.db. */
export interface KeptFileApi {
  /** The file is damaged or not there: every row that refers to it wants it again. @returns how many */
  vaultFileLost(name: string): number
  /** Names of files that rows refer to, after a name, in their order. */
  vaultFilesAfter(name: string, limit: number): readonly { readonly name: string; readonly bytes: number }[]
}

export function keptFileApi(db: Db, meta: Meta): KeptFileApi {
  // The tries begin anew: nothing went wrong at the service.
  const lost = db.prepare(`
    UPDATE attachment SET state = 'wanted', vault_name = NULL, bytes = NULL, received_md5 = NULL, md5_matches = NULL, stored_at = NULL, reason = NULL, detail = NULL,
      tries = 0, next_try_at = 0, failed = 0 WHERE vault_name = ?`)
  const after = db.prepare<[string, number], { name: string; bytes: number | null }>(
    'SELECT vault_name AS name, max(bytes) AS bytes FROM attachment WHERE vault_name > ? GROUP BY vault_name ORDER BY vault_name LIMIT ?',
  )
  return {
    vaultFileLost: atomic(db, (name) => {
      const { changes } = lost.run(name)
      if (changes > 0) meta.nextChange()
      return changes
    }),
    vaultFilesAfter: (name, limit) => after.all(name, limit).map((row) => ({ name: row.name, bytes: row.bytes ?? 0 })),
  }
}
