import { describe, expect, it } from 'vitest'
import { type CoverageParts, namedParties, nameServices, refreshClients, refreshServices } from '../../main/accounts/coverage.ts'
import { systemUserOf } from '../../main/altinn/access-management.ts'
import type { AuthorizedParty } from '../../main/altinn/client.ts'
import { failure, type Outcome } from '../../main/altinn/outcome.ts'
import type { IdentityTokens } from '../../main/altinn/tokens.ts'

const exchange = { beganAt: 0, endedAt: 0, serverDateAt: null }
const good = <T>(value: T): Outcome<T> => ({ ok: true, value, exchange })
const bad = (kind: Parameters<typeof failure>[0]): Outcome<never> => ({ ok: false, failure: failure(kind, 'no'), exchange })
const jwt = (claims: object): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`
const systemUser = '00000007-0000-4000-8000-00000000000a'
const details = { type: 'urn:altinn:systemuser', systemuser_id: [systemUser.toUpperCase()], systemuser_org: { ID: '0192:310000000' } }

/** What was asked of the services and written into the cache. */
function parts(answers: Partial<CoverageParts['client']>, tasks: { readonly names?: readonly string[]; readonly packages?: readonly string[] } = {}): { readonly parts: CoverageParts; readonly asked: string[]; readonly wrote: unknown[] } {
  const asked: string[] = []
  const wrote: unknown[] = []
  const write = (name: string) => (...args: unknown[]): Promise<void> => {
    wrote.push([name, ...args])
    return Promise.resolve()
  }
  const client: CoverageParts['client'] = {
    servicesBySubject: () => Promise.resolve(bad('server')),
    agentClients: () => Promise.resolve(bad('server')),
    ...answers,
    serviceName: (resource) => {
      asked.push(resource)
      return answers.serviceName?.(resource) ?? Promise.resolve(bad('unreachable'))
    },
  }
  const mail: CoverageParts['mail'] = {
    servicesToName: () => Promise.resolve(tasks.names ?? []),
    packagesToAsk: () => Promise.resolve(tasks.packages ?? []),
    servicesNamed: write('servicesNamed'), packagesAnswered: write('packagesAnswered'), clientsAnswered: write('clientsAnswered'),
  }
  return { parts: { client, mail, now: () => 5, reachMs: 1, namesMs: 1, signal: new AbortController().signal }, asked, wrote }
}
const identity = (token: string): IdentityTokens => ({
  id: 'account', altinnToken: () => Promise.resolve(good(token)), invalidate: () => undefined, settled: () => undefined, state: () => ({ state: 'signed-in', problem: null, endsAt: null, clockOffsetMs: null }),
})
const wire = (more: Partial<AuthorizedParty> = {}): AuthorizedParty => ({
  party: 'urn:altinn:organization:identifier-no:310000205', partyUuid: 'A', name: 'Klient', partyType: 'Organization', unitType: 'AS', isDeleted: false, onlyHeading: false, parent: null,
  packages: ['urn:altinn:accesspackage:skatt', 'lonn'], roles: ['daglig-leder'], resources: ['urn:altinn:resource:skd-brev'], ...more,
})

describe('parties as they were named', () => {
  it('hold bare ids where access management says it, and nothing is said where Dialogporten does', () => {
    expect(namedParties('access-management', [wire()])[0]).toMatchObject({ uuid: 'a', holding: { packages: ['skatt', 'lonn'], roles: ['daglig-leder'], resources: ['skd-brev'] } })
    expect(namedParties('dialogporten', [wire()])[0]).not.toHaveProperty('holding')
  })

  it('self-identified users are left out; of one named twice the heading gives way', () => {
    expect(namedParties('access-management', [wire({ party: null })])).toEqual([])
    expect(namedParties('access-management', [wire({ onlyHeading: true }), wire(), wire({ onlyHeading: true })]).map((one) => one.headingOnly)).toEqual([false])
  })
})

describe('the system user of a token', () => {
  it('is read from a list or alone, with its scopes as a text or a list', () => {
    expect(systemUserOf(jwt({ scope: 'a altinn:clientdelegations.read', authorization_details: [details] }))).toEqual({ id: systemUser, mayListClients: true })
    expect(systemUserOf(jwt({ scope: ['a'], authorization_details: { ...details, systemuser_id: systemUser } }))).toEqual({ id: systemUser, mayListClients: false })
    expect(systemUserOf(jwt({ pid: '1', scope: 'altinn:clientdelegations.read' }))).toBeNull()
  })
})

describe('clients that could be added', () => {
  const token = jwt({ scope: 'altinn:clientdelegations.read', authorization_details: [details] })

  it('are asked for as the system user, and only with a scope that was granted', async () => {
    const one = parts({ agentClients: (_, agent, which) => Promise.resolve(good(which === 'available' && agent === systemUser ? [{ clientId: 'c', organisation: '310000205', name: 'Klient' }] : [])) })
    await refreshClients(one.parts, identity(token))
    expect(one.wrote).toEqual([['clientsAnswered', 'account', 'known', [{ partyUuid: 'c', organisation: '310000205', name: 'Klient' }], 5]])
    const without = parts({ agentClients: () => { throw new Error('It may not be asked') } })
    await refreshClients(without.parts, identity(jwt({ scope: 'digdir:dialogporten', authorization_details: [details] })))
    expect(without.wrote).toEqual([['clientsAnswered', 'account', 'no-scope', [], 5]])
    await refreshClients(without.parts, identity(jwt({ pid: '1' })))
    expect(without.wrote.at(-1)).toEqual(['clientsAnswered', 'account', 'none', [], 5])
  })

  it('stay while the service is away, and are none where it refuses', async () => {
    const away = parts({ agentClients: () => Promise.resolve(bad('unreachable')) })
    await refreshClients(away.parts, identity(token))
    expect(away.wrote).toEqual([])
    const refused = parts({ agentClients: () => Promise.resolve(bad('no-access')) })
    await refreshClients(refused.parts, identity(token))
    expect(refused.wrote).toEqual([['clientsAnswered', 'account', 'none', [], 5]])
  })
})

describe('the registry', () => {
  const name = { title: { nb: 'Skatt' }, owner: null }

  it('that is silent is not waited for name by name', async () => {
    const { parts: one, asked, wrote } = parts({}, { names: Array.from({ length: 40 }, (_, n) => `r${String(n)}`) })
    await refreshServices(one, 40)
    expect(asked).toHaveLength(4)
    expect(wrote).toEqual([])
  })

  it('that does not know a service is not asked for it again and again', async () => {
    const { parts: one, wrote } = parts({ serviceName: (resource) => Promise.resolve(resource === 'b' ? bad('not-found') : good(name)) })
    expect(await nameServices(one, ['a', 'b'])).toBe(true)
    expect(wrote).toEqual([['servicesNamed', [{ resource: 'a', titles: { nb: 'Skatt' }, owner: null }, { resource: 'b', titles: null, owner: null }], 5]])
  })

  it('says what packages reach, in one question; without that answer no name is asked for', async () => {
    const reach = new Map([['urn:altinn:accesspackage:skatt', new Set(['b', 'a'])]])
    const one = parts({ servicesBySubject: (subjects) => Promise.resolve(subjects[0] === 'urn:altinn:accesspackage:skatt' ? good(reach) : bad('refused')), serviceName: () => Promise.resolve(good(name)) }, { packages: ['skatt', 'ukjent'], names: ['a'] })
    await refreshServices(one.parts, 9)
    expect(one.wrote[0]).toEqual(['packagesAnswered', ['skatt', 'ukjent'], { skatt: ['b', 'a'], ukjent: [] }, 5])
    expect(one.asked).toEqual(['a'])
    const silent = parts({}, { packages: ['skatt'], names: ['a'] })
    await refreshServices(silent.parts, 9)
    expect([silent.asked, silent.wrote]).toEqual([[], []])
  })
})
