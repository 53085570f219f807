import { atomic, type Db } from '../sqlite.ts'
import type { CoverageApi } from './coverage.ts'

type ServiceApi = Pick<CoverageApi, 'servicesToName' | 'servicesNamed' | 'packagesToAsk' | 'packagesAnswered'>

/** Names of services and what packages reach: of the registry, kept so that a registry that is silent takes nothing away. */
export function serviceApi(db: Db): ServiceApi {
  const held = `
    WITH held AS MATERIALIZED (SELECT DISTINCT h.id, h.packages, h.resources FROM account_party a JOIN holding h ON h.id = a.holding_id WHERE a.current = 1),
    held_package AS (SELECT DISTINCT e.value AS package FROM held, json_each(held.packages) e)`
  const toName = db.prepare<[number, number], { resource: string }>(`${held},
    seen AS (SELECT e.value AS resource FROM held, json_each(held.resources) e
      UNION SELECT e.value FROM held_package JOIN package_service s ON s.package = held_package.package, json_each(s.resources) e)
    SELECT seen.resource FROM seen LEFT JOIN service_name n ON n.resource = seen.resource WHERE ifnull(n.asked_at, -1) < ? ORDER BY ifnull(n.asked_at, -1), seen.resource LIMIT ?`)
  const name = db.prepare(`
    INSERT INTO service_name (resource, titles, owner, asked_at) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET titles = ifnull(excluded.titles, titles), owner = ifnull(excluded.owner, owner), asked_at = excluded.asked_at`)
  const toAsk = db.prepare<[number], { package: string }>(`${held}
    SELECT held_package.package FROM held_package LEFT JOIN package_service s ON s.package = held_package.package WHERE ifnull(s.asked_at, -1) < ? ORDER BY 1`)
  const reach = db.prepare('INSERT INTO package_service (package, resources, asked_at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET resources = excluded.resources, asked_at = excluded.asked_at')
  const json = (value: object | null): string | null => (value === null ? null : JSON.stringify(value))
  return {
    servicesToName: (askedBefore, limit) => toName.all(askedBefore, limit).map(({ resource }) => resource),
    servicesNamed: atomic(db, (services, at) => {
      for (const { resource, titles, owner } of services) name.run(resource, json(titles), json(owner), at)
    }),
    packagesToAsk: (askedBefore) => toAsk.all(askedBefore).map((row) => row.package),
    packagesAnswered: atomic(db, (packages, reached, at) => {
      for (const one of packages) reach.run(one, JSON.stringify([...new Set(reached[one] ?? [])].sort()), at)
    }),
  }
}
