import { parseArgs } from 'node:util'
import type { EngineApi } from '../../../preload/contract/index.ts'
import type { Engine } from '../../engine.ts'
import { type Desk, openDemo, openForReading, openForWriting, prepareDemo, type ProfileChoice, type ProfileSecret, type Recovering, resetDemo, waysAfter } from '../../profiles.ts'
import { DemoStartError, type RunningDemo, startDemo } from '../demo.ts'
import { asFailure } from '../failure.ts'
import { serveEngine } from '../serve.ts'
import { type HandedPort, parentChannel } from './channel.ts'
import { type Ask, engineExit } from './envelope.ts'
import { isolatedBy } from './isolated.ts'
import { watchWakes } from './wakes.ts'

process.umask(0o077)
const { values } = parseArgs({ options: { data: { type: 'string' }, profile: { type: 'string' }, 'passphrase-file': { type: 'string' }, 'recovery-code-file': { type: 'string' }, closing: { type: 'string' }, 'awaits-secret': { type: 'boolean', default: false } } })
if (values.data === undefined) throw new Error('The engine process is told its folder by --data')
const { data } = values
const name = values.profile ?? 'demo'
const channel = parentChannel()
/** In Electron the shell starts processes for hostile files; elsewhere the engine does. */
const startIsolated = 'parentPort' in process ? isolatedBy(channel) : null
const faults: unknown[] = []

/** Faults of the program: told on stderr without content, for whoever runs it in a terminal. */
const failed = (error: unknown): void => {
  faults.push(error)
  process.stderr.write(`${error instanceof Error ? `${error.name}: ${(error.stack ?? '').split('\n').slice(1, 4).join(' ')}` : 'unknown error'}\n`)
}

let giveSecret: (secret: ProfileSecret) => void = () => undefined
/** What a person typed: the shell sends it first to a process that it started to wait for it. */
const typed: Promise<ProfileSecret | null> = values['awaits-secret'] ? new Promise((resolve) => { giveSecret = resolve }) : Promise.resolve(null)

interface Opened {
  readonly api: EngineApi
  readonly startPolling: () => void
  close(): Promise<void>
}

const waiting = new Map<number, (value: unknown) => void>()
let nextAsk = 1
type NewAsk = Ask extends infer One ? (One extends Ask ? Omit<One, 'id'> : never) : never
const ask = (what: NewAsk): Promise<unknown> =>
  new Promise((resolve) => {
    const id = nextAsk
    nextAsk += 1
    waiting.set(id, resolve)
    channel.post({ ask: { id, ...what } })
  })

/** What Windows and macOS are set to is known to Chromium alone; elsewhere the environment's variables say it. */
const resolveProxy = 'parentPort' in process ? (url: string): Promise<unknown> => ask({ what: 'resolve-proxy', url }) : null

const isTarget = (value: unknown): value is { readonly path: string; readonly made?: unknown } => typeof value === 'object' && value !== null && 'path' in value && typeof value.path === 'string'
const desk = (senderPage: string | null): Desk => ({
  openOutside: async (address) => (await ask({ what: 'open-outside', address })) === true,
  saveTarget: async (fileName) => {
    const target = await ask({ what: 'save-target', name: fileName })
    return isTarget(target) ? { path: target.path, made: target.made === true } : null
  },
  folderTarget: async (folderName) => {
    const target = await ask({ what: 'folder-target', name: folderName })
    return isTarget(target) ? { path: target.path } : null
  },
  openCopy: async (path) => (await ask({ what: 'open-copy', path })) === true,
  printPdf: async (html) => {
    const pdf = await ask({ what: 'print-pdf', html })
    return pdf instanceof Uint8Array ? pdf : null
  },
  keysChanged: () => { channel.post({ keysChanged: true }) },
  closing: values.closing === 'goes-on' ? 'goes-on' : 'stops',
  senderPage,
  resetDemo:
    name !== 'demo'
      ? null
      : () => {
          // The answer reaches the window first; then everything is closed, deleted and begun anew.
          setTimeout(() => {
            opened
              .then((one) => one.close())
              .then(() => resetDemo(data))
              .then(() => process.exit(engineExit.again), (error: unknown) => { failed(error); process.exit(1) })
          }, 100)
          return Promise.resolve()
        },
})

