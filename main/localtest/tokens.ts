import { randomBytes, randomUUID } from 'node:crypto'
import { type CryptoKey, decodeProtectedHeader, errors, exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { type Call, json, type Reply } from './http.ts'
import type { World, WorldIdentity } from './world/model.ts'

/** The key of the world's client, made at start: a real private key that signs real grants, known to nobody else. */
export interface DemoClient {
  readonly clientId: string
  readonly kid: string
  readonly key: JWK
  readonly organisation: string
  readonly scopes: readonly string[]
}

/** Who calls, by a token that was verified. */
export interface Caller {
  readonly kind: 'altinn' | 'maskinporten'
  readonly systemUserId: string
  readonly scopes: readonly string[]
  /** Whether the system user may read for a party: one service (bare id), or any of them (null). */
  may(party: string, resource: string | null): boolean
}

export type TokenProblem = { readonly problem: 'none' } | { readonly problem: 'invalid' } | { readonly problem: 'signature' } | { readonly problem: 'expired'; readonly at: Date }

const grantClaims = z.strictObject({
  aud: z.string(),
  iss: z.string(),
  iat: z.number(),
  exp: z.number(),
  jti: z.string().optional(),
  scope: z.string().min(1),
  resource: z.array(z.string()).optional(),
  authorization_details: z
    .array(z.strictObject({ type: z.literal('urn:altinn:systemuser'), systemuser_org: z.strictObject({ authority: z.literal('iso6523-actorid-upis'), ID: z.string() }), externalRef: z.string().optional() }))
    .length(1)
    .optional(),
})

/** Checked tokens that are remembered, so that a large run does not check one signature for each request. */
const knownTokens = 100

const trace = (): string => randomBytes(4).toString('hex')
const refusal = (error: string, description: string): Reply =>
  json(400, { error, error_description: `${description} (trace_id: ${trace()})`, error_uri: 'https://docs.example/' }, { 'content-type': 'application/json' })

const organisation = (number: string) => ({ authority: 'iso6523-actorid-upis', ID: `0192:${number}` })

/** What the world's client is registered for; a scope beyond these is refused (altinn3.md 1.2). */
export const clientScopes: readonly string[] = ['digdir:dialogporten', 'altinn:correspondence.read', 'altinn:accessmanagement/authorizedparties']

function identityOf(world: World): WorldIdentity {
  const [identity] = world.identities
  if (identity === undefined) throw new Error('A world needs an identity')
  return identity
}

interface KeyPair {
  readonly private: CryptoKey
  readonly public: CryptoKey
}
type Keys = Readonly<Record<'maskinporten' | 'altinn' | 'dialog', KeyPair>>
type Payload = { readonly claims: Readonly<Record<string, unknown>> } | Exclude<TokenProblem, { problem: 'none' }>

/** Keys of the world's client and of the services: made once a process, and never leave it. */
async function makeKeys() {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true })
  const pair = async (algorithm = 'RS256'): Promise<KeyPair> => {
    const made = await generateKeyPair(algorithm)
    return { private: made.privateKey, public: made.publicKey }
  }
  const keys: Keys = { maskinporten: await pair(), altinn: await pair(), dialog: await pair('EdDSA') }
  return { kid: randomUUID(), privateKey, publicKey, keys }
}
let madeKeys: ReturnType<typeof makeKeys> | null = null

/** Maskinporten's token endpoint and Altinn's exchange, with the checks and answers of the real ones (altinn3.md 1.1, 1.3). */
export class Tokens {
  readonly client: DemoClient
  readonly #world: World
  readonly #clientKey: JWK
  readonly #keys: Keys
  readonly #used = new Map<string, number>()
  readonly #clock: () => number
  /** Tokens whose signature was checked already, with the caller they name. */
  readonly #known = new Map<string, { readonly caller: Caller; readonly expiresAt: number }>()
  readonly #rights: ReadonlyMap<string, WorldIdentity['rights'][number]['resources']>
  readonly #mayActFor: (party: string) => boolean
  #platform = ''

