/** The times of durability.md 15 and altinn3.md 3.8, in milliseconds. */
export interface OutboxRules {
  /** When details are first asked after a confirm was answered 200: Confirmed is readable 3.2 to 8 s later. */
  readonly firstProofMs: number
  /** How the questions for proof follow one another; each of them is a Fetched the sender sees. */
  readonly proofMs: readonly number[]
  /** Without proof this long after the request, the row is undecided. */
  readonly undecidedAfterMs: number
  /** After a cut line: the earliest begin of the first details that may count as "it did not happen". */
  readonly afterCutMs: number
  /** The same after a 500 that was received whole. */
  readonly afterErrorMs: number
  /** Least time between the two details that must both deny the confirm before it is sent again. */
  readonly betweenDenialsMs: number
  /** A markasread whose line was cut is sent once more after this time. */
  readonly readAgainMs: number
  /** How an undecided row is asked about: first hourly, after a day daily. */
  readonly askHourlyMs: number
  readonly askDailyMs: number
  /** A letter that was just found may be 404 to everything but a look for some seconds (altinn3.md trap 37): so long after the click it is sent again. */
  readonly birthMs: number
  /** Retry of a request that certainly had no effect (offline, signed out, throttled). */
  readonly retryMs: readonly number[]
  /** The Date header counts whole seconds and clocks drift between calls: slack on both ends of "our own time". */
  readonly ownTimeSlackMs: number
  /** Longest time a confirm may hang at the service (altinn3.md 3.8: 100 s) and the job after it, for a request whose end is unknown. */
  readonly longestEffectMs: number
}

const minute = 60_000
const hour = 60 * minute

export const defaultOutboxRules: OutboxRules = {
  firstProofMs: 4000,
  proofMs: [3000, 5000, 10_000, 30_000, minute, 2 * minute, 4 * minute],
  undecidedAfterMs: 10 * minute,
  afterCutMs: 150_000,
  afterErrorMs: 15_000,
  betweenDenialsMs: minute,
  readAgainMs: minute,
  askHourlyMs: hour,
  askDailyMs: 24 * hour,
  birthMs: minute,
  retryMs: [5000, 15_000, minute, 5 * minute],
  ownTimeSlackMs: 2000,
  longestEffectMs: 120_000,
}
