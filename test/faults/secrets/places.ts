import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Collected } from './collected.ts'

/** Files come and go while processes work. */
const goneCodes = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENXIO', 'ENOTDIR', 'EINVAL']

function orNothing<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof Error && 'code' in error && goneCodes.includes(String(error.code))) return null
    throw error
  }
}

/** Every file below a folder, and every name. */
export function searchFolder(root: string, folder: string, collected: Collected): void {
  if (!existsSync(folder)) return
  for (const entry of orNothing(() => readdirSync(folder, { withFileTypes: true })) ?? []) {
    const path = join(folder, entry.name)
    const place = relative(root, path)
    collected.search(`the name of a file in ${relative(root, folder)}`, Buffer.from(entry.name))
    if (entry.isDirectory()) searchFolder(root, path, collected)
    else if (entry.isFile()) {
      const content = orNothing(() => readFileSync(path))
      if (content !== null) collected.search(place, content)
    } else if (entry.isSymbolicLink()) {
      const target = orNothing(() => readlinkSync(path))
      if (target !== null) collected.search(place, Buffer.from(target))
    }
  }
}

/** Memory that processes share has the look of a deleted file; it never reaches a disk, and memory is not protected (README). */
const isMemory = (target: string): boolean => /^\/(?:dev\/shm\/|memfd:)/.test(target)

/** Whether a process works for this run: its arguments or its environment name the run's folder. */
const worksFor = (pid: string, root: string): boolean => ['cmdline', 'environ'].some((name) => orNothing(() => readFileSync(join('/proc', pid, name)))?.includes(root) === true)

/**
 * What processes of this run show to others: their arguments, their environment (which every child inherits), and files that
 * they hold open under no name any more.
 * @returns how many processes were looked at
 */
export function searchProcesses(root: string, collected: Collected): number {
  if (process.platform !== 'linux') return 0
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid) && worksFor(name, root))
  for (const pid of pids) {
    const program = (orNothing(() => readFileSync(join('/proc', pid, 'comm'), 'utf8')) ?? 'a process').trim()
    for (const [name, words] of [['cmdline', 'arguments'], ['environ', 'environment']] as const) {
      const content = orNothing(() => readFileSync(join('/proc', pid, name)))
      if (content !== null) collected.search(`the ${words} of ${program}`, content)
    }
    for (const descriptor of orNothing(() => readdirSync(join('/proc', pid, 'fd'))) ?? []) {
      const handle = join('/proc', pid, 'fd', descriptor)
      const target = orNothing(() => readlinkSync(handle)) ?? ''
      if (!target.endsWith(' (deleted)') || isMemory(target)) continue
      const content = orNothing(() => (statSync(handle).isFile() ? readFileSync(handle) : null))
      if (content !== null) collected.search(`a deleted file of ${program} in ${relative(root, dirname(target))}`, content)
    }
  }
  return pids.length
}
