import { decodeJwt } from 'jose'
import { clockCorrectedMs, clockToleranceMs, ServiceClock } from './clock.ts'
import type { Environment } from './environment.ts'
import type { Http } from './http.ts'
import type { Limits } from './limits.ts'
import { type ClientKey, type Grant, type SystemUserGrant, askForGrant } from './maskinporten.ts'
import type { Exchange, Failure, Outcome } from './outcome.ts'
import { signInFailure } from './sign-in-answers.ts'
import { type SignInProblem, signInProblem } from './sign-in-problem.ts'
import { exchangeToken } from './token-exchange.ts'

export { bareToken } from './token-exchange.ts'

/** An identity's way to a token that every service accepts (altinn3.md 1.3: always exchange, use the Altinn token everywhere). */
export interface IdentityTokens {
  /** Stable name of the identity; an account's uuid. */
  readonly id: string
  /** A token that is good for a while yet. Callers at the same time share one renewal. */
  altinnToken(signal?: AbortSignal): Promise<Outcome<string>>
  /** Forgets a token that a service refused, so that the next call asks for another. */
  invalidate(token: string): void
  /** What became of a call with the token: taken (null), or refused although it had just been renewed. */
  settled(refusal: SignInProblem | null): void
  /** How the identity stands, for the user. */
  state(): SignInState
}

export interface SignInState {
  /** `sign-in`: somebody must do something. `waiting`: the last try failed for a reason that passes by itself. */
  readonly state: 'unknown' | 'signed-in' | 'waiting' | 'sign-in'
  readonly problem: SignInProblem | null
  /** When the sign-in ends for good, ms since 1970; null for one that renews itself, or where it is not known. */
  readonly endsAt: number | null
  /** The service's clock less ours, ms; null before any answer. */
  readonly clockOffsetMs: number | null
}

/** An Altinn token, or what it is made of. */
export interface Fresh {
  readonly token: string
  /** ms since 1970 by the service's clock; null where the token does not say. */
  readonly expiresAt: number | null
  /** Lifetime in ms from now, for a token that does not say when it expires. */
  readonly lifetimeMs: number
}

export interface TokenSource {
  readonly id: string
  /** Asks for a new token; the clock learns from what it gets. */
  renew(clock: ServiceClock): Promise<Outcome<Fresh>>
  readonly endsAt?: () => number | null
  /** A service did not take the token that was asked for last. */
  readonly refused?: () => void
}

interface Held {
  readonly token: string
  /** By our clock, ms. */
  readonly renewAt: number
  readonly goodUntil: number
}

/** A token this close to its end is not handed out: the call would arrive after it. */
const lastMs = 5000
/** After a renewal failed while the token is still good. */
const againMs = 15_000

/**
 * The time before its end at which a token is renewed: a sixth of its life, so that a short outage of the exchange is over
 * before anybody notices, but within what altinn3.md 1.1 asks for and five minutes.
 */
const earlyMs = (lifeMs: number, limits: Pick<Limits, 'renewEarlyMs'>): number => Math.max(limits.renewEarlyMs, Math.min(300_000, lifeMs / 6))

/** Keeps one token of an identity: renewed before it expires, once for all who wait. Nothing of it is ever written down. */
export function keptTokens(source: TokenSource, http: Pick<Http, 'now'>, limits: Pick<Limits, 'renewEarlyMs'>): IdentityTokens {
  let held: Held | null = null
  let renewal: Promise<Outcome<string>> | null = null
  let problem: SignInProblem | null = null
  /** Whether the last word of a service was that it takes a token of ours. */
  let accepted = false
  const clock = new ServiceClock()
  const nowhere = (): Exchange => ({ beganAt: http.now(), endedAt: http.now(), serverDateAt: null })

  const keep = ({ token, expiresAt, lifetimeMs }: Fresh): void => {
    const now = http.now()
    const until = expiresAt === null ? now + lifetimeMs : expiresAt - clock.offsetMs
    held = { token, renewAt: until - earlyMs(until - now, limits), goodUntil: until - lastMs }
  }

  const renew = async (): Promise<Outcome<string>> => {
    const fresh = await source.renew(clock)
    if (fresh.ok) {
      keep(fresh.value)
      problem = null
      return { ...fresh, value: fresh.value.token }
    }
    problem = fresh.failure.signIn ?? problem
    const rest = held
    // What passes by itself does not end a token that is still good; a refusal by Maskinporten does: access may have been taken away.
    const lasting = fresh.failure.kind === 'token' && fresh.failure.signIn?.passing !== true
    if (rest === null || http.now() >= rest.goodUntil || lasting) return fresh
    held = { ...rest, renewAt: http.now() + againMs }
    return { ok: true, value: rest.token, exchange: fresh.exchange }
  }

  return {
    id: source.id,
    altinnToken: async () => {
      if (held !== null && http.now() < held.renewAt) return { ok: true, value: held.token, exchange: nowhere() }
      // Shared by all callers, so no single caller's cancelling ends it.
      renewal ??= renew().finally(() => {
        renewal = null
      })
      return await renewal
    },
    invalidate: (token) => {
      if (held?.token !== token) return
      held = null
      source.refused?.()
    },
    settled: (refusal) => {
      accepted = refusal === null
      if (refusal !== null) problem = refusal
      else if (problem?.code === 'token-refused') problem = null
    },
    state: () => {
      const shared = { problem, endsAt: source.endsAt?.() ?? null, clockOffsetMs: clock.known ? clock.offsetMs : null }
      if (problem !== null) return { ...shared, state: problem.passing ? 'waiting' : 'sign-in' }
      return { ...shared, state: held !== null || accepted ? 'signed-in' : 'unknown' }
    },
  }
}

