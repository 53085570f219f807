import { crc32, deflateRawSync } from 'node:zlib'

export interface Entry {
  /** Path within the archive with `/`; written as UTF-8. */
  readonly name: string
  readonly data: Buffer
}

/** 1 January 2026 00:00 in MS-DOS form, for every entry: the bytes must not depend on when they are made. */
const dosDate = ((2026 - 1980) << 9) | (1 << 5) | 1

function common(entry: Entry, packed: Buffer): Buffer {
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  // Bit 11: the name is UTF-8.
  fields.writeUInt16LE(0x0800, 2)
  fields.writeUInt16LE(8, 4)
  fields.writeUInt16LE(0, 6)
  fields.writeUInt16LE(dosDate, 8)
  fields.writeUInt32LE(crc32(entry.data), 10)
  fields.writeUInt32LE(packed.length, 14)
  fields.writeUInt32LE(entry.data.length, 18)
  fields.writeUInt16LE(Buffer.byteLength(entry.name), 22)
  return fields
}

/** A zip archive (APPNOTE 4.3) of a few small files, deflated. */
export function zip(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.name)
    const packed = deflateRawSync(entry.data, { level: 9 })
    const fields = common(entry, packed)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, name, packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, rest, name)
    parts.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, central, end])
}
