import type { EngineApi, EngineError, EventName, EventOf, RequestName, RequestOf, ResponseOf, Result } from '../../preload/contract/index.ts'
import { type EngineState, frameToWindow } from '../../preload/contract/frames.ts'
import { contractVersion } from '../../preload/contract/version.ts'
import { Ahead } from './ahead.ts'
import type { Transport } from './transport.ts'

/** How the window stands with the engine: what the transport and the engine's process say together. */
export type Link = 'connecting' | 'starting' | 'ready' | 'gone' | 'stopped' | 'refused'

export interface LinkState {
  readonly link: Link
  readonly trouble: EngineState['trouble']
  /** Name of the profile that the engine opens, and the profiles there are; null and none before the shell has said it. */
  readonly profile: string | null
  readonly profiles: EngineState['profiles']
  /** What is being put right before the profile is open. */
  readonly recovering: NonNullable<EngineState['recovering']> | null
}

const lost: EngineError = { code: 'internal', canRetry: true, detail: 'engine' }

/** The engine over a transport: calls, events, and how it stands. Calls under way when it goes are answered as failed. */
export class EngineClient implements EngineApi {
  readonly #transport: Transport
  readonly #calls = new Map<number, (result: Result<never>) => void>()
  readonly #listeners = new Map<EventName, Set<(event: never) => void>>()
  readonly #watchers = new Set<(state: LinkState) => void>()
  readonly #comebacks = new Set<() => void>()
  /** What a person is about to open. */
  readonly ahead: Ahead = new Ahead(this)
  #next = 1
  #state: LinkState = { link: 'connecting', trouble: null, recovering: null, profile: null, profiles: [] }
  #greeted = false

  constructor(transport: Transport) {
    this.#transport = transport
    transport.onFrame((frame) => { this.#take(frame) })
    transport.onState((state) => {
      if (state === 'open') return
      this.#greeted = false
      this.#drop()
      this.#set({ ...this.#state, link: state === 'refused' ? 'refused' : 'connecting', trouble: null, recovering: null })
    })
  }

  get state(): LinkState {
    return this.#state
  }

  get pdfOrigin(): string {
    return this.#transport.pdfOrigin
  }

  call<Name extends RequestName>(name: Name, request: RequestOf<Name>): Promise<Result<ResponseOf<Name>>> {
    if (this.#state.link !== 'ready') return Promise.resolve({ ok: false, error: lost })
    return new Promise((resolve) => {
      const id = this.#next
      this.#next += 1
      this.#calls.set(id, resolve)
      this.#transport.post({ kind: 'call', id, name, request })
    })
  }

  on<Name extends EventName>(name: Name, listener: (event: EventOf<Name>) => void): () => void {
    const set = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, set)
    set.add(listener)
    return () => {
      set.delete(listener)
    }
  }

  watch(watcher: (state: LinkState) => void): () => void {
    this.#watchers.add(watcher)
    return () => {
      this.#watchers.delete(watcher)
    }
  }

  /** Told each time that the engine answers again after it did not: what was asked before may have another answer now. */
  onBack(listener: () => void): () => void {
    this.#comebacks.add(listener)
    return () => {
      this.#comebacks.delete(listener)
    }
  }

  /** Asks the shell to start a stopped engine once more. */
  restart(): void {
    this.#transport.post({ kind: 'restart' })
  }

  /** Hands the shell what a person typed to open a locked profile; it is kept nowhere on this side. */
  unlock(by: 'passphrase' | 'recovery-code', secret: string): void {
    this.#transport.post({ kind: 'unlock', by, secret })
  }

  /** Asks the shell to open another profile in place of this one; a passphrase is kept nowhere on this side. */
  openProfile(name: string, passphrase?: string): void {
    this.#transport.post({ kind: 'profile', name, ...(passphrase === undefined ? {} : { passphrase }) })
  }

  #set(state: LinkState): void {
    if (state.link === this.#state.link && state.trouble === this.#state.trouble && state.recovering === this.#state.recovering && state.profile === this.#state.profile && state.profiles === this.#state.profiles) return
    const isBack = state.link === 'ready' && this.#state.link !== 'ready'
    this.#state = state
    for (const watcher of this.#watchers) watcher(state)
    if (isBack) for (const listener of this.#comebacks) listener()
  }

  #drop(): void {
    for (const resolve of this.#calls.values()) resolve({ ok: false, error: lost })
    this.#calls.clear()
  }

  #take(frame: unknown): void {
    const parsed = frameToWindow.safeParse(frame)
    if (!parsed.success) return
    const { data } = parsed
    switch (data.kind) {
      case 'hello':
        // Engine and window were built apart: the newer window is fetched (design.md section 2).
        if (data.contract !== contractVersion) void this.#transport.renew()
        else {
          this.#greeted = true
          this.#set({ ...this.#state, link: 'ready', trouble: null, recovering: null })
        }
        return
      case 'answer':
        this.#calls.get(data.id)?.(data.result as Result<never>)
        this.#calls.delete(data.id)
        return
      case 'event':
        // Between two engines nobody speaks but the one that goes.
        if (this.#greeted) for (const listener of this.#listeners.get(data.name as EventName) ?? []) (listener as (event: unknown) => void)(data.event)
        return
      case 'engine':
        if (data.state === 'ready') {
          // Search may be made anew while the window is up.
          this.#set({ ...this.#state, ...(this.#greeted ? { link: 'ready', trouble: null, recovering: data.recovering ?? null } : {}), profile: data.profile, profiles: data.profiles })
          return
        }
        this.#greeted = false
        this.#drop()
        this.#set({ link: data.state, trouble: data.trouble, recovering: data.recovering ?? null, profile: data.profile, profiles: data.profiles })
    }
  }
}