let isReady = false
/** Before the window has an engine, and for search made anew also after that. */
const tellRecovering = (recovering: Recovering | null): void => {
  channel.post({ state: isReady ? 'ready' : 'starting', trouble: null, recovering })
}
const choice = async (senderPage: string | null): Promise<ProfileChoice> => {
  const secret = await typed
  return {
    data, name, passphraseFile: values['passphrase-file'] ?? null, recoveryCodeFile: values['recovery-code-file'] ?? null, ...(secret === null ? {} : { secret }), failed, desk: desk(senderPage), ...(startIsolated === null ? {} : { startIsolated }), ...(resolveProxy === null ? {} : { resolveProxy }),
    damaged: () => void end(engineExit.again),
    recovering: tellRecovering,
  }
}
const isBusy = (error: unknown): boolean => (error instanceof DemoStartError && error.busy) || (error instanceof Error && 'code' in error && error.code === 'locked')

/** Beside another process that holds the profile it is opened for reading. */
async function readInstead(): Promise<Opened> {
  const engine = await openForReading(await choice(null))
  return { api: engine, startPolling: () => undefined, close: () => engine.close() }
}

async function openWriting(): Promise<Opened> {
  let demo: RunningDemo | null = null
  try {
    let engine: Engine
    if (name === 'demo') {
      await prepareDemo(await choice(null))
      demo = await startDemo(data)
      engine = await openDemo(await choice(demo.altinn.page), demo.altinn, false)
    } else engine = await openForWriting(await choice(null))
    return {
      api: engine,
      startPolling: () => {
        void firstRuns(engine)
        engine.startPolling()
        watchWakes({ wake: (why) => { void engine.call('sync.wake', { why }) } })
      },
      close: async () => {
        await engine.close()
        await demo?.end()
      },
    }
  } catch (error) {
    await demo?.end()
    throw error
  }
}

/** Mail is asked for at once when the program starts; without a consent nothing of it becomes visible to senders. */
async function firstRuns(engine: EngineApi): Promise<void> {
  const state = await engine.call('sync.state', {})
  if (state.ok) for (const { accountUuid } of state.value.accounts) await engine.call('sync.run', { accountUuid })
}

async function open(): Promise<Opened> {
  try {
    return await openWriting()
  } catch (error) {
    if (isBusy(error)) return await readInstead()
    throw error
  }
}

const opened = open()
const ports = new Map<number, { readonly end: () => void; readonly take: (frame: unknown) => void; readonly close: () => void }>()

function connect(port: number, api: EngineApi, handed: HandedPort | undefined): void {
  ports.get(port)?.close()
  const listeners: ((frame: unknown) => void)[] = []
  const closers: (() => void)[] = []
  const take = (frame: unknown): void => {
    for (const listener of listeners) listener(frame)
  }
  const close = (): void => {
    ports.delete(port)
    for (const closer of closers) closer()
  }
  const end = serveEngine(api, {
    post: (frame) => {
      if (handed === undefined) channel.post({ port, frame })
      else handed.postMessage(frame)
    },
    onFrame: (listener) => { listeners.push(listener) },
    onClose: (listener) => { closers.push(listener) },
  })
  ports.set(port, { end, take, close })
  handed?.on('message', (event) => { take(event.data) })
  handed?.on('close', close)
  handed?.start()
}

let ending = false
async function end(code: number): Promise<void> {
  if (ending) return
  ending = true
  for (const port of ports.values()) port.end()
  try {
    await (await opened).close()
  } catch (error) {
    failed(error)
  }
  process.exit(code)
}

channel.onMessage((message, handed) => {
  if ('open' in message) {
    opened.then(
      ({ api }) => { connect(message.open, api, handed[0]) },
      // What stands in the way is told as the engine's state.
      () => undefined,
    )
  } else if ('close' in message) ports.get(message.close)?.close()
  else if ('port' in message) ports.get(message.port)?.take(message.frame)
  else if ('done' in message) {
    waiting.get(message.done)?.(message.value)
    waiting.delete(message.done)
  } else if ('isolated' in message || 'isolatedEnded' in message) {
    // Heard by those who asked for them.
  } else if ('ping' in message) channel.post({ pong: message.ping })
  else if ('unlock' in message) giveSecret({ kind: message.unlock.by, text: message.unlock.secret })
  else void end(engineExit.done)
})
channel.onClose(() => void end(engineExit.done))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(engineExit.done))

opened.then(
  ({ startPolling }) => {
    isReady = true
    channel.post({ state: 'ready', trouble: null })
    startPolling()
  },
  async (error: unknown) => {
    const failure = error instanceof DemoStartError ? { key: 'error.demo-start', values: { detail: error.message } } : asFailure(error, data)
    if (failure === null) failed(error)
    const trouble = failure === null ? { code: 'internal', values: { detail: error instanceof Error ? error.name : 'unknown' } } : { code: failure.key.replace(/^error\./, ''), values: { ...failure.values, ...(await waysAfter(error, { data, name })) } }
    channel.post({ state: 'stopped', trouble })
    setTimeout(() => process.exit(engineExit.cannotOpen), 100)
  },
)
