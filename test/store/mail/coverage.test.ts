import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Holding, isNothing, servicesOf, takenAway } from '../../../main/store/mail/coverage-compare.ts'
import type { MailApi } from '../../../main/store/mail/api.ts'
import { openMail } from '../../../main/store/mail/mail-db.ts'
import type { NamedParty, PartySource } from '../../../main/store/mail/records.ts'
import { openReader } from '../../../main/store/reader/reader-db.ts'
import { openDatabase } from '../../../main/store/sqlite.ts'
import { accountUuid, party, urn } from './fixtures.ts'

const key = randomBytes(32)
const day = 86_400_000
const believeShrunkMs = 3 * day
let folder: string
let mail: ReturnType<typeof openMail>
let api: MailApi

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-coverage-'))
  mail = openMail(join(folder, 'mail.db'), key, { runId: randomUUID(), previousRunId: null })
  api = mail.api
})
afterEach(() => {
  mail.close()
  rmSync(folder, { recursive: true })
})

const holding = (packages: readonly string[], resources: readonly string[] = [], roles: readonly string[] = []): Holding => ({ packages, roles, resources })
const held = (n: number, what: Holding, more: Partial<NamedParty> = {}): NamedParty => ({ ...party(n), holding: what, ...more })
const answered = (source: PartySource, parties: readonly NamedParty[], at: number, account = accountUuid) => api.partiesAnswered({ accountUuid: account, source, parties, at, believeShrunkMs })
const full = (parties: readonly NamedParty[], at: number, account = accountUuid) => answered('access-management', parties, at, account)
const plain = (parties: readonly NamedParty[], at: number) => answered('dialogporten', parties, at)
const untold = (): readonly string[] => api.untoldLosses().map((loss) => loss.party)
const facts = (which: string | null = null) => {
  const reader = openReader(join(folder, 'mail.db'), key, { path: join(folder, 'index.db'), key })
  try {
    return reader.api.coverageFacts(which)
  } finally {
    reader.close()
  }
}
const lossOf = (n: number) => facts(urn(n)).accesses[0]?.loss ?? null
/** Rows that were written by some work. */
function written(work: () => void): number {
  const db = openDatabase(join(folder, 'mail.db'), 'mail.db', key)
  const count = (): number => db.prepare<[], { n: number }>('SELECT (SELECT count(*) FROM log) AS n').get()?.n ?? 0
  db.exec('CREATE TABLE log (name TEXT)')
  for (const table of ['party', 'account_party', 'holding', 'coverage_loss', 'available_client', 'parties_asked', 'clients_asked']) {
    for (const what of ['INSERT', 'UPDATE', 'DELETE']) db.exec(`CREATE TRIGGER log_${table}_${what} AFTER ${what} ON ${table} BEGIN INSERT INTO log VALUES ('${table}'); END`)
  }
  work()
  const n = count()
  db.close()
  return n
}

describe('what was taken away', () => {
  const nowhere = new Map<string, readonly string[]>()
  const reach = new Map([['post', ['a', 'b']], ['skatt', ['a']], ['lonn', ['c']]])

  it('is what is held no longer: packages, roles, single services', () => {
    expect(takenAway(holding(['p', 'q'], ['x', 'y'], ['styreleder']), holding(['q'], ['y']), nowhere)).toEqual(holding(['p'], ['x'], ['styreleder']))
    expect(isNothing(takenAway(holding(['p']), holding(['p', 'q'], ['x']), nowhere))).toBe(true)
  })

  it('is nothing where another package still reaches every service', () => {
    expect(takenAway(holding(['skatt'], ['b']), holding(['post']), reach)).toEqual(holding([]))
    expect(takenAway(holding(['post']), holding(['skatt']), reach)).toEqual(holding(['post']))
    expect(takenAway(holding(['ukjent']), holding(['post']), reach)).toEqual(holding(['ukjent']))
  })

  it('counts services once, however they are reached', () => {
    expect([...servicesOf(holding(['post', 'skatt', 'ukjent'], ['b', 'z']), reach)].sort()).toEqual(['a', 'b', 'z'])
  })
})

