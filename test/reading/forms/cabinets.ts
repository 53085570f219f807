import { deflateRawSync } from 'node:zlib'

export interface CabinetFile {
  readonly name: string
  readonly bytes: Buffer
}

/** What may be wrong about a cabinet. */
export interface CabinetFaults {
  readonly compression?: 'stored' | 'mszip'
  readonly typeCompress?: number
  readonly flags?: number
  /** Added to the offset or size a file says. */
  readonly offset?: number
  readonly size?: number
  readonly folder?: number
  /** Added to the size a block says it has unpacked. */
  readonly block?: number
  /** Bytes of reserved areas in header, folder and blocks. */
  readonly reserve?: readonly [number, number, number]
  readonly utf8?: boolean
}

const blockBytes = 32 * 1024

/** A cabinet as [MS-CAB] describes it, with the faults that are wanted. */
export function cabinet(files: readonly CabinetFile[], faults: CabinetFaults = {}): Buffer {
  const { compression = 'mszip', reserve = [0, 0, 0] } = faults
  const hasReserve = reserve.some((bytes) => bytes > 0)
  const content = Buffer.concat(files.map(({ bytes }) => bytes))
  const blocks: Buffer[] = []
  for (let at = 0; at < content.length; at += blockBytes) {
    const whole = content.subarray(at, at + blockBytes)
    const dictionary = content.subarray(Math.max(0, at - blockBytes), at)
    const packed = compression === 'stored' ? whole : Buffer.concat([Buffer.from('CK'), deflateRawSync(whole, dictionary.length === 0 ? {} : { dictionary })])
    const head = Buffer.alloc(8)
    head.writeUInt16LE(packed.length, 4)
    head.writeUInt16LE(whole.length + (faults.block ?? 0), 6)
    blocks.push(Buffer.concat([head, Buffer.alloc(reserve[2]), packed]))
  }
  let offset = 0
  const entries = files.map(({ name, bytes }, n) => {
    const entry = Buffer.alloc(16)
    entry.writeUInt32LE(bytes.length + (n === files.length - 1 ? (faults.size ?? 0) : 0), 0)
    entry.writeUInt32LE(offset + (n === files.length - 1 ? (faults.offset ?? 0) : 0), 4)
    entry.writeUInt16LE(faults.folder ?? 0, 8)
    entry.writeUInt16LE(faults.utf8 === false ? 0x20 : 0xa0, 14)
    offset += bytes.length
    return Buffer.concat([entry, Buffer.from(name, faults.utf8 === false ? 'latin1' : 'utf8'), Buffer.from([0])])
  })
  const headBytes = 36 + (hasReserve ? 4 + reserve[0] : 0)
  const filesAt = headBytes + 8 + reserve[1]
  const dataAt = filesAt + entries.reduce((sum, entry) => sum + entry.length, 0)
  const header = Buffer.alloc(headBytes)
  header.write('MSCF')
  header.writeUInt32LE(filesAt, 16)
  header[24] = 3
  header[25] = 1
  header.writeUInt16LE(1, 26)
  header.writeUInt16LE(files.length, 28)
  header.writeUInt16LE((faults.flags ?? 0) | (hasReserve ? 4 : 0), 30)
  if (hasReserve) {
    header.writeUInt16LE(reserve[0], 36)
    header[38] = reserve[1]
    header[39] = reserve[2]
  }
  const folder = Buffer.alloc(8 + reserve[1])
  folder.writeUInt32LE(dataAt, 0)
  folder.writeUInt16LE(blocks.length, 4)
  folder.writeUInt16LE(faults.typeCompress ?? (compression === 'stored' ? 0 : 1), 6)
  const whole = Buffer.concat([header, folder, ...entries, ...blocks])
  whole.writeUInt32LE(whole.length, 8)
  return whole
}
