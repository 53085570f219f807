import { type Failure, failure } from './outcome.ts'
import type { Limits } from './limits.ts'

/**
 * Whether a host may be asked now: it named a time to wait (Retry-After), or it failed so often in a row that asking on
 * would only load it and keep the user waiting for the same answer (a circuit breaker; altinn3.md section 5).
 */
export class Gate {
  readonly #limits: Limits
  readonly #now: () => number
  readonly #random: () => number
  #failures = 0
  #openings = 0
  /** Monotonic ms until which nothing is sent, and why. */
  #until = 0
  #status: number | null = null
  #asked = false

  /** @param now monotonic ms: the local clock may be set while we wait */
  constructor(limits: Limits, now: () => number = () => performance.now(), random: () => number = Math.random) {
    this.#limits = limits
    this.#now = now
    this.#random = random
  }

  /** How long to wait before a request, ms, or why it may not be sent at all for now. */
  enter(): { readonly waitMs: number } | { readonly failure: Failure } {
    const left = this.#until - this.#now()
    if (left <= 0) return { waitMs: 0 }
    // The host named the time: a short one is waited for, so that nothing has to be begun anew.
    if (this.#asked && left <= this.#limits.longestWaitMs) return { waitMs: left }
    return { failure: failure('paused', this.#asked ? 'The service asked to wait' : 'The service has failed too often in a row', { status: this.#status, retryAfterMs: Math.ceil(left) }) }
  }

  /** An answer came, whatever it says: the host is there. */
  answered(status: number, retryAfterMs: number | null): void {
    if (retryAfterMs !== null && (status === 429 || status === 503)) {
      this.#pause(retryAfterMs, status, true)
      return
    }
    if (status >= 500) this.#failed(status)
    else {
      this.#failures = 0
      this.#openings = 0
    }
  }

  /** No answer came. */
  unreachable(): void {
    this.#failed(null)
  }

  /** Something may have brought the host back: it is asked at once. A time that it named itself still counts. */
  reopen(): void {
    if (this.#asked) return
    this.#until = 0
    this.#failures = 0
    this.#openings = 0
  }

  #failed(status: number | null): void {
    this.#failures += 1
    if (this.#failures < this.#limits.breakAfter || this.#until > this.#now()) return
    const ms = Math.min(this.#limits.firstBreakMs * 2 ** this.#openings, this.#limits.longestBreakMs)
    this.#openings += 1
    // One failure more closes it again: the next request is only a try.
    this.#failures = this.#limits.breakAfter - 1
    this.#pause(ms * (0.75 + this.#random() / 2), status, false)
  }

  #pause(ms: number, status: number | null, asked: boolean): void {
    const until = this.#now() + ms
    if (until <= this.#until) return
    this.#until = until
    this.#status = status
    this.#asked = asked
  }
}
