import { z } from 'zod'
import type { Caller } from './call.ts'
import type { HostList } from './hosts.ts'
import { readJson } from './json.ts'
import { type Outcome, failure } from './outcome.ts'
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
    const outcome = await this.#caller.change(identity, { route: `systemuser/request/${path}`, url: `${this.#base}/${path}`, accept: 'application/json', method: 'POST', body: bodyOf(wanted) })
    if (!outcome.ok) return outcome
    const read = readJson(requestWire, outcome.value.body)
    if ('problem' in read) return { ok: false, failure: failure('schema', read.problem, { status: 200, effect: 'unknown' }), exchange: outcome.exchange }
    return { ...outcome, value: this.#own(wanted.kind, read.value) }
  }

  async status(identity: IdentityTokens, kind: SystemUserKind, id: string, signal?: AbortSignal): Promise<Outcome<SystemUserRequest>> {
    const path = pathOf(kind)
    const outcome = await this.#caller.json(identity, { route: `systemuser/request/${path}/{id}`, url: `${this.#base}/${path}/${encodeURIComponent(id)}`, accept: 'application/json', signal }, requestWire)
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
