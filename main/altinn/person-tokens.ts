import type { Environment } from './environment.ts'
import type { Http } from './http.ts'
import { continueLogin, type PersonSession } from './idporten.ts'
import type { Limits } from './limits.ts'
import type { Outcome } from './outcome.ts'
import { signInFailure } from './sign-in-answers.ts'
import { signInProblem } from './sign-in-problem.ts'
import { expiryOf, type Fresh, type IdentityTokens, keptTokens } from './tokens.ts'
import { exchangeToken } from './token-exchange.ts'

export interface PersonOptions {
  readonly id: string
  readonly session: PersonSession
  readonly environment: Environment
  readonly http: Http
  readonly limits: Limits
  /** Told of each new session, so that a login outlives the program; its refresh token may be good only once. */
  readonly renewed?: (session: PersonSession) => Promise<void>
}

/** An access token this near its end is not sent to the exchange. */
const leastMs = 10_000

/**
 * Tokens of a person: ID-porten's access token at Altinn's exchange. Where the login came with a refresh token it goes on by
 * itself, else it ends with its access token; `state().endsAt` says when, as far as it is known.
 */
export function personTokens(options: PersonOptions): IdentityTokens {
  const { http, environment, limits } = options
  let session = options.session

  const current = async (): Promise<Outcome<PersonSession>> => {
    const exchange = { beganAt: http.now(), endedAt: http.now(), serverDateAt: null }
    if (http.now() < session.expiresAt - leastMs) return { ok: true, value: session, exchange }
    const { refreshToken } = session
    if (refreshToken === null) return { ok: false, failure: signInFailure(signInProblem('login-ended', 'EXPIRED idporten')), exchange }
    const next = await continueLogin(http, environment, { ...session, refreshToken })
    if (next.ok) {
      session = next.value
      await options.renewed?.(session)
    }
    return next
  }

  const renew = async (): Promise<Outcome<Fresh>> => {
    const login = await current()
    if (!login.ok) return login
    const exchanged = await exchangeToken(http, environment, 'id-porten', login.value.accessToken)
    if (!exchanged.ok) return exchanged
    return { ...exchanged, value: { token: exchanged.value, expiresAt: expiryOf(exchanged.value), lifetimeMs: login.value.expiresAt - http.now() } }
  }

  return keptTokens({ id: options.id, renew: (clock) => renew().then((fresh) => (clock.learn(fresh.exchange), fresh)), endsAt: () => (session.refreshToken === null ? session.expiresAt : session.endsAt) }, http, limits)
}
