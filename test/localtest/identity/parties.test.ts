import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sizedWorld } from '../../../main/localtest/world/sized.ts'
import { Service } from '../service.ts'
import { altinnToken } from '../sign.ts'
import { clients, firm, letter, letterId, orgUrn } from '../small-world.ts'
import { available, availableUnit, identityWorld, other, owner, stranger, subUnit } from './identity-world.ts'
import { beginLogin, Browser, exchange, logIn, redeem } from './person.ts'

interface Party {
  readonly partyUuid: string
  readonly name: string
  readonly organizationNumber?: string
  readonly personId?: string
  readonly type: string
  readonly onlyHierarchyElementWithNoAccess: boolean
  readonly authorizedResources: readonly string[]
  readonly authorizedRoles: readonly string[]
  readonly authorizedAccessPackages: readonly string[]
  readonly subunits: readonly Party[]
}
interface ClientList { readonly data: readonly { readonly clientId: string; readonly clientOrganizationNumber: string; readonly clientOrganizationName: string }[]; readonly systemUserInformation: { readonly systemUserId: string; readonly systemUserOwnerOrg: string } }

const parties = '/accessmanagement/api/v1/enduser/authorizedparties'
const clientList = '/authentication/api/v1/enduser/systemuser/clients'
let service: Service
let agent = ''

const authorized = async (query = '', token = service.token): Promise<readonly Party[]> => {
  const answer = await service.call('GET', `${parties}${query}`, undefined, { authorization: `Bearer ${token}` })
  return (answer.body as { data: readonly Party[] }).data
}
const numbers = (list: readonly Party[]): readonly string[] => list.flatMap((party) => [party.organizationNumber ?? party.type, ...numbers(party.subunits)])
/** Whom Dialogporten names, to hold against access management. */
const inDialogporten = async (token = service.token): Promise<readonly string[]> => {
  interface Row { readonly party: string; readonly partyType: string; readonly hasOnlyAccessToSubParties: boolean; readonly subParties?: readonly Row[] }
  const { authorizedParties } = (await service.call('GET', '/dialogporten/api/v1/enduser/parties', undefined, { authorization: `Bearer ${token}` })).body as { authorizedParties: readonly Row[] }
  const names = (rows: readonly Row[]): readonly string[] => rows.flatMap((row) => [row.partyType === 'Person' ? 'Person' : row.party.slice(-9), ...names(row.subParties ?? [])])
  return names(authorizedParties)
}
async function personToken(person: typeof owner, scope = 'openid profile digdir:dialogporten altinn:correspondence.read altinn:accessmanagement/authorizedparties altinn:clientdelegations.read altinn:clientdelegations.write'): Promise<string> {
  const login = beginLogin(service.altinn, { scope })
  const back = await logIn(new Browser(), login, person.partyUuid)
  const { body } = await redeem(service.altinn, login, back.searchParams.get('code') ?? '')
  return await (await exchange(service.altinn, 'id-porten', body.access_token)).text()
}

