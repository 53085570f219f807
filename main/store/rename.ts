import { renameSync as systemRename } from 'node:fs'
import { rename as systemRenameLater } from 'node:fs/promises'
import { setTimeout as after } from 'node:timers/promises'

/** What may be put in the place of the system's own; for tests. */
export interface RenameOptions<Rename> {
  readonly rename?: Rename
  readonly platform?: NodeJS.Platform
  /** ms, only ever compared with itself. */
  readonly clock?: () => number
}

/** How long another program may keep a file open, ms (durability.md 23). */
const patienceMs = 10_000
const firstWaitMs = 10
const longestWaitMs = 500

const waitOf = (tries: number): number => Math.min(firstWaitMs * 2 ** tries, longestWaitMs)

/** On Windows a virus scanner or an indexer may have the file open for a moment; elsewhere these say what they mean. */
const passes = (error: unknown, platform: NodeJS.Platform): boolean =>
  platform === 'win32' && error instanceof Error && 'code' in error && ['EPERM', 'EACCES', 'EBUSY'].some((code) => code === error.code)

/**
 * Renames; on Windows one that is refused is tried again for ten seconds (durability.md 23). What stood under the new
 * name is replaced by the system, never removed first.
 */
export async function renameFile(from: string, to: string, options: RenameOptions<(from: string, to: string) => Promise<void>> & { readonly wait?: (ms: number) => Promise<void> } = {}): Promise<void> {
  const { rename = systemRenameLater, platform = process.platform, clock = () => performance.now(), wait = (ms: number) => after(ms) } = options
  const until = clock() + patienceMs
  for (let tries = 0; ; tries += 1) {
    try {
      await rename(from, to)
      return
    } catch (error) {
      if (!passes(error, platform) || clock() >= until) throw error
      await wait(waitOf(tries))
    }
  }
}

function waitHere(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** The same for threads that work in steps; waits on the thread. */
export function renameFileNow(from: string, to: string, options: RenameOptions<(from: string, to: string) => void> & { readonly wait?: (ms: number) => void } = {}): void {
  const { rename = systemRename, platform = process.platform, clock = () => performance.now(), wait = waitHere } = options
  const until = clock() + patienceMs
  for (let tries = 0; ; tries += 1) {
    try {
      rename(from, to)
      return
    } catch (error) {
      if (!passes(error, platform) || clock() >= until) throw error
      wait(waitOf(tries))
    }
  }
}
