/** How long a process may say nothing, ms (issue 6, "a watchdog restarts a silent engine"). */
export interface Patience {
  /** It is asked this often whether it answers. */
  readonly pingMs: number
  /** It is taken for dead after this much silence. */
  readonly silentMs: number
  /** Silence after its start that does not count: programs are read from cold disks, and virus scanners read along. */
  readonly graceMs: number
}

/** @param silentMs how much silence is too much */
export const patienceOf = (silentMs: number): Patience => ({ pingMs: Math.min(5_000, silentMs / 4), silentMs, graceMs: Math.min(30_000, silentMs / 2) })
export const usualPatience = patienceOf(60_000)

export interface WatchdogOptions {
  readonly patience: Patience
  readonly ping: () => void
  /** Said once; nothing more is asked before the next `start`. */
  readonly silent: () => void
  readonly now: () => number
  /** Calls again and again until what it returns is called. */
  readonly every: (ms: number, work: () => void) => () => void
}

export const everyMs = (ms: number, work: () => void): (() => void) => {
  const timer = setInterval(work, ms)
  return () => { clearInterval(timer) }
}

/**
 * Notices a process that says nothing any more. Time counts only as far as our own timer ran on time: a machine that slept,
 * or a host that was held up itself, would else take a healthy process for a dead one.
 */
export class Watchdog {
  readonly #options: WatchdogOptions
  #end: (() => void) | null = null
  #lastAt = 0
  #silence = 0
  #grace = 0

  constructor(options: WatchdogOptions) {
    this.#options = options
  }

  /** Watches a process that was just started. */
  start(): void {
    this.stop()
    const { patience, now, every } = this.#options
    this.#lastAt = now()
    this.#silence = 0
    this.#grace = patience.graceMs
    this.#end = every(patience.pingMs, () => { this.#look() })
  }

  /** It said something, whatever it was. */
  heard(): void {
    this.#silence = 0
  }

  stop(): void {
    this.#end?.()
    this.#end = null
  }

  #look(): void {
    const { patience, now, ping, silent } = this.#options
    const at = now()
    const passed = Math.max(0, at - this.#lastAt)
    this.#lastAt = at
    const wasHeldUp = passed > 2 * patience.pingMs
    if (wasHeldUp) this.#silence = 0
    else if (this.#grace > 0) this.#grace -= passed
    else this.#silence += passed
    if (this.#silence < patience.silentMs) {
      ping()
      return
    }
    this.stop()
    silent()
  }
}