describe('a list of access management', () => {
  it('tells a package that was taken away once, until it was seen or is back', () => {
    full([held(1, holding(['p', 'q'])), held(2, holding(['p', 'q']))], 1000)
    expect(full([held(1, holding(['p'])), held(2, holding(['p', 'q']))], 2000).fewer).toEqual([urn(1)])
    expect(lossOf(1)).toMatchObject({ kind: 'fewer', since: 2000, seen: false })
    const [first] = api.untoldLosses()
    full([held(1, holding(['p'])), held(2, holding(['p', 'q']))], 3000)
    expect(api.untoldLosses()).toEqual([first])
    api.lossesSeen([urn(1)], 3500)
    expect(untold()).toEqual([])
    expect(lossOf(1)).toMatchObject({ kind: 'fewer', seen: true })
    // Something else is another loss, with a key of its own.
    full([held(1, holding([])), held(2, holding(['p', 'q']))], 4000)
    expect(api.untoldLosses().map((loss) => loss.key)).not.toContain(first?.key)
    expect(untold()).toEqual([urn(1)])
    expect(full([held(1, holding(['p'])), held(2, holding(['p', 'q']))], 5000).grown).toEqual([urn(1)])
    expect(lossOf(1)).toBeNull()
  })

  it('takes away a recipient, keeps everything of it, and gives it back under another name', () => {
    full([held(1, holding(['p'])), held(2, holding(['p']))], 1000)
    expect(full([held(2, holding(['p']))], 2000)).toMatchObject({ removed: [urn(1)], unlisted: [] })
    expect(api.parties(accountUuid).find((row) => row.urn === urn(1))).toMatchObject({ current: false, name: 'Klient 1' })
    expect(lossOf(1)).toMatchObject({ kind: 'gone', since: 2000, seen: false })
    expect(full([held(1, holding(['p']), { name: 'Nytt navn AS' }), held(2, holding(['p']))], 3000).added).toEqual([urn(1)])
    expect(lossOf(1)).toBeNull()
    expect(api.parties(accountUuid).find((row) => row.urn === urn(1))).toMatchObject({ current: true, name: 'Nytt navn AS' })
    expect(facts(urn(1)).accesses[0]?.firstSeenAt).toBe(1000)
  })

  it('a recipient that comes back with less is told of', () => {
    full([held(1, holding(['p', 'q'])), held(2, holding(['p']))], 1000)
    full([held(2, holding(['p']))], 2000)
    api.lossesSeen(null, 2500)
    expect(full([held(1, holding(['p'])), held(2, holding(['p']))], 3000).fewer).toEqual([urn(1)])
    expect(untold()).toEqual([urn(1)])
  })

  it('a new number of the same party keeps its row and is no loss; its mail is searched anew', () => {
    full([held(1, holding(['p'])), held(2, holding(['p']))], 1000)
    api.finishGroup({ accountUuid, groupKey: 'g', parties: [urn(1), urn(2)], watermark: '2026-01-01T00:00:00.0000000Z', at: 1100, pass: 'poll', found: 0 })
    const change = full([held(1, holding(['p']), { urn: urn(7) }), held(2, holding(['p']))], 2000)
    expect(change).toMatchObject({ removed: [], fewer: [] })
    expect(api.parties(accountUuid).map((row) => row.urn)).toEqual([urn(2), urn(7)])
    expect(untold()).toEqual([])
    expect(api.watermarks(accountUuid)).toEqual({ [urn(7)]: null, [urn(2)]: '2026-01-01T00:00:00.0000000Z' })
  })

  it('that is suddenly much shorter, or empty, is not believed for three days; then it was one loss', () => {
    const all = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => held(n, holding(['p'])))
    full(all, 1000)
    expect(full(all.slice(0, 1), 2000)).toMatchObject({ removed: [], unlisted: [2, 3, 4, 5, 6, 7, 8].map(urn) })
    expect(api.parties(accountUuid).every((row) => row.current)).toBe(true)
    expect(lossOf(2)).toMatchObject({ kind: 'unlisted', since: 2000 })
    const told = api.untoldLosses()
    expect(told).toHaveLength(7)
    expect(full([], 2000 + day).removed).toEqual([])
    expect(full(all.slice(0, 1), 2000 + believeShrunkMs).removed).toHaveLength(7)
    expect(lossOf(2)).toMatchObject({ kind: 'gone', since: 2000 })
    // Told as missing, it is not told again as gone.
    expect(api.untoldLosses().filter(({ party: one }) => one !== urn(1))).toEqual(told)
    expect(full(all, 2000 + 4 * day).added).toHaveLength(7)
    expect(untold()).toEqual([])
  })

  it('an empty list takes nothing away, even of a few', () => {
    full([held(1, holding(['p'])), held(2, holding(['p']))], 1000)
    expect(full([], 2000)).toMatchObject({ removed: [], unlisted: [urn(1), urn(2)] })
    expect(full([held(1, holding(['p'])), held(2, holding(['p']))], 3000)).toMatchObject({ removed: [], unlisted: [] })
    expect(untold()).toEqual([])
  })

  it('in which a main unit is only a heading now tells that its own access is gone; a heading alone is nobody\'s', () => {
    const other = '00000000-0000-4000-8000-0000000000bb'
    const sub = held(2, holding(['p']), { parentUrn: urn(1) })
    full([held(1, holding(['p'])), sub], 1000)
    // What is a heading to one identity stays the recipient of another.
    full([held(1, holding([]), { headingOnly: true }), sub], 1000, other)
    expect(facts().headings).toEqual([])
    expect(api.parties(other).map((row) => row.urn)).toEqual([urn(2)])
    expect(full([held(1, holding([]), { headingOnly: true }), sub], 2000).removed).toEqual([urn(1)])
    expect(untold()).toEqual([urn(1)])
    expect(lossOf(1)).toMatchObject({ kind: 'gone' })
    full([held(3, holding([]), { headingOnly: true }), held(4, holding(['p']), { parentUrn: urn(3) })], 1000, '00000000-0000-4000-8000-0000000000cc')
    expect(facts().headings).toEqual([{ party: urn(3), name: 'Klient 3', isDeleted: false }])
  })

  it('of one identity says nothing of another\'s', () => {
    const other = '00000000-0000-4000-8000-0000000000bb'
    full([held(1, holding(['p', 'q']))], 1000)
    full([held(1, holding(['p'])), held(2, holding(['p']))], 1000, other)
    expect(full([held(1, holding(['p'])), held(2, holding(['p']))], 2000, other)).toMatchObject({ fewer: [], removed: [] })
    expect(api.parties(accountUuid).map((row) => row.urn)).toEqual([urn(1)])
    expect(untold()).toEqual([])
  })
})

