import type { Result } from '../../../preload/contract/index.ts'
import { frameToWindow } from '../../../preload/contract/frames.ts'

/** The shell's own connection to the engine, by frames like a window's: for reminders and for "get messages" of the tray. */
export class ShellClient {
  readonly #post: (frame: unknown) => void
  readonly #calls = new Map<number, (result: Result<unknown>) => void>()
  readonly #events = new Map<string, () => void>()
  #next = 1

  constructor(post: (frame: unknown) => void) {
    this.#post = post
  }

  call(name: string, request: unknown): Promise<Result<unknown>> {
    return new Promise((resolve) => {
      const id = this.#next
      this.#next += 1
      this.#calls.set(id, resolve)
      this.#post({ kind: 'call', id, name, request })
    })
  }

  on(event: string, listener: () => void): void {
    this.#events.set(event, listener)
  }

  take(frame: unknown): void {
    const parsed = frameToWindow.safeParse(frame)
    if (!parsed.success) return
    if (parsed.data.kind === 'answer') {
      this.#calls.get(parsed.data.id)?.(parsed.data.result as Result<unknown>)
      this.#calls.delete(parsed.data.id)
    } else if (parsed.data.kind === 'event') this.#events.get(parsed.data.name)?.()
  }

  /** The engine is gone: nothing that was asked will be answered. */
  drop(): void {
    for (const resolve of this.#calls.values()) resolve({ ok: false, error: { code: 'internal', canRetry: true, detail: 'engine' } })
    this.#calls.clear()
  }
}
