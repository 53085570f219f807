import { atomic, type Db } from '../sqlite.ts'
import { isNothing, servicesOf, takenAway } from './coverage-compare.ts'
import { holdingApi } from './holdings.ts'
import type { ClientRecord, ClientsState, NamedParty, PartiesChange, PartySource, ServiceRecord } from './records.ts'
import { sharply } from './sharp.ts'

/** What an identity may act for and see, as it was last answered. Times are ms since 1970 UTC. */
export interface CoverageApi {
  /**
   * Takes in whom an identity may act for. Only an answer of the same source takes anything away, and one that is suddenly
   * much shorter, or empty, only after a while; what did not change is not written.
   */
  partiesAnswered(answer: {
    readonly accountUuid: string
    readonly source: PartySource
    readonly parties: readonly NamedParty[]
    readonly at: number
    /** How long a list that became sharply shorter is not believed, ms. */
    readonly believeShrunkMs: number
  }): PartiesChange
  /** A person has seen what was taken away from these recipients; null: from all. */
  lossesSeen(parties: readonly string[] | null, at: number): void
  /** What was taken away and nobody has seen; `key` names this loss and no later one of the same recipient. */
  untoldLosses(): readonly { readonly party: string; readonly key: string }[]
  /** Clients that could be delegated to an agent system user, or why they are not known. */
  clientsAnswered(accountUuid: string, state: ClientsState, clients: readonly ClientRecord[], at: number): void
  /** Services that somebody may see and whose names were never asked for, or last before a time; the never asked ones first. */
  servicesToName(askedBefore: number, limit: number): readonly string[]
  servicesNamed(services: readonly ServiceRecord[], at: number): void
  /** Packages that somebody holds, and whether what they reach was asked for since a time. */
  packagesToAsk(askedBefore: number): readonly string[]
  /** @param reached by package what it reaches; one that is not among them reaches nothing */
  packagesAnswered(packages: readonly string[], reached: Readonly<Record<string, readonly string[]>>, at: number): void
}

interface KnownParty {
  readonly id: number
  readonly urn: string
  readonly uuid: string
  readonly name: string
  readonly kind: string
  readonly parent_urn: string | null
  readonly is_deleted: number
  readonly heading_only: number
}

interface Access {
  readonly party_id: number
  readonly urn: string
  readonly heading_only: number
  readonly current: number
  readonly first_seen_at: number
  readonly holding_id: number | null
  readonly by_full: number
  readonly by_plain: number
}

type LossKind = 'gone' | 'unlisted' | 'fewer'
interface Loss {
  readonly party_id: number
  readonly kind: LossKind
  readonly before_id: number | null
  readonly since: number
  readonly seen_at: number | null
}

type Applied = 'added' | 'fewer' | 'grown' | null

