import { z } from 'zod'
import { handedIn, refused } from '../door.ts'
import { type Call, type Handler, json, type Reply } from '../http.ts'
import type { LocalState } from '../state.ts'
import { type Caller, type Tokens, unauthorized } from '../tokens.ts'
import type { WorldParty } from '../world/model.ts'
import { authProblem } from './problems.ts'
import type { SystemUser } from './system-users.ts'
import { authenticationPath } from './vendor.ts'

export const clientsPath = `${authenticationPath}/enduser/systemuser`

/** What a caller needs of the firm, beside the scope, to see or change its clients (altinn3.md 1.5). */
const administration = 'altinn_client_administration'
const readScope = 'altinn:clientdelegations.read'
const writeScope = 'altinn:clientdelegations.write'

const firmOf = (user: SystemUser): string => `urn:altinn:organization:identifier-no:${user.organisation}`

/** Delegates a client to an agent system user, or takes it back. */
export function delegate(state: LocalState, user: SystemUser, client: WorldParty, held: boolean): void {
  state.record({ kind: 'ClientDelegated', at: state.now(), caller: 'client administrator', systemUser: user.id, party: client.urn, held })
}

/** The clients of an agent system user: those it has, those it could have, and changing that (altinn3.md 1.5). */
export function clientRoutes(state: LocalState, tokens: Tokens): Handler {
  const { systemUsers } = state
  const list = (user: SystemUser, isDelegated: boolean): Reply => {
    const clients = systemUsers.clientsOf(user.organisation).filter((party) => systemUsers.isDelegated(user.id, party.urn) === isDelegated)
    return json(200, {
      links: { next: null },
      data: clients.map(({ partyUuid, number, name }) => ({ clientId: partyUuid, clientOrganizationNumber: number, clientOrganizationName: name })),
      systemUserInformation: { systemUserId: user.id, systemUserOwnerOrg: user.organisation },
    })
  }

  const change = (call: Call, user: SystemUser): Reply => {
    const wanted = call.query.get('client')?.toLowerCase() ?? ''
    const client = systemUsers.clientsOf(user.organisation).find(({ partyUuid }) => partyUuid === wanted)
    const isDelegated = client !== undefined && systemUsers.isDelegated(user.id, client.urn)
    if (client === undefined || (call.method === 'DELETE' && !isDelegated)) return authProblem(32)
    if (isDelegated === (call.method === 'DELETE')) delegate(state, user, client, call.method === 'POST')
    return json(200, { agent: user.id, client: client.partyUuid })
  }

  const agents = (call: Call, caller: Caller): Reply => {
    const number = call.query.get('party') ?? ''
    if (!caller.may(`urn:altinn:organization:identifier-no:${number}`, administration)) return { status: 403 }
    const mine = systemUsers.users().filter((user) => user.kind === 'agent' && user.organisation === number)
    return json(200, {
      links: { next: null },
      data: mine.map((user) => ({ id: user.id, integrationTitle: user.integrationTitle, systemId: user.systemId, productName: systemUsers.system(user.systemId)?.name.nb ?? '', reporteeOrgNo: user.organisation, created: new Date(user.createdAt).toISOString(), isDeleted: false })),
    })
  }

  const methods: Readonly<Record<string, readonly string[]>> = { '/clients': ['GET', 'POST', 'DELETE'], '/clients/available': ['GET'], '/agents': ['GET'] }

  return async (call) => {
    const path = call.path.slice(clientsPath.length)
    const allowed = methods[path]
    if (allowed === undefined) return { status: 404 }
    if (!allowed.includes(call.method)) return { status: 405, headers: { allow: allowed.join(', ') } }
    const caller = await tokens.caller(call)
    if ('problem' in caller) return unauthorized(caller, 1)
    const scopes = call.method === 'GET' ? [readScope, writeScope] : [writeScope]
    if (caller.kind !== 'altinn' || !caller.scopes.some((scope) => scopes.includes(scope))) return { status: 403 }
    if (path === '/agents') return agents(call, caller)
    const user = systemUsers.user(call.query.get('agent')?.toLowerCase() ?? '')
    if (user === null) return authProblem(15)
    if (!caller.may(firmOf(user), administration)) return { status: 403 }
    if (user.kind !== 'agent') return authProblem(34)
    return call.method === 'GET' ? list(user, path === '/clients') : change(call, user)
  }
}

const delegation = z.strictObject({ systemUser: z.string().optional(), client: z.string(), held: z.boolean() })
const holding = z.strictObject({ systemUser: z.string().optional(), held: z.boolean() })

/** `POST /localtest/delegations`: a client (number or URN) is delegated to a system user (the world's own when left out), or no longer. */
export function delegationsDoor(state: LocalState): Handler {
  return (call) => {
    if (call.method !== 'POST') return { status: 405, headers: { allow: 'POST' } }
    const asked = handedIn(delegation, call)
    if ('refusal' in asked) return asked.refusal
    const { systemUser = state.world.identities[0]?.systemUserId ?? '', client, held } = asked.value
    const user = state.systemUsers.user(systemUser)
    if (user?.kind !== 'agent') return refused('systemUser: there is no such system user for clients', 404)
    const party = state.systemUsers.clientsOf(user.organisation).find(({ urn, number }) => urn === client || number === client)
    if (party === undefined) return refused('client: the organisation has no such client', 404)
    delegate(state, user, party, held)
    return { status: 204 }
  }
}

/** `POST /localtest/system-users`: its party takes a system user away (the world's own when none is named), or gives it back. `GET` lists those that stand. */
export function systemUsersDoor(state: LocalState): Handler {
  return (call) => {
    if (call.method === 'GET') return json(200, state.systemUsers.users().map(({ id, kind, organisation, systemId, externalRef }) => ({ id, kind, organisation, systemId, externalRef })))
    if (call.method !== 'POST') return { status: 405, headers: { allow: 'GET, POST' } }
    const asked = handedIn(holding, call)
    if ('refusal' in asked) return asked.refusal
    const { systemUser = state.world.identities[0]?.systemUserId ?? '', held } = asked.value
    if (!state.systemUsers.isUser(systemUser)) return refused('systemUser: there never was such a system user', 404)
    state.record({ kind: 'SystemUserHeld', at: state.now(), caller: 'owner', systemUser, held })
    return { status: 204 }
  }
}
