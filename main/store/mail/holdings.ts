import { createHash } from 'node:crypto'
import type { Db } from '../sqlite.ts'
import type { Holding, Reach } from './coverage-compare.ts'

interface HoldingRead {
  readonly id: number
  readonly packages: string
  readonly roles: string
  readonly resources: string
}

const ids = (text: string): readonly string[] => JSON.parse(text) as readonly string[]
const sorted = (all: readonly string[]): readonly string[] => [...new Set(all)].sort()

/** A row of `holding` as a value. */
export const holdingOf = ({ packages, roles, resources }: Omit<HoldingRead, 'id'>): Holding => ({ packages: ids(packages), roles: ids(roles), resources: ids(resources) })

/** Sets of packages, roles and services: each stands once, whoever holds it. */
export function holdingApi(db: Db): {
  readonly idOf: (holding: Holding) => number
  readonly get: (id: number) => Holding
  readonly reach: () => Reach
  /** Sets that nobody holds, and that no loss speaks of, go. */
  readonly tidy: () => void
} {
  const find = db.prepare<[Buffer], { id: number }>('SELECT id FROM holding WHERE hash = ?')
  const add = db.prepare<[Buffer, string, string, string]>('INSERT INTO holding (hash, packages, roles, resources) VALUES (?, ?, ?, ?)')
  const one = db.prepare<[number], HoldingRead>('SELECT id, packages, roles, resources FROM holding WHERE id = ?')
  const reached = db.prepare<[], { package: string; resources: string }>('SELECT package, resources FROM package_service')
  const unused = db.prepare<[], { id: number }>(`
    SELECT id FROM holding WHERE id NOT IN (SELECT holding_id FROM account_party WHERE holding_id IS NOT NULL) AND id NOT IN (SELECT before_id FROM coverage_loss WHERE before_id IS NOT NULL)`)
  const drop = db.prepare('DELETE FROM holding WHERE id = ?')
  return {
    idOf: ({ packages, roles, resources }) => {
      const parts = [sorted(packages), sorted(roles), sorted(resources)].map((part) => JSON.stringify(part)) as [string, string, string]
      const hash = createHash('sha256').update(parts.join('\n')).digest()
      return find.get(hash)?.id ?? Number(add.run(hash, ...parts).lastInsertRowid)
    },
    get: (id) => {
      const row = one.get(id)
      if (row === undefined) throw new RangeError('There is no such set of rights')
      return holdingOf(row)
    },
    reach: () => new Map(reached.all().map((row) => [row.package, ids(row.resources)])),
    tidy: () => {
      for (const { id } of unused.all()) drop.run(id)
    },
  }
}
