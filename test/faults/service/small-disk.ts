import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether this process may mount a small disk. */
export const canMount = (): boolean => process.platform === 'linux' && process.getuid?.() === 0

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program}: ${stderr}`)
}

/** A disk of so many MB, in memory. */
export function mount(mb: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-disk-'))
  run('mount', '-t', 'tmpfs', '-o', `size=${String(mb)}m,mode=0700`, 'meldingsboks', folder)
  return folder
}

export function unmount(folder: string): void {
  run('umount', '-l', folder)
  rmdirSync(folder)
}

/** Fills the disk up to so many kB that stay free. */
export function fill(folder: string, freeKb: number): void {
  const { bavail, bsize } = statfsSync(folder)
  const bytes = bavail * bsize - freeKb * 1024
  if (bytes > 0) writeFileSync(join(folder, 'filler'), Buffer.alloc(bytes))
}

export function empty(folder: string): void {
  rmSync(join(folder, 'filler'), { force: true })
}
