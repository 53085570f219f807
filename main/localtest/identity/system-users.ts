import type { Effect } from '../effects.ts'
import type { World, WorldIdentity, WorldParty, WorldResource } from '../world/model.ts'
import type { RegisteredSystem, SystemUserRequest } from './effects.ts'

/** A request that nobody has answered ends after ten days. */
export const requestLifeMs = 10 * 86_400_000

export const confidentialPackage = 'urn:altinn:accesspackage:post-til-virksomheten-med-taushetsbelagt-innhold'
/** What an accountant's system user holds for its clients (altinn3.md 1.5). */
export const accountantPackage = 'urn:altinn:accesspackage:regnskapsforer-med-signeringsrettighet'

export type RequestStatus = 'New' | 'Accepted' | 'Rejected' | 'Denied' | 'Timedout'

/** A request and what has become of it. */
export interface RequestState extends SystemUserRequest {
  /** ms UTC */
  readonly createdAt: number
  readonly status: RequestStatus
  /** The system user that came of it. */
  readonly systemUser: string | null
}

/** A system user: who owns it, which system it belongs to, what it holds. */
export interface SystemUser {
  readonly id: string
  /** `standard` acts for its own organisation, `agent` for the clients that are delegated to it. */
  readonly kind: 'standard' | 'agent'
  /** 9 digits. */
  readonly organisation: string
  readonly systemId: string
  readonly externalRef: string
  readonly integrationTitle: string
  readonly createdAt: number
  /** Bare resource ids and package URNs; of the world's own system user its rights stand in the world. */
  readonly rights: readonly string[]
  readonly accessPackages: readonly string[]
  readonly inWorld: WorldIdentity | null
}

interface Kept extends SystemUserRequest {
  readonly createdAt: number
  decided: { readonly status: 'Accepted' | 'Rejected' | 'Denied'; readonly systemUser: string | null } | null
  withdrawn: boolean
}

type Held = 'all' | readonly string[]

const organisationUrn = (number: string): string => `urn:altinn:organization:identifier-no:${number}`

/** The system register, requests, system users and what they may, from the world and what happened since. */
export class SystemUsers {
  readonly #world: World
  readonly #clock: () => number
  readonly #parties: ReadonlyMap<string, WorldParty>
  readonly #resources: ReadonlyMap<string, WorldResource>
  readonly #systems = new Map<string, RegisteredSystem>()
  readonly #requests = new Map<string, Kept>()
  readonly #users = new Map<string, SystemUser>()
  /** System users that their parties have taken away. */
  readonly #taken = new Set<string>()
  /** By `<system user> <party>`: what was delegated or taken back since the world began. */
  readonly #delegated = new Map<string, boolean>()
  /** Parties the world's own system user may no longer act for, and those where its coverage was changed. */
  readonly #refused = new Set<string>()
  readonly #coverage = new Map<string, readonly string[]>()
  readonly #worldRights = new Map<string, ReadonlyMap<string, Held>>()

