import type { Random } from './random.ts'

function hyphenate(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

function stamp(bytes: Buffer, version: number): Buffer {
  bytes.writeUInt8((version << 4) | (bytes.readUInt8(6) & 0x0f), 6)
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
  return bytes
}

/** UUID version 4 (RFC 9562 section 5.4), lower case, from the stream's next 16 bytes. */
export function uuid(random: Random): string {
  return hyphenate(stamp(random.bytes(16), 4))
}

/** UUID version 7 (RFC 9562 section 5.7), lower case: `at` in ms UTC in its first 48 bits, the rest from the stream. */
export function uuidv7(at: number, random: Random): string {
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(at, 0, 6)
  random.bytes(10).copy(bytes, 6)
  return hyphenate(stamp(bytes, 7))
}
