/** ms between what was written and its words being found; many letters that come one after another are taken together. */
const soonMs = 2500

/**
 * Keeps the full-text index close behind mail.db while letters come: who fetches a hundred thousand can search those that
 * are here, and nothing is left to be done at the end.
 */
export class IndexSoon {
  readonly #refresh: () => Promise<void>
  readonly #failed: (error: unknown) => void
  #timer: NodeJS.Timeout | null = null
  #closed = false

  /** @param failed told when the index cannot be written; the next change tries again */
  constructor(refresh: () => Promise<void>, failed: (error: unknown) => void) {
    this.#refresh = refresh
    this.#failed = failed
  }

  /** Something was written. */
  changed(): void {
    if (this.#closed) return
    this.#timer ??= setTimeout(() => {
      // What is written from here on may come too late for this turn, so it asks for another.
      this.#timer = null
      this.#refresh().catch(this.#failed)
    }, soonMs)
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }
}
