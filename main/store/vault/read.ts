import { type FileHandle, open } from 'node:fs/promises'
import {
  chunkBytes, contentKeyBytes, decodeHeader, decodeLast, decodeOwner, headerBytes, lengthBytes, openContentKey, openRecord, recordsAt, tagBytes, totalBytes, type VaultHeader,
} from './form.ts'
import { exactly, VaultDamage, VaultFileMissing } from './damage.ts'
import { membersOf } from './pack.ts'
import type { Place } from './place.ts'
import type { VaultOwner } from './vault.ts'

/** What reading found: the owner first, then the content, each piece verified before it is handed out. */
export type VaultPiece = { readonly kind: 'owner'; readonly owner: VaultOwner } | { readonly kind: 'content'; readonly content: Buffer }

/** The key of a file, from its header and the name it stands under. */
export type FileKey = (header: VaultHeader, name: string) => Buffer

interface OpenFile {
  readonly file: FileHandle
  /** Where its records begin, and where it ends. */
  readonly records: number
  readonly size: number
  readonly header: VaultHeader
  readonly key: Buffer
}

/** A file in its place: where it begins and ends in the file that holds it. */
async function spanOf(file: FileHandle, { name, pack }: Place): Promise<{ readonly from: number; readonly size: number }> {
  if (pack === null) return { from: 0, size: (await file.stat()).size }
  const member = (await membersOf(file)).find((one) => one.name === name)
  if (member === undefined) throw new VaultFileMissing('The file is not in its pack')
  return { from: member.at, size: member.at + member.bytes }
}

async function begin(file: FileHandle, place: Place, fileKey: FileKey): Promise<OpenFile> {
  const { from, size } = await spanOf(file, place)
  const records = from + recordsAt
  if (size <= records) throw new VaultDamage('the file ends too early')
  const header = decodeHeader(await exactly(file, headerBytes, from))
  if (header === null) throw new VaultDamage('this is no vault file')
  const key = openContentKey(fileKey(header, place.name), header, await exactly(file, contentKeyBytes + tagBytes, from + headerBytes))
  if (key === null) throw new VaultDamage('it belongs to another key or under another name')
  return { file, records, size, header, key }
}

interface Record {
  readonly content: Buffer
  /** Where the next one begins. */
  readonly end: number
}

async function recordAt({ file, size, header, key }: OpenFile, record: number, position: number): Promise<Record> {
  const length = (await exactly(file, lengthBytes, position)).readUInt32BE()
  if (length > chunkBytes + totalBytes) throw new VaultDamage('a record is longer than any that is written')
  const end = position + lengthBytes + length + tagBytes
  const content = openRecord(key, header, record, end >= size, await exactly(file, length + tagBytes, position + lengthBytes))
  if (content === null) throw new VaultDamage(`record ${String(record)} is damaged`)
  return { content, end }
}

/**
 * Reads a file record by record.
 * @param path the file or the pack it stands in
 * @throws {VaultDamage} before any byte of the record that is not whole leaves; {VaultFileMissing} when its pack does not hold it.
 */
export async function* readVaultFile(path: string, place: Place, fileKey: FileKey): AsyncGenerator<VaultPiece> {
  const file = await open(path, 'r')
  try {
    const opened = await begin(file, place, fileKey)
    const owner = await recordAt(opened, 0, opened.records)
    yield { kind: 'owner', owner: decodeOwner(owner.content) }
    let bytes = 0
    for (let record = 1, position = owner.end; position < opened.size; record += 1) {
      const { content, end } = await recordAt(opened, record, position)
      position = end
      if (end < opened.size) {
        bytes += content.length
        yield { kind: 'content', content }
        continue
      }
      const last = decodeLast(content)
      if (last.total !== bytes + last.content.length) throw new VaultDamage('it is not as long as it says')
      yield { kind: 'content', content: last.content }
    }
    if (owner.end >= opened.size) throw new VaultDamage('the file ends too early')
  } finally {
    await file.close()
  }
}

/**
 * Whose file it is and how many bytes of content it holds, from its first and its last record alone: enough to know that
 * it was written to its end, not that every byte of it is still whole.
 * @throws {VaultDamage}; {VaultFileMissing} when its pack does not hold it.
 */
export async function readVaultEnds(path: string, place: Place, fileKey: FileKey): Promise<{ readonly owner: VaultOwner; readonly bytes: number }> {
  const file = await open(path, 'r')
  try {
    const opened = await begin(file, place, fileKey)
    const owner = await recordAt(opened, 0, opened.records)
    const full = lengthBytes + chunkBytes + tagBytes
    const shortest = lengthBytes + 1 + totalBytes + tagBytes
    const rest = opened.size - owner.end
    if (rest < shortest) throw new VaultDamage('the file ends too early')
    const before = Math.floor((rest - shortest) / full)
    const { content, end } = await recordAt(opened, before + 1, owner.end + before * full)
    if (end !== opened.size) throw new VaultDamage('it is not as long as it says')
    const last = decodeLast(content)
    if (last.total !== before * chunkBytes + last.content.length) throw new VaultDamage('it is not as long as it says')
    return { owner: decodeOwner(owner.content), bytes: last.total }
  } finally {
    await file.close()
  }
}

/**
 * The content of a small file that was read whole.
 * @throws {VaultDamage} when any of it is not what was written.
 */
export function wholeContent(bytes: Buffer, name: string, fileKey: FileKey): Buffer {
  if (bytes.length <= recordsAt) throw new VaultDamage('the file ends too early')
  const header = decodeHeader(bytes.subarray(0, headerBytes))
  if (header === null) throw new VaultDamage('this is no vault file')
  const key = openContentKey(fileKey(header, name), header, bytes.subarray(headerBytes, recordsAt))
  if (key === null) throw new VaultDamage('it belongs to another key or under another name')
  const pieces: Buffer[] = []
  for (let record = 0, position = recordsAt; position < bytes.length; record += 1) {
    const from = position + lengthBytes
    const length = from > bytes.length ? Infinity : bytes.readUInt32BE(position)
    const end = from + length + tagBytes
    if (end > bytes.length) throw new VaultDamage('the file ends too early')
    const content = openRecord(key, header, record, end === bytes.length, bytes.subarray(from, end))
    if (content === null) throw new VaultDamage(`record ${String(record)} is damaged`)
    position = end
    if (record > 0) pieces.push(content)
  }
  const last = decodeLast(pieces.pop() ?? Buffer.alloc(totalBytes))
  const content = Buffer.concat([...pieces, last.content])
  if (last.total !== content.length) throw new VaultDamage('it is not as long as it says')
  return content
}
