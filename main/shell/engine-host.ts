import type { EngineState } from '../../preload/contract/frames.ts'
import { type Ask, engineExit, fromEngine, type ToEngine } from './engine-process/envelope.ts'

/** A running engine process, whatever started it. */
export interface EngineChild {
  /** @param handed a window's own port, where the shell hands one over */
  post(message: ToEngine, handed?: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onExit(listener: (code: number | null) => void): void
  kill(): void
}

export interface EngineHostOptions {
  readonly start: () => EngineChild
  /** What a window's connection is told. */
  readonly frame: (port: number, frame: unknown) => void
  readonly state: (state: EngineState) => void
  readonly openOutside: (address: string) => Promise<boolean>
  readonly saveTarget: (name: string) => Promise<{ readonly path: string } | null>
  readonly now?: () => number
}

/** An engine that ends by itself more often than this within a minute stays stopped. */
const maxRestarts = 5
const restartWindowMs = 60_000

/** Keeps an engine process running: starts it anew when it ends by itself, and connects the windows again. */
export class EngineHost {
  readonly #options: EngineHostOptions
  readonly #ports = new Set<number>()
  #child: EngineChild | null = null
  #state: EngineState = { kind: 'engine', state: 'starting', trouble: null }
  #ends: number[] = []
  #ending: (() => void) | null = null

  constructor(options: EngineHostOptions) {
    this.#options = options
  }

  get state(): EngineState {
    return this.#state
  }

  start(): void {
    const child = this.#options.start()
    this.#child = child
    child.onMessage((message) => { this.#take(child, message) })
    child.onExit((code) => {
      if (this.#child !== child) return
      this.#child = null
      this.#ended(code)
    })
    for (const port of this.#ports) child.post({ open: port })
  }

  /** Starts an engine that is stopped, on a person's word. */
  restart(): void {
    if (this.#child !== null || this.#ending !== null) return
    this.#ends = []
    this.#set('starting', null)
    this.start()
  }

  open(port: number, handed?: unknown): void {
    this.#ports.add(port)
    this.#child?.post({ open: port }, handed)
  }

  close(port: number): void {
    this.#ports.delete(port)
    this.#child?.post({ close: port })
  }

  post(port: number, frame: unknown): void {
    this.#child?.post({ port, frame })
  }

  /** Ends the engine after what is under way; one that does not end within ten seconds is ended by force. */
  async end(): Promise<void> {
    const child = this.#child
    if (child === null) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        child.kill()
        resolve()
      }, 10_000)
      this.#ending = () => {
        clearTimeout(timer)
        resolve()
      }
      child.post({ end: true })
    })
  }

  #set(state: EngineState['state'], trouble: EngineState['trouble'], recovering: EngineState['recovering'] = null): void {
    this.#state = { kind: 'engine', state, trouble, ...(recovering === null ? {} : { recovering }) }
    this.#options.state(this.#state)
  }

  #take(child: EngineChild, message: unknown): void {
    const parsed = fromEngine.safeParse(message)
    if (!parsed.success) return
    const { data } = parsed
    if ('frame' in data) this.#options.frame(data.port, data.frame)
    else if ('state' in data) this.#set(data.state, data.trouble, data.recovering)
    else void this.#answer(child, data.ask)
  }

  async #answer(child: EngineChild, asked: Ask): Promise<void> {
    const value = asked.what === 'open-outside' ? await this.#options.openOutside(asked.address) : await this.#options.saveTarget(asked.name)
    child.post({ done: asked.id, value })
  }

  #ended(code: number | null): void {
    if (this.#ending !== null) {
      this.#ending()
      return
    }
    // It said what stands in its way; starting it again would only say the same.
    if (code === engineExit.cannotOpen) return
    if (code === engineExit.again) {
      this.#set('starting', null)
      this.start()
      return
    }
    const now = (this.#options.now ?? Date.now)()
    this.#ends = [...this.#ends.filter((at) => now - at < restartWindowMs), now]
    if (this.#ends.length > maxRestarts) {
      this.#set('stopped', { code: 'engine-gone', values: {} })
      return
    }
    this.#set('gone', null)
    this.start()
  }
}