/** Whom each identity may act for and what it sees there, compared with what it was (durability.md 9: a shorter list is no proof). */
export function coverageApi(db: Db): Omit<CoverageApi, 'servicesToName' | 'servicesNamed' | 'packagesToAsk' | 'packagesAnswered'> {
  const holdings = holdingApi(db)
  const accesses = db.prepare<[string], Access>(
    'SELECT a.party_id, p.urn, p.heading_only, a.current, a.first_seen_at, a.holding_id, a.by_full, a.by_plain FROM account_party a JOIN party p ON p.id = a.party_id WHERE a.account_uuid = ?',
  )
  const columns = 'id, urn, uuid, name, kind, parent_urn, is_deleted, heading_only'
  const byUrn = db.prepare<[string], KnownParty>(`SELECT ${columns} FROM party WHERE urn = ?`)
  const byUuid = db.prepare<[string], KnownParty>(`SELECT ${columns} FROM party WHERE uuid = ? AND uuid <> '' ORDER BY id LIMIT 1`)
  const addParty = db.prepare<[string, string, string, string, string | null, number, number]>('INSERT INTO party (urn, uuid, name, kind, parent_urn, is_deleted, heading_only) VALUES (?, ?, ?, ?, ?, ?, ?)')
  const setParty = db.prepare('UPDATE party SET urn = ?, uuid = ?, name = ?, kind = ?, parent_urn = ?, is_deleted = ?, heading_only = ? WHERE id = ?')
  const searchedNoMore = db.prepare('DELETE FROM party_group WHERE party_id = ?')
  const watermarkNoMore = db.prepare('UPDATE account_party SET watermark = NULL WHERE party_id = ?')
  const grant = db.prepare(`
    INSERT INTO account_party (account_uuid, party_id, current, first_seen_at, holding_id, holding_since, by_full, by_plain) VALUES (?, ?, 1, ?, ?, ?, ?, ?)`)
  const keep = db.prepare('UPDATE account_party SET current = 1, lost_at = NULL, by_full = ?, by_plain = ? WHERE account_uuid = ? AND party_id = ?')
  const hold = db.prepare('UPDATE account_party SET holding_id = ?, holding_since = ? WHERE account_uuid = ? AND party_id = ?')
  const lose = db.prepare('UPDATE account_party SET current = 0, lost_at = ?, by_full = 0, by_plain = 0 WHERE account_uuid = ? AND party_id = ?')
  const unnamed = db.prepare("UPDATE account_party SET by_full = iif(@source = 'access-management', 0, by_full), by_plain = iif(@source = 'dialogporten', 0, by_plain) WHERE account_uuid = @account AND party_id = @party")
  const asked = db.prepare<[string], { source: PartySource; full_at: number | null }>('SELECT source, full_at FROM parties_asked WHERE account_uuid = ?')
  const ask = db.prepare(`
    INSERT INTO parties_asked (account_uuid, source, asked_at, full_at) VALUES (@account, @source, @at, iif(@source = 'access-management', @at, NULL))
    ON CONFLICT DO UPDATE SET source = excluded.source, asked_at = excluded.asked_at, full_at = ifnull(excluded.full_at, full_at)`)
  const losses = db.prepare<[string], Loss>('SELECT party_id, kind, before_id, since, seen_at FROM coverage_loss WHERE account_uuid = ?')
  const setLoss = db.prepare('INSERT INTO coverage_loss (account_uuid, party_id, kind, before_id, since, seen_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET kind = excluded.kind, before_id = excluded.before_id, since = excluded.since, seen_at = excluded.seen_at')
  const endLoss = db.prepare('DELETE FROM coverage_loss WHERE account_uuid = ? AND party_id = ?')
  const see = db.prepare('UPDATE coverage_loss SET seen_at = @at WHERE seen_at IS NULL AND (@parties IS NULL OR party_id IN (SELECT id FROM party WHERE urn IN (SELECT value FROM json_each(@parties))))')
  const calm = db.prepare("DELETE FROM party_trouble WHERE kind = 'no-access' AND (account_uuid, party_id) IN (SELECT account_uuid, party_id FROM coverage_loss WHERE kind = 'gone' AND seen_at IS NOT NULL)")
  const untold = db.prepare<[], { account_uuid: string; urn: string; uuid: string; since: number }>(
    'SELECT l.account_uuid, p.urn, p.uuid, l.since FROM coverage_loss l JOIN party p ON p.id = l.party_id WHERE l.seen_at IS NULL AND p.heading_only = 0 ORDER BY p.name, p.urn',
  )
  const clients = db.prepare<[string], { party_uuid: string; organisation: string; name: string }>('SELECT party_uuid, organisation, name FROM available_client WHERE account_uuid = ?')
  const addClient = db.prepare('INSERT INTO available_client (account_uuid, party_uuid, organisation, name, since) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET organisation = excluded.organisation, name = excluded.name')
  const dropClient = db.prepare('DELETE FROM available_client WHERE account_uuid = ? AND party_uuid = ?')
  const clientsAsked = db.prepare('INSERT INTO clients_asked (account_uuid, state, asked_at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state, asked_at = excluded.asked_at')

  /** The party's own row, which a new name or number of the same party (its uuid) changes; its mail stays with it. */
  const partyRow = (party: NamedParty, named: ReadonlySet<string>): number => {
    const { urn, uuid, name, kind, parentUrn, isDeleted, headingOnly } = party
    const same = byUrn.get(urn)
    const before = same ?? ((one) => (one === undefined || named.has(one.urn) ? undefined : one))(byUuid.get(uuid))
    // One identity's heading may be another's recipient, or have been one: only what nobody ever acted for is a heading.
    const heading = Number(headingOnly && before?.heading_only !== 0)
    const values = [urn, uuid, name, kind, parentUrn, Number(isDeleted), heading] as const
    if (before === undefined) return Number(addParty.run(...values).lastInsertRowid)
    if (before.urn !== urn) {
      // What was searched was another number.
      searchedNoMore.run(before.id)
      watermarkNoMore.run(before.id)
    }
    const isSame = before.urn === urn && before.uuid === uuid && before.name === name && before.kind === kind && before.parent_urn === parentUrn && before.is_deleted === Number(isDeleted) && before.heading_only === heading
    if (!isSame) setParty.run(...values, before.id)
    return before.id
  }

  /** What is held now against what was; a mark that is there ends, stays or begins anew. */
  const compared = (accountUuid: string, partyId: number, previousId: number | null, nowId: number, loss: Loss | null, at: number): Applied => {
    const marked = loss?.kind === 'fewer' ? loss : null
    if (previousId === nowId && marked === null) return null
    const reach = holdings.reach()
    const now = holdings.get(nowId)
    const fewer = previousId !== null && previousId !== nowId && !isNothing(takenAway(holdings.get(previousId), now, reach))
    if (fewer) {
      // Until somebody has seen it, what was held before the first of several losses is what counts.
      setLoss.run(accountUuid, partyId, 'fewer', marked !== null && marked.seen_at === null ? marked.before_id : previousId, at, null)
      return 'fewer'
    }
    if (marked !== null && (marked.before_id === null || isNothing(takenAway(holdings.get(marked.before_id), now, reach)))) endLoss.run(accountUuid, partyId)
    if (previousId === null || previousId === nowId) return null
    const before = holdings.get(previousId)
    const known = servicesOf(before, reach)
    return [...servicesOf(now, reach)].some((service) => !known.has(service)) || now.packages.some((one) => !before.packages.includes(one)) || now.roles.some((one) => !before.roles.includes(one)) ? 'grown' : null
  }

  const applied = (accountUuid: string, source: PartySource, party: NamedParty, partyId: number, access: Access | undefined, loss: Loss | null, at: number): Applied => {
    const full = source === 'access-management'
    const holdingId = party.holding === undefined ? (access?.holding_id ?? null) : holdings.idOf(party.holding)
    if (access === undefined) {
      grant.run(accountUuid, partyId, at, holdingId, holdingId === null ? null : at, Number(full), Number(!full))
      return 'added'
    }
    const [byFull, byPlain] = [full ? 1 : access.by_full, full ? access.by_plain : 1]
    if (access.current === 0 || byFull !== access.by_full || byPlain !== access.by_plain) keep.run(byFull, byPlain, accountUuid, partyId)
    // It is back: the mark ends, whoever has seen it.
    if (loss !== null && loss.kind !== 'fewer') endLoss.run(accountUuid, partyId)
    if (holdingId !== null && holdingId !== access.holding_id) hold.run(holdingId, at, accountUuid, partyId)
    const change = holdingId === null || party.holding === undefined ? null : compared(accountUuid, partyId, access.holding_id, holdingId, loss, at)
    return access.current === 0 && change !== 'fewer' ? 'added' : change
  }

  return {
    partiesAnswered: atomic(db, ({ accountUuid, source, parties, at, believeShrunkMs }): PartiesChange => {
      const last = asked.get(accountUuid)
      const named = new Set(parties.map(({ urn }) => urn))
      const accessOf = new Map(accesses.all(accountUuid).map((row) => [row.party_id, row]))
      const lossOf = new Map(losses.all(accountUuid).map((row) => [row.party_id, row]))
      const met = new Set<number>()
      const lists: Record<Exclude<Applied, null>, string[]> = { added: [], fewer: [], grown: [] }
      for (const party of parties) {
        const partyId = partyRow(party, named)
        // A heading is no access: who had some of its own, and is only a heading now, has lost it.
        if (party.headingOnly) {
          const access = accessOf.get(partyId)
          if (access?.heading_only !== 1) continue
          met.add(partyId)
          if (access.current === 1) lose.run(at, accountUuid, partyId)
          continue
        }
        met.add(partyId)
        const result = applied(accountUuid, source, party, partyId, accessOf.get(partyId), lossOf.get(partyId) ?? null, at)
        if (result !== null) lists[result].push(party.urn)
      }
      const held = [...accessOf.values()].filter((row) => row.current === 1)
      const full = source === 'access-management'
      // Compared with the last answer of the same source only: the other one may name more, or fewer, of the same rights.
      const counts = (row: Access): boolean =>
        full ? row.by_full === 1 || (last?.full_at != null && row.first_seen_at <= last.full_at) : row.by_plain === 1 && (last === undefined || last.source === 'dialogporten')
      const absent = held.filter((row) => !met.has(row.party_id))
      const missing = absent.filter(counts)
      for (const row of absent) if (!missing.includes(row) && (full ? row.by_full : row.by_plain) === 1) unnamed.run({ source, account: accountUuid, party: row.party_id })
      const sinceOf = (row: Access): number => { const loss = lossOf.get(row.party_id); return loss?.kind === 'unlisted' ? loss.since : at }
      const since = Math.min(at, ...missing.map(sinceOf))
      const isDoubted = (parties.length === 0 || sharply(missing.length, held.length)) && at - since < believeShrunkMs
      const mark = (row: Access, kind: 'gone' | 'unlisted'): void => {
        const loss = lossOf.get(row.party_id)
        if (loss?.kind === kind) return
        // What was told of a list that was not believed is not told again when it is.
        const seenAt = loss?.kind === 'unlisted' ? loss.seen_at : null
        setLoss.run(accountUuid, row.party_id, kind, row.holding_id, sinceOf(row), seenAt)
      }
      for (const row of missing) {
        mark(row, isDoubted ? 'unlisted' : 'gone')
        if (!isDoubted) lose.run(at, accountUuid, row.party_id)
      }
      ask.run({ account: accountUuid, source, at })
      holdings.tidy()
      const urns = missing.map(({ urn }) => urn)
      return { ...lists, removed: isDoubted ? [] : urns, unlisted: isDoubted ? urns : [] }
    }),
    lossesSeen: atomic(db, (parties, at) => {
      see.run({ parties: parties === null ? null : JSON.stringify(parties), at })
      calm.run()
    }),
    untoldLosses: () => untold.all().map(({ account_uuid, urn, uuid, since }) => ({ party: urn, key: `coverage-shrunk:${account_uuid}:${uuid === '' ? urn : uuid}:${String(since)}` })),
    clientsAnswered: atomic(db, (accountUuid, state, answered, at) => {
      const known = new Map(clients.all(accountUuid).map((one) => [one.party_uuid, one]))
      const now = new Set(state === 'known' ? answered.map(({ partyUuid }) => partyUuid) : [])
      for (const uuid of known.keys()) if (!now.has(uuid)) dropClient.run(accountUuid, uuid)
      if (state === 'known') {
        for (const { partyUuid, organisation, name } of answered) {
          const before = known.get(partyUuid)
          if (before?.organisation !== organisation || before.name !== name) addClient.run(accountUuid, partyUuid, organisation, name, at)
        }
      }
      clientsAsked.run(accountUuid, state, at)
    }),
  }
}


