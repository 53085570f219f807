import { z } from 'zod'
import type { LocalState } from './state.ts'
import type { World, WorldIdentity } from './world/model.ts'

export type Claims = Readonly<Record<string, unknown>>

/** Who calls, by a token that was verified. */
export interface Caller {
  readonly kind: 'altinn' | 'maskinporten' | 'dialog'
  /** Empty for everybody but system users. */
  readonly systemUserId: string
  /** Whom the history of a message names: a system user's or a party's id, never a national number. */
  readonly id: string
  /** URN of the person who is logged in; null for everybody else. */
  readonly person: string | null
  /** Organisation of the client that asked for the token, 9 digits; null where the token names none. */
  readonly consumer: string | null
  /** Level of the login: system users are 3 (altinn3.md 3.2). */
  readonly level: 3 | 4
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

const organisation = z.object({ ID: z.string() })
const claimShape = z.object({
  scope: z.string().catch(''),
  pid: z.string().optional(),
  acr: z.string().optional(),
  'urn:altinn:authlevel': z.string().optional(),
  authorization_details: z.array(z.object({ systemuser_org: organisation, systemuser_id: z.array(z.string()) })).optional(),
  'urn:altinn:orgNumber': z.string().optional(),
  consumer: organisation.optional(),
})
const dialogShape = z.object({ p: z.string(), s: z.string(), a: z.string(), y: z.string().optional() })

const bare = (number: string): string => number.replace(/^0192:/, '')

/** What a verified token makes of its bearer. The organisation is the system user's, else the token's, else the client's (altinn3.md 2.3). */
export function callerOf(state: LocalState, kind: Caller['kind'], claims: Claims): Caller {
  if (kind === 'dialog') return dialogCaller(state, claims)
  const shaped = claimShape.parse(claims)
  const scopes = shaped.scope.split(' ').filter((scope) => scope !== '')
  const consumer = shaped.consumer === undefined ? null : bare(shaped.consumer.ID)
  const nobody = { kind, systemUserId: '', person: null, consumer, level: 3, scopes, sends: () => false } as const
  const [details] = shaped.authorization_details ?? []
  if (details !== undefined) {
    const systemUserId = details.systemuser_id[0] ?? ''
    const may: Caller['may'] = (party, resource) => state.systemUsers.may(systemUserId, party, resource)
    return { ...nobody, systemUserId, id: systemUserId, behalf: organisationUrn(bare(details.systemuser_org.ID)), may }
  }
  if (shaped.pid !== undefined) {
    const urn = `urn:altinn:person:identifier-no:${shaped.pid}`
    const level = shaped['urn:altinn:authlevel'] === '4' || shaped.acr === 'idporten-loa-high' ? 4 : 3
    return { ...nobody, person: urn, level, id: state.party(urn)?.partyUuid ?? 'person', behalf: null, may: (party, resource) => state.personMay(urn, party, resource) }
  }
  const number = shaped['urn:altinn:orgNumber'] ?? consumer
  const own = number === null ? null : organisationUrn(number)
  // Without a system user an organisation's token gives access to nothing but what the organisation has sent.
  return { ...nobody, id: 'organisation', behalf: own, may: () => false, sends: (sender) => sender === own && scopes.includes(writeScope) }
}

/** A dialog token reaches the messages of its own party and service, whose reading it allows (altinn3.md 2.2, 3.5). */
function dialogCaller(state: LocalState, claims: Claims): Caller {
  const { p, s, a, y } = dialogShape.parse(claims)
  const reads = a.split(';').includes('read')
  const systemUserId = y?.split(':').at(-1) ?? ''
  const may: Caller['may'] = (party, resource) => reads && party === p && (systemUserId === '' || state.systemUsers.may(systemUserId, party, resource)) && (resource === null || s === `urn:altinn:resource:${resource}`)
  return { kind: 'dialog', systemUserId, person: null, consumer: null, level: 3, id: systemUserId === '' ? 'dialog token' : systemUserId, scopes: reads ? [readScope] : [], behalf: p, may, sends: () => false }
}
