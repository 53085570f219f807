import { spawn } from 'node:child_process'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Programs that read hostile files in a process of their own (security.md 24); the build makes one file of each. */
export type IsolatedEntry = 'form-worker' | 'text-worker'

/** A process that gets bytes and answers with text: no key, no database, no network, and nothing it could write to. */
export interface Isolated {
  /** Structured clone; bytes are copied. */
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, however it ended. */
  onExit(listener: () => void): void
  /** Ends it by force; a loop without end does not listen to anything else. */
  kill(): void
}

/** @param memoryMb limit of the JavaScript heap; memory of WebAssembly is outside of it */
export type StartIsolated = (entry: IsolatedEntry, memoryMb: number) => Isolated

const here = import.meta.url
const isSource = here.endsWith('.ts')
const sources: Readonly<Record<IsolatedEntry, string>> = { 'form-worker': './forms/form-worker.ts', 'text-worker': './texts/text-worker.ts' }

function entryFile(entry: IsolatedEntry): string {
  return fileURLToPath(isSource ? new URL(sources[entry], here) : new URL(`./${entry}.js`, here))
}

/** Folders with the program itself and its packages: all that it may read. */
function readable(): readonly string[] {
  const folder = dirname(fileURLToPath(here))
  const root = resolve(folder, '..', '..')
  return isSource ? [root] : [folder, join(root, 'node_modules'), join(root, 'package.json'), join(root, 'out', 'renderer-pdf')]
}

/**
 * A process of plain Node.js under its permission model: it reads the program and nothing else, writes nothing, starts
 * nothing, and its output goes nowhere, because libraries write fragments of what they read there (xml-forms.md 10.4).
 */
export const startNodeProcess: StartIsolated = (entry, memoryMb) => {
  const child = spawn(process.execPath, ['--permission', ...readable().map((path) => `--allow-fs-read=${path}`), '--no-warnings', `--max-old-space-size=${String(memoryMb)}`, entryFile(entry)], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
    env: {},
  })
  const exits: (() => void)[] = []
  let ended = false
  const end = (): void => {
    if (ended) return
    ended = true
    for (const listener of exits) listener()
  }
  child.once('exit', end)
  child.once('error', end)
  return {
    post: (message) => {
      // A process that has just ended is told of by its exit.
      if (child.connected) child.send(message as object, () => undefined)
    },
    onMessage: (listener) => { child.on('message', listener) },
    onExit: (listener) => {
      if (ended) listener()
      else exits.push(listener)
    },
    kill: () => { child.kill('SIGKILL') },
  }
}
