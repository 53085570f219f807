import type { Exchange } from './outcome.ts'

/**
 * How far the service's clock is from ours, learnt from the Date headers of its answers (RFC 9110 section 6.6.1). The header
 * counts whole seconds and the answer takes its time, so a difference below a second or two is none.
 */
export class ServiceClock {
  #offsetMs: number | null = null

  /** The service's clock less ours in ms; 0 before the first answer. */
  get offsetMs(): number {
    return this.#offsetMs ?? 0
  }

  /** Whether any answer told it. */
  get known(): boolean {
    return this.#offsetMs !== null
  }

  /** @returns by how much the offset moved, ms; 0 when the answer had no date */
  learn({ serverDateAt, beganAt, endedAt }: Exchange): number {
    if (serverDateAt === null) return 0
    const before = this.offsetMs
    // The middle of the second that the header names, against the middle of the request.
    this.#offsetMs = serverDateAt + 500 - (beganAt + endedAt) / 2
    return Math.abs(this.#offsetMs - before)
  }
}

/** Maskinporten takes an assertion whose `iat` is this far from its clock at most (altinn3.md 1.1). */
export const clockToleranceMs = 10_000

/**
 * A clock further off than this is told and not corrected for. A wrong time zone makes 14 hours at the very most and 1 or 2 in
 * Norway; beyond half a day it is the date that is wrong, and then due dates, reminders and the dates of certificates are
 * wrong with it, so quietly signing in all the same would hide what the user has to put right.
 */
export const clockCorrectedMs = 12 * 3_600_000
