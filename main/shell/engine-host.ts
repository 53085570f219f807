import type { SaveTarget } from '../engine/desk.ts'
import type { EngineState } from '../../preload/contract/frames.ts'
import type { KnownProfile } from '../../preload/contract/index.ts'
import { type Ask, engineExit, fromEngine, type ToEngine, type Unlock } from './engine-process/envelope.ts'
import { everyMs, type Patience, usualPatience, Watchdog, type WatchdogOptions } from './watchdog.ts'

/** A running engine process, whatever started it. */
export interface EngineChild {
  /** @param handed a window's own port, where the shell hands one over */
  post(message: ToEngine, handed?: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onExit(listener: (code: number | null) => void): void
  /** Ends it by force, whether or not it listens. */
  kill(): void
}

/** A process that the shell started for the engine, and the port to it that the engine is handed. */
export interface HostedProcess {
  readonly port: unknown
  kill(): void
  onExit(listener: () => void): void
}

export interface EngineHostOptions {
  /** @param awaitsSecret the process is told to open nothing before it was sent `unlock` */
  readonly start: (profile: string, awaitsSecret: boolean) => EngineChild
  /** Name of the profile that is opened first. */
  readonly profile: string
  /** The profiles there are now; asked whenever the engine's state changes. */
  readonly profiles: () => readonly KnownProfile[]
  /** What a window's connection is told. */
  readonly frame: (port: number, frame: unknown) => void
  readonly state: (state: EngineState) => void
  readonly openOutside: (address: string) => Promise<boolean>
  readonly saveTarget: (name: string) => Promise<SaveTarget | null>
  readonly folderTarget: (name: string) => Promise<{ readonly path: string } | null>
  /** Told a copy's path by the engine; the shell looks at it itself before it opens it. */
  readonly openCopy: (path: string) => Promise<boolean>
  /** A document as PDF; null where no browser can make it. */
  readonly printPdf: (html: string) => Promise<Uint8Array | null>
  /** Which proxies the system's settings name for an address (a PAC answer); left out where only the environment's variables say it. */
  readonly resolveProxy?: (url: string) => Promise<string>
  /** Starts a process for hostile files; only asked for where the engine cannot do so itself. */
  readonly isolate?: (entry: string, memoryMb: number) => HostedProcess
  readonly patience?: Patience
  readonly now?: () => number
  readonly every?: WatchdogOptions['every']
}

/** How long an engine may take to end after what is under way, ms. */
const endMs = 10_000
/** An engine that ends by itself more often than this within a minute stays stopped. */
const maxRestarts = 5
const restartWindowMs = 60_000

/**
 * Keeps an engine process running: starts it anew when it ends by itself or says nothing any more, and connects the
 * windows again. A new one is started only after the old one's exit: two of them would both open the profile's files
 * (durability.md 3).
 */
export class EngineHost {
  readonly #options: EngineHostOptions
  readonly #ports = new Set<number>()
  /** Processes that the running engine asked for, by its number for them. */
  readonly #isolated = new Map<number, HostedProcess>()
  readonly #watchdog: Watchdog
  readonly #now: () => number
  #child: EngineChild | null = null
  #profile: string
  #state: EngineState
  #ends: number[] = []
  #ending: (() => void) | null = null
  /** The engine of another profile is ending, and nothing of it reaches a window any more; called when it has ended. */
  #changing: (() => void) | null = null
  #pings = 0
  /** The process is being ended by force because it was silent. */
  #isSilent = false
  /** A person asked for a new start while the stopped process had not quite ended. */
  #startsAfterExit = false
  /** Opened the profile, or may do so; kept in memory so that a restart need not ask again. */
  #secret: Unlock | null = null

  constructor(options: EngineHostOptions) {
    this.#options = options
    this.#profile = options.profile
    this.#state = { kind: 'engine', state: 'starting', trouble: null, profile: options.profile, profiles: [...options.profiles()] }
    this.#now = options.now ?? Date.now
    this.#watchdog = new Watchdog({
      patience: options.patience ?? usualPatience,
      ping: () => {
        this.#pings += 1
        this.#child?.post({ ping: this.#pings })
      },
      silent: () => { this.#endSilent() },
      now: this.#now,
      every: options.every ?? everyMs,
    })
  }

  get state(): EngineState {
    return this.#state
  }

