/** How a request stands in line: a download takes one of the few places for downloads; an urgent one, that a person waits for, goes before the others. */
export interface Place {
  readonly download: boolean
  readonly urgent: boolean
}

/** Lets at most so many callers through at once, of whom at most so many downloads; urgent ones first, else first come, first served. */
export class Limiter {
  readonly #parallel: number
  readonly #parallelDownloads: number
  #running = 0
  #downloads = 0
  readonly #urgent: { readonly download: boolean; readonly start: () => void }[] = []
  readonly #queue: { readonly download: boolean; readonly start: () => void }[] = []

  constructor(parallel: number, parallelDownloads: number) {
    this.#parallel = parallel
    this.#parallelDownloads = parallelDownloads
  }

  async run<T>({ download, urgent }: Place, work: () => Promise<T>): Promise<T> {
    if (!this.#room(download)) {
      await new Promise<void>((resolve) => {
        ;(urgent ? this.#urgent : this.#queue).push({ download, start: resolve })
      })
    } else this.#enter(download)
    try {
      return await work()
    } finally {
      this.#leave(download)
    }
  }

  #room(download: boolean): boolean {
    return this.#running < this.#parallel && (!download || this.#downloads < this.#parallelDownloads)
  }

  #enter(download: boolean): void {
    this.#running += 1
    if (download) this.#downloads += 1
  }

  #leave(download: boolean): void {
    this.#running -= 1
    if (download) this.#downloads -= 1
    for (const queue of [this.#urgent, this.#queue]) {
      const next = queue.findIndex((waiting) => this.#room(waiting.download))
      const [waiting] = next < 0 ? [] : queue.splice(next, 1)
      if (waiting === undefined) continue
      this.#enter(waiting.download)
      waiting.start()
      return
    }
  }
}
