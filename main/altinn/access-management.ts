import { decodeJwt } from 'jose'
import { z } from 'zod'
import type { Caller } from './call.ts'
import type { HostList } from './hosts.ts'
import { readJson } from './json.ts'
import { type Outcome, failure } from './outcome.ts'
import type { IdentityTokens } from './tokens.ts'

/** Scope of the list of parties (altinn3.md 1.2). */
export const partiesScope = 'altinn:accessmanagement/authorizedparties'

/** Scope of the lists of clients of an agent system user (altinn3.md 1.5). */
export const clientsScope = 'altinn:clientdelegations.read'
const clientScopes: readonly string[] = [clientsScope, 'altinn:clientdelegations.write']

const claimsWire = z.object({ scope: z.union([z.string(), z.array(z.string())]).optional(), authorization_details: z.unknown().optional() })
const detailsWire = z.object({ type: z.literal('urn:altinn:systemuser'), systemuser_id: z.union([z.guid(), z.array(z.guid())]) })

/**
 * Which system user a token speaks for, and whether it may list clients; null for a person's token. Both claims survive the
 * exchange (altinn3.md 1.3), and one element may come as a list or alone (1.4).
 */
export function systemUserOf(token: string): { readonly id: string; readonly mayListClients: boolean } | null {
  const claims = claimsWire.safeParse(decodeJwt(token))
  if (!claims.success) return null
  const { scope = '', authorization_details: given } = claims.data
  const details = detailsWire.safeParse(Array.isArray(given) ? given[0] : given)
  if (!details.success) return null
  const id = [details.data.systemuser_id].flat()[0]
  const scopes = Array.isArray(scope) ? scope : scope.split(' ')
  return id === undefined ? null : { id: id.toLowerCase(), mayListClients: scopes.some((one) => clientScopes.includes(one)) }
}

/** A party that an identity may act for, as access management says it (altinn3.md 1.7). */
export interface AuthorizedParty {
  /** Party URN; null for a self-identified user, who has no mail of a public body. */
  readonly party: string | null
  readonly partyUuid: string
  readonly name: string
  readonly partyType: 'Person' | 'Organization' | 'SelfIdentified' | 'Other'
  readonly unitType: string | null
  readonly isDeleted: boolean
  /** Only there because something below it may be acted for. */
  readonly onlyHeading: boolean
  /** URN of the main unit, or null. */
  readonly parent: string | null
  readonly packages: readonly string[]
  readonly roles: readonly string[]
  readonly resources: readonly string[]
}

const text = z.array(z.string()).nullish()
const partyWire = z.object({
  partyUuid: z.guid(),
  name: z.string().nullish(),
  organizationNumber: z.string().nullish(),
  personId: z.string().nullish(),
  type: z.string(),
  unitType: z.string().nullish(),
  isDeleted: z.boolean().nullish(),
  onlyHierarchyElementWithNoAccess: z.boolean().nullish(),
  authorizedResources: text,
  authorizedRoles: text,
  authorizedAccessPackages: text,
  get subunits() {
    return z.array(partyWire).nullish()
  },
})
type PartyItem = z.infer<typeof partyWire>

// Described as a list within `data`, documented as a list within a list, and seen as a bare list: all three are read (altinn3.md 1.7).
const listWire = z.array(z.union([partyWire, z.array(partyWire)])).transform((items): readonly PartyItem[] => items.flat())
const pageWire = z.union([
  listWire.transform((data) => ({ data, next: null })),
  z.object({ links: z.object({ next: z.string().nullish() }).nullish(), data: listWire }).transform(({ data, links }) => ({ data, next: links?.next ?? null })),
])

const clientsWire = z.object({
  links: z.object({ next: z.string().nullish() }).nullish(),
  data: z.array(z.object({ clientId: z.guid(), clientOrganizationNumber: z.string(), clientOrganizationName: z.string().nullish() })),
})

/** A client of an agent system user (altinn3.md 1.5). */
export interface AgentClient {
  /** The client's party uuid. */
  readonly clientId: string
  readonly organisation: string
  readonly name: string
}

const typeOf = (type: string): AuthorizedParty['partyType'] => (type === 'Person' || type === 'Organization' || type === 'SelfIdentified' ? type : 'Other')