  start(): void {
    this.#startsAfterExit = false
    this.#isSilent = false
    const child = this.#options.start(this.#profile, this.#secret !== null)
    this.#child = child
    child.onMessage((message) => { this.#take(child, message) })
    child.onExit((code) => {
      if (this.#child !== child) return
      this.#child = null
      for (const one of this.#isolated.values()) one.kill()
      this.#isolated.clear()
      this.#watchdog.stop()
      this.#ended(code)
    })
    if (this.#secret !== null) child.post({ unlock: this.#secret })
    for (const port of this.#ports) child.post({ open: port })
    this.#watchdog.start()
  }

  /** Starts an engine that is stopped, on a person's word. */
  restart(): void {
    if (this.#ending !== null) return
    if (this.#child !== null) {
      // What said that it cannot open the profile is about to end; what is held by the system ends when it can.
      this.#startsAfterExit = this.#state.state === 'stopped'
      return
    }
    this.#ends = []
    this.#set('starting', null)
    this.start()
  }

  /** A person's passphrase or recovery code for a profile that could not be opened without; at any other time it is dropped. */
  unlock(by: Unlock['by'], secret: string): void {
    if (this.#state.state !== 'stopped') return
    this.#secret = { by, secret }
    this.restart()
  }

  /**
   * Opens another profile in place of this one: its engine starts once the old one has ended after what is under way, by
   * force after ten seconds. A name that is no profile's changes nothing.
   */
  change(name: string, passphrase: string | null): void {
    const isKnown = this.#options.profiles().some((one) => one.name === name)
    if (this.#ending !== null || !isKnown) return
    if (name === this.#profile && this.#changing === null) {
      if (passphrase !== null) this.unlock('passphrase', passphrase)
      return
    }
    this.#profile = name
    this.#secret = passphrase === null ? null : { by: 'passphrase', secret: passphrase }
    this.#ends = []
    this.#set('starting', null)
    const child = this.#child
    if (child === null) this.start()
    else if (this.#changing === null) {
      this.#watchdog.stop()
      const timer = setTimeout(() => { child.kill() }, endMs)
      this.#changing = () => { clearTimeout(timer) }
      child.post({ end: true })
    }
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

  /** Ends the engine after what is under way; one that does not end in time is ended by force. */
  async end(): Promise<void> {
    this.#watchdog.stop()
    this.#secret = null
    const child = this.#child
    if (child === null) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        child.kill()
        resolve()
      }, endMs)
      this.#ending = () => {
        clearTimeout(timer)
        resolve()
      }
      child.post({ end: true })
    })
  }

  #set(state: EngineState['state'], trouble: EngineState['trouble'], recovering: EngineState['recovering'] = null): void {
    const isNews = state !== this.#state.state || this.#profile !== this.#state.profile
    this.#state = { kind: 'engine', state, trouble, ...(recovering === null ? {} : { recovering }), profile: this.#profile, profiles: isNews ? [...this.#options.profiles()] : this.#state.profiles }
    this.#options.state(this.#state)
  }

  #take(child: EngineChild, message: unknown): void {
    if (this.#child === child) this.#watchdog.heard()
    const parsed = fromEngine.safeParse(message)
    if (!parsed.success) return
    const { data } = parsed
    if ('frame' in data) {
      if (this.#changing === null) this.#options.frame(data.port, data.frame)
    }
    else if ('ask' in data) void this.#answer(child, data.ask)
    else if ('keysChanged' in data) {
      if (this.#child === child && this.#changing === null) this.#secret = null
    }
    else if ('isolate' in data) this.#isolate(child, data.isolate)
    else if ('endIsolated' in data) {
      if (this.#child === child) this.#isolated.get(data.endIsolated)?.kill()
    }
    else if ('state' in data && this.#child === child && this.#changing === null) {
      // A secret that opened nothing is forgotten; the person is asked again.
      if (data.state === 'stopped') this.#secret = null
      // Why the one before is gone stays said until this one is ready.
      if (data.state === 'starting') this.#set(this.#state.state, this.#state.trouble, data.recovering)
      else this.#set(data.state, data.trouble, data.recovering)
    }
  }

  #isolate(child: EngineChild, { number, entry, memoryMb }: { readonly number: number; readonly entry: string; readonly memoryMb: number }): void {
    if (this.#child !== child) return
    const started = this.#options.isolate?.(entry, memoryMb)
    if (started === undefined) {
      child.post({ isolatedEnded: number })
      return
    }
    this.#isolated.set(number, started)
    started.onExit(() => {
      if (this.#child !== child) return
      this.#isolated.delete(number)
      child.post({ isolatedEnded: number })
    })
    child.post({ isolated: number }, started.port)
  }

  async #answer(child: EngineChild, asked: Ask): Promise<void> {
    child.post({ done: asked.id, value: await this.#desk(asked) })
  }

  #desk(asked: Ask): Promise<unknown> {
    switch (asked.what) {
      case 'open-outside':
        return this.#options.openOutside(asked.address)
      case 'save-target':
        return this.#options.saveTarget(asked.name)
      case 'folder-target':
        return this.#options.folderTarget(asked.name)
      case 'open-copy':
        return this.#options.openCopy(asked.path)
      case 'print-pdf':
        return this.#options.printPdf(asked.html)
      case 'resolve-proxy':
        return this.#options.resolveProxy?.(asked.url) ?? Promise.resolve(null)
    }
  }

  /** Ends a silent engine by force. Where the system does not let go of it, that is said, and its end is awaited all the same. */
  #endSilent(): void {
    const child = this.#child
    if (child === null || this.#ending !== null) return
    if (this.#isSilent) {
      this.#set('stopped', { code: 'engine-held', values: {} })
      this.#startsAfterExit = true
      return
    }
    this.#isSilent = true
    this.#set('gone', { code: 'engine-silent', values: {} })
    child.kill()
    this.#watchdog.start()
  }

  #ended(code: number | null): void {
    const isChange = this.#changing !== null
    this.#changing?.()
    this.#changing = null
    if (this.#ending !== null) {
      this.#ending()
      return
    }
    if (isChange) {
      this.start()
      return
    }
    if (this.#startsAfterExit) {
      this.restart()
      return
    }
    // It said what stands in its way; starting it again would only say the same.
    if (code === engineExit.cannotOpen) return
    if (code === engineExit.again) {
      this.#set('starting', null)
      this.start()
      return
    }
    const now = this.#now()
    this.#ends = [...this.#ends.filter((at) => now - at < restartWindowMs), now]
    if (this.#ends.length > maxRestarts) {
      this.#set('stopped', { code: 'engine-gone', values: {} })
      return
    }
    if (!this.#isSilent) this.#set('gone', null)
    this.start()
  }
}
