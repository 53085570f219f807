import { randomUUID } from 'node:crypto'
import { errors, exportJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { type Caller, callerOf, type Claims, identityOf } from './callers.ts'
import { bearer, type TokenProblem } from './challenges.ts'
import { idPortenPath } from './identity/id-porten/client.ts'
import { algorithms, type ClientKey, type Issuer, type KeyPair, personKeys, type TokenKeys } from './identity/keys.ts'
import { maskinportenPath } from './identity/maskinporten.ts'
import type { Call } from './http.ts'
import type { LocalState } from './state.ts'

export type { Caller } from './callers.ts'
export { type TokenProblem, unauthorized } from './challenges.ts'
export type { Issuer } from './identity/keys.ts'

/** A client of Maskinporten with its private key, for whoever signs in with it. */
export interface DemoClient {
  readonly clientId: string
  readonly kid: string
  readonly key: JWK
  readonly organisation: string
  readonly scopes: readonly string[]
}

/** Checked tokens that are remembered, so that a large run does not check one signature for each request. */
const knownTokens = 100

/** What the world's client asks for in daily use (altinn3.md 1.2). */
export const clientScopes: readonly string[] = ['digdir:dialogporten', 'altinn:correspondence.read', 'altinn:accessmanagement/authorizedparties']

/** What it is registered for besides: asking for system users, and changing the clients of one. */
export const vendorScopes: readonly string[] = [
  'digdir:dialogporten.noconsent', 'altinn:authentication/systemuser.request.read', 'altinn:authentication/systemuser.request.write', 'altinn:authentication/systemregister.write',
  'altinn:clientdelegations.read', 'altinn:clientdelegations.write',
]

export type Payload = { readonly claims: Claims } | Exclude<TokenProblem, { problem: 'none' }>

/** What a token says of itself beside the claims of its kind; all of it defaults to what the issuer really writes. */
export interface TokenTerms {
  readonly issuer?: string
  /** ms since 1970; from now on. */
  readonly notBefore?: number
  /** ms since 1970; half an hour from now, ten minutes for a dialog token. */
  readonly expiresAt?: number
}

/** Which tokens an action takes beside Altinn's own and Maskinporten's (altinn3.md 1.3). */
export interface Accepted {
  readonly dialog?: boolean
  readonly person?: boolean
}

/** Signs and checks the tokens of every service, and says who calls. */
export class Tokens {
  readonly client: DemoClient
  readonly #state: LocalState
  readonly #keys: TokenKeys
  /** Tokens whose signature was checked already, with the caller they name. */
  readonly #known = new Map<string, { readonly caller: Caller; readonly expiresAt: number }>()
  #platform = ''

  /** @param client the key of the world's own client, which is registered here */
  constructor(state: LocalState, keys: TokenKeys, client: ClientKey = keys.client) {
    const { clientId, organisation, vendorOrganisation } = identityOf(state.world)
    this.#state = state
    this.client = { clientId, kid: client.kid, key: client.private, organisation, scopes: clientScopes }
    this.#keys = keys
    const { n = '', e = '' } = client.private
    state.clients.add({ clientId, organisation: vendorOrganisation, scopes: [...clientScopes, ...vendorScopes], keys: [{ kid: client.kid, jwk: { kty: 'RSA', n, e }, expiresAt: null }] })
  }

  /** Addresses hang on the port, which is known only once the server listens. */
  listenAt(platform: string): void {
    this.#platform = platform
  }

  get platform(): string {
    return this.#platform
  }

  #issuerOf(kind: Issuer): string {
    return { maskinporten: `${this.#platform}${maskinportenPath}/`, altinn: `${this.#platform}/authentication/api/v1/openid/`, dialog: `${this.#platform}/dialogporten/api/v1`, idporten: `${this.#platform}${idPortenPath}` }[kind]
  }

  async #keysOf(kind: Issuer): Promise<KeyPair> {
    return kind === 'idporten' ? (await personKeys()).pair : this.#keys.services[kind]
  }

  /**
   * A token as the platform signs it. The world's own client comes by its tokens through `grant` and `exchange`; this is for
   * everybody else whom the services know: persons, senders, Altinn's own inbox, and tokens that are not valid (yet, any more).
   */
  async issue(kind: Issuer, claims: Claims, terms: TokenTerms = {}): Promise<string> {
    const now = this.#state.now()
    const seconds = (at: number): number => Math.floor(at / 1000)
    return await new SignJWT(claims)
      .setProtectedHeader({ alg: algorithms[kind], kid: kind })
      .setIssuer(terms.issuer ?? this.#issuerOf(kind))
      .setIssuedAt(seconds(now))
      .setNotBefore(seconds(terms.notBefore ?? now) - (terms.notBefore === undefined && kind !== 'dialog' ? 2 : 0))
      .setExpirationTime(seconds(terms.expiresAt ?? now + (kind === 'dialog' ? 600_000 : 1_800_000)))
      .setJti(randomUUID())
      .sign((await this.#keysOf(kind)).private)
  }

  /** The token a dialog carries for the addresses inside it: EdDSA, ten minutes (altinn3.md 3.5). */
  async dialogToken(caller: Caller, dialog: { readonly id: string; readonly party: string; readonly resourceId: string }): Promise<string> {
    return await this.issue('dialog', {
      l: caller.level,
      ...this.#authenticated(caller),
      p: dialog.party,
      s: `urn:altinn:resource:${dialog.resourceId}`,
      i: dialog.id,
      a: 'read;write',
    })
  }

  /** Who is named in a dialog token: a person, or a system user with its organisation and the client that asked for it. */
  #authenticated({ person, systemUserId }: Caller): Claims {
    if (person !== null) return { c: person }
    const { systemUsers } = this.#state
    const vendor = systemUsers.system(systemUsers.user(systemUserId)?.systemId ?? '')?.vendor ?? identityOf(this.#state.world).vendorOrganisation
    return { c: `urn:altinn:organization:identifier-no:${vendor}`, y: `urn:altinn:systemuser:uuid:${systemUserId}`, o: `urn:altinn:organization:identifier-no:${systemUsers.ownerOf(systemUserId) ?? ''}` }
  }

  /** The public key of Altinn's own tokens. */
  async altinnKey(): Promise<JWK> {
    return { ...(await exportJWK(this.#keys.services.altinn.public)), kid: 'altinn', use: 'sig', alg: algorithms.altinn }
  }

  /** The public key of dialog tokens. */
  async dialogKey(): Promise<JWK> {
    const { kty, crv, x } = await exportJWK(this.#keys.services.dialog.public)
    return { kty: kty ?? 'OKP', use: 'sig', kid: 'dialog', ...(crv === undefined ? {} : { crv }), ...(x === undefined ? {} : { x }), alg: algorithms.dialog }
  }

  /** Whether a call carries a dialog token that stands. */
  async isDialogToken(call: Call): Promise<boolean> {
    const token = bearer(call)
    return token !== null && 'claims' in (await this.payload(token, 'dialog'))
  }

  /**
   * Who calls; an Altinn token or a raw Maskinporten token.
   * @param accepted what is taken too (altinn3.md 1.3): a dialog token by Correspondence, a person's raw ID-porten token by Dialogporten
   */
  async caller(call: Call, accepted: Accepted = {}): Promise<Caller | TokenProblem> {
    const token = bearer(call)
    if (token === null) return { problem: 'none' }
    const known = this.#known.get(token)
    if (known !== undefined && this.#state.now() < known.expiresAt) return known.caller
    const first = await this.payload(token, 'altinn')
    if ('claims' in first) return this.#remember(token, 'altinn', first.claims)
    if (first.problem === 'expired' || first.problem === 'early') return first
    if (accepted.dialog === true) {
      const dialog = await this.payload(token, 'dialog')
      // Not remembered: the same token is none for Dialogporten.
      if ('claims' in dialog) return callerOf(this.#state, 'dialog', dialog.claims)
      if (dialog.problem === 'expired' || dialog.problem === 'early') return dialog
    }
    if (accepted.person === true) {
      const person = await this.payload(token, 'idporten')
      if ('claims' in person) return callerOf(this.#state, 'altinn', person.claims)
      if (person.problem === 'expired' || person.problem === 'early') return person
    }
    const raw = await this.payload(token, 'maskinporten')
    if ('claims' in raw) return callerOf(this.#state, 'maskinporten', raw.claims)
    return first.problem === 'issuer' ? first : raw
  }

  #remember(token: string, kind: 'altinn', claims: Claims): Caller {
    const caller = callerOf(this.#state, kind, claims)
    if (this.#known.size >= knownTokens) this.#known.clear()
    this.#known.set(token, { caller, expiresAt: Number(claims['exp']) * 1000 })
    return caller
  }

  /** Claims of a token that one issuer has signed and that stands now; otherwise why it is none. */
  async payload(token: string, by: Issuer): Promise<Payload> {
    const { public: key } = await this.#keysOf(by)
    try {
      const { payload } = await jwtVerify(token, key, { issuer: this.#issuerOf(by), algorithms: [algorithms[by]], currentDate: new Date(this.#state.now()), clockTolerance: 0 })
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
