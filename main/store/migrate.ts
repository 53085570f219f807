import { StoreError } from './errors.ts'
import { type Db, guarded } from './sqlite.ts'

/** One numbered step of a schema, counted from 1; it never changes once released. */
export interface Migration {
  readonly version: number
  readonly up: (db: Db) => void
}

/** @throws {StoreError} 'too-new' for a database of a newer version, which is left untouched. @returns its version */
export function refuseNewer(db: Db, name: string, migrations: readonly Migration[]): number {
  const newest = migrations.at(-1)?.version ?? 0
  const version = Number(db.pragma('user_version', { simple: true }))
  if (version > newest) throw new StoreError('too-new', `${name}: it was written by a newer version of Meldingsboks (${String(version)}, this one knows ${String(newest)})`)
  return version
}

/**
 * Brings a database to the newest schema, one transaction a step.
 * @throws {StoreError} 'too-new' for a database of a newer version, which is left untouched.
 */
export function migrate(db: Db, name: string, migrations: readonly Migration[]): void {
  const version = refuseNewer(db, name, migrations)
  for (const migration of migrations) {
    if (migration.version <= version) continue
    guarded(name, () => {
      db.transaction(() => {
        migration.up(db)
        db.pragma(`user_version=${String(migration.version)}`)
      }).immediate()
    })
  }
}
