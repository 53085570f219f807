import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMissing } from '../disk.ts'
import { StoreError } from '../errors.ts'
import {
  decodeHeader, frameHeadLength, headerLength, headerTag, longestFrame, openFrame, readFrameHead, segmentKey, tagLength,
  type JournalKey, type SegmentHeader,
} from './form.ts'

/** One write of the journal: `events` events from `firstSeq` on, as they were given to `append`. */
export interface JournalFrame {
  readonly firstSeq: number
  readonly events: number
  readonly content: Buffer
}

/** Where the journal ends. */
export interface JournalEnd {
  /** Number of the newest segment; 0 = there is none. */
  readonly segment: number
  /** Sequence number of the last event; 0 = there is none. */
  readonly lastSeq: number
  /** Tag the next header names. */
  readonly tag: Buffer
  /** Sequence numbers that no segment holds, because a run found the journal behind the ledger. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[]
  /** What an unfinished last write left; it has to go before a new segment begins. */
  readonly torn: { readonly path: string; readonly length: number; readonly keep: number } | null
}

/** Damage with its place; never repaired by leaving something out. */
export class JournalDamage extends StoreError {
  readonly segment: number
  /** Byte in the segment's file. */
  readonly position: number

  constructor(segment: number, position: number, what: string) {
    super('damaged', `the journal is damaged: segment ${String(segment)}, byte ${String(position)}: ${what}`)
    this.name = 'JournalDamage'
    this.segment = segment
    this.position = position
  }
}

export function segmentName(segment: number): string {
  return `${String(segment).padStart(8, '0')}.journal`
}

/** Segments in the folder by their file names, in order. */
function segmentsIn(folder: string): readonly number[] {
  let names: readonly string[]
  try {
    names = readdirSync(folder)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
  return names.filter((name) => /^\d{8,}\.journal$/.test(name)).map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b)
}

/**
 * Reads and verifies the whole journal, frame after frame in order; changes nothing on disk.
 *
 * Errors: JournalDamage, StoreError 'wrong-key' or 'too-new'. Only at the very end of the newest segment an unreadable
 * rest is not damage but an unfinished write that was never answered for (durability.md 1).
 */
export function readJournal(folder: string, profileId: string, keys: readonly JournalKey[], onFrame: (frame: JournalFrame) => void): JournalEnd {
  const segments = segmentsIn(folder)
  const newest = segments.at(-1) ?? 0
  let end: JournalEnd = { segment: 0, lastSeq: 0, tag: Buffer.alloc(tagLength), gaps: [], torn: null }
  for (const segment of segments) {
    if (segment !== end.segment + 1) throw new JournalDamage(end.segment + 1, 0, 'this segment is missing')
    const path = join(folder, segmentName(segment))
    const file = readFileSync(path)
    const decoded = decodeHeader(file, keys)
    if (!decoded.ok) {
      if (decoded.why === 'wrong-key') throw new StoreError('wrong-key', `the key does not open segment ${String(segment)} of the journal`)
      if (decoded.why === 'too-new') throw new StoreError('too-new', 'the journal was written by a newer version of the program')
      // A header is on disk before the first frame is written: no more than a header means that nothing was ever answered for.
      if (segment === newest && file.length <= headerLength) return { ...end, torn: { path, length: file.length, keep: 0 } }
      throw new JournalDamage(segment, 0, 'its header is not what was written')
    }
    const { header } = decoded
    if (header.segment !== segment) throw new JournalDamage(segment, 0, `it is segment ${String(header.segment)}`)
    if (!header.tagBefore.equals(end.tag)) throw new JournalDamage(segment, 0, 'it does not follow the end of the segment before')
    if (header.firstSeq <= end.lastSeq) throw new JournalDamage(segment, 0, 'its sequence numbers were used before')
    const gaps = header.firstSeq === end.lastSeq + 1 ? end.gaps : [...end.gaps, { from: end.lastSeq + 1, to: header.firstSeq - 1 }]
    const read = readFrames(file, { profileId, header, key: segmentKey(decoded.keys, header), newest: segment === newest }, onFrame)
    const torn = read.length < file.length ? { path, length: file.length, keep: read.length } : null
    end = { segment, lastSeq: read.lastSeq, tag: read.tag, gaps, torn }
  }
  return end
}

interface OpenSegment {
  readonly profileId: string
  readonly header: SegmentHeader
  readonly key: Buffer
  readonly newest: boolean
}

function readFrames(file: Buffer, segment: OpenSegment, onFrame: (frame: JournalFrame) => void): { length: number; lastSeq: number; tag: Buffer } {
  const { header } = segment
  let position = headerLength
  let tag = headerTag(header)
  let firstSeq = header.firstSeq
  let counter = -1
  while (position < file.length) {
    const head = readFrameHead(file, position, header)
    const start = position + frameHeadLength
    const whole = head !== null && head.counter > counter && start + head.length <= file.length
    const place = { profileId: segment.profileId, header, firstSeq, tagBefore: tag }
    const opened = whole ? openFrame(segment.key, place, head, file.subarray(start, start + head.length)) : null
    if (head === null || opened === null) {
      const after = whole ? start + head.length : position + 1
      if (!segment.newest || !isUnfinishedWrite(file, position, after, header)) {
        throw new JournalDamage(header.segment, position, 'a record is not what was written')
      }
      break
    }
    onFrame({ firstSeq, events: head.events, content: opened.content })
    firstSeq += head.events
    counter = head.counter
    tag = opened.tag
    position = start + head.length
  }
  return { length: position, lastSeq: firstSeq - 1, tag }
}

/**
 * Writes follow one another, each on disk before the next: so at most one frame is unfinished, nothing follows it, and it
 * is not longer than a frame. A readable head behind it, or more bytes than that, mean that something answered for was hit.
 */
function isUnfinishedWrite(file: Buffer, position: number, after: number, header: SegmentHeader): boolean {
  if (file.length - position > frameHeadLength + longestFrame + tagLength) return false
  if (after > position + 1) return after === file.length
  for (let at = after; at + frameHeadLength <= file.length; at += 1) {
    if (readFrameHead(file, at, header) !== null) return false
  }
  return true
}
