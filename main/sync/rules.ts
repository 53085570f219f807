/**
 * The numbers sync works by, in one place (design.md section 4). Times are milliseconds.
 * What belongs to a single request (time-outs, retries) stands in `main/altinn/limits.ts`.
 */
export interface SyncRules {
  /** Parties in one search (altinn3.md 3.2: at most 100). */
  readonly partiesPerGroup: number
  /** Dialogs on one page (altinn3.md 3.2: at most 1000). */
  readonly pageSize: number
  /** How far a poll looks behind its watermark: timestamps are taken when the server starts a request (altinn3.md 3.7). */
  readonly overlapMs: number
  /** The same once a day, for dialogs that became visible late. */
  readonly dailyOverlapMs: number
  /** From this many unknown dialogs of one recipient and service on, one list call beats look-ups. */
  readonly listFrom: number
  /** Ids one list answer holds at most; so many mean that there may be more (altinn3.md 2.3). */
  readonly listCap: number
  /** How far before the oldest wanted dialog a list begins, because publish time and creation differ. */
  readonly listMarginMs: number
  /** Service calls under way at once within one stage. */
  readonly parallel: number
  /** Downloads under way at once. */
  readonly downloads: number
  /** Messages written in one transaction (durability.md 2). */
  readonly batch: number
  /** The same of letters, and how many may be asked for and not yet written: senders see those twice after a kill (durability.md 17: 54). */
  readonly letterBatch: number
  readonly unwrittenLetters: number
  /** A 404 within this time of the dialog's creation means "not published yet" (altinn3.md 3.8). */
  readonly birthMs: number
  /** When a message that is not published yet is asked for again. */
  readonly birthRetryMs: readonly number[]
  /** When something that failed is tried again: first, then growing up to the last. */
  readonly retryMs: readonly number[]
  /** How often the resource registry is asked which resources are confidential, and what packages reach. */
  readonly registryMs: number
  /** Names of services asked for in one run, each by a request of its own. */
  readonly namesPerRun: number
  /** How long such a name is good for. */
  readonly namesMs: number
  /** How long a run that is over waits for names. */
  readonly namesLateMs: number
  /** How often what asks to be confirmed is searched for, to learn what others confirmed. */
  readonly openPassMs: number
  /** In how long everything is looked through, and how often a part of it. */
  readonly fullPassMs: number
  readonly fullPartMs: number
  /** How often recipients who seem to have no mail are searched for from the beginning, when a person asks; else once a day. */
  readonly silentAgainMs: number
  /** How long a list of recipients that became sharply shorter is not believed. */
  readonly believeShrunkMs: number
  /** Least time between two runs that a sign of life (network, waking) brings about. */
  readonly wakeMs: number
  /** How often a real profile asks for new mail, and how far that is varied so that clients do not come in step. */
  readonly pollMs: number
  readonly pollJitter: number
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

export const defaultRules: SyncRules = {
  partiesPerGroup: 100,
  pageSize: 1000,
  overlapMs: 10 * minute,
  dailyOverlapMs: 48 * hour,
  listFrom: 20,
  listCap: 1000,
  listMarginMs: 7 * day,
  parallel: 4,
  downloads: 2,
  batch: 50,
  letterBatch: 23,
  unwrittenLetters: 54,
  birthMs: minute,
  birthRetryMs: [500, 1000, 2000, 4000],
  retryMs: [minute, 5 * minute, 30 * minute, 3 * hour, day],
  registryMs: day,
  namesPerRun: 20,
  namesMs: 7 * day,
  namesLateMs: 3000,
  openPassMs: hour,
  fullPassMs: 7 * day,
  fullPartMs: 10 * minute,
  silentAgainMs: hour,
  believeShrunkMs: 3 * day,
  wakeMs: minute,
  pollMs: 15 * minute,
  pollJitter: 0.1,
}

/** When the n-th failure (counted from 1) of the same thing is tried again, ms from now. */
export function retryDelayMs(rules: SyncRules, failures: number): number {
  const index = Math.min(Math.max(failures, 1), rules.retryMs.length) - 1
  return rules.retryMs[index] ?? day
}