  constructor(world: World, clock: () => number) {
    this.#world = world
    this.#clock = clock
    this.#parties = new Map(world.parties.map((party) => [party.urn, party]))
    this.#resources = new Map(world.resources.map((resource) => [resource.id, resource]))
    for (const identity of world.identities) {
      const { systemId, systemUserId, organisation, vendorOrganisation, clientId } = identity
      const name = { nb: 'Meldingsboks', nn: 'Meldingsboks', en: 'Meldingsboks' }
      this.#systems.set(systemId, {
        id: systemId, vendor: vendorOrganisation, name, description: name, clientIds: [clientId], rights: world.resources.map(({ id }) => id),
        accessPackages: [accountantPackage, confidentialPackage, 'urn:altinn:accesspackage:post-til-virksomheten', 'urn:altinn:accesspackage:eksplisitt'], redirectUrls: ['http://127.0.0.1'], isVisible: true,
      })
      this.#users.set(systemUserId, {
        id: systemUserId, kind: 'agent', organisation, systemId, externalRef: organisation, integrationTitle: 'Meldingsboks', createdAt: world.anchorAt, rights: [], accessPackages: [accountantPackage], inWorld: identity,
      })
      this.#worldRights.set(systemUserId, new Map(identity.rights.map(({ party, resources }) => [party, resources])))
    }
  }

  /** Takes in what happened; false when it is none of its business. */
  apply(one: Effect): boolean {
    switch (one.kind) {
      case 'SystemRegistered':
        this.#systems.set(one.system.id, one.system)
        return true
      case 'SystemUserRequested':
        this.#requests.set(one.request.id, { ...one.request, createdAt: one.at, decided: null, withdrawn: false })
        return true
      case 'RequestDecided':
        this.#decided(one.request, one.status, one.systemUser, one.at)
        return true
      case 'RequestWithdrawn': {
        const request = this.#requests.get(one.request)
        if (request !== undefined) request.withdrawn = true
        return true
      }
      case 'SystemUserHeld':
        if (one.held) this.#taken.delete(one.systemUser)
        else this.#taken.add(one.systemUser)
        return true
      case 'ClientDelegated':
        this.#delegated.set(`${one.systemUser} ${one.party}`, one.held)
        return true
      case 'RightChanged':
        if (one.held) this.#refused.delete(one.party)
        else this.#refused.add(one.party)
        if (one.resources === 'all') this.#coverage.delete(one.party)
        else if (one.resources !== undefined) this.#coverage.set(one.party, one.resources)
        return true
      default:
        return false
    }
  }

  #decided(id: string, status: 'Accepted' | 'Rejected' | 'Denied', systemUser: string | null, at: number): void {
    const request = this.#requests.get(id)
    if (request === undefined) return
    request.decided = { status, systemUser }
    if (status !== 'Accepted' || systemUser === null) return
    const { kind, organisation, systemId, externalRef, integrationTitle, rights, accessPackages } = request
    const before = this.#users.get(systemUser)
    this.#users.set(systemUser, {
      id: systemUser, kind, organisation, systemId, externalRef, integrationTitle: integrationTitle ?? this.#systems.get(systemId)?.name.nb ?? systemId, createdAt: before?.createdAt ?? at, rights, accessPackages,
      inWorld: before?.inWorld ?? null,
    })
  }

  /** A system that is there without having been registered, unless it was since. */
  add(system: RegisteredSystem): void {
    if (!this.#systems.has(system.id)) this.#systems.set(system.id, system)
  }

  systems(): readonly RegisteredSystem[] {
    return [...this.#systems.values()]
  }

  system(id: string): RegisteredSystem | undefined {
    return this.#systems.get(id)
  }

  /** A request that was not withdrawn. */
  request(id: string): RequestState | null {
    const found = this.#requests.get(id)
    return found === undefined || found.withdrawn ? null : this.#shown(found)
  }

  /** Requests of a system, oldest first. */
  requests(): readonly RequestState[] {
    return [...this.#requests.values()].filter(({ withdrawn }) => !withdrawn).map((one) => this.#shown(one))
  }

  #shown({ decided, ...request }: Kept): RequestState {
    const status = decided?.status ?? (this.#clock() >= request.createdAt + requestLifeMs ? 'Timedout' : 'New')
    return { ...request, status, systemUser: decided?.systemUser ?? null }
  }

  /** System users that stand. */
  users(): readonly SystemUser[] {
    return [...this.#users.values()].filter(({ id }) => !this.#taken.has(id))
  }

  user(id: string): SystemUser | null {
    const found = this.#users.get(id)
    return found === undefined || this.#taken.has(id) ? null : found
  }

  /** Whether there ever was one, taken away or not. */
  isUser(id: string): boolean {
    return this.#users.has(id)
  }

  /** Organisation that owns a system user, taken away or not; 9 digits. */
  ownerOf(id: string): string | null {
    return this.#users.get(id)?.organisation ?? null
  }

  /**
   * The system user that Maskinporten finds for a client and an organisation; null where there is none (MP-303).
   * @param externalRef as the grant says it; the organisation's number where it says nothing (altinn3.md 1.4)
   */
  forGrant(clientId: string, organisation: string, externalRef: string = organisation): SystemUser | null {
    const mine = this.users().filter((user) => user.organisation === organisation && this.#systems.get(user.systemId)?.clientIds.includes(clientId) === true)
    return mine.find((user) => user.externalRef === externalRef) ?? null
  }

  /** Whether a system user may read for a party: one service (bare id), or any of them (null). */
  may(systemUser: string, party: string, resource: string | null): boolean {
    const held = this.held(systemUser, party)
    return held !== null && (resource === null ? held === 'all' || held.length > 0 : held === 'all' || held.includes(resource))
  }

  /** What a system user may see of a party: everything, some services (bare ids), or nothing at all (null). */
  held(systemUser: string, party: string): Held | null {
    const user = this.user(systemUser)
    if (user === null) return null
    const main = this.#parties.get(party)?.parentUrn ?? party
    const delegated = this.#delegated.get(`${systemUser} ${main}`)
    if (delegated === false) return null
    if (user.inWorld !== null) {
      if (this.#refused.has(party)) return null
      const held = this.#worldRights.get(systemUser)?.get(party) ?? (delegated === true ? 'all' : null)
      return held === null ? null : (this.#coverage.get(party) ?? held)
    }
    if (!this.#parties.has(party)) return null
    if (user.kind === 'agent') return delegated === true ? this.#covered(user) : null
    return main === organisationUrn(user.organisation) || party === organisationUrn(user.organisation) ? this.#covered(user) : null
  }

  /** Packages reach all services but the confidential ones, which have a package of their own (altinn3.md 1.8). */
  #covered({ rights, accessPackages }: SystemUser): readonly string[] {
    if (accessPackages.length === 0) return rights.filter((id) => this.#resources.has(id))
    const confidential = accessPackages.includes(confidentialPackage)
    return this.#world.resources.filter((resource) => rights.includes(resource.id) || confidential || !resource.confidential).map(({ id }) => id)
  }

  /** Main units that have a client relationship with an organisation: those its system user has, and those it could have. */
  clientsOf(organisation: string): readonly WorldParty[] {
    const own = organisationUrn(organisation)
    const named = this.#world.identities.filter((identity) => identity.organisation === organisation).flatMap(({ rights, available = [] }) => [...rights.map(({ party }) => party), ...available])
    return [...new Set(named)].flatMap((urn) => this.#parties.get(urn) ?? []).filter((party) => party.parentUrn === null && party.urn !== own && party.kind === 'Organization')
  }

  /** Whether a client is delegated to a system user. */
  isDelegated(systemUser: string, party: string): boolean {
    return this.held(systemUser, party) !== null
  }
}
