import { decodeJwt } from 'jose'
import { classify } from './classify.ts'
import type { Environment } from './environment.ts'
import type { Http } from './http.ts'
import type { Limits } from './limits.ts'
import { type SystemUserGrant, askForGrant } from './maskinporten.ts'
import { type Outcome, failure } from './outcome.ts'

/** An identity's way to a token that every service accepts (altinn3.md 1.3: always exchange, use the Altinn token everywhere). */
export interface IdentityTokens {
  /** Stable name of the identity; an account's uuid. */
  readonly id: string
  /** A token that is good for a while yet. Callers at the same time share one renewal. */
  altinnToken(signal?: AbortSignal): Promise<Outcome<string>>
  /** Forgets a token that a service refused, so that the next call asks for another. */
  invalidate(token: string): void
}

export interface TokenOptions {
  readonly id: string
  readonly grant: SystemUserGrant
  readonly environment: Environment
  readonly http: Http
  readonly limits: Limits
}

interface Held {
  readonly token: string
  readonly goodUntil: number
}

/** A JWT as the exchange answers it: plain text, perhaps in quotation marks (altinn3.md 1.3). */
export function bareToken(body: string): string | null {
  const token = body.trim().replace(/^"(.*)"$/, '$1')
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token) ? token : null
}

/** Tokens of a system user: signed grant at Maskinporten, then Altinn's exchange. Nothing of them is ever written down. */
export function systemUserTokens(options: TokenOptions): IdentityTokens {
  const { http, limits, environment, grant } = options
  let held: Held | null = null
  let renewal: Promise<Outcome<string>> | null = null
  /** Service clock less ours, learnt from Date headers; 0 until the first answer. */
  let offsetMs = 0

  const learn = (outcome: { readonly exchange: { readonly beganAt: number; readonly endedAt: number; readonly serverDateAt: number | null } }): number => {
    const { serverDateAt, beganAt, endedAt } = outcome.exchange
    if (serverDateAt === null) return 0
    const before = offsetMs
    offsetMs = serverDateAt - (beganAt + endedAt) / 2
    return Math.abs(offsetMs - before)
  }

  const exchange = async (maskinportenToken: string, signal: AbortSignal | undefined): Promise<Outcome<string>> => {
    for (let again = false; ; again = true) {
      const sent = await http.text({
        route: 'exchange/maskinporten',
        method: 'GET',
        url: `${environment.platform}/authentication/api/v1/exchange/maskinporten`,
        token: maskinportenToken,
        urgent: true,
        signal,
      })
      if ('failure' in sent) return { ok: false, ...sent }
      const { answer } = sent
      // A register that is down shows as 401 as well: once more before the user is asked to sign in (altinn3.md trap 24).
      if (answer.status === 401 && !again) continue
      if (answer.status !== 200) {
        const reason = classify(answer, false, http.now())
        return { ok: false, failure: answer.status === 401 || answer.status === 403 ? { ...reason, kind: 'token', message: `The exchange refused (${String(answer.status)})` } : reason, exchange: answer.exchange }
      }
      const token = bareToken(answer.body)
      if (token === null) return { ok: false, failure: failure('unexpected-content', 'The exchange did not answer with a token', { status: 200 }), exchange: answer.exchange }
      return { ok: true, value: token, exchange: answer.exchange }
    }
  }

  const renew = async (signal: AbortSignal | undefined): Promise<Outcome<string>> => {
    let granted = await askForGrant(http, grant, environment, limits, http.now() + offsetMs, signal)
    const moved = learn(granted)
    // A clock that is more than 10 s wrong makes the first grant fail; its answer tells the right time.
    if (!granted.ok && granted.failure.kind === 'token' && moved > 5000) granted = await askForGrant(http, grant, environment, limits, http.now() + offsetMs, signal)
    if (!granted.ok) return granted
    const exchanged = await exchange(granted.value.token, signal)
    if (!exchanged.ok) return exchanged
    held = { token: exchanged.value, goodUntil: goodUntil(exchanged.value, granted.value.lifetimeMs) }
    return exchanged
  }

  /** By our clock: the token's own `exp`, less the early renewal; a token without one lives as long as the grant. */
  const goodUntil = (token: string, grantMs: number): number => {
    const { exp } = decodeJwt(token)
    const until = exp === undefined ? http.now() + grantMs : exp * 1000 - offsetMs
    return until - limits.renewEarlyMs
  }

  return {
    id: options.id,
    altinnToken: async () => {
      if (held !== null && http.now() < held.goodUntil) return { ok: true, value: held.token, exchange: { beganAt: http.now(), endedAt: http.now(), serverDateAt: null } }
      // Shared by all callers, so no single caller's cancelling ends it.
      renewal ??= renew(undefined).finally(() => {
        renewal = null
      })
      return await renewal
    },
    invalidate: (token) => {
      if (held?.token === token) held = null
    },
  }
}
