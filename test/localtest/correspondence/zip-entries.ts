import { crc32 } from 'node:zlib'
import { expect } from 'vitest'

interface Entry {
  readonly name: string
  readonly method: number
  readonly flags: number
  readonly content: Buffer
}

/** Reads a zip by its directory, and checks each entry against it. */
export function entriesOf(zip: Buffer): readonly Entry[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  const count = zip.readUInt16LE(end + 10)
  const entries: Entry[] = []
  for (let at = zip.readUInt32LE(end + 16), n = 0; n < count; n += 1) {
    expect(zip.readUInt32LE(at)).toBe(0x02014b50)
    const [flags, method, checksum, size, nameLength, local] = [zip.readUInt16LE(at + 8), zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 24), zip.readUInt16LE(at + 28), zip.readUInt32LE(at + 42)]
    const name = zip.subarray(at + 46, at + 46 + nameLength).toString('utf8')
    expect(zip.subarray(local + 30, local + 30 + nameLength).toString('utf8')).toBe(name)
    const content = zip.subarray(local + 30 + nameLength, local + 30 + nameLength + size)
    expect(crc32(content)).toBe(checksum)
    entries.push({ name, method, flags, content })
    at += 46 + nameLength
  }
  return entries
}