function urnOf({ organizationNumber, personId }: PartyItem): string | null {
  if (organizationNumber != null && /^\d{9}$/.test(organizationNumber)) return `urn:altinn:organization:identifier-no:${organizationNumber}`
  return personId != null && /^\d{11}$/.test(personId) ? `urn:altinn:person:identifier-no:${personId}` : null
}

function flatten(item: PartyItem, parent: string | null): readonly AuthorizedParty[] {
  const party = urnOf(item)
  const own: AuthorizedParty = {
    party,
    partyUuid: item.partyUuid.toLowerCase(),
    name: item.name ?? '',
    partyType: typeOf(item.type),
    unitType: item.unitType ?? null,
    isDeleted: item.isDeleted ?? false,
    onlyHeading: item.onlyHierarchyElementWithNoAccess ?? false,
    parent,
    packages: item.authorizedAccessPackages ?? [],
    roles: item.authorizedRoles ?? [],
    resources: item.authorizedResources ?? [],
  }
  return [own, ...(item.subunits ?? []).flatMap((sub) => flatten(sub, party))]
}

/** Pages that a list may have at most: a service that never ends its list must not keep us asking. */
const mostPages = 200

/** Altinn's access management for an end user (altinn3.md 1.5, 1.7); nothing here changes anything. */
export class AccessManagement {
  readonly #caller: Caller
  readonly #platform: string
  readonly #hosts: HostList

  constructor(caller: Caller, platform: string, hosts: HostList) {
    this.#caller = caller
    this.#platform = platform
    this.#hosts = hosts
  }

  /** Everybody the identity may act for, sub-units after their main unit, with what the identity may see there. */
  async authorizedParties(identity: IdentityTokens, signal?: AbortSignal): Promise<Outcome<readonly AuthorizedParty[]>> {
    const query = new URLSearchParams({ includeAccessPackages: 'true', includeRoles: 'true', includeResources: 'true' })
    const first = `${this.#platform}/accessmanagement/api/v1/enduser/authorizedparties?${query.toString()}`
    const outcome = await this.#pages(identity, 'authorizedparties', first, pageWire, ({ data, next }) => ({ data, next }), signal)
    return outcome.ok ? { ...outcome, value: outcome.value.flatMap((item) => flatten(item, null)) } : outcome
  }

  /**
   * Clients of an agent system user: delegated to it, or such as could be.
   * @param agent uuid of the system user
   */
  async agentClients(identity: IdentityTokens, agent: string, which: 'delegated' | 'available', signal?: AbortSignal): Promise<Outcome<readonly AgentClient[]>> {
    const path = which === 'delegated' ? 'clients' : 'clients/available'
    const first = `${this.#platform}/authentication/api/v1/enduser/systemuser/${path}?${new URLSearchParams({ agent }).toString()}`
    const outcome = await this.#pages(identity, `systemuser/${path}`, first, clientsWire, ({ data, links }) => ({ data, next: links?.next ?? null }), signal)
    return outcome.ok ? { ...outcome, value: outcome.value.map(({ clientId, clientOrganizationNumber, clientOrganizationName }) => ({ clientId: clientId.toLowerCase(), organisation: clientOrganizationNumber, name: clientOrganizationName ?? '' })) } : outcome
  }

  async #pages<Wire, Item>(identity: IdentityTokens, route: string, first: string, schema: z.ZodType<Wire>, take: (wire: Wire) => { readonly data: readonly Item[]; readonly next: string | null }, signal: AbortSignal | undefined): Promise<Outcome<readonly Item[]>> {
    const found: Item[] = []
    const seen = new Set<string>()
    for (let url = first; ; ) {
      const outcome = await this.#caller.get(identity, { route, url, accept: 'application/json', signal })
      if (!outcome.ok) return outcome
      const read = readJson(schema, outcome.value)
      if ('problem' in read) return { ok: false, failure: failure('schema', read.problem, { status: 200 }), exchange: outcome.exchange }
      const { data, next } = take(read.value)
      found.push(...data)
      if (next === null) return { ...outcome, value: found }
      seen.add(url)
      const following = this.#hosts.nextPage(next)
      // A list that was cut short must not read as "that is all": clients would seem to have disappeared.
      if (following === null || seen.has(following) || seen.size >= mostPages) return { ok: false, failure: failure('unexpected-content', 'The list goes on at an address that is not the service\'s', { status: 200 }), exchange: outcome.exchange }
      url = following
    }
  }
}