/** When an Altinn token ends, by its own `exp` (altinn3.md 1.3: always read it); ms since 1970, service time. */
export function expiryOf(token: string): number | null {
  const { exp } = decodeJwt(token)
  return exp === undefined ? null : exp * 1000
}

export interface GrantOptions {
  readonly environment: Environment
  readonly http: Http
  readonly limits: Limits
}

const clockProblem = (failed: Failure): Failure => signInFailure(signInProblem('clock', failed.signIn?.supportCode ?? 'CLOCK', { traceId: failed.traceId }), { status: failed.status })

/**
 * A grant signed with the service's time. A clock that is more than 10 s wrong makes the first assertion fail; the answer
 * tells the right time, and the second one is right (altinn3.md 1.1). A clock that is too far off is told instead.
 */
export async function grantInTime(options: GrantOptions, grant: ClientKey & Partial<SystemUserGrant>, clock: ServiceClock, workedBefore: boolean): Promise<Outcome<Grant>> {
  const { http, environment, limits } = options
  // What is too far off is not corrected for the next time either: it is told until the clock is right.
  const correction = (): number => (Math.abs(clock.offsetMs) > clockCorrectedMs ? 0 : clock.offsetMs)
  const ask = async (): Promise<Outcome<Grant>> => await askForGrant(http, grant, environment, limits, http.now() + correction(), { workedBefore })
  const first = await ask()
  const moved = clock.learn(first.exchange)
  if (first.ok || first.failure.signIn?.code !== 'clock') return first
  if (Math.abs(clock.offsetMs) > clockCorrectedMs) return { ...first, failure: clockProblem(first.failure) }
  if (moved <= clockToleranceMs / 2) return first
  const second = await ask()
  clock.learn(second.exchange)
  return second
}

export interface TokenOptions extends GrantOptions {
  readonly id: string
  readonly grant: SystemUserGrant
  /** Whether the identity has had a token in its life: a system user that is not found any more was taken away. */
  readonly workedBefore?: boolean
}

/** Tokens of a system user: signed grant at Maskinporten, then Altinn's exchange. */
export function systemUserTokens(options: TokenOptions): IdentityTokens {
  const { http, environment, limits, grant } = options
  let worked = options.workedBefore ?? false
  const renew = async (clock: ServiceClock): Promise<Outcome<Fresh>> => {
    const granted = await grantInTime(options, grant, clock, worked)
    if (!granted.ok) return granted
    const exchanged = await exchangeToken(http, environment, 'maskinporten', granted.value.token)
    if (!exchanged.ok) return exchanged
    worked = true
    clock.learn(exchanged.exchange)
    return { ...exchanged, value: { token: exchanged.value, expiresAt: expiryOf(exchanged.value), lifetimeMs: granted.value.lifetimeMs } }
  }
  return keptTokens({ id: options.id, renew }, http, limits)
}

/**
 * Tokens of a Maskinporten client itself, for asking for system users. Altinn's guide shows Maskinporten's own token there and
 * its code takes an exchanged one as well; what the gateway in front of it takes is not known (altinn3.md 1.3), so a refused
 * token is followed by one of the other kind.
 */
export function vendorTokens(options: GrantOptions & { readonly id: string; readonly key: ClientKey }): IdentityTokens {
  const { http, environment, limits } = options
  const { clientId, kid, key, scopes } = options.key
  let exchanging = false
  const renew = async (clock: ServiceClock): Promise<Outcome<Fresh>> => {
    const granted = await grantInTime(options, { clientId, kid, key, scopes }, clock, false)
    if (!granted.ok) return granted
    const { token, lifetimeMs } = granted.value
    if (!exchanging) return { ...granted, value: { token, expiresAt: null, lifetimeMs } }
    const exchanged = await exchangeToken(http, environment, 'maskinporten', token)
    return exchanged.ok ? { ...exchanged, value: { token: exchanged.value, expiresAt: expiryOf(exchanged.value), lifetimeMs } } : exchanged
  }
  const refused = (): void => {
    exchanging = !exchanging
  }
  return keptTokens({ id: options.id, renew, refused }, http, limits)
}