describe('the shorter word of Dialogporten', () => {
  it('is no lost access and takes no package away', () => {
    full([held(1, holding(['p'])), held(2, holding(['p']))], 1000)
    expect(plain([party(1)], 2000)).toMatchObject({ removed: [], fewer: [], unlisted: [] })
    expect(untold()).toEqual([])
    expect(facts(urn(1)).accesses[0]).toMatchObject({ current: true })
    expect(facts(urn(1)).accesses[0]?.holding).not.toBeNull()
    expect(full([held(1, holding(['p'])), held(2, holding(['p']))], 3000)).toMatchObject({ added: [], removed: [], fewer: [], grown: [] })
  })

  it('counts where it is the only one, and where it has said more itself', () => {
    plain([party(1), party(2)], 1000)
    expect(plain([party(1)], 2000).removed).toEqual([urn(2)])
    full([held(1, holding(['p'])), held(2, holding(['p']))], 3000)
    plain([party(1), party(2)], 4000)
    expect(plain([party(1)], 5000).removed).toEqual([urn(2)])
  })

  it('what access management has never named is gone with its second answer, not with its first', () => {
    plain([party(1), party(2)], 1000)
    expect(full([held(1, holding(['p']))], 2000).removed).toEqual([])
    expect(full([held(1, holding(['p']))], 3000).removed).toEqual([urn(2)])
  })
})

