import type { NamedRight, ResponseOf } from '../../preload/contract/index.ts'
import { type Language, translator } from '../../resources/locales/index.ts'
import { osloDay } from '../../resources/locales/oslo-day.ts'
import { type CoverageLine, coverageCsv } from '../export/coverage-csv.ts'
import { type Holding, servicesOf, takenAway } from '../store/mail/coverage-compare.ts'
import type { Reader } from '../store/open.ts'
import type { AccessRow, CoverageFacts, ServiceTexts } from '../store/reader/coverage.ts'
import type { Handlers } from './calls.ts'
import type { Desk } from './desk.ts'
import { Refusal } from './errors.ts'
import { type LocalFacts, mailOfRecipients, moments } from './reading.ts'
import { saveTo } from './saving.ts'

type Row = ResponseOf<'recipients.coverage'>['rows'][number]
type Details = ResponseOf<'recipients.details'>

interface Parts {
  readonly reader: Reader
  readonly local: LocalFacts
  readonly desk: Desk
  readonly now: () => number
  /** Altinn's page where access is given, or null. */
  readonly accessPage: string | null
  /** Names of services that nobody has asked the registry for. */
  readonly wanted: (resources: readonly string[]) => void
}

const nothing: Holding = { packages: [], roles: [], resources: [] }

/** What several identities hold of one recipient. */
function together(facts: CoverageFacts, accesses: readonly AccessRow[]): Holding | null {
  const held = accesses.flatMap((one) => (one.current && one.holding !== null ? (facts.holdings[one.holding] ?? []) : []))
  return held.length === 0 ? null : { packages: held.flatMap((one) => one.packages), roles: held.flatMap((one) => one.roles), resources: held.flatMap((one) => one.resources) }
}

/** How many services that is; null where something of it is not known: what a role reaches nobody says. */
function countOf(holding: Holding | null, facts: CoverageFacts, reach: ReadonlyMap<string, readonly string[]>): number | null {
  if (holding === null || holding.packages.some((one) => facts.reach[one] === undefined)) return null
  const { size } = servicesOf(holding, reach)
  return size === 0 && holding.roles.length > 0 ? null : size
}

const order = { gone: 0, unlisted: 1, fewer: 2 } as const

/** The loss that a recipient's row tells: of several the worst that nobody has seen. */
function lossOf(accesses: readonly AccessRow[]): Row['loss'] {
  const losses = accesses.flatMap(({ loss }) => (loss === null ? [] : [{ kind: loss.kind, since: loss.since, seen: loss.seen }]))
  return losses.toSorted((a, b) => Number(a.seen) - Number(b.seen) || order[a.kind] - order[b.kind])[0] ?? null
}

