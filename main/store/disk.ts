import { closeSync, fsyncSync, openSync } from 'node:fs'
import { open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StoreError } from './errors.ts'
import { renameFile } from './rename.ts'

/** The `code` of an error of the operating system, or undefined. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

export function isMissing(error: unknown): boolean {
  const code = errnoOf(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** A full disk and a folder that can't be written as the store's own errors; everything else as it is. */
export function asStoreError(error: unknown, what: string): unknown {
  switch (errnoOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StoreError('full', `${what}: the disk is full`, { cause: error })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StoreError('unwritable', `${what}: the folder cannot be written`, { cause: error })
    default:
      return error
  }
}

/** Makes a rename or a new name in a folder last. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The same on a thread that may wait. */
export function syncFolderNow(folder: string): void {
  if (process.platform === 'win32') return
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** The file's bytes, or null when there is no such file. */
export async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/**
 * Replaces a small file whole: temporary file on the same volume, fsync, rename, fsync of the folder, read back
 * (durability.md 6). Readable by this user only. Errors: StoreError 'full' or 'unwritable'; the old file is then still there.
 */
export async function writeWhole(path: string, content: Buffer): Promise<void> {
  const temporary = `${path}.tmp`
  try {
    await rm(temporary, { force: true })
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await renameFile(temporary, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw asStoreError(error, `writing ${path}`)
  }
  if (!(await readFile(path)).equals(content)) throw new StoreError('damaged', `${path} does not read back as it was written`)
}