describe('in a small world', () => {
  beforeEach(async () => {
    const world = identityWorld((at) => [letter(1, at - 1000, { recipient: orgUrn(available) }), letter(2, at - 1000)])
    service = new Service({ world: (seed, at) => {
      const made = world(seed, at)
      return { ...made, persons: [...(made.persons ?? []), { urn: other.urn, rights: [{ party: orgUrn(firm), resources: 'all' }] }] }
    } })
    await service.start()
    agent = service.altinn.state.world.identities[0]?.systemUserId ?? ''
  })
  afterEach(() => service.end())

  describe('the parties of a system user', () => {
    it('are the firm and its clients, sub-units below their main units, as Dialogporten has them', async () => {
      const list = await authorized()
      expect(numbers(list)).toEqual([firm, clients[0], subUnit, clients[1]])
      expect(await inDialogporten()).toEqual(numbers(list))
      expect(list[1]).toMatchObject({ type: 'Organization', name: expect.any(String) as string, isDeleted: false, onlyHierarchyElementWithNoAccess: false, authorizedAccessPackages: [], subunits: [{ organizationNumber: subUnit }] })
    })

    it('carry packages and services where they are asked for', async () => {
      await service.status('POST', '/localtest/rights', { party: clients[1], held: true, resources: ['skd-brev'] })
      const list = await authorized('?includeAccessPackages=true&includeResources=true&includeRoles=true')
      expect(list.find(({ organizationNumber }) => organizationNumber === clients[0])).toMatchObject({ authorizedAccessPackages: ['regnskapsforer-med-signeringsrettighet'], authorizedResources: [], authorizedRoles: [] })
      expect(list.find(({ organizationNumber }) => organizationNumber === clients[1])).toMatchObject({ authorizedAccessPackages: [], authorizedResources: ['skd-brev'] })
      expect((await authorized()).find(({ organizationNumber }) => organizationNumber === clients[1])).toMatchObject({ authorizedResources: [] })
    })

    it('are filtered by party and by service, with or without sub-units', async () => {
      await service.status('POST', '/localtest/rights', { party: clients[1], held: true, resources: ['skd-brev'] })
      expect(numbers(await authorized('?anyOfResourceIds=skd-blandet'))).toEqual([firm, clients[0], subUnit])
      expect(numbers(await authorized('?includeSubParties=false'))).toEqual([firm, clients[0], clients[1]])
      const [, one] = await authorized()
      expect(numbers(await authorized(`?partyFilter=${one?.partyUuid ?? ''}`))).toEqual([clients[0], subUnit])
    })

    it('show a main unit without access above a sub-unit with it', async () => {
      await service.status('POST', '/localtest/rights', { party: clients[0], held: false })
      expect((await authorized()).find(({ organizationNumber }) => organizationNumber === clients[0])).toMatchObject({ onlyHierarchyElementWithNoAccess: true, subunits: [{ organizationNumber: subUnit, onlyHierarchyElementWithNoAccess: false }] })
      expect(await inDialogporten()).toEqual([firm, clients[0], subUnit, clients[1]])
    })

    it('need Altinn\'s own token and the scope', async () => {
      const status = async (token: string): Promise<number> => service.status('GET', parties, undefined, { authorization: `Bearer ${token}` })
      expect(await service.status('GET', parties, undefined, { authorization: '' })).toBe(401)
      expect(await status(await altinnToken(service.altinn, { scope: 'digdir:dialogporten' }))).toBe(403)
      expect(await status(await altinnToken(service.altinn, { authorization_details: undefined }))).toBe(403)
      const login = beginLogin(service.altinn)
      const back = await logIn(new Browser(), login, owner.partyUuid)
      expect(await status((await redeem(service.altinn, login, back.searchParams.get('code') ?? '')).body.access_token)).toBe(401)
    })
  })

  describe('the parties of a person', () => {
    it('are herself and whom she may act for, as Dialogporten has them', async () => {
      const token = await personToken(owner)
      const list = await authorized('?includeResources=true&includeRoles=true', token)
      expect(numbers(list)).toEqual([clients[0], clients[1], 'Person'])
      expect(list[0]).toMatchObject({ authorizedRoles: ['daglig-leder'], authorizedResources: [] })
      expect(list[1]).toMatchObject({ authorizedRoles: [], authorizedResources: ['skd-brev'] })
      expect(list[2]).toMatchObject({ type: 'Person', personId: owner.number, name: owner.name })
      expect(await inDialogporten(token)).toEqual(numbers(list))
    })
  })

  describe('the clients of a system user', () => {
    const listOf = async (path: string, token = service.token): Promise<ClientList> => (await service.call('GET', `${path}?agent=${agent}`, undefined, { authorization: `Bearer ${token}` })).body as ClientList
    const numbersOf = ({ data }: ClientList): readonly string[] => data.map(({ clientOrganizationNumber }) => clientOrganizationNumber)

    it('are delegated and taken back by who administers the firm\'s clients, and the parties follow', async () => {
      let token = await personToken(other)
      const delegated = await listOf(clientList, token)
      expect(delegated.systemUserInformation).toEqual({ systemUserId: agent, systemUserOwnerOrg: firm })
      expect(numbersOf(delegated)).toEqual([...clients])
      const waiting = await listOf(`${clientList}/available`, token)
      expect(numbersOf(waiting)).toEqual([available])
      const client = waiting.data[0]?.clientId ?? ''
      const change = async (method: string, id = client): Promise<{ status: number; body: unknown }> => {
        const { status, body } = await service.call(method, `${clientList}?agent=${agent}&client=${id}`, undefined, { authorization: `Bearer ${token}` })
        return { status, body }
      }
      expect(await change('DELETE')).toMatchObject({ status: 400, body: { code: 'AUTH-00032' } })
      expect(await change('POST')).toEqual({ status: 200, body: { agent, client } })
      expect(numbersOf(await listOf(`${clientList}/available`, token))).toEqual([])
      expect(numbers(await authorized())).toEqual([firm, clients[0], subUnit, clients[1], available, availableUnit])
      expect(await service.status('GET', `/correspondence/api/v1/correspondence/${letterId(1)}`)).toBe(200)
      await service.restart()
      token = await personToken(other)
      expect(numbers(await authorized())).toContain(available)
      expect(await change('DELETE')).toMatchObject({ status: 200 })
      expect(await inDialogporten()).toEqual([firm, clients[0], subUnit, clients[1]])
      expect(await service.status('GET', `/correspondence/api/v1/correspondence/${letterId(1)}`)).toBe(401)
      expect(await change('POST', 'ukjent')).toMatchObject({ status: 400 })
    })

    it('are nobody\'s business who has neither the scope nor the firm', async () => {
      const status = async (token: string, path = `${clientList}?agent=${agent}`): Promise<number> => service.status('GET', path, undefined, { authorization: `Bearer ${token}` })
      expect(await status(service.token)).toBe(403)
      expect(await status(await personToken(owner))).toBe(403)
      expect(await status(await personToken(other, 'openid altinn:clientdelegations.read'))).toBe(200)
      expect(await service.status('POST', `${clientList}?agent=${agent}&client=x`, undefined, { authorization: `Bearer ${await personToken(other, 'openid altinn:clientdelegations.read')}` })).toBe(403)
      expect(await status(await personToken(other), `${clientList}?agent=00000000-0000-4000-8000-000000000000`)).toBe(404)
      expect(await status(await personToken(other), `/authentication/api/v1/enduser/systemuser/agents?party=${stranger}`)).toBe(403)
    })

    it('belong to the agents of a party', async () => {
      const answer = await service.call('GET', `/authentication/api/v1/enduser/systemuser/agents?party=${firm}`, undefined, { authorization: `Bearer ${await personToken(other)}` })
      expect(answer.body).toMatchObject({ data: [{ id: agent, reporteeOrgNo: firm }] })
    })

    it('disappear and come back through the side door too', async () => {
      expect(await service.status('POST', '/localtest/delegations', { client: clients[0], held: false })).toBe(204)
      expect(numbers(await authorized())).toEqual([firm, clients[1]])
      expect(await service.status('GET', `/correspondence/api/v1/correspondence/${letterId(2)}`)).toBe(401)
      expect(await service.status('POST', '/localtest/delegations', { client: clients[0], held: true })).toBe(204)
      expect(numbers(await authorized())).toEqual([firm, clients[0], subUnit, clients[1]])
      expect(await service.status('POST', '/localtest/delegations', { client: stranger, held: true })).toBe(404)
      expect(await service.status('POST', '/localtest/rights', { party: clients[0], held: true, resources: ['finnes-ikke'] })).toBe(400)
    })
  })
})

describe('in a world of 250 clients', () => {
  beforeAll(async () => {
    service = new Service({ world: sizedWorld({ recipients: 251, messages: 500, attachmentKb: 0, undelegated: 60 }) })
    await service.start()
    agent = service.altinn.state.world.identities[0]?.systemUserId ?? ''
  })
  afterAll(() => service.end())

  it('190 are delegated and 60 only available, which only the firm\'s administrator sees', async () => {
    expect(await authorized()).toHaveLength(191)
    expect(await inDialogporten()).toHaveLength(191)
    const administrator = service.altinn.state.world.parties.find(({ kind }) => kind === 'Person') ?? owner
    const token = await personToken(administrator)
    const count = async (path: string): Promise<number> => ((await service.call('GET', `${path}?agent=${agent}`, undefined, { authorization: `Bearer ${token}` })).body as ClientList).data.length
    expect([await count(clientList), await count(`${clientList}/available`)]).toEqual([190, 60])
  })
})
