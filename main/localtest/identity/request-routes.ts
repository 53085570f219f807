import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type Call, type Handler, json, type Reply } from '../http.ts'
import type { LocalState } from '../state.ts'
import type { Tokens } from '../tokens.ts'
import { approvalAddress } from './approval.ts'
import type { RegisteredSystem } from './effects.ts'
import { authProblem, bodyOf, validationProblem } from './problems.ts'
import type { RequestState, SystemUser } from './system-users.ts'
import { authenticationPath, packageShape, paged, partsAfter, resourcesOf, rightShape, rightWire, vendorOf, type vendorScope } from './vendor.ts'

export const requestPath = `${authenticationPath}/systemuser/request/vendor`
export const changePath = `${authenticationPath}/systemuser/changerequest/vendor`
export const systemUserPath = `${authenticationPath}/systemuser/vendor`

const common = {
  externalref: z.string().min(1).max(255).nullish(),
  integrationtitle: z.string().max(255).nullish(),
  systemid: z.string().min(1),
  partyorgno: z.string().regex(/^\d{9}$/, 'must be nine digits'),
  redirecturl: z.url().nullish(),
}
const standardBody = z.object({ ...common, rights: z.array(rightShape).default([]), accesspackages: z.array(packageShape).default([]) })
const agentBody = z.object({ ...common, accesspackages: z.array(packageShape).min(1) }).transform((body) => ({ ...body, rights: [] as z.infer<typeof rightShape>[] }))
const changeBody = z.object({
  ...common, requiredrights: z.array(rightShape).default([]), unwantedrights: z.array(rightShape).default([]), requiredaccesspackages: z.array(packageShape).default([]), unwantedaccesspackages: z.array(packageShape).default([]),
})

/** Whether a vendor's system allows to be sent back to an address: one on its list; any port of the machine where the list has the machine. */
export function redirectAllowed(system: RegisteredSystem, address: string): boolean {
  const { protocol, hostname } = new URL(address)
  return system.redirectUrls.includes(address) || (protocol === 'http:' && hostname === '127.0.0.1' && system.redirectUrls.includes('http://127.0.0.1'))
}

/** A request on the wire (altinn3.md 1.4). */
export function requestWire(request: RequestState, platform: string) {
  return {
    id: request.id, integrationTitle: request.integrationTitle, externalRef: request.externalRef, systemId: request.systemId, partyOrgNo: request.organisation,
    ...(request.kind === 'standard' ? { rights: request.rights.map(rightWire) } : {}),
    accessPackages: request.accessPackages.map((urn) => ({ urn })), status: request.status, redirectUrl: request.redirectUrl, confirmUrl: approvalAddress(platform, request), escalated: false,
    created: new Date(request.createdAt).toISOString(), timedOut: request.status === 'Timedout',
  }
}

type Asked = Readonly<Pick<RequestState, 'kind' | 'externalRef' | 'integrationTitle' | 'systemId' | 'organisation' | 'redirectUrl' | 'changes'>> & { readonly rights: readonly string[]; readonly accessPackages: readonly string[] }

