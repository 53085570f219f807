interface Item {
  readonly at: number
  readonly run: (at: number) => void
}

/** What comes with time and without a call, in the order of its time. */
export class Agenda {
  /** Latest first, so that the next is at the end. */
  #items: Item[] = []

  add(at: number, run: Item['run']): void {
    const place = this.#items.findIndex((item) => item.at <= at)
    this.#items.splice(place === -1 ? this.#items.length : place, 0, { at, run })
  }

  /** Runs what is due, each with its own time, and what that adds. */
  run(now: number): void {
    for (let next = this.#items.at(-1); next !== undefined && next.at <= now; next = this.#items.at(-1)) {
      this.#items.pop()
      next.run(next.at)
    }
  }
}
