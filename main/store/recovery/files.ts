import { closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { syncFolderNow } from '../disk.ts'
import { renameFileNow } from '../rename.ts'

/** Makes a file's content last. */
export function syncFileNow(path: string): void {
  const fd = openSync(path, 'r+')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** The folder of the verified copies. */
export const copiesFolder = (profile: string): string => join(profile, 'copies')

/**
 * A database goes aside together with its -wal and -shm, or they would be taken for the next one's: a good copy under an
 * old -wal gave silent loss (durability.md 4). Nobody may have it open.
 */
export function setAside(path: string, at: number): void {
  for (const ending of ['-wal', '-shm', '']) if (existsSync(path + ending)) renameFileNow(path + ending, `${path}.aside-${String(at)}${ending}`)
  syncFolderNow(dirname(path))
}

/** Removes a database that can be made anew. Nobody may have it open. */
export function removeDatabase(path: string): void {
  for (const ending of ['-wal', '-shm', '']) rmSync(path + ending, { force: true })
}

/** Where a copy stands until it is whole. */
export const restoringName = (path: string): string => join(dirname(path), `${basename(path)}.restoring`)

/** Files that were set aside in place of a database, with their time, ms since 1970. */
export function asideOf(path: string): readonly { readonly path: string; readonly at: number }[] {
  const prefix = `${basename(path)}.aside-`
  return readdirSync(dirname(path)).flatMap((name) => {
    const at = name.startsWith(prefix) ? /^\d+/.exec(name.slice(prefix.length)) : null
    return at === null ? [] : [{ path: join(dirname(path), name), at: Number(at[0]) }]
  })
}

/** Puts a copy in a file's place, whole or not at all. The copy stays. */
export function putBack(copy: string, path: string): void {
  const temporary = restoringName(path)
  rmSync(temporary, { force: true })
  copyFileSync(copy, temporary)
  syncFileNow(temporary)
  renameFileNow(temporary, path)
  syncFolderNow(dirname(path))
}

/** Makes a folder of the profile that only its user may read. */
export function ownFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
}
