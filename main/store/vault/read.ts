import { type FileHandle, open } from 'node:fs/promises'
import {
  chunkBytes, contentKeyBytes, decodeHeader, decodeLast, decodeOwner, headerBytes, lengthBytes, openContentKey, openRecord, recordsAt, tagBytes, totalBytes, type VaultHeader,
} from './form.ts'
import type { VaultOwner } from './vault.ts'

/** What reading found: the owner first, then the content, each piece verified before it is handed out. */
export type VaultPiece = { readonly kind: 'owner'; readonly owner: VaultOwner } | { readonly kind: 'content'; readonly content: Buffer }

/** The key of a file, from its header and the name it stands under. */
export type FileKey = (header: VaultHeader, name: string) => Buffer

/** A file that is not what was written. */
export class VaultDamage extends Error {
  override readonly name = 'VaultDamage'
}

interface OpenFile {
  readonly file: FileHandle
  readonly size: number
  readonly header: VaultHeader
  readonly key: Buffer
}

async function exactly(file: FileHandle, length: number, position: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done)
    if (bytesRead === 0) throw new VaultDamage('the file ends too early')
    done += bytesRead
  }
  return bytes
}

async function begin(file: FileHandle, name: string, fileKey: FileKey): Promise<OpenFile> {
  const { size } = await file.stat()
  if (size <= recordsAt) throw new VaultDamage('the file ends too early')
  const header = decodeHeader(await exactly(file, headerBytes, 0))
  if (header === null) throw new VaultDamage('this is no vault file')
  const key = openContentKey(fileKey(header, name), header, await exactly(file, contentKeyBytes + tagBytes, headerBytes))
  if (key === null) throw new VaultDamage('it belongs to another key or under another name')
  return { file, size, header, key }
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
 * @param name the name it stands under
 * @throws {VaultDamage} before any byte of the record that is not whole leaves.
 */
export async function* readVaultFile(path: string, name: string, fileKey: FileKey): AsyncGenerator<VaultPiece> {
  const file = await open(path, 'r')
  try {
    const opened = await begin(file, name, fileKey)
    const owner = await recordAt(opened, 0, recordsAt)
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
 * @throws {VaultDamage}
 */
export async function readVaultEnds(path: string, name: string, fileKey: FileKey): Promise<{ readonly owner: VaultOwner; readonly bytes: number }> {
  const file = await open(path, 'r')
  try {
    const opened = await begin(file, name, fileKey)
    const owner = await recordAt(opened, 0, recordsAt)
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
