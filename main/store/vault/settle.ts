import { createSecretKey, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fdatasync, fsync, mkdirSync, openSync, readFileSync, rmSync, utimesSync, writevSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { dirname } from 'node:path'
import { asStoreError, isMissing } from '../disk.ts'
import { chunkBytes, contentKeyBytes, encodeHeader, encodeOwner, lastParts, recordParts, sealContentKey } from './form.ts'
import { renameFileNow } from '../rename.ts'
import { exactly, VaultDamage } from './damage.ts'
import { membersOf, packDirectory, type PackMember } from './pack.ts'
import { damaged, folderIn, pathIn, type Place, placeText, unfinished } from './place.ts'
import { type FileKey, wholeContent } from './read.ts'
import type { VaultOwner } from './vault.ts'

/** A file that is here whole, to be put into the vault. */
export interface WholeFile {
  readonly owner: VaultOwner
  /** 64 hex digits: of the content (place.ts). */
  readonly name: string
  readonly content: Uint8Array
}

export interface SettleOptions {
  readonly folder: string
  readonly epoch: number
  readonly fileKey: FileKey
}

/** The bytes of a vault file, sealed, in parts. */
function sealed({ owner, name, content }: WholeFile, options: SettleOptions): readonly Buffer[] {
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
function isThere(path: string, { name, content }: WholeFile, fileKey: FileKey): boolean {
  if (!existsSync(path)) return false
  try {
    if (!wholeContent(readFileSync(path), name, fileKey).equals(content)) return false
    // It is wanted again: whoever looks for files that nobody needs leaves it alone.
    utimesSync(path, new Date(), new Date())
    return true
  } catch (error) {
    if (!(error instanceof VaultDamage)) throw error
    renameFileNow(path, `${path}${damaged}`)
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
    const begun = left.findIndex((part) => {
      if (done < part.length) return true
      done -= part.length
      return false
    })
    const [first, ...others] = begun < 0 ? [] : left.slice(begun)
    left = first === undefined ? [] : [first.subarray(done), ...others]
  }
}

/** Makes the folder the first time. What an unclean end left under this name goes. */
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

/**
 * Puts a file in its place, or in that of an older one: written beside it, synced, renamed, every folder that changed
 * synced (durability.md 13).
 * @throws {StoreError} 'full', 'unwritable'; nothing of it stays then.
 */
async function putFile(folder: string, place: Place, parts: readonly Buffer[]): Promise<void> {
  const path = pathIn(folder, place)
  const temporary = `${path}${unfinished}`
  const changed = new Set([folderIn(folder, place)])
  try {
    const fd = openNew(temporary, folder, changed)
    try {
      writeAll(fd, parts)
      await syncData(fd)
    } finally {
      closeSync(fd)
    }
    renameFileNow(temporary, path)
    await syncFolders(changed)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw asStoreError(error, 'writing an attachment')
  }
}

interface Member {
  readonly name: string
  /** As it would stand in a file of its own, in parts. */
  readonly parts: readonly Buffer[]
}

async function putPack(folder: string, pack: string, members: readonly Member[]): Promise<void> {
  const [first, last] = packDirectory(members.map(({ name, parts }) => ({ name, bytes: parts.reduce((sum, part) => sum + part.length, 0) })))
  await putFile(folder, { name: '', pack }, [first, ...members.flatMap(({ parts }) => parts), last])
}

/**
 * Puts small files into the vault: one into a file of its own, several into a pack, equal ones once (decision 0016).
 * Belongs into a thread of its own: writing blocks.
 * @returns their places, in the same order
 * @throws {StoreError} 'full', 'unwritable'; then nobody may be told of any of them, and those that stand are adopted later.
 */
export async function settleFiles(options: SettleOptions, files: readonly WholeFile[]): Promise<readonly string[]> {
  const { folder, fileKey } = options
  const unlike = [...new Map(files.map((file) => [file.name, file])).values()]
  const [only, ...others] = unlike
  if (only === undefined) return []
  if (others.length === 0) {
    const place: Place = { name: only.name, pack: null }
    if (!isThere(pathIn(folder, place), only, fileKey)) await putFile(folder, place, sealed(only, options))
    return files.map(() => placeText(place))
  }
  const pack = randomBytes(8).toString('hex')
  await putPack(folder, pack, unlike.map((file) => ({ name: file.name, parts: sealed(file, options) })))
  return files.map(({ name }) => placeText({ name, pack }))
}

/**
 * Writes a pack anew without some of its members, or removes it when none is left. Blocks as well.
 * @param names those to be dropped
 * @returns how many went
 * @throws {PackDamage}; {StoreError} 'full', 'unwritable': the pack is as it was then.
 */
export async function dropMembers(folder: string, pack: string, names: readonly string[]): Promise<number> {
  const path = pathIn(folder, { name: '', pack })
  const dropped = new Set(names)
  const file = await open(path, 'r')
  const kept: Member[] = []
  let all: readonly PackMember[]
  try {
    all = await membersOf(file)
    for (const { name, at, bytes } of all) if (!dropped.has(name)) kept.push({ name, parts: [await exactly(file, bytes, at)] })
  } finally {
    await file.close()
  }
  if (kept.length === 0) {
    rmSync(path)
    await syncFolders(new Set([dirname(path)]))
  } else if (kept.length < all.length) await putPack(folder, pack, kept)
  return all.length - kept.length
}
