import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { asStoreError } from '../disk.ts'
import { StoreError } from '../errors.ts'
import { renameFile } from '../rename.ts'

/** How much of a disk is left alone (durability.md 18). Bytes. */
export interface RoomRules {
  /** Size of the reserve, at most `smallPart` of the volume. */
  readonly reserveBytes: number
  /** Downloads stop when less is free than the larger of these two, at most a twentieth of the volume. */
  readonly freeBytes: number
  readonly freePart: number
  /** On a small volume so much must be free; a gigabyte may be all of it. */
  readonly smallFree: number
}

export const defaultRoom: RoomRules = { reserveBytes: 64 * 1024 * 1024, freeBytes: 1024 * 1024 * 1024, freePart: 0.02, smallFree: 0.05 }

/** On a small volume the reserve may take so much of it. */
const smallPart = 0.02
const stepBytes = 1024 * 1024

/** The file that keeps room; no part of the copy. */
export const reserveName = 'reserve'
const pathOf = (profile: string): string => join(profile, reserveName)

interface Volume {
  readonly total: number
  readonly free: number
}

async function volumeOf(folder: string): Promise<Volume> {
  const { blocks, bavail, bsize } = await statfs(folder)
  return { total: blocks * bsize, free: bavail * bsize }
}

/** Bytes the reserve of a volume has. */
export const reserveBytesOf = (total: number, rules: RoomRules): number => Math.floor(Math.min(rules.reserveBytes, total * smallPart))

/** Bytes that must be free for downloads. */
export const neededFree = (total: number, rules: RoomRules): number => Math.min(Math.max(rules.freeBytes, total * rules.freePart), total * rules.smallFree)

/**
 * Makes the reserve where there is none and more than twice its size is free: room for the ledger's next writes when
 * somebody else has filled the disk. Written whole with bytes nobody can squeeze, since a file with holes keeps no room.
 * @returns whether it is there now
 */
export async function makeReserve(profile: string, rules: RoomRules): Promise<boolean> {
  const path = pathOf(profile)
  if (existsSync(path)) return true
  const { total, free } = await volumeOf(profile)
  const size = reserveBytesOf(total, rules)
  if (size === 0 || free <= size * 2) return false
  const temporary = `${path}.new`
  try {
    await rm(temporary, { force: true })
    const file = await open(temporary, 'wx', 0o600)
    try {
      const piece = randomBytes(Math.min(stepBytes, size))
      for (let done = 0; done < size;) done += (await file.write(piece, 0, Math.min(piece.length, size - done))).bytesWritten
      await file.datasync()
    } finally {
      await file.close()
    }
    await renameFile(temporary, path)
    return true
  } catch (error) {
    await rm(temporary, { force: true })
    // Somebody was faster than we: then there is no room to keep.
    const known = asStoreError(error, 'keeping room for the ledger')
    if (known instanceof StoreError && known.code === 'full') return false
    throw known
  }
}

/** Gives the reserve up. @returns false when there was none to give */
export function giveUpReserve(profile: string): boolean {
  const there = [pathOf(profile), `${pathOf(profile)}.new`].filter((path) => existsSync(path))
  for (const path of there) rmSync(path, { force: true })
  return there.length > 0
}

const isFull = (error: unknown): boolean => error instanceof StoreError && error.code === 'full'

/** Does what needs room on the disk; where there is none the reserve is given up and it is done once more (durability.md 18). */
export function withReserve<T>(profile: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!isFull(error) || !giveUpReserve(profile)) throw error
    return work()
  }
}

/** The same for what takes its time. */
export async function withReserveLater<T>(profile: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isFull(error) || !giveUpReserve(profile)) throw error
    return await work()
  }
}

/** How long an answer of the system about free room is believed, ms. */
const believedMs = 500

/**
 * Whether there is room for a download. Asked before each, so that nothing is fetched that cannot be kept.
 * @returns a function that rejects with StoreError 'full' while there is not
 */
export function roomForDownloads(folder: string, rules: RoomRules): () => Promise<void> {
  let asked: { readonly at: number; readonly enough: Promise<boolean> } | null = null
  return async () => {
    const at = performance.now()
    if (asked === null || at - asked.at > believedMs) asked = { at, enough: volumeOf(folder).then(({ total, free }) => free >= neededFree(total, rules)) }
    if (!(await asked.enough)) throw new StoreError('full', 'there is little room left on the disk: attachments wait')
  }
}
