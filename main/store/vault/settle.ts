import { createHmac, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { asStoreError, isMissing } from '../disk.ts'
import { contentKeyBytes, chunkBytes, encodeHeader, encodeLast, encodeOwner, sealContentKey, sealRecord } from './form.ts'
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
  readonly nameKey: Buffer
  readonly fileKey: FileKey
}

/** The folder of a file: one of 256 by the first letters of its name (decision 0010). */
export const folderIn = (folder: string, name: string): string => join(folder, name.slice(0, 2))
/** Where a file stands. */
export const pathIn = (folder: string, name: string): string => join(folderIn(folder, name), name)
/** A file that is being written, beside its place. */
export const unfinished = '.unfinished'

/** The bytes of a vault file, sealed. */
function sealed({ owner, content }: WholeFile, name: string, options: SettleOptions): Buffer {
  const header = encodeHeader(options.epoch, randomBytes(32))
  const key = randomBytes(contentKeyBytes)
  const whole = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  const parts = [header.bytes, sealContentKey(options.fileKey(header, name), header, key), sealRecord(key, header, 0, false, encodeOwner(owner))]
  let record = 1
  let at = 0
  for (; whole.length - at > chunkBytes; at += chunkBytes) {
    parts.push(sealRecord(key, header, record, false, whole.subarray(at, at + chunkBytes)))
    record += 1
  }
  parts.push(sealRecord(key, header, record, true, encodeLast(whole.subarray(at), whole.length)))
  key.fill(0)
  return Buffer.concat(parts)
}

/** Whether equal content stands there already, whole; a damaged file is kept aside, so that it is neither used nor lost. */
function isThere(path: string, name: string, content: Uint8Array, fileKey: FileKey): boolean {
  if (!existsSync(path)) return false
  try {
    return wholeContent(readFileSync(path), name, fileKey).equals(content)
  } catch (error) {
    if (!(error instanceof VaultDamage)) throw error
    renameSync(path, `${path}.damaged`)
    return false
  }
}

function syncFolderNow(folder: string): void {
  if (process.platform === 'win32') return
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/**
 * Puts many small files into the vault at once: all are written, then synced, then renamed, then every folder that
 * changed is synced once (durability.md 13). Blocks; it belongs into a thread of its own.
 * @returns their names, in the same order
 * @throws {StoreError} 'full', 'unwritable'; then nobody may be told of any of them, and those that stand are adopted later.
 */
export function settleFiles(options: SettleOptions, files: readonly WholeFile[]): readonly string[] {
  const open: { readonly fd: number; readonly temporary: string; readonly name: string }[] = []
  const written = new Set<string>()
  const changed = new Set<string>()
  try {
    const names = files.map((file) => {
      const name = createHmac('sha256', options.nameKey).update(file.content).digest('hex')
      if (written.has(name) || isThere(pathIn(options.folder, name), name, file.content, options.fileKey)) return name
      const bytes = sealed(file, name, options)
      const temporary = `${pathIn(options.folder, name)}${unfinished}`
      const fd = openNew(temporary, options.folder, changed)
      open.push({ fd, temporary, name })
      for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done)
      written.add(name)
      return name
    })
    while (open.length > 0) {
      const [{ fd, temporary, name }] = open as [(typeof open)[number]]
      fdatasyncSync(fd)
      closeSync(fd)
      open.shift()
      renameSync(temporary, pathIn(options.folder, name))
      changed.add(folderIn(options.folder, name))
    }
    for (const folder of changed) syncFolderNow(folder)
    return names
  } catch (error) {
    for (const { fd, temporary } of open) {
      closeSync(fd)
      rmSync(temporary, { force: true })
    }
    throw asStoreError(error, 'writing an attachment')
  }
}

/** A new file beside its place; makes the folder the first time. What an unclean end left under this name goes. */
function openNew(path: string, folder: string, changed: Set<string>): number {
  try {
    return openSync(path, 'w', 0o600)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  changed.add(folder)
  return openSync(path, 'w', 0o600)
}