  private constructor(world: World, client: DemoClient, clientKey: JWK, keys: Keys, clock: () => number, mayActFor: (party: string) => boolean) {
    this.#mayActFor = mayActFor
    this.#world = world
    this.client = client
    this.#clientKey = clientKey
    this.#keys = keys
    this.#clock = clock
    this.#rights = new Map(identityOf(world).rights.map((right) => [right.party, right.resources]))
  }

  /** @param mayActFor whether a right of the world still stands */
  static async create(world: World, clock: () => number, mayActFor: (party: string) => boolean = () => true): Promise<Tokens> {
    const { kid, privateKey, publicKey, keys } = await (madeKeys ??= makeKeys())
    const { clientId, organisation: owner } = identityOf(world)
    const client = { clientId, kid, key: await exportJWK(privateKey), organisation: owner, scopes: clientScopes }
    return new Tokens(world, client, { ...(await exportJWK(publicKey)), kid, alg: 'RS256' }, keys, clock, mayActFor)
  }

  /** Addresses hang on the port, which is known only once the server listens. */
  listenAt(platform: string): void {
    this.#platform = platform
  }

  get platform(): string {
    return this.#platform
  }

  get #issuer(): string {
    return `${this.#platform}/maskinporten/`
  }

  get #altinnIssuer(): string {
    return `${this.#platform}/authentication/api/v1/openid/`
  }

  /** `POST /maskinporten/token` (RFC 7523). */
  async grant(call: Call): Promise<Reply> {
    const form = new URLSearchParams(call.body.toString('utf8'))
    if (call.headers['content-type']?.startsWith('application/x-www-form-urlencoded') !== true) return refusal('invalid_request', 'Content type must be application/x-www-form-urlencoded')
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') return refusal('unsupported_grant_type', 'Unsupported grant type')
    const verified = await this.#verify(form.get('assertion') ?? '')
    if ('reply' in verified) return verified.reply
    const { claims } = verified
    const wanted = claims.scope.split(' ')
    const identity = identityOf(this.#world)
    const denied = wanted.filter((scope) => !clientScopes.includes(scope))
    if (denied.length > 0) return refusal('invalid_scope', `Client is not authorized for scope(s) ${denied.join(' ')}`)
    const [details] = claims.authorization_details ?? []
    if (details !== undefined && details.systemuser_org.ID !== `0192:${identity.organisation}`) return refusal('invalid_altinn_customer_configuration', 'MP-303 System user not found')
    const iat = Math.floor(this.#clock() / 1000)
    const token = await new SignJWT({
      client_amr: 'private_key_jwt',
      token_type: 'Bearer',
      scope: claims.scope,
      client_id: claims.iss,
      consumer: organisation(identity.vendorOrganisation),
      ...(details === undefined
        ? {}
        : { authorization_details: [{ type: 'urn:altinn:systemuser', systemuser_org: organisation(identity.organisation), systemuser_id: [identity.systemUserId], system_id: identity.systemId }] }),
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'maskinporten' })
      .setIssuer(this.#issuer)
      .setIssuedAt(iat)
      .setExpirationTime(iat + 599)
      .setJti(randomUUID())
      .sign(this.#keys.maskinporten.private)
    return json(200, { access_token: token, token_type: 'Bearer', expires_in: 599, scope: claims.scope }, { 'content-type': 'application/json' })
  }

  async #verify(assertion: string): Promise<{ readonly claims: z.infer<typeof grantClaims> } | { readonly reply: Reply }> {
    const untrusted = refusal('invalid_grant', 'Invalid assertion. Client authentication failed. Invalid JWT signature or unknown kid. MP-100')
    const nowMs = this.#clock()
    let payload: unknown
    try {
      if (decodeProtectedHeader(assertion).kid !== this.client.kid) return { reply: untrusted }
      const verified = await jwtVerify(assertion, await importJWK(this.#clientKey), { algorithms: ['RS256', 'RS384', 'RS512'], currentDate: new Date(nowMs), clockTolerance: 10 })
      payload = verified.payload
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return { reply: untrusted }
      throw error
    }
    const parsed = grantClaims.safeParse(payload)
    if (!parsed.success) return { reply: refusal('invalid_grant', `Invalid assertion. Invalid or unknown claim ${parsed.error.issues[0]?.path.join('.') ?? ''}. MP-100`) }
    const claims = parsed.data
    const now = Math.floor(nowMs / 1000)
    if (claims.aud !== this.#issuer) return { reply: refusal('invalid_grant', `Invalid assertion. Invalid audience (aud), expected ${this.#issuer}. MP-110`) }
    if (claims.iss !== this.client.clientId) return { reply: untrusted }
    if (Math.abs(claims.iat - now) > 10) return { reply: refusal('invalid_grant', 'Invalid assertion. Issued at (iat) is not within 10 seconds of the current time. MP-100') }
    if (claims.exp - claims.iat > 120 || claims.exp <= now) return { reply: refusal('invalid_grant', 'Invalid assertion. Expiry (exp) must be at most 120 seconds after iat. MP-100') }
    if (claims.jti !== undefined && this.#used.has(claims.jti)) return { reply: refusal('invalid_grant', 'Invalid assertion. The assertion was used before (jti). MP-100') }
    for (const [jti, until] of this.#used) if (until < now) this.#used.delete(jti)
    if (claims.jti !== undefined) this.#used.set(claims.jti, claims.exp)
    return { claims }
  }

  /** `GET /authentication/api/v1/exchange/maskinporten`: the Altinn token as plain text. */
  async exchange(call: Call): Promise<Reply> {
    if (call.headers['x-altinn-enterpriseuser-authentication'] !== undefined) return { status: 410 }
    const token = bearer(call)
    const payload = token === null ? null : await this.#payload(token, 'maskinporten')
    if (payload === null || 'problem' in payload) return { status: 401 }
    const kept = Object.fromEntries(Object.entries(payload.claims).filter(([name]) => name !== 'iss' && name !== 'client_amr'))
    const iat = Math.floor(this.#clock() / 1000)
    const exchanged = await new SignJWT({
      ...kept,
      sid: randomUUID(),
      'urn:altinn:orgNumber': identityOf(this.#world).vendorOrganisation,
      'urn:altinn:authenticatemethod': 'maskinporten',
      'urn:altinn:authlevel': '3',
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'altinn' })
      .setIssuer(this.#altinnIssuer)
      .setIssuedAt(iat)
      .setNotBefore(iat - 2)
      .setExpirationTime(iat + 1800)
      .setJti(randomUUID())
      .sign(this.#keys.altinn.private)
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: exchanged }
  }

  /** The token a dialog carries for the addresses inside it: EdDSA, ten minutes (altinn3.md 3.5). */
  async dialogToken(caller: Caller, dialog: { readonly id: string; readonly party: string; readonly resourceId: string }): Promise<string> {
    const iat = Math.floor(this.#clock() / 1000)
    const { organisation: owner, vendorOrganisation } = identityOf(this.#world)
    return await new SignJWT({
      l: 3,
      c: `urn:altinn:organization:identifier-no:${vendorOrganisation}`,
      y: `urn:altinn:systemuser:uuid:${caller.systemUserId}`,
      o: `urn:altinn:organization:identifier-no:${owner}`,
      p: dialog.party,
      s: `urn:altinn:resource:${dialog.resourceId}`,
      i: dialog.id,
      a: 'read;write',
    })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'dialog' })
      .setIssuer(`${this.#platform}/dialogporten/api/v1`)
      .setIssuedAt(iat)
      .setNotBefore(iat)
      .setExpirationTime(iat + 600)
      .setJti(randomUUID())
      .sign(this.#keys.dialog.private)
  }

  /** The public key of dialog tokens. */
  async dialogKey(): Promise<JWK> {
    const { kty, crv, x } = await exportJWK(this.#keys.dialog.public)
    return { kty: kty ?? 'OKP', use: 'sig', kid: 'dialog', ...(crv === undefined ? {} : { crv }), ...(x === undefined ? {} : { x }), alg: 'EdDSA' }
  }

  /** The party of a call's dialog token; null where it has none that stands. */
  async dialogParty(call: Call): Promise<string | null> {
    const token = bearer(call)
    if (token === null) return null
    try {
      const { payload } = await jwtVerify(token, this.#keys.dialog.public, { issuer: `${this.#platform}/dialogporten/api/v1`, algorithms: ['EdDSA'], currentDate: new Date(this.#clock()), clockTolerance: 0 })
      const party = payload['p']
      return typeof party === 'string' ? party : null
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null
      throw error
    }
  }

  /** Who calls; an Altinn token or a raw Maskinporten token. */
  async caller(call: Call): Promise<Caller | TokenProblem> {
    const token = bearer(call)
    if (token === null) return { problem: 'none' }
    const known = this.#known.get(token)
    if (known !== undefined && this.#clock() < known.expiresAt) return known.caller
    const altinn = await this.#payload(token, 'altinn')
    if ('claims' in altinn) {
      const caller = this.#callerOf(altinn.claims, 'altinn')
      if (this.#known.size >= knownTokens) this.#known.clear()
      this.#known.set(token, { caller, expiresAt: Number(altinn.claims['exp']) * 1000 })
      return caller
    }
    if (altinn.problem === 'expired') return altinn
    const raw = await this.#payload(token, 'maskinporten')
    return 'claims' in raw ? this.#callerOf(raw.claims, 'maskinporten') : raw
  }

  #callerOf(payload: Readonly<Record<string, unknown>>, kind: Caller['kind']): Caller {
    const scope = payload['scope']
    const { systemUserId } = identityOf(this.#world)
    const isSystemUser = payload['authorization_details'] !== undefined
    return { kind, systemUserId: isSystemUser ? systemUserId : '', scopes: typeof scope === 'string' ? scope.split(' ') : [], may: (party, resource) => {
      const held = isSystemUser ? this.#rights.get(party) : undefined
      return held !== undefined && this.#mayActFor(party) && (resource === null || held === 'all' || held.includes(resource))
    } }
  }

  async #payload(token: string, by: 'maskinporten' | 'altinn'): Promise<Payload> {
    try {
      const issuer = by === 'altinn' ? this.#altinnIssuer : this.#issuer
      const { payload } = await jwtVerify(token, this.#keys[by].public, { issuer, algorithms: ['RS256'], currentDate: new Date(this.#clock()), clockTolerance: 0 })
      return { claims: payload }
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { problem: 'expired', at: new Date((error.payload.exp ?? 0) * 1000) }
      if (error instanceof errors.JWSSignatureVerificationFailed) return { problem: 'signature' }
      if (error instanceof errors.JOSEError || error instanceof TypeError) return { problem: 'invalid' }
      throw error
    }
  }
}

function bearer(call: Call): string | null {
  const found = /^bearer +(\S+)$/i.exec(call.headers['authorization'] ?? '')
  return found?.[1] ?? null
}

/**
 * The challenges of a 401, one for each scheme the action knows (altinn3.md 2.2 and 3.9).
 * @param named whether every challenge names the fault, or only the last, as Dialogporten does of tokens it can read
 */
export function unauthorized(problem: TokenProblem, schemes: number, named: 'all' | 'last' = 'all'): Reply {
  const detail =
    problem.problem === 'none'
      ? 'Bearer'
      : problem.problem === 'expired'
        ? `Bearer error="invalid_token", error_description="The token expired at '${expiryText(problem.at)}'"`
        : 'Bearer error="invalid_token"'
  return { status: 401, headers: { 'www-authenticate': Array.from({ length: schemes }, (_, index) => (named === 'all' || index === schemes - 1 ? detail : 'Bearer')) } }
}

function expiryText(at: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${two(at.getUTCMonth() + 1)}/${two(at.getUTCDate())}/${String(at.getUTCFullYear())} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`
}

