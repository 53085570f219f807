import { z } from 'zod'
import type { World, WorldIdentity } from './world/model.ts'

export type Claims = Readonly<Record<string, unknown>>

/** Who calls, by a token that was verified. */
export interface Caller {
  readonly kind: 'altinn' | 'maskinporten' | 'dialog'
  /** Empty for everybody but system users. */
  readonly systemUserId: string
  /** Whom the history of a message names: a system user's or a party's id, never a national number. */
  readonly id: string
  readonly scopes: readonly string[]
  /** URN of the party the token stands for where a call names none; null for a person (altinn3.md 2.3, trap 31). */
  readonly behalf: string | null
  /** Whether the caller may read for a party: one service (bare id), or any of them (null). */
  may(party: string, resource: string | null): boolean
  /** Whether the caller is the sender with this URN: only with the sender's scope and a token of the organisation itself. */
  sends(sender: string): boolean
}

const readScope = 'altinn:correspondence.read'
const writeScope = 'altinn:correspondence.write'
const organisationUrn = (number: string): string => `urn:altinn:organization:identifier-no:${number}`

export function identityOf(world: World): WorldIdentity {
  const [identity] = world.identities
  if (identity === undefined) throw new Error('A world needs an identity')
  return identity
}

type Rights = ReadonlyMap<string, 'all' | readonly string[]>
export interface RightsOf {
  readonly systemUser: Rights
  /** By the URN of the person. */
  readonly persons: ReadonlyMap<string, Rights>
  /** Whether a right of the system user's still stands. */
  mayActFor(party: string): boolean
}

/** Who may act for whom in a world, ready to be asked. */
export function rightsOf(world: World, mayActFor: (party: string) => boolean): RightsOf {
  const held = (rights: WorldIdentity['rights']): Rights => new Map(rights.map((right) => [right.party, right.resources]))
  return { systemUser: held(identityOf(world).rights), persons: new Map((world.persons ?? []).map((person) => [person.urn, held(person.rights)])), mayActFor }
}

const organisation = z.object({ ID: z.string() })
const claimShape = z.object({
  scope: z.string().catch(''),
  pid: z.string().optional(),
  authorization_details: z.array(z.object({ systemuser_org: organisation, systemuser_id: z.array(z.string()) })).optional(),
  'urn:altinn:orgNumber': z.string().optional(),
  consumer: organisation.optional(),
})
const dialogShape = z.object({ p: z.string(), s: z.string(), a: z.string(), y: z.string().optional() })

const bare = (number: string): string => number.replace(/^0192:/, '')

/** What a verified token makes of its bearer. The organisation is the system user's, else the token's, else the client's (altinn3.md 2.3). */
export function callerOf(world: World, rights: RightsOf, kind: Caller['kind'], claims: Claims): Caller {
  if (kind === 'dialog') return dialogCaller(rights, claims)
  const shaped = claimShape.parse(claims)
  const scopes = shaped.scope.split(' ').filter((scope) => scope !== '')
  const [details] = shaped.authorization_details ?? []
  if (details !== undefined) {
    const { systemUserId } = identityOf(world)
    const may: Caller['may'] = (party, resource) => allowed(rights.systemUser)(party, resource) && rights.mayActFor(party)
    return { kind, systemUserId, id: systemUserId, scopes, behalf: organisationUrn(bare(details.systemuser_org.ID)), may, sends: () => false }
  }
  if (shaped.pid !== undefined) {
    const urn = `urn:altinn:person:identifier-no:${shaped.pid}`
    const held = rights.persons.get(urn) ?? new Map<string, 'all'>()
    const may: Caller['may'] = (party, resource) => party === urn || allowed(held)(party, resource)
    return { kind, systemUserId: '', id: world.parties.find((party) => party.urn === urn)?.partyUuid ?? 'person', scopes, behalf: null, may, sends: () => false }
  }
  const number = shaped['urn:altinn:orgNumber'] ?? (shaped.consumer === undefined ? null : bare(shaped.consumer.ID))
  const own = number === null ? null : organisationUrn(number)
  // Without a system user an organisation's token gives access to nothing but what the organisation has sent.
  return { kind, systemUserId: '', id: 'organisation', scopes, behalf: own, may: () => false, sends: (sender) => sender === own && scopes.includes(writeScope) }
}

function allowed(rights: Rights): Caller['may'] {
  return (party, resource) => {
    const held = rights.get(party)
    return held !== undefined && (resource === null || held === 'all' || held.includes(resource))
  }
}

/** A dialog token reaches the messages of its own party and service, whose reading it allows (altinn3.md 2.2, 3.5). */
function dialogCaller(rights: RightsOf, claims: Claims): Caller {
  const { p, s, a, y } = dialogShape.parse(claims)
  const reads = a.split(';').includes('read')
  const systemUserId = y?.split(':').at(-1) ?? ''
  const may: Caller['may'] = (party, resource) => reads && party === p && rights.mayActFor(party) && (resource === null || s === `urn:altinn:resource:${resource}`)
  return { kind: 'dialog', systemUserId, id: systemUserId === '' ? 'dialog token' : systemUserId, scopes: reads ? [readScope] : [], behalf: p, may, sends: () => false }
}
