import { accessSync, chmodSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const prefix = 'meldingsboks-'

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function usable(folder: string | undefined): folder is string {
  if (folder === undefined || !existsSync(folder)) return false
  try {
    accessSync(folder, constants.W_OK)
    return statSync(folder).isDirectory()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}

/**
 * Where a run keeps the start file and the browser's profile: in memory where there is such a place, because a browser
 * writes what it shows to its profile (security.md 14).
 * @param beside used where there is none
 */
export function runParent(beside: string): string {
  for (const folder of [process.env['XDG_RUNTIME_DIR'], '/dev/shm']) if (usable(folder)) return folder
  mkdirSync(beside, { recursive: true, mode: 0o700 })
  return beside
}

/** Makes this run's folder, 0700, and deletes those that earlier runs left when they ended badly. */
export function makeRunFolder(parent: string): string {
  for (const name of readdirSync(parent)) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(parent, name), { recursive: true, force: true })
  }
  const folder = mkdtempSync(join(parent, `${prefix}${String(process.pid)}-`))
  chmodSync(folder, 0o700)
  return folder
}

export const startFileName = 'start.html'

/**
 * Writes the start file: it leads to the window with a secret in the fragment, which is sent to nobody (security.md 11).
 * Replaced in one step, so that a browser never reads half of it.
 */
export function writeStartFile(folder: string, address: string, secret: string): string {
  const path = join(folder, startFileName)
  const next = `${path}.next`
  writeFileSync(next, `<!doctype html><meta charset="utf-8"><title>Meldingsboks</title><script>location.replace(${JSON.stringify(`${address}/#${secret}`)})</script>\n`, { mode: 0o600 })
  renameSync(next, path)
  return path
}
