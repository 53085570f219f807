import { createPublicKey, randomUUID, X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { handedIn, refused } from '../door.ts'
import type { Effect } from '../effects.ts'
import { type Call, type Handler, json, type Reply } from '../http.ts'
import type { LocalState } from '../state.ts'
import { organisationOf } from './certificates.ts'
import { publicJwk, type RegisteredClient } from './effects.ts'

/** The clients of Maskinporten: the world's own, and those registered since. */
export class Clients {
  readonly #clients = new Map<string, RegisteredClient>()

  apply(one: Effect): boolean {
    switch (one.kind) {
      case 'ClientRegistered':
        this.#clients.set(one.client.clientId, one.client)
        return true
      case 'ClientRemoved':
        this.#clients.delete(one.clientId)
        return true
      default:
        return false
    }
  }

  /** A client that is there without having been registered through the door: its keys are made anew, so it is in no journal. */
  add(client: RegisteredClient): void {
    if (!this.#clients.has(client.clientId)) this.#clients.set(client.clientId, client)
  }

  get(clientId: string): RegisteredClient | undefined {
    return this.#clients.get(clientId)
  }

  all(): readonly RegisteredClient[] {
    return [...this.#clients.values()]
  }
}

const request = z.strictObject({
  clientId: z.string().min(1).max(100).optional(),
  organisation: z.string().regex(/^\d{9}$/),
  scopes: z.array(z.string().min(1)).default([]),
  kid: z.string().min(1).optional(),
  jwk: z.record(z.string(), z.unknown()).optional(),
  /** A public key or a certificate. */
  pem: z.string().optional(),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
})

type Material = { readonly jwk: z.infer<typeof publicJwk>; readonly expiresAt: number | null } | { readonly certificate: X509Certificate } | { readonly wrong: string }

const notRsa = 'only RSA keys sign for Maskinporten (RS256, RS384, RS512)'

function ofPem(pem: string): Material {
  if (/PRIVATE KEY/.test(pem)) return { wrong: 'pem: a private key stays with its client; hand in the public key or the certificate' }
  try {
    if (pem.includes('BEGIN CERTIFICATE')) return { certificate: new X509Certificate(pem) }
    const parsed = publicJwk.safeParse(createPublicKey(pem).export({ format: 'jwk' }))
    return parsed.success ? { jwk: parsed.data, expiresAt: null } : { wrong: `pem: ${notRsa}` }
  } catch (error) {
    if (error instanceof Error) return { wrong: 'pem: it holds neither a public key nor a certificate that can be read' }
    throw error
  }
}

function ofJwk(jwk: Readonly<Record<string, unknown>>): Material {
  // Private members are left behind here, whoever hands them in.
  const parsed = publicJwk.safeParse(jwk)
  return parsed.success ? { jwk: parsed.data, expiresAt: null } : { wrong: `jwk: ${notRsa}` }
}

function register(state: LocalState, call: Call): Reply {
  const asked = handedIn(request, call)
  if ('refusal' in asked) return asked.refusal
  const { clientId = randomUUID(), organisation, scopes, kid, jwk, pem, expiresAt } = asked.value
  if ((jwk === undefined) === (pem === undefined)) return refused('jwk or pem: one of them must be given')
  const material = jwk === undefined ? ofPem(pem ?? '') : ofJwk(jwk)
  if ('wrong' in material) return refused(material.wrong)
  const named = kid ?? (typeof jwk?.['kid'] === 'string' ? jwk['kid'] : undefined)
  const ends = expiresAt === undefined ? null : Date.parse(expiresAt)
  const keysOf = (): RegisteredClient['keys'] | string => {
    if ('jwk' in material) return [{ kid: named ?? randomUUID(), jwk: material.jwk, expiresAt: ends }]
    if (organisationOf(material.certificate) !== organisation) return 'pem: the certificate belongs to another organisation, or names none'
    // Without a key id it is an enterprise certificate: the client signs with whichever its organisation has (altinn3.md 1.1).
    if (named === undefined) return []
    const parsed = publicJwk.safeParse(material.certificate.publicKey.export({ format: 'jwk' }))
    return parsed.success ? [{ kid: named, jwk: parsed.data, expiresAt: ends ?? Date.parse(material.certificate.validTo) }] : `pem: ${notRsa}`
  }
  const keys = keysOf()
  if (typeof keys === 'string') return refused(keys)
  const client: RegisteredClient = { clientId, organisation, scopes, keys }
  state.record({ kind: 'ClientRegistered', at: state.now(), caller: 'owner', client })
  return json(201, wire(client))
}

const wire = ({ clientId, organisation, scopes, keys }: RegisteredClient) => ({ clientId, organisation, scopes, kids: keys.map(({ kid }) => kid), signsWith: keys.length === 0 ? 'x5c' : 'kid' })

/** `/localtest/clients`: GET lists, POST registers (again, in place of the one with that id), DELETE `…/{clientId}` takes away. */
export function clientsDoor(state: LocalState): Handler {
  const prefix = '/localtest/clients'
  return (call) => {
    if (call.path === prefix && call.method === 'GET') return json(200, state.clients.all().map(wire))
    if (call.path === prefix && call.method === 'POST') return register(state, call)
    if (call.path === prefix || call.method !== 'DELETE') return { status: 405, headers: { allow: call.path === prefix ? 'GET, POST' : 'DELETE' } }
    const wanted = decodeURIComponent(call.path.slice(prefix.length + 1))
    const found = state.clients.all().find(({ clientId }) => clientId.toLowerCase() === wanted)
    if (found === undefined) return refused('There is no such client', 404)
    state.record({ kind: 'ClientRemoved', at: state.now(), caller: 'owner', clientId: found.clientId })
    return { status: 204 }
  }
}
