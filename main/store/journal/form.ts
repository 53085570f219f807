import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { expand, segmentPurpose } from '../keys-purposes.ts'

/**
 * The form of a journal segment (security.md 18). Numbers are big-endian.
 *
 *     header  magic 8 | form 2 | key epoch 4 | segment 8 | first sequence 8 | tag before 16 | salt 32 | MAC 32 | check 8
 *     frame   length 4 | counter 4 | events 4 | check 4 | sealed (length bytes, the last 16 of them the tag)
 *
 * Segment key = HKDF(journal key, salt); nonce = the frame's counter, which only rises; AAD = profile, header, first
 * sequence, events, counter and the tag of the frame before, over the border of segments too. So nothing can be changed,
 * left out, exchanged or put in without being seen; only the newest frames can be missing, and that ledger.db tells.
 * One frame is one fdatasync: its events are there together or not at all.
 */
export const journalForm = 1
export const headerLength = 118
export const frameHeadLength = 16
export const tagLength = 16
/** Longest sealed content; also how far back an unfinished write can reach. */
export const longestFrame = 4 * 1024 * 1024

const magic = Buffer.from('MBJOURNL')
const authenticated = headerLength - 40
const checked = headerLength - 8

export interface JournalKey {
  readonly epoch: number
  /** Parent of the segment keys, 32 bytes. */
  readonly key: Buffer
  /** Authenticates headers, 32 bytes. */
  readonly headerKey: Buffer
}

export interface SegmentHeader {
  readonly epoch: number
  readonly segment: number
  readonly firstSeq: number
  readonly tagBefore: Buffer
  readonly salt: Buffer
  /** The bytes as they stand in the file. */
  readonly bytes: Buffer
}

export function encodeHeader(header: Omit<SegmentHeader, 'bytes'>, keys: JournalKey): SegmentHeader {
  const bytes = Buffer.alloc(headerLength)
  magic.copy(bytes, 0)
  bytes.writeUInt16BE(journalForm, 8)
  bytes.writeUInt32BE(header.epoch, 10)
  bytes.writeBigUInt64BE(BigInt(header.segment), 14)
  bytes.writeBigUInt64BE(BigInt(header.firstSeq), 22)
  header.tagBefore.copy(bytes, 30)
  header.salt.copy(bytes, 46)
  mac(bytes, keys).copy(bytes, authenticated)
  plainCheck(bytes).copy(bytes, checked)
  return { ...header, bytes }
}

function plainCheck(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes.subarray(0, checked)).digest().subarray(0, 8)
}

function mac(bytes: Buffer, keys: JournalKey): Buffer {
  return createHmac('sha256', keys.headerKey).update(bytes.subarray(0, authenticated)).digest()
}

export type DecodedHeader =
  | { readonly ok: true; readonly header: SegmentHeader; readonly keys: JournalKey }
  | { readonly ok: false; readonly why: 'damaged' | 'too-new' | 'wrong-key' }

/** The plain check tells damage from another key; the MAC tells ours from everybody else's. */
export function decodeHeader(file: Buffer, keys: readonly JournalKey[]): DecodedHeader {
  if (file.length < headerLength) return { ok: false, why: 'damaged' }
  const bytes = file.subarray(0, headerLength)
  if (!bytes.subarray(0, 8).equals(magic)) return { ok: false, why: 'damaged' }
  if (!plainCheck(bytes).equals(bytes.subarray(checked))) return { ok: false, why: 'damaged' }
  if (bytes.readUInt16BE(8) > journalForm) return { ok: false, why: 'too-new' }
  const epoch = bytes.readUInt32BE(10)
  const key = keys.find((one) => one.epoch === epoch)
  if (key === undefined || !timingSafeEqual(mac(bytes, key), bytes.subarray(authenticated, checked))) return { ok: false, why: 'wrong-key' }
  return {
    ok: true,
    keys: key,
    header: {
      epoch,
      segment: Number(bytes.readBigUInt64BE(14)),
      firstSeq: Number(bytes.readBigUInt64BE(22)),
      tagBefore: Buffer.from(bytes.subarray(30, 46)),
      salt: Buffer.from(bytes.subarray(46, authenticated)),
      bytes: Buffer.from(bytes),
    },
  }
}

