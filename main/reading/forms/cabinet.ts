import { inflateRawSync } from 'node:zlib'
import { FormError, formLimits } from './problems.ts'

/** One file of a template. */
export interface PackageFile {
  readonly name: string
  readonly bytes: Uint8Array
}

const blockBytes = 32 * 1024
const unreadable = (detail: string, cause?: unknown): FormError => new FormError('template-unreadable', detail, cause)

/** Whether bytes begin as a Microsoft cabinet does. */
export const isCabinet = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'MSCF'

/**
 * A strict base name: templates have no folders, and a path would only be there to mislead.
 * @throws {FormError}
 */
export function baseName(name: string): string {
  if (name === '' || name === '.' || name === '..' || name.length > 255 || /[/\\:\p{Cc}]/u.test(name)) throw unreadable('a file name that is no base name')
  return name
}

interface Folder {
  readonly content: Buffer
}

/** Blocks of a folder, put together; each is "CK" and raw deflate over the last 32 KB of what came before (MSZIP). */
function readFolder(bytes: Buffer, folder: { readonly at: number; readonly blocks: number; readonly compression: number }, reserve: number, state: { out: number; in: number }): Folder {
  const kind = folder.compression & 0x0f
  if (kind > 1) throw new FormError('template-compression', kind === 3 ? 'LZX' : 'Quantum')
  const parts: Buffer[] = []
  let dictionary = Buffer.alloc(0)
  let at = folder.at
  for (let n = 0; n < folder.blocks; n += 1) {
    if (at + 8 + reserve > bytes.length) throw unreadable('a block outside of the cabinet')
    const packed = bytes.readUInt16LE(at + 4)
    const whole = bytes.readUInt16LE(at + 6)
    const from = at + 8 + reserve
    if (whole === 0) throw unreadable('a block that goes on in another cabinet')
    if (whole > blockBytes || from + packed > bytes.length) throw unreadable('a block of a wrong size')
    const data = bytes.subarray(from, from + packed)
    state.out += whole
    state.in += packed
    if (state.out > formLimits.bytes) throw new FormError('template-too-big', 'bytes')
    let block: Buffer
    if (kind === 0) block = data
    else {
      if (data.subarray(0, 2).toString('latin1') !== 'CK') throw unreadable('a block without its signature')
      try {
        block = inflateRawSync(data.subarray(2), { maxOutputLength: blockBytes, ...(dictionary.length === 0 ? {} : { dictionary }) })
      } catch (error) {
        throw unreadable('a block that cannot be unpacked', error)
      }
    }
    if (block.length !== whole) throw unreadable('a block of another size than it says')
    parts.push(block)
    dictionary = Buffer.concat([dictionary, block]).subarray(-blockBytes)
    at = from + packed
  }
  return { content: Buffer.concat(parts) }
}

/** Names are UTF-8 when their attribute says so, otherwise of a Windows code page. */
const nameOf = (bytes: Buffer, attributes: number): string => new TextDecoder((attributes & 0x80) === 0 ? 'windows-1252' : 'utf-8').decode(bytes)

/**
 * The files of a cabinet, stored or MSZIP ([MS-CAB]); everything it says of sizes and places is checked (xml-forms.md 7).
 * @throws {FormError}
 */
export function readCabinet(whole: Uint8Array): readonly PackageFile[] {
  const bytes = Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength)
  if (!isCabinet(bytes) || bytes.length < 36) throw unreadable('no cabinet')
  const [filesAt, folders, files, flags] = [bytes.readUInt32LE(16), bytes.readUInt16LE(26), bytes.readUInt16LE(28), bytes.readUInt16LE(30)]
  if ((flags & 3) !== 0) throw unreadable('part of a larger cabinet')
  if (files > formLimits.files) throw new FormError('template-too-big', 'files')
  let at = 36
  let [folderReserve, dataReserve] = [0, 0]
  const need = (from: number, length: number): void => {
    if (from + length > bytes.length) throw unreadable('it ends early')
  }
  if ((flags & 4) !== 0) {
    need(at, 4)
    const headerReserve = bytes.readUInt16LE(at)
    folderReserve = bytes.readUInt8(at + 2)
    dataReserve = bytes.readUInt8(at + 3)
    at += 4 + headerReserve
  }
  const state = { out: 0, in: 0 }
  const contents: Buffer[] = []
  for (let n = 0; n < folders; n += 1) {
    need(at, 8)
    contents.push(readFolder(bytes, { at: bytes.readUInt32LE(at), blocks: bytes.readUInt16LE(at + 4), compression: bytes.readUInt16LE(at + 6) }, dataReserve, state).content)
    at += 8 + folderReserve
  }
  if (state.out > Math.max(state.in, 1) * formLimits.ratio) throw new FormError('template-too-big', 'ratio')

  const found: PackageFile[] = []
  const spans: { readonly folder: number; readonly from: number; readonly to: number }[] = []
  at = filesAt
  for (let n = 0; n < files; n += 1) {
    need(at, 16)
    const [size, offset, folder, attributes] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4), bytes.readUInt16LE(at + 8), bytes.readUInt16LE(at + 14)]
    const end = bytes.indexOf(0, at + 16)
    if (end < 0 || end - at - 16 > 255) throw unreadable('a name without an end')
    const name = baseName(nameOf(bytes.subarray(at + 16, end), attributes))
    const content = contents[folder]
    if (content === undefined) throw unreadable('a file in a folder that is not there')
    if (offset + size > content.length) throw unreadable('a file outside of its folder')
    if (size > 0) spans.push({ folder, from: offset, to: offset + size })
    found.push({ name, bytes: content.subarray(offset, offset + size) })
    at = end + 1
  }
  spans.sort((a, b) => a.folder - b.folder || a.from - b.from)
  if (spans.some((span, n) => { const before = spans[n - 1]; return before?.folder === span.folder && before.to > span.from })) throw unreadable('files that overlap')
  return found
}
