import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { numbered } from '../reading/file-names.ts'
import type { SaveTarget } from './desk.ts'
import { Refusal } from './errors.ts'
import { markFromInternet } from './from-internet.ts'

/** What the disk says of a place to save to, as an error the window can word; null for anything else. */
export function savingRefusal(error: unknown): Refusal | null {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return new Refusal('disk-full', 'The file could not be saved')
  return ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'EISDIR', 'ENOTDIR', 'EEXIST', 'EBUSY', 'ENAMETOOLONG'].some((one) => one === code) ? new Refusal('unwritable', 'The file could not be saved') : null
}

/**
 * Writes what a person saves: beside its place first, then in one step over what may be there, so that a failure takes
 * nothing away. The dialog has asked about a file that is there already; whoever else reads the folder need not read this.
 * @param target a path, or what the desk gave
 * @param fromOutside a file that somebody sent: marked as come from the internet
 * @throws {Refusal} when the disk refuses; then nothing of it stays
 */
export async function saveTo(target: string | SaveTarget, content: AsyncIterable<Buffer> | Iterable<Buffer>, fromOutside = false): Promise<void> {
  const { path, made = false } = typeof target === 'string' ? { path: target } : target
  const part = join(dirname(path), `.meldingsboks-${randomBytes(8).toString('hex')}.part`)
  try {
    await pipeline(Readable.from(content), createWriteStream(part, { mode: 0o600, flags: 'wx' }))
    if (fromOutside) await markFromInternet(part)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    if (made) await rm(path, { force: true })
    throw savingRefusal(error) ?? error
  }
}

/**
 * A new file in a folder, under this name or one with a number: what is there already is never written over.
 * @throws {Refusal} when the disk refuses
 */
export async function newFileIn(folder: string, name: string): Promise<SaveTarget> {
  for (let n = 1; ; n += 1) {
    const path = join(folder, n === 1 ? name : numbered(name, n))
    try {
      // Made here, so that nobody else can put something in its place first.
      await (await open(path, 'wx', 0o600)).close()
      return { path, made: true }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw savingRefusal(error) ?? error
    }
  }
}
