/** Lets at most so many callers through at once, of whom at most so many downloads; first come, first served. */
export class Limiter {
  readonly #parallel: number
  readonly #parallelDownloads: number
  #running = 0
  #downloads = 0
  #queue: { readonly download: boolean; readonly start: () => void }[] = []

  constructor(parallel: number, parallelDownloads: number) {
    this.#parallel = parallel
    this.#parallelDownloads = parallelDownloads
  }

  async run<T>(download: boolean, work: () => Promise<T>): Promise<T> {
    if (!this.#room(download)) {
      await new Promise<void>((resolve) => {
        this.#queue.push({ download, start: resolve })
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
    const next = this.#queue.findIndex((waiting) => this.#room(waiting.download))
    const [waiting] = next < 0 ? [] : this.#queue.splice(next, 1)
    if (waiting === undefined) return
    this.#enter(waiting.download)
    waiting.start()
  }
}
