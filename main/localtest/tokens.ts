import { randomBytes, randomUUID } from 'node:crypto'
import { type CryptoKey, decodeProtectedHeader, errors, exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { type Caller, callerOf, type Claims, identityOf, rightsOf, type RightsOf } from './callers.ts'
import { bearer, type TokenProblem } from './challenges.ts'
import { type Call, json, type Reply } from './http.ts'
import type { World } from './world/model.ts'

export type { Caller } from './callers.ts'
export { type TokenProblem, unauthorized } from './challenges.ts'

/** The key of the world's client, made at start: a real private key that signs real grants, known to nobody else. */
export interface DemoClient {
  readonly clientId: string
  readonly kid: string
  readonly key: JWK
  readonly organisation: string
  readonly scopes: readonly string[]
}

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

interface KeyPair {
  readonly private: CryptoKey
  readonly public: CryptoKey
}
export type Issuer = 'maskinporten' | 'altinn' | 'dialog'
const algorithms: Readonly<Record<Issuer, string>> = { maskinporten: 'RS256', altinn: 'RS256', dialog: 'EdDSA' }
type Payload = { readonly claims: Claims } | Exclude<TokenProblem, { problem: 'none' }>

/** The keys of the services and of the world's client. Making them takes longer than starting all the rest. */
interface TokenKeys {
  readonly services: Readonly<Record<Issuer, KeyPair>>
  readonly client: { readonly kid: string; readonly private: JWK; readonly public: JWK }
}

async function makeKeys(): Promise<TokenKeys> {
  const pair = async (algorithm: string, options: { modulusLength?: number; extractable?: boolean } = {}): Promise<KeyPair> => {
    const made = await generateKeyPair(algorithm, options)
    return { private: made.privateKey, public: made.publicKey }
  }
  const [client, maskinporten, altinn, dialog] = await Promise.all([
    pair('RS256', { modulusLength: 2048, extractable: true }), pair(algorithms.maskinporten), pair(algorithms.altinn), pair(algorithms.dialog),
  ])
  const kid = randomUUID()
  return {
    services: { maskinporten, altinn, dialog },
    client: { kid, private: await exportJWK(client.private), public: { ...(await exportJWK(client.public)), kid, alg: 'RS256' } },
  }
}

/** Made once a process, and never leave it: every service has addresses of its own in its tokens. */
let madeKeys: Promise<TokenKeys> | null = null

/** What a token says of itself beside the claims of its kind; all of it defaults to what the issuer really writes. */
export interface TokenTerms {
  readonly issuer?: string
  /** ms since 1970; from now on. */
  readonly notBefore?: number
  /** ms since 1970; half an hour from now, ten minutes for a dialog token. */
  readonly expiresAt?: number
}

/** Maskinporten's token endpoint and Altinn's exchange, with the checks and answers of the real ones (altinn3.md 1.1, 1.3). */
export class Tokens {
  readonly client: DemoClient
  readonly #world: World
  readonly #keys: TokenKeys
  readonly #used = new Map<string, number>()
  readonly #clock: () => number
  /** Tokens whose signature was checked already, with the caller they name. */
  readonly #known = new Map<string, { readonly caller: Caller; readonly expiresAt: number }>()
  readonly #rights: RightsOf
  #platform = ''

  private constructor(world: World, keys: TokenKeys, clock: () => number, mayActFor: (party: string) => boolean) {
    const { clientId, organisation: owner } = identityOf(world)
    this.#world = world
    this.client = { clientId, kid: keys.client.kid, key: keys.client.private, organisation: owner, scopes: clientScopes }
    this.#keys = keys
    this.#clock = clock
    this.#rights = rightsOf(world, mayActFor)
  }

  /** @param mayActFor whether a right of the world still stands */
  static async create(world: World, clock: () => number, mayActFor: (party: string) => boolean = () => true): Promise<Tokens> {
    return new Tokens(world, await (madeKeys ??= makeKeys()), clock, mayActFor)
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

  #issuerOf(kind: Issuer): string {
    return { maskinporten: this.#issuer, altinn: `${this.#platform}/authentication/api/v1/openid/`, dialog: `${this.#platform}/dialogporten/api/v1` }[kind]
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
      .sign(this.#keys.services.maskinporten.private)
    return json(200, { access_token: token, token_type: 'Bearer', expires_in: 599, scope: claims.scope }, { 'content-type': 'application/json' })
  }

  async #verify(assertion: string): Promise<{ readonly claims: z.infer<typeof grantClaims> } | { readonly reply: Reply }> {
    const untrusted = refusal('invalid_grant', 'Invalid assertion. Client authentication failed. Invalid JWT signature or unknown kid. MP-100')
    const nowMs = this.#clock()
    let payload: unknown
    try {
      if (decodeProtectedHeader(assertion).kid !== this.client.kid) return { reply: untrusted }
      const verified = await jwtVerify(assertion, await importJWK(this.#keys.client.public), { algorithms: ['RS256', 'RS384', 'RS512'], currentDate: new Date(nowMs), clockTolerance: 10 })
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
    const exchanged = await this.issue('altinn', {
      ...kept,
      sid: randomUUID(),
      'urn:altinn:orgNumber': identityOf(this.#world).vendorOrganisation,
      'urn:altinn:authenticatemethod': 'maskinporten',
      'urn:altinn:authlevel': '3',
    })
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: exchanged }
  }

  /**
   * A token as the platform signs it. The world's own client comes by its tokens through `grant` and `exchange`; this is for
   * everybody else whom the services know: persons, senders, Altinn's own inbox, and tokens that are not valid (yet, any more).
   */
  async issue(kind: Issuer, claims: Claims, terms: TokenTerms = {}): Promise<string> {
    const now = this.#clock()
    const seconds = (at: number): number => Math.floor(at / 1000)
    return await new SignJWT(claims)
      .setProtectedHeader({ alg: algorithms[kind], kid: kind })
      .setIssuer(terms.issuer ?? this.#issuerOf(kind))
      .setIssuedAt(seconds(now))
      .setNotBefore(seconds(terms.notBefore ?? now) - (terms.notBefore === undefined && kind !== 'dialog' ? 2 : 0))
      .setExpirationTime(seconds(terms.expiresAt ?? now + (kind === 'dialog' ? 600_000 : 1_800_000)))
      .setJti(randomUUID())
      .sign(this.#keys.services[kind].private)
  }

  /** The token a dialog carries for the addresses inside it: EdDSA, ten minutes (altinn3.md 3.5). */
  async dialogToken(caller: Caller, dialog: { readonly id: string; readonly party: string; readonly resourceId: string }): Promise<string> {
    const { organisation: owner, vendorOrganisation } = identityOf(this.#world)
    return await this.issue('dialog', {
      l: 3,
      c: `urn:altinn:organization:identifier-no:${vendorOrganisation}`,
      y: `urn:altinn:systemuser:uuid:${caller.systemUserId}`,
      o: `urn:altinn:organization:identifier-no:${owner}`,
      p: dialog.party,
      s: `urn:altinn:resource:${dialog.resourceId}`,
      i: dialog.id,
      a: 'read;write',
    })
  }

  /** The public key of dialog tokens. */
  async dialogKey(): Promise<JWK> {
    const { kty, crv, x } = await exportJWK(this.#keys.services.dialog.public)
    return { kty: kty ?? 'OKP', use: 'sig', kid: 'dialog', ...(crv === undefined ? {} : { crv }), ...(x === undefined ? {} : { x }), alg: algorithms.dialog }
  }

  /** Whether a call carries a dialog token that stands. */
  async isDialogToken(call: Call): Promise<boolean> {
    const token = bearer(call)
    return token !== null && 'claims' in (await this.#payload(token, 'dialog'))
  }

  /**
   * Who calls; an Altinn token or a raw Maskinporten token.
   * @param dialogTokens whether a dialog token is accepted too (altinn3.md 1.3): Correspondence takes it, Dialogporten does not
   */
  async caller(call: Call, dialogTokens = false): Promise<Caller | TokenProblem> {
    const token = bearer(call)
    if (token === null) return { problem: 'none' }
    const known = this.#known.get(token)
    if (known !== undefined && this.#clock() < known.expiresAt) return known.caller
    const first = await this.#payload(token, 'altinn')
    if ('claims' in first) return this.#remember(token, 'altinn', first.claims)
    if (first.problem === 'expired' || first.problem === 'early') return first
    if (dialogTokens) {
      const dialog = await this.#payload(token, 'dialog')
      // Not remembered: the same token is none for Dialogporten.
      if ('claims' in dialog) return callerOf(this.#world, this.#rights, 'dialog', dialog.claims)
      if (dialog.problem === 'expired' || dialog.problem === 'early') return dialog
    }
    const raw = await this.#payload(token, 'maskinporten')
    if ('claims' in raw) return callerOf(this.#world, this.#rights, 'maskinporten', raw.claims)
    return first.problem === 'issuer' ? first : raw
  }

  #remember(token: string, kind: 'altinn', claims: Claims): Caller {
    const caller = callerOf(this.#world, this.#rights, kind, claims)
    if (this.#known.size >= knownTokens) this.#known.clear()
    this.#known.set(token, { caller, expiresAt: Number(claims['exp']) * 1000 })
    return caller
  }

  async #payload(token: string, by: Issuer): Promise<Payload> {
    const { public: key } = this.#keys.services[by]
    try {
      const { payload } = await jwtVerify(token, key, { issuer: this.#issuerOf(by), algorithms: [algorithms[by]], currentDate: new Date(this.#clock()), clockTolerance: 0 })
      return { claims: payload }
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { problem: 'expired', at: new Date((error.payload.exp ?? 0) * 1000) }
      if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf') return { problem: 'early', at: new Date((error.payload.nbf ?? 0) * 1000) }
      if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iss') return { problem: 'issuer', issuer: error.payload.iss ?? '' }
      if (error instanceof errors.JWSSignatureVerificationFailed) return { problem: 'signature' }
      if (error instanceof errors.JOSEError || error instanceof TypeError) return { problem: 'invalid' }
      throw error
    }
  }
}