/** What the first frame after this header names as the tag before it, and the next header, should no frame come. */
export function headerTag(header: SegmentHeader): Buffer {
  return header.bytes.subarray(authenticated, authenticated + tagLength)
}

export interface FrameHead {
  /** Length of the sealed part, tag included. */
  readonly length: number
  readonly counter: number
  readonly events: number
}

/** Bound to its place, so that a head found anywhere else is no head. */
function headCheck(head: Buffer, position: number, header: SegmentHeader): number {
  const place = Buffer.alloc(12)
  place.writeBigUInt64BE(BigInt(position), 0)
  header.salt.copy(place, 8, 0, 4)
  return crc32(place, crc32(head.subarray(0, 12)))
}

export function readFrameHead(file: Buffer, position: number, header: SegmentHeader): FrameHead | null {
  if (file.length - position < frameHeadLength) return null
  const bytes = file.subarray(position, position + frameHeadLength)
  const head = { length: bytes.readUInt32BE(0), counter: bytes.readUInt32BE(4), events: bytes.readUInt32BE(8) }
  const plausible = head.length > tagLength && head.length <= longestFrame + tagLength && head.events > 0
  return plausible && bytes.readUInt32BE(12) === headCheck(bytes, position, header) ? head : null
}

/** Where a frame stands in history. */
export interface FramePlace {
  readonly profileId: string
  readonly header: SegmentHeader
  readonly firstSeq: number
  readonly tagBefore: Buffer
}

function facts(place: FramePlace, head: Pick<FrameHead, 'counter' | 'events'>): Buffer {
  const numbers = Buffer.alloc(16)
  numbers.writeBigUInt64BE(BigInt(place.firstSeq), 0)
  numbers.writeUInt32BE(head.events, 8)
  numbers.writeUInt32BE(head.counter, 12)
  return Buffer.concat([Buffer.from(place.profileId), place.header.bytes, numbers, place.tagBefore])
}

function nonceOf(counter: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(counter, 8)
  return nonce
}

export function segmentKey(keys: JournalKey, header: SegmentHeader): Buffer {
  return expand(keys.key, header.salt, segmentPurpose)
}

/** Seals one frame for `position` in the segment's file. */
export function sealFrame(key: Buffer, place: FramePlace, frame: { counter: number; events: number; content: Buffer; position: number }): { readonly bytes: Buffer; readonly tag: Buffer } {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(frame.counter)).setAAD(facts(place, frame))
  const sealed = Buffer.concat([cipher.update(frame.content), cipher.final()])
  const tag = cipher.getAuthTag()
  const head = Buffer.alloc(frameHeadLength)
  head.writeUInt32BE(sealed.length + tagLength, 0)
  head.writeUInt32BE(frame.counter, 4)
  head.writeUInt32BE(frame.events, 8)
  head.writeUInt32BE(headCheck(head, frame.position, place.header), 12)
  return { bytes: Buffer.concat([head, sealed, tag]), tag }
}

/** The content of a frame, or null when it is not what was sealed for this place. */
export function openFrame(key: Buffer, place: FramePlace, head: FrameHead, sealed: Buffer): { readonly content: Buffer; readonly tag: Buffer } | null {
  const end = sealed.length - tagLength
  const tag = Buffer.from(sealed.subarray(end))
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(head.counter), { authTagLength: tagLength })
    .setAAD(facts(place, head))
    .setAuthTag(tag)
  const content = decipher.update(sealed.subarray(0, end))
  try {
    decipher.final()
  } catch {
    return null
  }
  return { content, tag }
}