/** Requests for system users as a vendor makes and follows them, and the system users that came of them (altinn3.md 1.4). */
export function requestRoutes(state: LocalState, tokens: Tokens): Handler {
  const { systemUsers } = state
  const record = (asked: Asked): RequestState | null => {
    const id = randomUUID()
    state.record({ kind: 'SystemUserRequested', at: state.now(), caller: 'vendor', request: { ...asked, id, rights: [...asked.rights], accessPackages: [...asked.accessPackages] } })
    return systemUsers.request(id)
  }
  const show = (status: number, request: RequestState | null): Reply => (request === null ? authProblem(10) : json(status, requestWire(request, tokens.platform)))

  /** What is wrong with asking for this, whoever is asked. */
  const objection = (asked: Asked, vendor: string): Reply | null => {
    const system = systemUsers.system(asked.systemId)
    if (system === undefined) return authProblem(11)
    if (system.vendor !== vendor) return { status: 403 }
    if (state.party(`urn:altinn:organization:identifier-no:${asked.organisation}`) === undefined) return authProblem(0)
    if (asked.redirectUrl !== null && !redirectAllowed(system, asked.redirectUrl)) return authProblem(21)
    if (asked.rights.some((id) => !system.rights.includes(id))) return authProblem(1)
    if (asked.accessPackages.some((urn) => !system.accessPackages.includes(urn))) return authProblem(52)
    return null
  }

  const same = (one: RequestState | SystemUser, asked: Asked): boolean => one.systemId === asked.systemId && one.organisation === asked.organisation && one.externalRef === asked.externalRef

  const create = (call: Call, vendor: string, kind: 'standard' | 'agent'): Reply => {
    const body = bodyOf(kind === 'standard' ? standardBody : agentBody, call.body)
    if ('problem' in body) return body.problem
    const { value } = body
    const asked: Asked = {
      kind, externalRef: value.externalref ?? value.partyorgno, integrationTitle: value.integrationtitle ?? null, systemId: value.systemid, organisation: value.partyorgno, rights: resourcesOf(value.rights),
      accessPackages: value.accesspackages.map(({ urn }) => urn), redirectUrl: value.redirecturl ?? null, changes: null,
    }
    if (asked.rights.length + asked.accessPackages.length === 0) return validationProblem([['$.rights', 'At least one right or access package must be asked for']])
    const wrong = objection(asked, vendor)
    if (wrong !== null) return wrong
    if (systemUsers.users().some((user) => same(user, asked))) return authProblem(4)
    const before = systemUsers.requests().filter((one) => one.changes === null && one.kind === kind && same(one, asked)).at(-1)
    if (before?.status === 'New') return show(200, before)
    if (before?.status === 'Denied') return authProblem(8)
    if (before?.status === 'Rejected') return authProblem(9)
    const made = record(asked)
    const reply = show(201, made)
    return { ...reply, headers: { ...reply.headers, location: `${tokens.platform}${requestPath}${kind === 'agent' ? '/agent' : ''}/${made?.id ?? ''}` } }
  }

  /** Other rights for a system user that is there: it keeps what it has until the party says yes. */
  const change = (call: Call, vendor: string): Reply => {
    const body = bodyOf(changeBody, call.body)
    if ('problem' in body) return body.problem
    const { value } = body
    const externalRef = value.externalref ?? value.partyorgno
    const user = systemUsers.users().find((one) => one.systemId === value.systemid && one.organisation === value.partyorgno && one.externalRef === externalRef)
    const merged = (held: readonly string[], more: readonly string[], less: readonly string[]): readonly string[] => [...new Set([...held, ...more])].filter((one) => !less.includes(one))
    const urns = (packages: readonly { readonly urn: string }[]): readonly string[] => packages.map(({ urn }) => urn)
    const asked: Asked = {
      kind: user?.kind ?? 'standard', externalRef, integrationTitle: value.integrationtitle ?? user?.integrationTitle ?? null, systemId: value.systemid, organisation: value.partyorgno,
      rights: merged(user?.rights ?? [], resourcesOf(value.requiredrights), resourcesOf(value.unwantedrights)),
      accessPackages: merged(user?.accessPackages ?? [], urns(value.requiredaccesspackages), urns(value.unwantedaccesspackages)), redirectUrl: value.redirecturl ?? null, changes: user?.id ?? null,
    }
    const wrong = objection(asked, vendor)
    if (wrong !== null) return wrong
    if (user === undefined) return authProblem(15)
    const open = systemUsers.requests().find((one) => one.changes === user.id && one.status === 'New')
    return open === undefined ? show(201, record(asked)) : show(200, open)
  }

  /** A request of the vendor's, or the answer that says why not. */
  const own = (vendor: string, request: RequestState | null | undefined, missing: 10 | 30): RequestState | { readonly reply: Reply } => {
    if (request === null || request === undefined) return { reply: authProblem(missing) }
    return systemUsers.system(request.systemId)?.vendor === vendor ? request : { reply: { status: 403 } }
  }

  const requests = async (call: Call): Promise<Reply> => {
    const parts = partsAfter(call, requestPath) ?? ['?', '?']
    const isAgent = parts[0]?.toLowerCase() === 'agent'
    const kind = isAgent ? 'agent' : 'standard'
    const missing = isAgent ? 30 : 10
    const [first = '', second = '', third = '', fourth = ''] = isAgent ? parts.slice(1) : parts
    const scope: keyof typeof vendorScope = call.method === 'GET' ? 'read' : 'write'
    const asked = await vendorOf(tokens, call, scope)
    if ('reply' in asked) return asked.reply
    const { vendor } = asked
    const mine = systemUsers.requests().filter((one) => one.kind === kind && one.changes === null)
    if (first === '') return call.method === 'POST' ? create(call, vendor, kind) : { status: 405, headers: { allow: 'POST' } }
    if (first.toLowerCase() === 'byexternalref' && fourth !== '' && call.method === 'GET') {
      const found = own(vendor, mine.filter((one) => one.systemId === second && one.organisation === third && one.externalRef === fourth).at(-1), missing)
      return 'reply' in found ? found.reply : show(200, found)
    }
    if (first.toLowerCase() === 'bysystem' && second !== '' && call.method === 'GET') {
      const system = systemUsers.system(second)
      if (system === undefined) return authProblem(11)
      if (system.vendor !== vendor) return { status: 403 }
      return json(200, paged(call, tokens.platform, mine.filter((one) => one.systemId === second).map((one) => requestWire(one, tokens.platform))))
    }
    if (second !== '') return { status: 404 }
    const found = own(vendor, mine.find(({ id }) => id === first.toLowerCase()), missing)
    if ('reply' in found) return found.reply
    if (call.method === 'GET') return show(200, found)
    if (call.method !== 'DELETE') return { status: 405, headers: { allow: 'GET, DELETE' } }
    state.record({ kind: 'RequestWithdrawn', at: state.now(), caller: 'vendor', request: found.id })
    return { status: 202 }
  }

  const changes = async (call: Call): Promise<Reply> => {
    const asked = await vendorOf(tokens, call, call.method === 'GET' ? 'read' : 'write')
    if ('reply' in asked) return asked.reply
    const [id = '', rest = ''] = partsAfter(call, changePath) ?? ['?', '?']
    if (rest !== '') return { status: 404 }
    if (id === '') return call.method === 'POST' ? change(call, asked.vendor) : { status: 405, headers: { allow: 'POST' } }
    if (call.method !== 'GET') return { status: 405, headers: { allow: 'GET' } }
    const found = own(asked.vendor, systemUsers.requests().find((one) => one.id === id.toLowerCase() && one.changes !== null), 10)
    return 'reply' in found ? found.reply : show(200, found)
  }

  const userWire = (user: SystemUser) => {
    const system = systemUsers.system(user.systemId)
    return {
      id: user.id, integrationTitle: user.integrationTitle, systemId: user.systemId, productName: system?.name.nb ?? '', reporteeOrgNo: user.organisation, created: new Date(user.createdAt).toISOString(), isDeleted: false,
      supplierName: state.party(`urn:altinn:organization:identifier-no:${system?.vendor ?? ''}`)?.name ?? '', supplierOrgno: system?.vendor ?? '', externalRef: user.externalRef, userType: user.kind,
    }
  }

  const users = async (call: Call): Promise<Reply> => {
    const [first = '', id = '', rest = ''] = partsAfter(call, systemUserPath) ?? ['?']
    const isQuery = first.toLowerCase() === 'byquery' && id === ''
    if (!(isQuery || (first.toLowerCase() === 'bysystem' && id !== '' && rest === ''))) return { status: 404 }
    if (call.method !== 'GET') return { status: 405, headers: { allow: 'GET' } }
    const asked = await vendorOf(tokens, call, isQuery ? 'write' : 'register')
    if ('reply' in asked) return asked.reply
    const system = systemUsers.system(isQuery ? (call.query.get('system-id') ?? '') : id)
    if (system === undefined) return authProblem(11)
    if (system.vendor !== asked.vendor) return { status: 403 }
    const mine = systemUsers.users().filter((user) => user.systemId === system.id)
    if (!isQuery) return json(200, paged(call, tokens.platform, mine.map(userWire)))
    const number = call.query.get('orgno') ?? ''
    const found = mine.find((user) => user.organisation === number && user.externalRef === (call.query.get('external-ref') ?? number))
    return found === undefined ? authProblem(15) : json(200, userWire(found))
  }

  return async (call) => {
    if (call.path === changePath || call.path.startsWith(`${changePath}/`)) return await changes(call)
    return await (call.path === systemUserPath || call.path.startsWith(`${systemUserPath}/`) ? users(call) : requests(call))
  }
}
