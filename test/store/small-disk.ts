import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'vitest'

/** A file system of its own, in memory, that can be full or read-only. */
export interface SmallDisk {
  readonly folder: string
  /** Size in KiB from now on. */
  resize(kib: number): void
  readOnly(on: boolean): void
  remove(): void
}

function run(...args: readonly string[]): void {
  const done = spawnSync(args[0] ?? '', args.slice(1))
  if (done.status !== 0) throw new Error(`${args.join(' ')}: ${done.stderr.toString()}`)
}

/** Only root can mount one; the test is skipped for others. */
export function mountSmallDisk(context: TestContext, kib: number): SmallDisk {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') context.skip('only root can mount a small disk')
  const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-disk-'))
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${String(kib)}k`, 'tmpfs', folder]).status !== 0) {
    rmSync(folder, { recursive: true })
    context.skip('only root can mount a small disk')
  }
  return {
    folder,
    resize: (to) => { run('mount', '-o', `remount,size=${String(to)}k`, folder) },
    readOnly: (on) => { run('mount', '-o', `remount,${on ? 'ro' : 'rw'}`, folder) },
    remove: () => {
      run('umount', '--lazy', folder)
      rmSync(folder, { recursive: true })
    },
  }
}
