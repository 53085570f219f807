import { type MessagePort, Worker } from 'node:worker_threads'
import { StoreError, type StoreErrorCode } from '../errors.ts'
import type { WalKeeper } from '../recovery/wal.ts'
import { asDatabaseError } from '../sqlite.ts'
import type { ThreadEntry } from './entries.ts'

/** Methods of an object as another thread sees them: every answer is a promise. */
export type Remote<Api> = { readonly [Name in keyof Api]: Api[Name] extends (...args: infer Args) => infer Answer ? (...args: Args) => Promise<Awaited<Answer>> : never }

interface Asked {
  readonly id: number
  readonly method: string
  readonly args: readonly unknown[]
}

interface WireError {
  readonly name: string
  readonly message: string
  readonly code: string | null
  readonly stack: string | null
}

type Answer = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: WireError }

/** What a thread was started with, and how it closes. */
export interface Thread<Api> {
  readonly api: Remote<Api>
  /** Empties the write-ahead log of its database; false while a reader holds it, or where there is none. */
  truncate(): Promise<boolean>
  /** Ends the thread after what is under way. */
  close(): Promise<void>
}

/** What SQLite says of a file goes out as a StoreError, without SQL or values (security.md 16). */
function toWire(thrown: unknown, file: string): WireError {
  const error = asDatabaseError(thrown, file)
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), code: null, stack: null }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  return { name: error.name, message: error.message, code, stack: error.stack ?? null }
}

/** Errors arrive with name, message and code; those of the store as StoreError, so that `instanceof` holds. */
function fromWire(wire: WireError): Error {
  const error = wire.name === 'StoreError' ? new StoreError(wire.code as StoreErrorCode, wire.message) : Object.assign(new Error(wire.message), wire.code === null ? {} : { code: wire.code })
  error.name = wire.name
  if (wire.stack !== null) error.stack = wire.stack
  return error
}

/** A method every thread has beside those of its api. */
const truncateMethod = '#truncate'

/** What a thread serves. */
export interface Served {
  readonly api: object
  readonly close: () => void
  readonly wal?: WalKeeper
}

/** Serves an object's methods to the thread that started this one. Calls are answered in the order they came, but those that wait for the disk. */
function serve(port: MessagePort, file: string, { api, close, wal }: Served): void {
  const methods = new Map(Object.entries(api).filter((entry): entry is [string, (...args: unknown[]) => unknown] => typeof entry[1] === 'function'))
  methods.set(truncateMethod, () => wal?.truncate() ?? false)
  const answerLater = async (id: number, pending: Promise<unknown>): Promise<void> => {
    try {
      port.postMessage({ id, value: await pending } satisfies Answer)
    } catch (error) {
      port.postMessage({ id, error: toWire(error, file) } satisfies Answer)
    }
  }
  port.on('message', (asked: Asked | 'close') => {
    if (asked === 'close') {
      close()
      port.postMessage('closed')
      port.close()
      return
    }
    const method = methods.get(asked.method)
    try {
      if (method === undefined) throw new Error(`There is no ${asked.method} in this thread`)
      const value = method(...asked.args)
      if (value instanceof Promise) void answerLater(asked.id, value)
      else port.postMessage({ id: asked.id, value } satisfies Answer)
    } catch (error) {
      port.postMessage({ id: asked.id, error: toWire(error, file) } satisfies Answer)
    }
    // Whoever asked has the answer and need not wait for this; the next call does.
    wal?.after()
  })
}

/** The file of a thread: the source beside this one where the source runs, else the built entry. */
function entryUrl(entry: ThreadEntry): URL {
  const here = import.meta.url
  return here.endsWith('.ts') ? new URL(`./${entry}.ts`, here) : new URL(`./${entry}.js`, here)
}

/**
 * Starts a thread and waits until it is ready.
 * @param methods names of the methods it serves
 * @param moved memory of a call's arguments that moves over instead of being copied; the caller must not touch it again
 * @param refused told of every error a call ends with
 * @throws what the thread threw while it opened its files.
 */
export async function startThread<Api extends object>(
  entry: ThreadEntry,
  data: unknown,
  methods: readonly (keyof Api & string)[],
  moved: (args: readonly unknown[]) => readonly ArrayBuffer[] = () => [],
  refused: (error: Error) => void = () => undefined,
): Promise<Thread<Api>> {
  const worker = new Worker(entryUrl(entry), { workerData: data, name: entry })
  const waiting = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }>()
  let next = 1
  let ended: Error | null = null
  let closed: (() => void) | null = null

  const end = (error: Error): void => {
    ended ??= error
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
    closed?.()
  }
  const ready = new Promise<void>((resolve, reject) => {
    worker.on('message', (message: Answer | 'ready' | 'closed' | { readonly failed: WireError }) => {
      if (message === 'ready') resolve()
      else if (message === 'closed') closed?.()
      else if ('failed' in message) reject(fromWire(message.failed))
      else {
        const call = waiting.get(message.id)
        waiting.delete(message.id)
        if ('error' in message) {
          const error = fromWire(message.error)
          refused(error)
          call?.reject(error)
        } else call?.resolve(message.value)
      }
    })
    worker.on('error', (error) => {
      const failure = error instanceof Error ? error : new Error(String(error))
      reject(failure)
      end(failure)
    })
    worker.on('exit', () => {
      const failure = new Error(`The ${entry} ended`)
      reject(failure)
      end(failure)
    })
  })
  await ready

  const call = (method: string, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended !== null) {
        reject(ended)
        return
      }
      const id = next
      next += 1
      waiting.set(id, { resolve, reject })
      worker.postMessage({ id, method, args } satisfies Asked, moved(args))
    })
  const api = Object.fromEntries(methods.map((method) => [method, (...args: unknown[]) => call(method, args)])) as unknown as Remote<Api>
  return {
    api,
    truncate: async () => (await call(truncateMethod, [])) === true,
    close: async () => {
      if (ended !== null) return
      const done = new Promise<void>((resolve) => {
        closed = resolve
      })
      worker.postMessage('close')
      await done
      await worker.terminate()
    },
  }
}

/** Opens what a thread serves and tells the starter that it is ready, or why it could not open. `file` names the database in errors. */
export function runThread(port: MessagePort, file: string, open: () => Served): void {
  try {
    serve(port, file, open())
    port.postMessage('ready')
  } catch (error) {
    port.postMessage({ failed: toWire(error, file) })
    port.close()
  }
}
