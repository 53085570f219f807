import { decodeJwt } from 'jose'
import * as oidc from 'openid-client'
import { ServiceClock } from './clock.ts'
import type { Environment, IdportenAddresses } from './environment.ts'
import type { Http } from './http.ts'
import { type Exchange, type Failure, type Outcome, failure } from './outcome.ts'
import { notTheService, signInFailure, type SignInStep, unanswered } from './sign-in-answers.ts'
import { signInProblem, type SignInProblemCode } from './sign-in-problem.ts'

/** How strongly a person must be known (altinn3.md 1.6). */
export type LoginLevel = 'substantial' | 'high'

/** What a person's login is for (altinn3.md 1.6); `altinn:correspondence.write` is never one of them. */
export const personScopes = ['openid', 'profile', 'digdir:dialogporten', 'altinn:correspondence.read', 'altinn:accessmanagement/authorizedparties'] as const

/** A person's login. It is a secret as a whole: it is kept sealed or not at all. */
export interface PersonSession {
  readonly accessToken: string
  /** By our own clock, ms since 1970. */
  readonly expiresAt: number
  /** null where the client is not registered for one: then the login ends with its access token. */
  readonly refreshToken: string | null
  /** When a login that is continued ends, ms since 1970; null where nobody says it. */
  readonly endsAt: number | null
}

/** The party URN of who logged in, by the token's `pid` (altinn3.md 1.6); null where the token does not say. */
export function personOf({ accessToken }: PersonSession): string | null {
  if (accessToken.split('.').length !== 3) return null
  try {
    const { pid } = decodeJwt<{ readonly pid?: unknown }>(accessToken)
    return typeof pid === 'string' && /^\d{11}$/.test(pid) ? `urn:altinn:person:identifier-no:${pid}` : null
  } catch {
    // Tokens by reference exist, and say nothing of themselves.
    return null
  }
}

export interface LoginRequest {
  /** `http://127.0.0.1:<port>/<path>`, the same to the letter in both calls (RFC 8252 section 7.3). */
  readonly redirectUri: string
  readonly level: LoginLevel
  readonly language: 'nb' | 'nn' | 'en'
}

/** A login under way. */
export interface PersonLogin {
  /** What the browser opens. */
  readonly address: string
  /** The login's name in the answer (RFC 6749 section 10.12); an answer with another one is not this login's. */
  readonly state: string
  /** @param query what came to the redirect address */
  finish(query: URLSearchParams): Promise<Outcome<PersonSession>>
}

const acr = (level: LoginLevel): string => `idporten-loa-${level}`

/** A request of the library's that got no usable answer. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
  readonly failure: Failure
  constructor(reason: Failure) {
    super(reason.message)
    this.failure = reason
  }
}

const steps = (path: string): SignInStep => ({ route: `idporten${path}`, down: 'idporten-down' })

/**
 * Plain HTTP, spoken on this machine only: no other address may begin with it (environment-file.ts). The library marks its switch
 * as deprecated only to make it stand out, and the lint rule knows no reasons; so it is asked for by name.
 */
const overLoopback: (configuration: oidc.Configuration) => void = Reflect.get(oidc, 'allowInsecureRequests')

/** ID-porten's OpenID Connect, spoken by the library over our own HTTP: same hosts, proxy, certificates and limits; no redirect followed. */
class Idporten {
  readonly #http: Http
  readonly #addresses: IdportenAddresses & { readonly clientId: string }
  readonly #clock = new ServiceClock()
  #last: Exchange

  constructor(http: Http, addresses: IdportenAddresses & { readonly clientId: string }) {
    this.#http = http
    this.#addresses = addresses
    this.#last = { beganAt: http.now(), endedAt: http.now(), serverDateAt: null }
  }

  /** The exchange of the last request, for an outcome. */
  get exchange(): Exchange {
    return this.#last
  }

