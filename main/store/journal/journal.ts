import { randomBytes } from 'node:crypto'
import { closeSync, fdatasyncSync, fsyncSync, ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { asStoreError, syncFolderNow } from '../disk.ts'
import { StoreError } from '../errors.ts'
import { encodeHeader, headerLength, headerTag, longestFrame, sealFrame, segmentKey, type JournalKey, type SegmentHeader } from './form.ts'
import { readJournal, segmentName, type JournalEnd, type JournalFrame } from './read.ts'

export type { JournalKey } from './form.ts'
export { JournalDamage, type JournalEnd, type JournalFrame } from './read.ts'

export interface JournalOptions {
  /** <profile>/ledger.journal */
  readonly folder: string
  readonly profileId: string
  /** One for every key epoch in use; new segments are written under the highest. */
  readonly keys: readonly JournalKey[]
}

/**
 * The journal: append-only, sealed, on disk before it counts (durability.md 1, security.md 18). Calls block; it lives in
 * the ledger's thread. Only the holder of the profile's lock may open it for writing.
 */
export interface Journal {
  readonly lastSeq: number
  /** Resolves to disk before it returns. Errors: StoreError 'full' or 'unwritable'; nothing was written then. */
  append(events: number, content: Buffer): void
  /** Takes the last append back, once, before anybody was told of it. */
  withdraw(): void
  close(): void
}

/** Reads the journal from its beginning; the caller then starts a segment with `startSegment`. Errors: see `readJournal`. */
export function replayJournal(options: JournalOptions, onFrame: (frame: JournalFrame) => void): JournalEnd {
  return readJournal(options.folder, options.profileId, options.keys, onFrame)
}

/** Cuts what an unfinished write left, so that the segment is whole for ever. */
function cutTorn(end: JournalEnd): void {
  if (end.torn === null) return
  if (end.torn.keep === 0) {
    rmSync(end.torn.path)
    syncFolderNow(dirname(end.torn.path))
    return
  }
  const fd = openSync(end.torn.path, 'r+')
  try {
    ftruncateSync(fd, end.torn.keep)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/**
 * Begins this process's segment; an older one is never appended to. `firstSeq` is the next sequence number: above
 * `end.lastSeq + 1` only where the ledger knows of later events than the journal.
 */
export function startSegment(options: JournalOptions, end: JournalEnd, firstSeq: number): Journal {
  const keys = options.keys.reduce((best, one) => (one.epoch > best.epoch ? one : best))
  try {
    mkdirSync(options.folder, { recursive: true, mode: 0o700 })
    syncFolderNow(dirname(options.folder))
    cutTorn(end)
    const header = encodeHeader({ epoch: keys.epoch, segment: end.segment + 1, firstSeq, tagBefore: end.tag, salt: randomBytes(32) }, keys)
    const path = join(options.folder, segmentName(header.segment))
    const fd = openSync(path, 'wx', 0o600)
    try {
      writeAll(fd, header.bytes, 0)
      fsyncSync(fd)
      syncFolderNow(options.folder)
    } catch (error) {
      closeSync(fd)
      rmSync(path, { force: true })
      throw error
    }
    return new Segment(fd, options.profileId, segmentKey(keys, header), header)
  } catch (error) {
    throw asStoreError(error, 'opening the journal')
  }
}

function writeAll(fd: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, position + done)
}

class Segment implements Journal {
  readonly #fd: number
  readonly #profileId: string
  readonly #key: Buffer
  readonly #header: SegmentHeader
  #counter = 0
  #at: { readonly position: number; readonly nextSeq: number; readonly tag: Buffer }
  #before: { readonly position: number; readonly nextSeq: number; readonly tag: Buffer } | null = null
  /** Set when the end of the file is not known any more; only a new start, which reads it again, helps. */
  #broken: unknown = null

  constructor(fd: number, profileId: string, key: Buffer, header: SegmentHeader) {
    this.#fd = fd
    this.#profileId = profileId
    this.#key = key
    this.#header = header
    this.#at = { position: headerLength, nextSeq: header.firstSeq, tag: headerTag(header) }
  }

  get lastSeq(): number {
    return this.#at.nextSeq - 1
  }

  append(events: number, content: Buffer): void {
    this.#checkUsable()
    if (content.length === 0 || content.length > longestFrame) throw new RangeError(`a journal record holds 1 to ${String(longestFrame)} bytes`)
    if (!Number.isInteger(events) || events < 1) throw new RangeError('a journal record holds at least one event')
    const { position, nextSeq, tag } = this.#at
    const place = { profileId: this.#profileId, header: this.#header, firstSeq: nextSeq, tagBefore: tag }
    const frame = sealFrame(this.#key, place, { counter: this.#counter, events, content, position })
    // A nonce is used once, also when the frame under it is taken back.
    this.#counter += 1
    try {
      writeAll(this.#fd, frame.bytes, position)
    } catch (error) {
      this.#truncate(position)
      throw asStoreError(error, 'writing the journal')
    }
    try {
      fdatasyncSync(this.#fd)
    } catch (error) {
      // After a failed sync the system may drop the pages and call the next sync a success: nothing more is promised here.
      this.#truncate(position)
      this.#broken = error
      throw asStoreError(error, 'writing the journal')
    }
    this.#before = this.#at
    this.#at = { position: position + frame.bytes.length, nextSeq: nextSeq + events, tag: frame.tag }
  }

  withdraw(): void {
    this.#checkUsable()
    if (this.#before === null) throw new RangeError('there is nothing to take back')
    this.#truncate(this.#before.position)
    this.#checkUsable()
    this.#at = this.#before
    this.#before = null
  }

  close(): void {
    closeSync(this.#fd)
    this.#key.fill(0)
    this.#broken = new StoreError('unwritable', 'the journal is closed')
  }

  #truncate(position: number): void {
    try {
      ftruncateSync(this.#fd, position)
      fdatasyncSync(this.#fd)
    } catch (error) {
      this.#broken = error
    }
  }

  #checkUsable(): void {
    if (this.#broken !== null) throw new StoreError('unwritable', 'the journal cannot be written until the next start', { cause: this.#broken })
  }
}
