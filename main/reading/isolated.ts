import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
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
  /** Time of the processor that it has used, ms; null where that cannot be told. */
  cpuMs?(): number | null
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

/** Linux counts processor time in hundredths of a second, for every machine that Node.js runs on. */
const tickMs = 10

/** Processor time of a process by /proc (proc(5), fields 14 and 15); null on other systems, and for one that is gone. */
function cpuOf(pid: number | undefined): number | null {
  if (process.platform !== 'linux' || pid === undefined) return null
  try {
    // The name before it may hold spaces; it ends with the last bracket.
    const fields = readFileSync(`/proc/${String(pid)}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ')
    return (Number(fields[11]) + Number(fields[12])) * tickMs
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null
    throw error
  }
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
    cpuMs: () => cpuOf(child.pid),
  }
}