describe('a large office', () => {
  it('with two thousand recipients and thirty packages each writes one row when nothing changed', () => {
    const packages = Array.from({ length: 30 }, (_, n) => `pakke-${String(n)}`)
    const many = Array.from({ length: 2000 }, (_, n): NamedParty => ({ ...party(n), urn: `urn:altinn:organization:identifier-no:${String(310_000_000 + n)}`, holding: holding(n % 10 === 0 ? packages.slice(1) : packages) }))
    full(many, 1000)
    expect(Object.keys(facts().holdings)).toHaveLength(2)
    expect(written(() => { expect(full(many, 2000)).toEqual({ added: [], removed: [], unlisted: [], fewer: [], grown: [] }) })).toBe(1)
    expect(facts().asked).toEqual([{ accountUuid, source: 'access-management', askedAt: 2000 }])
  })
})

describe('clients that could be added', () => {
  const client = (n: number, name = `Klient ${String(n)}`) => ({ partyUuid: `00000009-0000-4000-8000-00000000000${String(n)}`, organisation: `31000000${String(n)}`, name })

  it('are kept with when they were first seen, renamed, and go when they were added', () => {
    api.clientsAnswered(accountUuid, 'known', [client(1), client(2)], 1000)
    api.clientsAnswered(accountUuid, 'known', [client(1, 'Nytt navn'), client(3)], 2000)
    expect(facts().available.map(({ organisation, name, since }) => [organisation, name, since])).toEqual([['310000003', 'Klient 3', 2000], ['310000001', 'Nytt navn', 1000]])
    expect(facts().clients).toEqual([{ accountUuid, state: 'known', askedAt: 2000 }])
    api.clientsAnswered(accountUuid, 'no-scope', [], 3000)
    expect(facts()).toMatchObject({ available: [], clients: [{ state: 'no-scope' }] })
  })
})

describe('names of services', () => {
  it('are asked for as far as somebody may see the services, never asked ones first, and stay when the registry forgets them', () => {
    full([held(1, holding(['p'], ['x', 'y']))], 1000)
    expect(api.packagesToAsk(500)).toEqual(['p'])
    api.packagesAnswered(['p'], { p: ['z', 'x'] }, 1000)
    expect(api.packagesToAsk(500)).toEqual([])
    expect(api.servicesToName(500, 9)).toEqual(['x', 'y', 'z'])
    api.servicesNamed([{ resource: 'x', titles: { nb: 'Skatt' }, owner: { nb: 'Skatteetaten' } }], 1000)
    expect(api.servicesToName(1500, 2)).toEqual(['y', 'z'])
    expect(api.servicesToName(1500, 3)).toEqual(['y', 'z', 'x'])
    api.servicesNamed([{ resource: 'x', titles: null, owner: null }], 2000)
    const reader = openReader(join(folder, 'mail.db'), key, { path: join(folder, 'index.db'), key })
    expect(reader.api.serviceTexts(['x', 'y'])).toEqual({ x: { titles: { nb: 'Skatt' }, owner: { nb: 'Skatteetaten' } } })
    reader.close()
    full([], 3000)
    full([held(2, holding([]))], 3000 + believeShrunkMs)
    expect(api.servicesToName(9000, 9)).toEqual([])
  })
})
