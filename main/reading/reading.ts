import { createHash } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { LetterLink } from './addresses.ts'
import type { BodyResult } from './body.ts'
import { escapeHtml } from './escape.ts'
import { limits, lowerStacks, type Problem, textProblem } from './limits.ts'
import type { LeftOut } from './sanitise.ts'
import { decodeXml } from './forms/xml-text.ts'

/** A letter that may be put into the window's frame (design.md section 5). */
export interface SafeLetter {
  /** plain: escaped text, because of `problem`; it does not count as shown. */
  readonly mode: 'html' | 'plain'
  readonly problem: Problem | null
  readonly html: string
  readonly links: readonly LetterLink[]
  /** It sets colours of its own, so it stands on a white sheet. */
  readonly ownColours: boolean
  readonly leftOut: readonly LeftOut[]
}

export type Job = { readonly id: number } & ({ readonly kind: 'body'; readonly body: string; readonly replyUrls: readonly string[] } | { readonly kind: 'xml'; readonly bytes: Uint8Array; readonly labels: Readonly<Record<string, string>> })
type NewJob = Job extends infer One ? (One extends Job ? Omit<One, 'id'> : never) : never
export interface JobAnswer {
  readonly id: number
  readonly result: BodyResult
}

export interface Reading {
  letter(body: string, options: { readonly replyUrls: readonly string[] }): Promise<SafeLetter>
  /** @param labels what the form's schema calls its parts */
  xml(bytes: Uint8Array, labels?: Readonly<Record<string, string>>): Promise<SafeLetter>
  /** A window is there: the worker is made ready, so that the first letter need not wait for it. */
  prepare(): void
  close(): Promise<void>
}

/** Part of the cache's key: another sanitiser may give another letter. */
const sanitiserVersion = '2'
const cachedLetters = 200
/** Plain text that is longer is cut: it is a fallback, and the window stays quick. */
const plainLength = 300_000
/** On a busy machine a letter may take so many times its time on the clock. */
const patience = 5
/** Content that failed so often is not tried again (security.md 24). */
const maxFailures = 2


/** The text as it is, escaped, without stacks of combining marks. */
export function plainLetter(text: string, problem: Problem): SafeLetter {
  const calm = lowerStacks(text.slice(0, plainLength))
  const escaped = escapeHtml(calm)
  return { mode: 'plain', problem, html: `<pre class="mb-plain">${escaped}${text.length > plainLength ? '\n…' : ''}</pre>`, links: [], ownColours: false, leftOut: [] }
}

function workerUrl(): URL {
  const here = import.meta.url
  return here.endsWith('.ts') ? new URL('./worker.ts', here) : new URL('./reading-worker.js', here)
}

interface Warm {
  readonly worker: Worker
  readonly ready: Promise<void>
}

/** One worker, warm once a window is there, ended and replaced when a letter takes more than its time or memory. */
class Pool {
  readonly #workerMs: number
  #warm: Warm | null = null
  #queue: Promise<unknown> = Promise.resolve()
  #next = 1
  #closed = false

  constructor(workerMs: number) {
    this.#workerMs = workerMs
  }

  /** The worker that takes the next letter; made when it is first wanted. */
  warm(): Warm {
    this.#warm ??= this.#start()
    return this.#warm
  }

