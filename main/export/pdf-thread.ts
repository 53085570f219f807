import { Worker } from 'node:worker_threads'
import type { Appended, SafePages } from './pdf-pages.ts'

export type PdfJob =
  | { readonly kind: 'clean'; readonly bytes: Uint8Array; readonly maxPages: number }
  | { readonly kind: 'join'; readonly printed: Uint8Array; readonly messages: number; readonly appended: readonly Appended[] }

/** What one PDF with its attachments may take. */
export const pdfLimits = {
  /** One attachment, and all of them. */
  fileBytes: 64 * 1024 * 1024,
  allBytes: 192 * 1024 * 1024,
  filePages: 1000,
  allPages: 3000,
  cleanMs: 20_000,
  joinMs: 60_000,
  workerMb: 1024,
} as const

export interface Joined {
  readonly bytes: Uint8Array
  readonly pages: number
}

function workerUrl(): URL {
  const here = import.meta.url
  return here.endsWith('.ts') ? new URL('./pdf-worker.ts', here) : new URL('./pdf-worker.js', here)
}

/**
 * Other people's PDFs are taken apart in a thread of their own, which is killed when one takes too long: the next one gets
 * a new thread.
 */
export class PdfThread {
  readonly #cleanMs: number
  #worker: Worker | null = null

  constructor(cleanMs: number = pdfLimits.cleanMs) {
    this.#cleanMs = cleanMs
  }

  async #run(job: PdfJob, ms: number): Promise<unknown> {
    this.#worker ??= new Worker(workerUrl(), { name: 'pdf-worker', resourceLimits: { maxOldGenerationSizeMb: pdfLimits.workerMb }, stderr: true, stdout: true })
    const worker = this.#worker
    const outcome = await new Promise<unknown>((resolve) => {
      const timer = setTimeout(() => { end('too-slow') }, ms)
      const ended = (): void => { end('damaged') }
      const end = (value: unknown): void => {
        clearTimeout(timer)
        for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event)
        worker.on('error', () => undefined)
        resolve(value)
      }
      worker.on('message', end)
      worker.on('error', ended)
      worker.on('exit', ended)
      worker.postMessage(job)
    })
    if (typeof outcome === 'string') await this.close()
    return outcome
  }

  /** Pages of an attachment that may be put behind a message. */
  async clean(bytes: Uint8Array): Promise<SafePages | { readonly ok: false; readonly why: 'too-slow' }> {
    const outcome = await this.#run({ kind: 'clean', bytes, maxPages: pdfLimits.filePages }, this.#cleanMs)
    if (typeof outcome === 'string') return { ok: false, why: outcome === 'too-slow' ? 'too-slow' : 'damaged' }
    return outcome as SafePages
  }

  /** Our own document with those pages in it; null when it took too long. */
  async join(printed: Uint8Array, messages: number, appended: readonly Appended[]): Promise<Joined | null> {
    const outcome = await this.#run({ kind: 'join', printed, messages, appended }, pdfLimits.joinMs)
    return typeof outcome === 'string' ? null : (outcome as Joined)
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
  }
}