/** What is seen of recipients, by whom, what was taken away, and the files and pages that go with it. */
export function coverageHandlers({ reader, local, desk, now, accessPage, wanted }: Parts): Handlers {
  const rowsOf = async (facts: CoverageFacts): Promise<readonly Row[]> => {
    const accesses = Map.groupBy(facts.accesses, ({ party }) => party)
    const reach = new Map(Object.entries(facts.reach))
    const askedAt = new Map(facts.asked.map((one) => [one.accountUuid, one.askedAt]))
    // Clients of one firm mostly hold the same: counted once.
    const counted = new Map<string, number | null>()
    const sees = (own: readonly AccessRow[]): number | null => {
      const key = own.map((one) => (one.current ? one.holding : null)).join(' ')
      if (!counted.has(key)) counted.set(key, countOf(together(facts, own), facts, reach))
      return counted.get(key) ?? null
    }
    return (await mailOfRecipients(reader, local)).map((row) => {
      const own = accesses.get(row.party) ?? []
      const times = own.flatMap((one) => askedAt.get(one.accountUuid) ?? [])
      return { ...row, sees: sees(own), identities: own.filter(({ current }) => current).length, askedAt: times.length === 0 ? null : Math.max(...times), loss: lossOf(own) }
    })
  }

  const availableOf = async (facts: CoverageFacts): Promise<ResponseOf<'recipients.coverage'>['available']> => {
    const names = await local.accountNames()
    const state = (['known', 'no-scope'] as const).find((one) => facts.clients.some((client) => client.state === one)) ?? 'none'
    const times = facts.clients.filter((one) => one.state === state).map((one) => one.askedAt)
    const clients = facts.available.map(({ accountUuid, ...one }) => ({ ...one, identity: names.get(accountUuid) ?? null }))
    return { state, askedAt: times.length === 0 ? null : Math.max(...times), clients }
  }

  /** Names in a language, and in another one where there is none in it. */
  const naming = async (resources: readonly string[], language: Language): Promise<(resource: string) => NamedRight> => {
    const texts: Readonly<Record<string, ServiceTexts>> = await reader.serviceTexts(resources)
    const said = (all: Readonly<Record<string, string>> | null | undefined): string | null => (all == null ? null : (all[language] ?? all['nb'] ?? Object.values(all)[0] ?? null))
    wanted(resources.filter((resource) => texts[resource] === undefined))
    return (id) => ({ id, name: said(texts[id]?.titles), owner: said(texts[id]?.owner) })
  }
  // What packages are called no documented service says: their own ids are Norwegian words.
  const packageOf = (id: string): NamedRight => ({ id, name: null, owner: null })
  const byName = (a: NamedRight, b: NamedRight): number => (a.name ?? a.id).localeCompare(b.name ?? b.id, 'nb')

  const details = async (party: string, language: Language): Promise<Details> => {
    const [facts, sent, names] = await Promise.all([reader.coverageFacts(party), reader.sentServices(party), local.accountNames()])
    const reach = new Map(Object.entries(facts.reach))
    const holdingAt = (id: number | null): Holding => (id === null ? null : facts.holdings[id]) ?? nothing
    const lostOf = (one: AccessRow): Holding => (one.loss === null ? nothing : one.loss.kind === 'fewer' ? takenAway(holdingAt(one.loss.before), holdingAt(one.holding), reach) : holdingAt(one.loss.before ?? one.holding))
    const resources = new Set([...sent.map(({ resource }) => resource), ...facts.accesses.flatMap((one) => [...servicesOf(holdingAt(one.holding), reach), ...lostOf(one).resources])])
    const nameOf = await naming([...resources], language)
    const identities = facts.accesses.map((one): Details['identities'][number] => {
      const asked = facts.asked.find(({ accountUuid }) => accountUuid === one.accountUuid)
      const held = one.holding === null ? null : holdingAt(one.holding)
      const lost = lostOf(one)
      return {
        accountUuid: one.accountUuid, name: names.get(one.accountUuid) ?? null, current: one.current, since: one.firstSeenAt, lostAt: one.lostAt, source: asked?.source ?? null, askedAt: asked?.askedAt ?? null,
        rights: held === null || !one.current ? null : {
          since: one.holdingSince ?? one.firstSeenAt, packages: held.packages.map(packageOf), roles: [...held.roles],
          services: [...servicesOf(held, reach)].map((id) => ({ ...nameOf(id), single: held.resources.includes(id) })).sort(byName),
        },
        loss: one.loss === null ? null : { kind: one.loss.kind, since: one.loss.since, seen: one.loss.seen, packages: lost.packages.map(packageOf), roles: [...lost.roles], services: lost.resources.map(nameOf).sort(byName) },
      }
    })
    return { identities, sent: sent.map(({ resource, messages, lastAt }) => ({ ...nameOf(resource), messages, lastAt })) }
  }

  /** Every recipient with everything that is known of it, then the clients that could be added. */
  const lines = async (): Promise<readonly CoverageLine[]> => {
    const facts = await reader.coverageFacts(null)
    const [rows, recipients, names, available] = await Promise.all([rowsOf(facts), reader.recipients(moments(now())), local.accountNames(), availableOf(facts)])
    const accesses = Map.groupBy(facts.accesses, ({ party }) => party)
    const row = new Map(rows.map((one) => [one.party, one]))
    const nameOf = new Map([...recipients.map((one) => [one.party, one.name] as const), ...facts.headings.map((one) => [one.party, one.name] as const)])
    const listed = recipients.map((one): CoverageLine => {
      const own = accesses.get(one.party) ?? []
      const held = together(facts, own)
      return {
        party: one.party, name: one.name, kind: one.kind, mainUnit: one.parent === null ? null : (nameOf.get(one.parent) ?? one.parent), isDeleted: one.isDeleted, current: one.current,
        identities: own.filter(({ current }) => current).map(({ accountUuid }) => names.get(accountUuid) ?? accountUuid),
        firstSeenAt: own.length === 0 ? null : Math.min(...own.map(({ firstSeenAt }) => firstSeenAt)),
        packages: [...new Set(held?.packages ?? [])], roles: [...new Set(held?.roles ?? [])], single: [...new Set(held?.resources ?? [])],
        sees: row.get(one.party)?.sees ?? null, sent: row.get(one.party)?.services ?? 0, messages: one.messages, unread: one.unread, lastMessageAt: row.get(one.party)?.lastMessageAt ?? null,
        askedAt: row.get(one.party)?.askedAt ?? null, updatedAt: row.get(one.party)?.lastUpdatedAt ?? null, loss: row.get(one.party)?.loss ?? null, canBeAdded: false,
      }
    })
    const added = available.clients.map((one): CoverageLine => ({
      party: `urn:altinn:organization:identifier-no:${one.organisation}`, name: one.name, kind: 'organisation', mainUnit: null, isDeleted: false, current: false, identities: one.identity === null ? [] : [one.identity],
      firstSeenAt: null, packages: [], roles: [], single: [], sees: null, sent: 0, messages: 0, unread: 0, lastMessageAt: null, askedAt: available.askedAt, updatedAt: null, loss: null, canBeAdded: true,
    }))
    return [...listed, ...added]
  }

  return {
    'recipients.coverage': async () => {
      const facts = await reader.coverageFacts(null)
      return { rows: [...(await rowsOf(facts))], headings: [...facts.headings], available: await availableOf(facts), hasAccessPage: accessPage !== null }
    },
    'recipients.details': ({ party, language }) => details(party, language),
    'recipients.csv': async ({ language, personNumbers }) => ({ csv: [...coverageCsv(await lines(), { language, personNumbers })].join('') }),
    'recipients.save-list': async ({ language, personNumbers }) => {
      const target = await desk.saveTarget(`${translator(language)('nav.recipients')}-${osloDay(now())}.csv`)
      if (target === null) return { path: null, count: 0 }
      const all = await lines()
      await saveTo(target, [...coverageCsv(all, { language, personNumbers })].map((line) => Buffer.from(line)))
      return { path: target.path, count: all.length }
    },
    'recipients.open-access': async () => {
      if (accessPage === null || !(await desk.openOutside(accessPage))) throw new Refusal('not-opened', 'No program took the page where access is given')
      return {}
    },
  }
}
