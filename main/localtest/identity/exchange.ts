import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { bearer } from '../challenges.ts'
import { type Handler, json, type Reply } from '../http.ts'
import type { LocalState } from '../state.ts'
import type { Tokens } from '../tokens.ts'
import type { Person } from './id-porten/persons.ts'
import type { Lifetimes } from './lifetimes.ts'

export const openIdPath = '/authentication/api/v1/openid'

/** How Altinn's own tokens can be checked: metadata and keys (altinn3.md 0). */
export function openIdRoutes(tokens: Tokens): Handler {
  return async (call) => {
    const base = `${tokens.platform}${openIdPath}/`
    if (call.path === `${openIdPath}/.well-known/openid-configuration`) return json(200, { issuer: base, jwks_uri: `${base}.well-known/openid-configuration/jwks`, id_token_signing_alg_values_supported: ['RS256'] })
    return call.path === `${openIdPath}/.well-known/openid-configuration/jwks` ? json(200, { keys: [await tokens.altinnKey()] }) : { status: 404 }
  }
}

export const exchangePath = '/authentication/api/v1/exchange'

/** What Altinn's own token does not carry over (altinn3.md 1.3). */
const dropped = new Set(['aud', 'iss', 'client_amr', 'sid', 'iat', 'nbf', 'exp', 'jti', 'at_hash'])
const organisationShape = z.object({ ID: z.string().regex(/^0192:\d{9}$/) })
const levels: Readonly<Record<string, string>> = { 'idporten-loa-substantial': '3', 'idporten-loa-high': '4' }

const kept = (claims: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => Object.fromEntries(Object.entries(claims).filter(([name]) => !dropped.has(name)))
const plain = (token: string): Reply => ({ status: 200, headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }, body: token })
const scopesOf = (claims: Readonly<Record<string, unknown>>): readonly string[] => (typeof claims['scope'] === 'string' ? claims['scope'].split(' ') : [])

/** A number that stays the same for a person, as Altinn's own profile has one. */
const userId = (person: Person): number => 20_000_000 + (createHash('sha256').update(person.id).digest().readUInt32BE(0) % 1_000_000)

/** `GET …/exchange/{provider}`: a token of Maskinporten or ID-porten for one of Altinn's, as plain text (altinn3.md 1.3). */
export function exchangeRoutes(state: LocalState, tokens: Tokens, persons: readonly Person[], lifetimes: Lifetimes): Handler {
  const fromMaskinporten = async (token: string): Promise<Reply> => {
    const payload = await tokens.payload(token, 'maskinporten')
    if ('problem' in payload) return { status: 401 }
    const consumer = organisationShape.safeParse(payload.claims['consumer'])
    if (!consumer.success) return { status: 401 }
    const number = consumer.data.ID.slice('0192:'.length)
    const scopes = scopesOf(payload.claims)
    const owner = state.world.resources.find((resource) => resource.owner.orgNumber === number)?.owner
    const exchanged = await tokens.issue(
      'altinn',
      {
        ...kept(payload.claims), sid: randomUUID(), 'urn:altinn:orgNumber': number, 'urn:altinn:authenticatemethod': 'maskinporten', 'urn:altinn:authlevel': '3',
        ...(owner !== undefined && scopes.includes('altinn:serviceowner') ? { 'urn:altinn:org': owner.code } : {}),
      },
      { expiresAt: state.now() + lifetimes.exchange * 1000 },
    )
    return plain(exchanged)
  }

  const fromIdPorten = async (token: string): Promise<Reply> => {
    const payload = await tokens.payload(token, 'idporten')
    if ('problem' in payload) return { status: 401 }
    const { claims } = payload
    const person = persons.find(({ pid }) => pid === claims['pid'])
    if (person === undefined || typeof claims['acr'] !== 'string') return { status: 401 }
    if (!scopesOf(claims).some((scope) => scope.startsWith('altinn:'))) return { status: 403 }
    const exchanged = await tokens.issue(
      'altinn',
      {
        ...kept(claims), sid: randomUUID(), 'urn:altinn:userid': String(userId(person)), 'urn:altinn:username': '', 'urn:altinn:partyid': String(person.partyId), 'urn:altinn:party:uuid': person.id,
        'urn:altinn:authenticatemethod': 'BankID', 'urn:altinn:authlevel': levels[claims['acr']] ?? '0',
      },
      // A person's Altinn token ends with the login it was made of.
      { expiresAt: Number(claims['exp']) * 1000 },
    )
    return plain(exchanged)
  }

  return async (call) => {
    if (call.method !== 'GET') return { status: 405, headers: { allow: 'GET' } }
    const provider = call.path.slice(exchangePath.length + 1)
    if (provider !== 'maskinporten' && provider !== 'id-porten') return json(400, 'Invalid token provider')
    // The enterprise user of Altinn II is gone, and its header with it.
    if (call.headers['x-altinn-enterpriseuser-authentication'] !== undefined) return { status: 410 }
    const token = bearer(call)
    if (token === null) return { status: 401 }
    return provider === 'maskinporten' ? await fromMaskinporten(token) : await fromIdPorten(token)
  }
}
