import { randomBytes, randomUUID } from 'node:crypto'
import { exportJWK, SignJWT } from 'jose'
import { type Call, type Handler, json, type Reply } from '../http.ts'
import type { LocalState } from '../state.ts'
import { Assertions } from './assertion.ts'
import { algorithms, type KeyPair } from './keys.ts'
import type { Lifetimes } from './lifetimes.ts'

export const maskinportenPath = '/maskinporten'
export const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** As ISO 6523 names a Norwegian organisation. */
export const organisation = (number: string) => ({ authority: 'iso6523-actorid-upis', ID: `0192:${number}` })

const trace = (): string => randomBytes(4).toString('hex')

function refusal(error: string, description: string): Reply {
  return json(400, { error, error_description: `${description} (trace_id: ${trace()})`, error_uri: 'https://docs.digdir.no/docs/Maskinporten/maskinporten_feilsoking' }, { 'content-type': 'application/json', 'cache-control': 'no-store' })
}

/** A scope decides how long a token lives, and the shortest counts (altinn3.md 1.1): these have the longer one of the two seen. */
const longScopes: ReadonlySet<string> = new Set(['digdir:dialogporten', 'digdir:dialogporten.noconsent'])
const longSeconds = 599

/** Maskinporten for registered clients: the token endpoint (RFC 7523), metadata (RFC 8414) and keys. */
export class Maskinporten {
  readonly #state: LocalState
  readonly #keys: KeyPair
  readonly #lifetimes: Lifetimes
  readonly #assertions: Assertions
  readonly #platform: () => string

  /** @param platform its address, known once the server listens */
  constructor(state: LocalState, keys: KeyPair, lifetimes: Lifetimes, platform: () => string) {
    this.#state = state
    this.#keys = keys
    this.#lifetimes = lifetimes
    this.#assertions = new Assertions(state.clients, () => state.now())
    this.#platform = platform
  }

  get #issuer(): string {
    return `${this.#platform()}${maskinportenPath}/`
  }

  readonly routes: Handler = async (call) => {
    const path = call.path.slice(maskinportenPath.length)
    if (path === '/token') return call.method === 'POST' ? await this.#grant(call) : { status: 405, headers: { allow: 'POST' } }
    if (path !== '/.well-known/oauth-authorization-server' && path !== '/jwk') return { status: 404 }
    if (path === '/jwk') return json(200, { keys: [{ ...(await exportJWK(this.#keys.public)), kid: 'maskinporten', use: 'sig', alg: algorithms.maskinporten }] })
    return this.metadata(call)
  }

  /** What a program can find out about this Maskinporten (RFC 8414). */
  readonly metadata = (call: Call): Reply => {
    if (call.method !== 'GET') return { status: 405, headers: { allow: 'GET' } }
    return json(200, {
      issuer: this.#issuer,
      token_endpoint: `${this.#issuer}token`,
      jwks_uri: `${this.#issuer}jwk`,
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      grant_types_supported: [grantType],
      token_endpoint_auth_signing_alg_values_supported: ['RS256', 'RS384', 'RS512'],
      authorization_details_types_supported: ['urn:altinn:systemuser'],
    })
  }

  async #grant(call: Call): Promise<Reply> {
    if (call.headers['content-type']?.toLowerCase().startsWith('application/x-www-form-urlencoded') !== true) return refusal('invalid_request', 'Content type must be application/x-www-form-urlencoded')
    const form = new URLSearchParams(call.body.toString('utf8'))
    if (form.get('grant_type') !== grantType) return refusal('unsupported_grant_type', 'Unsupported grant type')
    const checked = await this.#assertions.check(form.get('assertion') ?? '', this.#issuer)
    if ('wrong' in checked) return refusal('invalid_grant', `Invalid assertion. ${checked.wrong}. ${checked.code}`)
    const { claims, client, signedBy } = checked
    const wanted = [...new Set(claims.scope.split(' ').filter((scope) => scope !== ''))]
    const denied = wanted.filter((scope) => !client.scopes.includes(scope))
    if (denied.length > 0 || wanted.length === 0) return refusal('invalid_scope', `Client is not authorized for scope(s) ${denied.join(' ')}`)
    // Nobody in this world has delegated an API to a supplier the classic way.
    if (claims.consumer_org !== undefined) return refusal('invalid_grant', 'Consumer has not delegated the scope(s) to the client')
    const [details] = claims.authorization_details ?? []
    const owner = details?.systemuser_org.ID.slice('0192:'.length) ?? ''
    const systemUser = details === undefined ? null : this.#state.systemUsers.forGrant(client.clientId, owner, details.externalRef)
    if (details !== undefined && systemUser === null) return refusal('invalid_altinn_customer_configuration', 'MP-303 System user not found for the organisation, client and system in Altinn')
    const iat = Math.floor(this.#state.now() / 1000)
    const life = Math.min(...wanted.map((scope) => (longScopes.has(scope) ? longSeconds : this.#lifetimes.maskinporten)))
    const token = await new SignJWT({
      client_amr: signedBy === 'x5c' ? 'virksomhetssertifikat' : 'private_key_jwt',
      token_type: 'Bearer',
      scope: wanted.join(' '),
      client_id: client.clientId,
      consumer: organisation(client.organisation),
      ...(claims.resource === undefined ? {} : { aud: claims.resource }),
      ...(systemUser === null ? {} : { authorization_details: [{ type: 'urn:altinn:systemuser', systemuser_org: organisation(owner), systemuser_id: [systemUser.id], system_id: systemUser.systemId }] }),
    })
      .setProtectedHeader({ alg: algorithms.maskinporten, kid: 'maskinporten' })
      .setIssuer(this.#issuer)
      .setIssuedAt(iat)
      .setExpirationTime(iat + life)
      .setJti(randomUUID())
      .sign(this.#keys.private)
    return json(200, { access_token: token, token_type: 'Bearer', expires_in: life, scope: wanted.join(' ') }, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  }
}
