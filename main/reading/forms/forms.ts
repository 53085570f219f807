import { createHash } from 'node:crypto'
import { type Isolated, type StartIsolated, startNodeProcess } from '../isolated.ts'
import type { FormAnswer, FormJobName, FormJobs, RenderedForm } from './jobs.ts'
import type { TemplateSource } from './package.ts'
import { FormError, formLimits } from './problems.ts'

/** Asks one process; each answer within the limit, or the process is ended. */
export type AskForm = <Name extends FormJobName>(name: Name, ask: FormJobs[Name]['ask']) => Promise<FormJobs[Name]['answer']>

export interface Forms {
  /** Work with one process of its own, ended afterwards. The asks in it fail with {FormError}. */
  with<T>(work: (ask: AskForm) => Promise<T>): Promise<T>
  /** A form rendered, from the cache where it was before; `key` names document and template by their content. */
  render(ask: AskForm, key: readonly string[], job: () => Promise<FormJobs['render']['ask']>, view: string | null): Promise<RenderedForm>
  /** Makes a process ready, so that the first form need not wait for it. */
  prepare(): void
  close(): void
}

/** Part of the cache's key: another sanitiser may give another page. */
const formSanitiserVersion = '2'
const cachedForms = 50
/** A document that failed so often with a template is not tried again (security.md 24). */
const maxFailures = 2

/** Starting is not the form's time: a busy machine may need seconds for it. */
const startMs = 30_000

/** A form that was read is on screen after this, ms. */
const drawnMs = 1000

/** On a busy machine a form may take so many times its limit, as long as it did not get the processor's time for it. */
const patience = 6

class FormProcess {
  readonly #process: Isolated
  readonly #ready: Promise<void>
  readonly #waiting = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }>()
  readonly #ms: number
  #next = 1
  #ended = false

  constructor(start: StartIsolated, ms: number) {
    this.#ms = ms
    this.#process = start('form-worker', formLimits.heapMb)
    this.#ready = new Promise((resolve, reject) => {
      const timer = setTimeout(() => { reject(new FormError('failed', 'the process for forms did not start')) }, startMs)
      timer.unref()
      this.#process.onMessage((message) => {
        if (message === 'ready') {
          clearTimeout(timer)
          resolve()
          return
        }
        const answer = message as FormAnswer
        const waiting = this.#waiting.get(answer.id)
        this.#waiting.delete(answer.id)
        if (answer.ok) waiting?.resolve(answer.value)
        else waiting?.reject(new FormError(answer.problem))
      })
      this.#process.onExit(() => {
        this.#ended = true
        clearTimeout(timer)
        reject(new FormError('failed', 'the process for forms ended'))
        for (const { reject: fail } of this.#waiting.values()) fail(new FormError('failed', 'the process for forms ended'))
        this.#waiting.clear()
      })
    })
    // Whoever waits for it is told; nobody waiting is no fault.
    this.#ready.catch(() => undefined)
  }

  get ended(): boolean {
    return this.#ended
  }

  readonly ask: AskForm = async (name, ask) => {
    await this.#ready
    const id = this.#next
    this.#next += 1
    return await new Promise((resolve, reject) => {
      const cpuBefore = this.#process.cpuMs?.() ?? null
      const began = Date.now()
      const late = (): void => {
        const used = this.#process.cpuMs?.() ?? null
        // A machine that has no time for the form is not the form's fault; but nobody waits for ever.
        if (cpuBefore !== null && used !== null && used - cpuBefore < this.#ms && Date.now() - began < this.#ms * patience) {
          timer = setTimeout(late, this.#ms / 4)
          return
        }
        this.#waiting.delete(id)
        this.end()
        reject(new FormError('too-slow', name))
      }
      let timer = setTimeout(late, this.#ms)
      this.#waiting.set(id, {
        resolve: (value) => {
          clearTimeout(timer)
          resolve(value as FormJobs[typeof name]['answer'])
        },
        reject: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      })
      this.#process.post({ id, name, ask })
    })
  }

  end(): void {
    this.#process.kill()
  }
}

/**
 * Opens the room where forms are read: a process for each, one of them always waiting ready (issue of reading, xml-forms.md
 * 10.3), and those that were rendered kept.
 * @param ms longest time for one step
 */
export function openForms(start: StartIsolated = startNodeProcess, ms: number = formLimits.ms): Forms {
  let spare: FormProcess | null = null
  let closed = false
  let next: NodeJS.Timeout | null = null
  const running = new Set<FormProcess>()
  const cache = new Map<string, RenderedForm>()
  const failures = new Map<string, { count: number; readonly error: FormError }>()
  const prepare = (): void => {
    if (!closed && (spare === null || spare.ended)) spare = new FormProcess(start, ms)
  }
  return {
    prepare,
    with: async (work) => {
      if (closed) throw new FormError('failed', 'closed')
      // Taken when it is first asked: what is in the cache needs none.
      let own: FormProcess | null = null
      const take = (): FormProcess => {
        if (own !== null) return own
        own = spare === null || spare.ended ? new FormProcess(start, ms) : spare
        spare = null
        running.add(own)
        return own
      }
      const end = (): void => {
        if (own === null) return
        running.delete(own)
        own.end()
        // The next one starts only when this form is drawn: the machine is its own until then.
        next ??= setTimeout(() => {
          next = null
          prepare()
        }, drawnMs)
        next.unref()
      }
      try {
        return await work((name, ask) => take().ask(name, ask))
      } finally {
        end()
      }
    },
    render: async (ask, parts, job, view) => {
      const key = createHash('sha256').update([formSanitiserVersion, view ?? '', ...parts].join('\0')).digest('hex')
      const known = cache.get(key)
      if (known !== undefined) {
        cache.delete(key)
        cache.set(key, known)
        return known
      }
      const before = failures.get(key)
      if (before !== undefined && before.count >= maxFailures) throw before.error
      try {
        const form = await ask('render', await job())
        cache.set(key, form)
        const [oldest] = cache.keys()
        if (cache.size > cachedForms && oldest !== undefined) cache.delete(oldest)
        return form
      } catch (error) {
        if (error instanceof FormError) failures.set(key, { count: (before?.count ?? 0) + 1, error })
        throw error
      }
    },
    close: () => {
      closed = true
      if (next !== null) clearTimeout(next)
      spare?.end()
      for (const one of running) one.end()
    },
  }
}

/** What a template is, by its content: the same files in another cabinet are another. */
export function templateHash(source: TemplateSource): string {
  const hash = createHash('sha256')
  if ('packed' in source) hash.update('packed\0').update(source.packed)
  else for (const { name, bytes } of [...source.files].sort((a, b) => (a.name < b.name ? -1 : 1))) hash.update(`${name}\0${String(bytes.length)}\0`).update(bytes)
  return hash.digest('hex')
}