  #start(): Warm {
    const worker = new Worker(workerUrl(), { name: 'reading-worker', resourceLimits: { maxOldGenerationSizeMb: limits.workerMb, maxYoungGenerationSizeMb: limits.workerYoungMb }, stderr: true, stdout: true })
    const ready = new Promise<void>((resolve, reject) => {
      worker.once('message', () => { resolve() })
      worker.once('error', reject)
      worker.once('exit', () => { reject(new Error('The reading worker ended')) })
    })
    // Whoever waits for it is told; nobody waiting is no fault.
    ready.catch(() => undefined)
    worker.unref()
    return { worker, ready }
  }

  /** One job after the other; a letter that is looked at never waits longer than the one before it may take. */
  run(job: NewJob): Promise<BodyResult> {
    const result = this.#queue.then(() => this.#one(job))
    this.#queue = result.catch(() => undefined)
    return result
  }

  async #one(job: NewJob): Promise<BodyResult> {
    if (this.#closed) return { ok: false, problem: 'failed' }
    const { worker, ready } = this.warm()
    try {
      await ready
    } catch {
      // It could not start this time; the next job gets a new one.
      this.#warm = this.#start()
      return { ok: false, problem: 'failed' }
    }
    const id = this.#next
    this.#next += 1
    const before = await worker.cpuUsage().catch(() => undefined)
    const outcome = await new Promise<BodyResult | 'replace-slow' | 'replace-failed'>((resolve) => {
      const began = performance.now()
      let timer = setTimeout(() => { late() }, this.#workerMs)
      // What counts is the time the letter takes, not that other programs of the machine take.
      const late = (): void => {
        const wall = performance.now() - began
        if (wall >= this.#workerMs * patience) {
          end('replace-slow')
          return
        }
        timer = setTimeout(() => { late() }, this.#workerMs / 2)
        void worker.cpuUsage(before).then(({ user, system }) => { if ((user + system) / 1000 >= this.#workerMs * 0.9) end('replace-slow') }, () => undefined)
      }
      const answered = (answer: JobAnswer): void => {
        if (answer.id === id) end(answer.result)
      }
      const failed = (): void => { end('replace-failed') }
      const end = (value: BodyResult | 'replace-slow' | 'replace-failed'): void => {
        clearTimeout(timer)
        worker.off('message', answered)
        worker.off('error', failed)
        worker.off('exit', failed)
        resolve(value)
      }
      worker.on('message', answered)
      worker.on('error', failed)
      worker.on('exit', failed)
      worker.postMessage({ id, ...job })
    })
    if (typeof outcome !== 'string') return outcome
    worker.on('error', () => undefined)
    await worker.terminate()
    if (!this.#isClosed()) this.#warm = this.#start()
    return { ok: false, problem: outcome === 'replace-slow' ? 'too-slow' : 'failed' }
  }

  #isClosed(): boolean {
    return this.#closed
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#warm?.worker.terminate()
  }
}

/**
 * Opens the reading room: letters come out safe, or as plain text with the reason.
 * @param workerMs longest time for one letter
 */
export function openReading(workerMs: number = limits.workerMs): Reading {
  const pool = new Pool(workerMs)
  const cache = new Map<string, SafeLetter>()
  const failures = new Map<string, number>()

  const read = async (key: string, text: () => string, job: NewJob): Promise<SafeLetter> => {
    const known = cache.get(key)
    if (known !== undefined) {
      cache.delete(key)
      cache.set(key, known)
      return known
    }
    const result = (failures.get(key) ?? 0) >= maxFailures ? ({ ok: false, problem: 'failed' } as const) : await pool.run(job)
    if (!result.ok && (result.problem === 'too-slow' || result.problem === 'failed')) {
      failures.set(key, (failures.get(key) ?? 0) + 1)
      return plainLetter(text(), result.problem)
    }
    const letter: SafeLetter = result.ok
      ? { mode: 'html', problem: null, html: result.letter.html, links: result.letter.links, ownColours: result.letter.ownColours, leftOut: result.letter.leftOut }
      : plainLetter(text(), result.problem)
    cache.set(key, letter)
    const [oldest] = cache.keys()
    if (cache.size > cachedLetters && oldest !== undefined) cache.delete(oldest)
    return letter
  }
  const keyOf = (...parts: readonly (string | Uint8Array)[]): string => {
    const hash = createHash('sha256').update(sanitiserVersion)
    for (const part of parts) hash.update('\0').update(part)
    return hash.digest('hex')
  }

  return {
    letter: async (body, { replyUrls }) => {
      const early = textProblem(body)
      if (early !== null) return plainLetter(body, early)
      return await read(keyOf('body', body, ...replyUrls), () => body, { kind: 'body', body, replyUrls })
    },
    prepare: () => {
      pool.warm()
    },
    xml: (bytes, labels = {}) => read(keyOf('xml', bytes, JSON.stringify(labels)), () => decodeXml(bytes.subarray(0, limits.bytes)), { kind: 'xml', bytes, labels }),
    close: () => pool.close(),
  }
}
