import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fdatasync, fsync, mkdirSync, openSync, readFileSync, rmSync, utimesSync, writevSync } from 'node:fs'
import { promisify } from 'node:util'
import { dirname, join } from 'node:path'
import { asStoreError, isMissing } from '../disk.ts'
import { chunkBytes, contentKeyBytes, encodeHeader, encodeOwner, lastParts, recordParts, sealContentKey } from './form.ts'
import { renameFileNow } from '../rename.ts'
import { type FileKey, VaultDamage, wholeContent } from './read.ts'
import type { VaultOwner } from './vault.ts'

/** A file that is here whole, to be put into the vault. */
export interface WholeFile {
  readonly owner: VaultOwner
  readonly content: Uint8Array
}

export interface SettleOptions {
  readonly folder: string
  readonly epoch: number
  readonly nameKey: Buffer | KeyObject
  readonly fileKey: FileKey
}

/** The folder of a file: one of 256 by the first letters of its name (decision 0010). */
export const folderIn = (folder: string, name: string): string => join(folder, name.slice(0, 2))
/** Where a file stands. */
export const pathIn = (folder: string, name: string): string => join(folderIn(folder, name), name)
/** A file that is being written, beside its place. */
export const unfinished = '.unfinished'

/** The bytes of a vault file, sealed; each byte of content is copied once. */
function sealed({ owner, content }: WholeFile, name: string, options: SettleOptions): readonly Buffer[] {
  const header = encodeHeader(options.epoch, randomBytes(32))
  const key = randomBytes(contentKeyBytes)
  const whole = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  // Prepared once: each use of raw bytes prepares them anew, which costs more than sealing a small record.
  const sealing = createSecretKey(key)
  const parts = [header.bytes, sealContentKey(options.fileKey(header, name), header, key), ...recordParts(sealing, header, 0, false, encodeOwner(owner))]
  let record = 1
  let at = 0
  for (; whole.length - at > chunkBytes; at += chunkBytes) {
    parts.push(...recordParts(sealing, header, record, false, whole.subarray(at, at + chunkBytes)))
    record += 1
  }
  parts.push(...recordParts(sealing, header, record, true, ...lastParts(whole.subarray(at), whole.length)))
  key.fill(0)
  return parts
}

/** Whether equal content stands there already, whole; a damaged file is kept aside, so that it is neither used nor lost. */
function isThere(path: string, name: string, content: Uint8Array, fileKey: FileKey): boolean {
  if (!existsSync(path)) return false
  try {
    if (!wholeContent(readFileSync(path), name, fileKey).equals(content)) return false
    // It is wanted again: whoever looks for files that nobody needs leaves it alone.
    utimesSync(path, new Date(), new Date())
    return true
  } catch (error) {
    if (!(error instanceof VaultDamage)) throw error
    renameFileNow(path, `${path}.damaged`)
    return false
  }
}

const syncData = promisify(fdatasync)
const syncEntries = promisify(fsync)

/** Makes new names in folders last, all of them at once: the file system writes its own journal once for many. */
async function syncFolders(folders: ReadonlySet<string>): Promise<void> {
  if (process.platform === 'win32') return
  const open = [...folders].map((folder) => openSync(folder, 'r'))
  try {
    await Promise.all(open.map((fd) => syncEntries(fd)))
  } finally {
    for (const fd of open) closeSync(fd)
  }
}

/** Everything; `writev` may take only a part, as on a disk that is nearly full. */
function writeAll(fd: number, parts: readonly Buffer[]): void {
  let left = parts
  while (left.length > 0) {
    let done = writevSync(fd, left)
    while (left[0] !== undefined && done >= left[0].length) {
      done -= left[0].length
      left = left.slice(1)
    }
    if (left[0] !== undefined && done > 0) left = [left[0].subarray(done), ...left.slice(1)]
  }
}

interface Written {
  readonly fd: number
  readonly temporary: string
  readonly name: string
}

/**
 * Puts many small files into the vault at once: all are written, then synced, then renamed, then every folder that
 * changed is synced once (durability.md 13). Belongs into a thread of its own: writing blocks.
 * @returns their names, in the same order
 * @throws {StoreError} 'full', 'unwritable'; then nobody may be told of any of them, and those that stand are adopted later.
 */
export async function settleFiles(options: SettleOptions, files: readonly WholeFile[]): Promise<readonly string[]> {
  const open: Written[] = []
  const names = new Set<string>()
  const changed = new Set<string>()
  try {
    const result = files.map((file) => {
      const name = createHmac('sha256', options.nameKey).update(file.content).digest('hex')
      if (names.has(name) || isThere(pathIn(options.folder, name), name, file.content, options.fileKey)) return name
      const temporary = `${pathIn(options.folder, name)}${unfinished}`
      const fd = openNew(temporary, options.folder, changed)
      open.push({ fd, temporary, name })
      writeAll(fd, sealed(file, name, options))
      names.add(name)
      return name
    })
    await Promise.all(open.map(({ fd }) => syncData(fd)))
    for (const { temporary, name } of open) {
      renameFileNow(temporary, pathIn(options.folder, name))
      changed.add(folderIn(options.folder, name))
    }
    await syncFolders(changed)
    return result
  } catch (error) {
    for (const { temporary } of open) rmSync(temporary, { force: true })
    throw asStoreError(error, 'writing an attachment')
  } finally {
    for (const { fd } of open) closeSync(fd)
  }
}

/** A new file beside its place; makes the folder the first time. What an unclean end left under this name goes. */
function openNew(path: string, folder: string, changed: Set<string>): number {
  try {
    return openSync(path, 'w', 0o600)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  mkdirSync(dirname(path), { mode: 0o700 })
  changed.add(folder)
  return openSync(path, 'w', 0o600)
}
