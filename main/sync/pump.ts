/**
 * Keeps a stage of sync busy: takes tasks from the store, works on several at once and hands the results back in
 * small batches, because a transaction of 50 costs little more than one of 1 and a larger one holds the writer
 * (durability.md 2).
 */
export interface PumpOptions<Task, Result> {
  /** The next tasks in the order they are to be done; tasks taken before may be among them. */
  readonly take: (limit: number) => Promise<readonly Task[]>
  readonly key: (task: Task) => string
  readonly work: (task: Task) => Promise<Result>
  /** Writes results; called with at most `batch` of them, and `writers` times at once at most. */
  readonly flush: (results: readonly Result[]) => Promise<void>
  readonly parallel: number
  readonly batch: number
  /** Tasks begun and not yet written at once; a kill makes these be done again (durability.md 17). No bound by default. */
  readonly mostUnwritten?: number
  /** Batches being written at once; one by default, so that they are written in the order they came. */
  readonly writers?: number
  /** Longest time a result waits for others before it is written, ms. */
  readonly flushAfterMs: number
  readonly signal: AbortSignal
  /** The stage before this one: as long as it runs, an empty `take` does not mean the end. */
  readonly upstream?: Upstream
}

/** Tells a later stage that there may be new tasks, or that no more will come. */
export class Upstream {
  #waiting: (() => void)[] = []
  #changes = 0
  #ended = false

  get ended(): boolean {
    return this.#ended
  }

  /** Counts wakes; given back to `next` so that a wake between looking and waiting is not missed. */
  get changes(): number {
    return this.#changes
  }

  wake(): void {
    this.#changes += 1
    const waiting = this.#waiting
    this.#waiting = []
    for (const resume of waiting) resume()
  }

  end(): void {
    this.#ended = true
    this.wake()
  }

  /** Resolves at the first wake after `seen` was read, at the end, or when `signal` aborts. */
  async next(seen: number, signal: AbortSignal): Promise<void> {
    if (this.#ended || this.#changes !== seen || signal.aborted) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done)
        resolve()
      }
      signal.addEventListener('abort', done)
      this.#waiting.push(done)
    })
  }
}

/**
 * Runs until there are no tasks left and the stage before has ended, or until `signal` aborts: then what is under way
 * is finished and written, and nothing new begun. An error of `work` or `flush` ends the pump after the others under
 * way have ended, and is thrown: expected failures are results, not errors.
 */
export async function pump<Task, Result>(options: PumpOptions<Task, Result>): Promise<void> {
  const { parallel, batch, signal, upstream, writers = 1, mostUnwritten = Infinity } = options
  const taken = new Set<string>()
  let queue: Task[] = []
  let results: Result[] = []
  let oldestResultAt = 0
  let failure: { readonly error: unknown } | null = null
  const running = new Set<Promise<void>>()
  let unwritten = 0
  const underWay = new Set<Promise<void>>()
  const lanes: Promise<void>[] = Array.from({ length: writers }, () => Promise.resolve())

  const fail = (error: unknown): void => {
    failure ??= { error }
  }
  const write = (): void => {
    const batchOfResults = results
    results = []
    if (batchOfResults.length === 0) return
    // The lane that began longest ago is most likely free first.
    const lane = lanes.shift() ?? Promise.resolve()
    const writing = lane
      .then(() => options.flush(batchOfResults))
      .catch(fail)
      .finally(() => {
        unwritten -= batchOfResults.length
        underWay.delete(writing)
      })
    underWay.add(writing)
    lanes.push(writing)
  }
  const written = async (): Promise<void> => {
    await Promise.all(lanes)
  }
  const timer = setInterval(() => {
    if (results.length > 0 && performance.now() - oldestResultAt >= options.flushAfterMs) write()
  }, options.flushAfterMs)
  const begin = (task: Task): void => {
    unwritten += 1
    const run = options
      .work(task)
      .then((result) => {
        if (results.length === 0) oldestResultAt = performance.now()
        results.push(result)
        if (results.length >= batch) write()
      })
      .catch(fail)
      .finally(() => running.delete(run))
    running.add(run)
  }
  const refill = async (): Promise<void> => {
    const found = await options.take(batch * 4)
    queue = found.filter((task) => !taken.has(options.key(task)))
    if (queue.length === 0 && found.length >= batch * 4) {
      // Everything the store offers is under way or not yet written: write it, so that the next ones come up.
      await Promise.all(running)
      write()
      await written()
      queue = (await options.take(batch * 4)).filter((task) => !taken.has(options.key(task)))
    }
  }
  const stopped = (): boolean => signal.aborted || failure !== null

  try {
    while (!stopped()) {
      const ended = upstream?.ended ?? true
      const seen = upstream?.changes ?? 0
      if (queue.length === 0) await refill()
      if (queue.length === 0) {
        if (ended && running.size === 0) break
        await Promise.race([...running, ...(upstream === undefined || ended ? [] : [upstream.next(seen, signal)])])
        continue
      }
      while (running.size < parallel && unwritten < mostUnwritten && queue.length > 0) {
        const task = queue.shift()
        if (task === undefined) break
        taken.add(options.key(task))
        begin(task)
      }
      if (running.size >= parallel) await Promise.race(running)
      else if (unwritten >= mostUnwritten) {
        if (running.size === 0) write()
        await Promise.race([...running, ...underWay])
      }
    }
  } finally {
    await Promise.all(running)
    clearInterval(timer)
    write()
    await written()
  }
  const failed = failure as { readonly error: unknown } | null
  if (failed !== null) throw failed.error
}