  readonly #fetch: oidc.CustomFetch = async (url, { method, headers, body, signal }) => {
    const kind = url === this.#tokenEndpoint ? '/token' : url.includes('/.well-known/') ? '/.well-known' : '/jwks'
    const step = steps(kind)
    if (method !== 'GET' && method !== 'POST') throw new NoAnswer(failure('unexpected-content', 'A request of another kind'))
    const text = body instanceof URLSearchParams ? body.toString() : typeof body === 'string' ? body : null
    const type = body instanceof URLSearchParams ? { 'content-type': 'application/x-www-form-urlencoded' } : {}
    // The program is named to the service by its own name, not by the library's.
    const own = Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'user-agent'))
    const sent = await this.#http.text({ route: step.route, method, url, headers: { ...type, ...own }, urgent: true, signal, ...(text === null ? {} : { body: text }) })
    this.#last = 'failure' in sent ? sent.exchange : sent.answer.exchange
    if ('failure' in sent) throw new NoAnswer(unanswered(sent.failure, step))
    const { answer } = sent
    const other = notTheService(answer, step, this.#http.now())
    if (other !== null) throw new NoAnswer(other)
    this.#clock.learn(answer.exchange)
    const known = Object.entries(answer.headers).filter((header): header is [string, string] => header[1] !== undefined)
    return new Response(answer.body, { status: answer.status, headers: known })
  }

  #tokenEndpoint = ''

  /** Reads the service's own description and checks that it names no host but the environment's. */
  async configuration(): Promise<oidc.Configuration> {
    const { issuer, clientId } = this.#addresses
    const execute = new URL(issuer).protocol === 'http:' ? [overLoopback] : []
    const found = (await oidc.discovery(new URL(issuer), clientId, undefined, oidc.None(), { execute, [oidc.customFetch]: this.#fetch })).serverMetadata()
    const { token_endpoint: token = '', jwks_uri: keys = '', authorization_endpoint: login = '' } = found
    if (!this.#http.allowed.mayAsk(token) || !this.#http.allowed.mayAsk(keys) || !this.#http.allowed.isLoginPage(login)) {
      throw new NoAnswer(signInFailure(signInProblem('wrong-issuer', 'HOST idporten/.well-known')))
    }
    this.#tokenEndpoint = token
    const known = { token_endpoint_auth_method: 'none', [oidc.clockSkew]: Math.round(this.#clock.offsetMs / 1000), [oidc.clockTolerance]: 10 }
    const configuration = new oidc.Configuration(found, clientId, known, oidc.None())
    configuration[oidc.customFetch] = this.#fetch
    for (const setting of execute) setting(configuration)
    // The signature of what says who logged in is checked, not only the line it came over.
    oidc.enableNonRepudiationChecks(configuration)
    return configuration
  }

  /** @param before the login that is continued; null: it begins now */
  session(tokens: oidc.TokenEndpointResponse, before: PersonSession | null): PersonSession {
    const lifetime = this.#addresses.authorizationLifetime
    const endsAt = before === null ? (lifetime === undefined ? null : this.#http.now() + lifetime * 1000) : before.endsAt
    // A token that does not say how long it lives is used once: two minutes are enough for the exchange.
    return { accessToken: tokens.access_token, expiresAt: this.#http.now() + (tokens.expires_in ?? 120) * 1000, refreshToken: tokens.refresh_token ?? before?.refreshToken ?? null, endsAt }
  }
}

/** What the library says, as a failure; none of its messages are handed on, for they may quote what came. */
function failed(error: unknown, refused: SignInProblemCode): Failure {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof NoAnswer) return cause.failure.signIn === undefined && cause.failure.kind !== 'cancelled' ? { ...cause.failure, signIn: signInProblem('login-invalid', 'HOST idporten') } : cause.failure
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
    if (cause instanceof oidc.AuthorizationResponseError) return signInFailure(signInProblem('login-refused', codeOf(cause.error)))
    if (cause instanceof oidc.ResponseBodyError) return signInFailure(signInProblem(cause.error === 'invalid_grant' ? refused : cause.error === 'invalid_scope' ? 'scope-not-granted' : 'refused', `${codeOf(cause.error)} HTTP ${String(cause.status)} idporten/token`), { status: cause.status })
    if (code.startsWith('OAUTH_')) return signInFailure(signInProblem('login-invalid', code))
    if (cause instanceof oidc.ClientError && cause.cause === undefined) return signInFailure(signInProblem('login-invalid', codeOf(code)))
  }
  throw error
}

/** An OAuth error is a word; anything else is not repeated. */
const codeOf = (error: string): string => (/^[A-Za-z_]{1,40}$/.test(error) ? error : 'UNKNOWN')

function clientOf(http: Http, { idporten }: Environment): Idporten | null {
  return idporten?.clientId === undefined ? null : new Idporten(http, { ...idporten, clientId: idporten.clientId })
}

const notConfigured = (http: Http): { readonly ok: false; readonly failure: Failure; readonly exchange: Exchange } => ({
  ok: false,
  failure: signInFailure(signInProblem('login-not-configured', 'CONFIG idporten.clientId')),
  exchange: { beganAt: http.now(), endedAt: http.now(), serverDateAt: null },
})

/** Runs work with the library; what it throws becomes a failure. */
async function guarded<T>(service: Idporten, refused: SignInProblemCode, work: () => Promise<T | Failure>): Promise<Outcome<T>> {
  try {
    const value = await work()
    return isFailure(value) ? { ok: false, failure: value, exchange: service.exchange } : { ok: true, value, exchange: service.exchange }
  } catch (error) {
    return { ok: false, failure: failed(error, refused), exchange: service.exchange }
  }
}
const isFailure = (value: unknown): value is Failure => typeof value === 'object' && value !== null && 'kind' in value && 'retryAfterMs' in value

/** Begins a person's login: authorization code with PKCE (RFC 7636), state and nonce (altinn3.md 1.6). */
export async function beginLogin(http: Http, environment: Environment, { redirectUri, level, language }: LoginRequest): Promise<Outcome<PersonLogin>> {
  const service = clientOf(http, environment)
  if (service === null) return notConfigured(http)
  return await guarded(service, 'login-invalid', async (): Promise<PersonLogin> => {
    const configuration = await service.configuration()
    const verifier = oidc.randomPKCECodeVerifier()
    const [state, nonce] = [oidc.randomState(), oidc.randomNonce()]
    const address = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: personScopes.join(' '),
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      acr_values: acr(level),
      ui_locales: language,
    }).href
    const finish = (query: URLSearchParams): Promise<Outcome<PersonSession>> =>
      guarded(service, 'login-invalid', async () => {
        const tokens = await oidc.authorizationCodeGrant(configuration, new URL(`${redirectUri}?${query.toString()}`), { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true })
        const got = tokens.claims()?.['acr']
        if (got !== acr(level) && got !== acr('high')) return signInFailure(signInProblem('login-level', 'ACR idporten/token'))
        return service.session(tokens, null)
      })
    return { address, state, finish }
  })
}

/** A new access token for a login that may be continued without the person. */
export async function continueLogin(http: Http, environment: Environment, before: PersonSession & { readonly refreshToken: string }): Promise<Outcome<PersonSession>> {
  const service = clientOf(http, environment)
  if (service === null) return notConfigured(http)
  return await guarded(service, 'login-ended', async () => {
    const configuration = await service.configuration()
    return service.session(await oidc.refreshTokenGrant(configuration, before.refreshToken), before)
  })
}
