import { z } from 'zod'
import type { Caller } from './call.ts'
import type { HostList } from './hosts.ts'
import { readJson } from './json.ts'
import { type Failure, type Outcome, failure } from './outcome.ts'
import { signInProblem, type SignInProblemCode } from './sign-in-problem.ts'
import type { IdentityTokens } from './tokens.ts'

/** Scopes of a client that makes and reads requests (altinn3.md 1.2); asked for apart from those of a recipient. */
export const requestScopes = ['altinn:authentication/systemuser.request.write', 'altinn:authentication/systemuser.request.read'] as const

/** `agent`: for client relationships, with access packages only (altinn3.md 1.5). */
export type SystemUserKind = 'standard' | 'agent'

export interface NewSystemUserRequest {
  readonly kind: SystemUserKind
  readonly systemId: string
  /** Nine digits: who shall own the system user. */
  readonly partyOrgNo: string
  readonly externalRef?: string | undefined
  readonly integrationTitle?: string | undefined
  /** Bare resource ids; a standard system user only. */
  readonly resources: readonly string[]
  /** `urn:altinn:accesspackage:…` */
  readonly accessPackages: readonly string[]
  readonly redirectUrl?: string | undefined
}

export const requestStatuses = ['New', 'Accepted', 'Rejected', 'Denied', 'Timedout'] as const
export type RequestStatus = (typeof requestStatuses)[number]

/** A request as the service has it. */
export interface SystemUserRequest {
  readonly id: string
  readonly kind: SystemUserKind
  readonly systemId: string
  readonly partyOrgNo: string
  readonly externalRef: string | null
  readonly status: RequestStatus
  /** Where somebody of the party approves it; null when the service named an address that is not its own approval page. */
  readonly confirmUrl: string | null
}

const requestWire = z.object({
  id: z.guid(),
  systemId: z.string(),
  partyOrgNo: z.string(),
  externalRef: z.string().nullish(),
  status: z.enum(requestStatuses),
  confirmUrl: z.string().nullish(),
})

const pathOf = (kind: SystemUserKind): string => (kind === 'agent' ? 'vendor/agent' : 'vendor')

function bodyOf({ kind, systemId, partyOrgNo, externalRef, integrationTitle, resources, accessPackages, redirectUrl }: NewSystemUserRequest): string {
  return JSON.stringify({
    systemId,
    partyOrgNo,
    ...(externalRef === undefined ? {} : { externalRef }),
    ...(integrationTitle === undefined ? {} : { integrationTitle }),
    ...(kind === 'agent' ? {} : { rights: resources.map((value) => ({ resource: [{ id: 'urn:altinn:resource', value }] })) }),
    accessPackages: accessPackages.map((urn) => ({ urn })),
    ...(redirectUrl === undefined ? {} : { redirectUrl }),
  })
}

/** What the service's codes mean to whoever asks; an earlier request that was turned down is told apart from all others. */
const meanings: Readonly<Record<string, SignInProblemCode>> = {
  'AUTH-00000': 'wrong-organisation',
  'AUTH-00001': 'rights-not-offered',
  'AUTH-00004': 'system-user-exists',
  'AUTH-00006': 'system-user-exists',
  'AUTH-00008': 'request-stands',
  'AUTH-00009': 'request-stands',
  'AUTH-00011': 'unknown-system',
  'AUTH-00052': 'rights-not-offered',
}

/** A refusal to make a request, with what a person can do about it. */
function withMeaning(refused: Failure, route: string): Failure {
  // A system of somebody else is refused without a word.
  const code = refused.problemCode === undefined ? (refused.status === 403 ? 'unknown-system' : undefined) : meanings[refused.problemCode]
  return code === undefined || refused.signIn !== undefined ? refused : { ...refused, signIn: signInProblem(code, refused.problemCode ?? `HTTP ${String(refused.status)} ${route}`, { traceId: refused.traceId }) }
}

/** Requests for system users (altinn3.md 1.4, vendor flow). Identities here are a client's own, without an organisation. */
export class SystemUserRequests {
  readonly #caller: Caller
  readonly #base: string
  readonly #hosts: HostList

  constructor(caller: Caller, platform: string, hosts: HostList) {
    this.#caller = caller
    this.#base = `${platform}/authentication/api/v1/systemuser/request`
    this.#hosts = hosts
  }

  /** Makes a request, or finds the one that is open for the same system, party and reference: asked for again it makes no second. */
  async create(identity: IdentityTokens, wanted: NewSystemUserRequest): Promise<Outcome<SystemUserRequest>> {
    const path = pathOf(wanted.kind)
    const route = `systemuser/request/${path}`
    const outcome = await this.#caller.change(identity, { route, url: `${this.#base}/${path}`, accept: 'application/json', method: 'POST', body: bodyOf(wanted) })
    if (!outcome.ok) return { ...outcome, failure: withMeaning(outcome.failure, route) }
    const read = readJson(requestWire, outcome.value.body)
    if ('problem' in read) return { ok: false, failure: failure('schema', read.problem, { status: 200, effect: 'unknown' }), exchange: outcome.exchange }
    return { ...outcome, value: this.#own(wanted.kind, read.value) }
  }

  async status(identity: IdentityTokens, kind: SystemUserKind, id: string, signal?: AbortSignal): Promise<Outcome<SystemUserRequest>> {
    const path = pathOf(kind)
    const outcome = await this.#caller.json(identity, { route: `systemuser/request/${path}/{id}`, url: `${this.#base}/${path}/${encodeURIComponent(id)}`, accept: 'application/json', signal }, requestWire)
    return outcome.ok ? { ...outcome, value: this.#own(kind, outcome.value) } : outcome
  }

  /** The request of before for the same system, party and reference. Without a reference the service takes the party's number. */
  async byReference(identity: IdentityTokens, { kind, systemId, partyOrgNo, externalRef }: NewSystemUserRequest): Promise<Outcome<SystemUserRequest>> {
    const path = `${pathOf(kind)}/byexternalref`
    const which = [systemId, partyOrgNo, externalRef ?? partyOrgNo].map(encodeURIComponent).join('/')
    const outcome = await this.#caller.json(identity, { route: `systemuser/request/${path}/{systemId}/{party}/{reference}`, url: `${this.#base}/${path}/${which}`, accept: 'application/json' }, requestWire)
    return outcome.ok ? { ...outcome, value: this.#own(kind, outcome.value) } : outcome
  }

  /** Takes a request back. */
  async withdraw(identity: IdentityTokens, id: string): Promise<Outcome<null>> {
    const outcome = await this.#caller.change(identity, { route: 'systemuser/request/vendor/{id}', url: `${this.#base}/vendor/${encodeURIComponent(id)}`, accept: 'application/json', method: 'DELETE' })
    return outcome.ok ? { ...outcome, value: null } : outcome
  }

  #own(kind: SystemUserKind, { id, systemId, partyOrgNo, externalRef, status, confirmUrl }: z.infer<typeof requestWire>): SystemUserRequest {
    return { id: id.toLowerCase(), kind, systemId, partyOrgNo, externalRef: externalRef ?? null, status, confirmUrl: confirmUrl == null ? null : this.#hosts.approvalPage(confirmUrl) }
  }
}
