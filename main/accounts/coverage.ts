import { systemUserOf } from '../altinn/access-management.ts'
import type { AltinnClient, AuthorizedParty } from '../altinn/client.ts'
import type { Failure } from '../altinn/outcome.ts'
import type { IdentityTokens } from '../altinn/tokens.ts'
import type { MailWriter } from '../store/mail/api.ts'
import type { ClientRecord, ClientsState, NamedParty, PartySource, ServiceRecord } from '../store/mail/records.ts'

const packagePrefix = 'urn:altinn:accesspackage:'
const resourcePrefix = 'urn:altinn:resource:'
const bare = (text: string, prefix: string): string => (text.startsWith(prefix) ? text.slice(prefix.length) : text)

/** A party as the cache keeps it; null for a self-identified user, who has no mail of a public body. */
export function namedParty(source: PartySource, wire: AuthorizedParty): NamedParty | null {
  const { party, partyUuid, name, partyType, parent, isDeleted, onlyHeading } = wire
  if (party === null) return null
  const record: NamedParty = { urn: party, uuid: partyUuid.toLowerCase(), name, kind: partyType === 'Organization' ? 'organisation' : 'person', parentUrn: parent, isDeleted, headingOnly: onlyHeading }
  if (source === 'dialogporten') return record
  return { ...record, holding: { packages: wire.packages.map((one) => bare(one, packagePrefix)), roles: wire.roles, resources: wire.resources.map((one) => bare(one, resourcePrefix)) } }
}

/** Of one party named twice the row with more to it counts: a heading is there only because of what stands below it. */
export function namedParties(source: PartySource, wires: readonly AuthorizedParty[]): readonly NamedParty[] {
  const byUrn = new Map<string, NamedParty>()
  for (const wire of wires) {
    const party = namedParty(source, wire)
    if (party !== null && byUrn.get(party.urn)?.headingOnly !== false) byUrn.set(party.urn, party)
  }
  return [...byUrn.values()]
}

/** What asking about services and clients needs. */
export interface CoverageParts {
  readonly client: Pick<AltinnClient, 'servicesBySubject' | 'serviceName' | 'agentClients'>
  readonly mail: Pick<MailWriter, 'servicesToName' | 'servicesNamed' | 'packagesToAsk' | 'packagesAnswered' | 'clientsAnswered'>
  readonly now: () => number
  /** How long what a package reaches is good for, ms. */
  readonly reachMs: number
  /** How long a service's name is: it hardly ever changes, and each is a request. */
  readonly namesMs: number
  readonly signal: AbortSignal
}

/** Names asked for side by side. */
const parallel = 4

/** Asks the registry how services are called, as far as it answers; @returns whether any name came. */
export async function nameServices({ client, mail, now, signal }: Omit<CoverageParts, 'reachMs' | 'namesMs'>, resources: readonly string[]): Promise<boolean> {
  let any = false
  for (let at = 0; at < resources.length; at += parallel) {
    const part = resources.slice(at, at + parallel)
    const answers = await Promise.all(part.map(async (resource) => ({ resource, answer: await client.serviceName(resource, signal) })))
    const known = answers.flatMap(({ resource, answer }): ServiceRecord[] => {
      if (answer.ok) return [{ resource, titles: answer.value.title, owner: answer.value.owner }]
      return answer.failure.kind === 'not-found' ? [{ resource, titles: null, owner: null }] : []
    })
    if (known.length > 0) await mail.servicesNamed(known, now())
    any ||= known.length > 0
    // A registry that is silent is not waited for name by name; until it speaks ids are shown.
    if (known.length < part.length) return any
  }
  return any
}

/**
 * What packages reach, once a day, and how services are called, once a week and so many at a time: the registry is asked for
 * each name alone (altinn3.md 1.8). What fails is asked for the next time.
 */
export async function refreshServices(parts: CoverageParts, most: number): Promise<void> {
  const { client, mail, now, namesMs, reachMs, signal } = parts
  const packages = await mail.packagesToAsk(now() - reachMs)
  if (packages.length > 0) {
    const reached = await client.servicesBySubject(packages.map((one) => `${packagePrefix}${one}`), signal)
    if (!reached.ok) return
    const byPackage = packages.map((one) => [one, [...(reached.value.get(`${packagePrefix}${one}`) ?? [])]] as const)
    await mail.packagesAnswered(packages, Object.fromEntries(byPackage), now())
  }
  await nameServices(parts, await mail.servicesToName(now() - namesMs, most))
}

/** A refusal that says something of the identity, and not of the hour. */
const lasting = ({ kind }: Failure): boolean => kind === 'no-access' || kind === 'refused' || kind === 'not-found'

/**
 * Clients that could be delegated to an agent system user (altinn3.md 1.5). Asked only with a token that may: a scope too many
 * would have the whole grant refused, so it is there only where it was granted. A service that is away changes nothing.
 */
export async function refreshClients({ client, mail, now, signal }: CoverageParts, identity: IdentityTokens): Promise<void> {
  const keep = (state: ClientsState, clients: readonly ClientRecord[] = []): Promise<void> => mail.clientsAnswered(identity.id, state, clients, now())
  const token = await identity.altinnToken(signal)
  if (!token.ok) return
  const systemUser = systemUserOf(token.value)
  if (systemUser?.mayListClients !== true) {
    await keep(systemUser === null ? 'none' : 'no-scope')
    return
  }
  const answer = await client.agentClients(identity, systemUser.id, 'available', signal)
  if (answer.ok) await keep('known', answer.value.map(({ clientId, organisation, name }) => ({ partyUuid: clientId, organisation, name })))
  else if (lasting(answer.failure)) await keep('none')
}
