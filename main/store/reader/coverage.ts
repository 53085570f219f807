import { type Holding } from '../mail/coverage-compare.ts'
import { holdingOf } from '../mail/holdings.ts'
import type { ClientsState, PartySource } from '../mail/records.ts'
import type { Db } from '../sqlite.ts'

/** How one identity stands to one recipient. Times are ms since 1970 UTC. */
export interface AccessRow {
  readonly accountUuid: string
  readonly party: string
  readonly current: boolean
  readonly firstSeenAt: number
  readonly lostAt: number | null
  /** Number of the set that is held there, and since when; null where nobody has said it. */
  readonly holding: number | null
  readonly holdingSince: number | null
  readonly loss: { readonly kind: 'gone' | 'unlisted' | 'fewer'; readonly before: number | null; readonly since: number; readonly seen: boolean } | null
}

/** Everything that is known of what identities see. */
export interface CoverageFacts {
  readonly accesses: readonly AccessRow[]
  readonly holdings: Readonly<Record<number, Holding>>
  /** By package the services that it reaches. */
  readonly reach: Readonly<Record<string, readonly string[]>>
  /** Main units that stand in lists only because of what is below them. */
  readonly headings: readonly { readonly party: string; readonly name: string; readonly isDeleted: boolean }[]
  readonly asked: readonly { readonly accountUuid: string; readonly source: PartySource; readonly askedAt: number | null }[]
  readonly clients: readonly { readonly accountUuid: string; readonly state: ClientsState; readonly askedAt: number }[]
  readonly available: readonly { readonly accountUuid: string; readonly partyUuid: string; readonly organisation: string; readonly name: string; readonly since: number }[]
}

export interface ServiceTexts {
  readonly titles: Readonly<Record<string, string>> | null
  readonly owner: Readonly<Record<string, string>> | null
}

/** A service that has sent a recipient something. */
export interface SentService {
  readonly resource: string
  readonly messages: number
  readonly lastAt: number
}

export interface CoverageReads {
  /** @param party a party URN, or null for all recipients */
  coverageFacts(party: string | null): CoverageFacts
  /** Of these, those that the registry has been asked about. */
  serviceTexts(resources: readonly string[]): Readonly<Record<string, ServiceTexts>>
  sentServices(party: string): readonly SentService[]
  /** What was taken away, by party URN. */
  losses(): readonly { readonly party: string; readonly seen: boolean }[]
}

type AccessRead = {
  readonly account_uuid: string
  readonly urn: string
  readonly current: number
  readonly first_seen_at: number
  readonly lost_at: number | null
  readonly holding_id: number | null
  readonly holding_since: number | null
  readonly kind: 'gone' | 'unlisted' | 'fewer' | null
  readonly before_id: number | null
  readonly since: number | null
  readonly seen_at: number | null
}

const texts = (json: string | null): Readonly<Record<string, string>> | null => (json === null ? null : (JSON.parse(json) as Readonly<Record<string, string>>))

/** What identities see of recipients, for the table of recipients and the file made of it. */
export function coverageReads(db: Db): CoverageReads {
  const accesses = db.prepare<[{ party: string | null }], AccessRead>(`
    SELECT a.account_uuid, p.urn, a.current, a.first_seen_at, a.lost_at, a.holding_id, a.holding_since, l.kind, l.before_id, l.since, l.seen_at
    FROM account_party a JOIN party p ON p.id = a.party_id LEFT JOIN coverage_loss l ON l.account_uuid = a.account_uuid AND l.party_id = a.party_id
    WHERE p.heading_only = 0 AND (@party IS NULL OR p.urn = @party) ORDER BY p.urn, a.account_uuid`)
  const holdings = db.prepare<[], { id: number; packages: string; roles: string; resources: string }>('SELECT id, packages, roles, resources FROM holding')
  const reach = db.prepare<[], { package: string; resources: string }>('SELECT package, resources FROM package_service')
  const headings = db.prepare<[], { urn: string; name: string; is_deleted: number }>('SELECT urn, name, is_deleted FROM party WHERE heading_only = 1 ORDER BY name, urn')
  const asked = db.prepare<[], { account_uuid: string; source: PartySource; asked_at: number | null }>('SELECT account_uuid, source, asked_at FROM parties_asked ORDER BY account_uuid')
  const clients = db.prepare<[], { account_uuid: string; state: ClientsState; asked_at: number }>('SELECT account_uuid, state, asked_at FROM clients_asked ORDER BY account_uuid')
  const available = db.prepare<[], { account_uuid: string; party_uuid: string; organisation: string; name: string; since: number }>('SELECT account_uuid, party_uuid, organisation, name, since FROM available_client ORDER BY name, organisation')
  const services = db.prepare<[string], { resource: string; titles: string | null; owner: string | null }>('SELECT resource, titles, owner FROM service_name WHERE resource IN (SELECT value FROM json_each(?))')
  const sent = db.prepare<[string], SentService>(`
    SELECT m.resource, count(*) AS messages, max(m.sort_at) AS lastAt FROM message m
    WHERE m.party_id = (SELECT id FROM party WHERE urn = ?) AND m.archived = 0 AND m.binned = 0 GROUP BY m.resource ORDER BY lastAt DESC`)
  const losses = db.prepare<[], { urn: string; seen: number }>('SELECT p.urn, min(l.seen_at IS NOT NULL) AS seen FROM coverage_loss l JOIN party p ON p.id = l.party_id GROUP BY p.id')
  return {
    coverageFacts: db.transaction((party: string | null): CoverageFacts => ({
      accesses: accesses.all({ party }).map((row) => ({
        accountUuid: row.account_uuid, party: row.urn, current: row.current === 1, firstSeenAt: row.first_seen_at, lostAt: row.lost_at, holding: row.holding_id, holdingSince: row.holding_since,
        loss: row.kind === null || row.since === null ? null : { kind: row.kind, before: row.before_id, since: row.since, seen: row.seen_at !== null },
      })),
      holdings: Object.fromEntries(holdings.all().map((row) => [row.id, holdingOf(row)])),
      reach: Object.fromEntries(reach.all().map((row) => [row.package, JSON.parse(row.resources) as readonly string[]])),
      headings: headings.all().map((row) => ({ party: row.urn, name: row.name, isDeleted: row.is_deleted === 1 })),
      asked: asked.all().map((row) => ({ accountUuid: row.account_uuid, source: row.source, askedAt: row.asked_at })),
      clients: clients.all().map((row) => ({ accountUuid: row.account_uuid, state: row.state, askedAt: row.asked_at })),
      available: available.all().map((row) => ({ accountUuid: row.account_uuid, partyUuid: row.party_uuid, organisation: row.organisation, name: row.name, since: row.since })),
    })),
    serviceTexts: (resources) => Object.fromEntries(services.all(JSON.stringify(resources)).map((row) => [row.resource, { titles: texts(row.titles), owner: texts(row.owner) }])),
    sentServices: (party) => sent.all(party),
    losses: () => losses.all().map((row) => ({ party: row.urn, seen: row.seen === 1 })),
  }
}
