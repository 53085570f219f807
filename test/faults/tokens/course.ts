import type { SignInProblemCode } from '../../../main/altinn/sign-in-problem.ts'
import type { Fault } from './door.ts'

const minute = 60_000
const hour = 60 * minute

/** A stretch of the day. */
export interface Stretch {
  readonly name: string
  /** From its beginning, ms of simulated time since the start. */
  readonly from: number
  readonly to: number
  readonly fault: Fault
  /** Our own clock less the service's, ms; kept until the next stretch. */
  readonly skewMs: number
  /** While it lasts a call may succeed with a token from before, or fail like this. */
  readonly mayFail: readonly SignInProblemCode[]
  /** The last calls of the stretch must fail like this; null: must succeed. */
  readonly endsAs: SignInProblemCode | null
}

type Kind = Pick<Stretch, 'name' | 'fault' | 'mayFail' | 'endsAs'> & { readonly minutes: number; readonly skewMs?: number }

/** Short ones nobody notices: a token is renewed five minutes before it ends. */
const short: readonly Kind[] = [
  { name: 'exchange 503, 4 minutes', fault: 'exchange-503', minutes: 4, mayFail: [], endsAs: null },
  { name: 'exchange 401, 3 minutes', fault: 'exchange-401', minutes: 3, mayFail: [], endsAs: null },
  { name: 'exchange cut, 4 minutes', fault: 'exchange-cut', minutes: 4, mayFail: [], endsAs: null },
  { name: 'Maskinporten 503, 4 minutes', fault: 'maskinporten-503', minutes: 4, mayFail: [], endsAs: null },
]
/** Long ones are told as what they are, and over when they are over. */
const long: readonly Kind[] = [
  { name: 'exchange 503, 45 minutes', fault: 'exchange-503', minutes: 45, mayFail: ['altinn-down'], endsAs: 'altinn-down' },
  { name: 'exchange 401, 45 minutes', fault: 'exchange-401', minutes: 45, mayFail: ['exchange-refused'], endsAs: 'exchange-refused' },
  { name: 'Maskinporten 503, 45 minutes', fault: 'maskinporten-503', minutes: 45, mayFail: ['maskinporten-down'], endsAs: 'maskinporten-down' },
  { name: 'access taken away, 45 minutes', fault: 'revoked', minutes: 45, mayFail: ['revoked'], endsAs: 'revoked' },
  { name: 'tokens refused, 5 minutes', fault: 'tokens-refused', minutes: 5, mayFail: ['token-refused'], endsAs: 'token-refused' },
  { name: 'a network with its own page, 10 minutes', fault: 'captive-portal', minutes: 10, mayFail: ['captive-portal'], endsAs: 'captive-portal' },
]
const skews: readonly Kind[] = [
  { name: 'clock 9 s fast', fault: 'none', minutes: 30, skewMs: 9000, mayFail: [], endsAs: null },
  { name: 'clock 40 s slow', fault: 'none', minutes: 40, skewMs: -40_000, mayFail: [], endsAs: null },
  { name: 'clock 11 minutes fast', fault: 'none', minutes: 40, skewMs: 11 * minute, mayFail: [], endsAs: null },
  { name: 'clock 3 hours slow', fault: 'none', minutes: 50, skewMs: -3 * hour, mayFail: [], endsAs: null },
  { name: 'clock 2 hours fast', fault: 'none', minutes: 50, skewMs: 2 * hour, mayFail: [], endsAs: null },
  { name: 'clock a day fast', fault: 'none', minutes: 45, skewMs: 24 * hour, mayFail: ['clock'], endsAs: 'clock' },
  { name: 'clock a day slow', fault: 'none', minutes: 45, skewMs: -24 * hour, mayFail: ['clock'], endsAs: 'clock' },
]

/** The day of a seed: every kind at least once, in another order, with quiet time of other lengths between. */
export function dayOf(random: () => number, hours: number): readonly Stretch[] {
  const kinds = [...short, ...short, ...long, ...skews]
  for (let at = kinds.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1))
    const [one, two] = [kinds[at], kinds[other]]
    if (one !== undefined && two !== undefined) [kinds[at], kinds[other]] = [two, one]
  }
  const stretches: Stretch[] = []
  let at = 0
  const quiet = (minutes: number): void => {
    stretches.push({ name: 'quiet', from: at, to: at + minutes * minute, fault: 'none', skewMs: 0, mayFail: [], endsAs: null })
    at += minutes * minute
  }
  quiet(35)
  for (const { name, fault, minutes, skewMs = 0, mayFail, endsAs } of kinds) {
    stretches.push({ name, from: at, to: at + minutes * minute, fault, skewMs, mayFail, endsAs })
    at += minutes * minute
    // Long enough that the next fault meets a token with its early time ahead of it, seldom the same part of its life.
    quiet(18 + Math.floor(random() * 22))
  }
  while (at < hours * hour) quiet(30)
  const end = hours * hour
  // A stretch that the day cuts short may end before what it leads to.
  return stretches.filter(({ from }) => from < end).map((one) => (one.to <= end ? one : { ...one, to: end, endsAs: null }))
}
