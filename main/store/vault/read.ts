import { timingSafeEqual } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { chunkBytes, decodeHeader, decodeOwner, headerBytes, nameTag, openRecord, recordsAt, tagBytes, type VaultHeader } from './form.ts'
import type { VaultOwner } from './vault.ts'

/** What reading found: the owner first, then the content, each piece verified before it is handed out. */
export type VaultPiece = { readonly kind: 'owner'; readonly owner: VaultOwner } | { readonly kind: 'content'; readonly content: Buffer }

/** What opens a vault's files. */
export interface VaultKeys {
  readonly nameKey: Buffer
  fileKey(header: VaultHeader): Buffer
}

/** A file that is not what was written. */
export class VaultDamage extends Error {
  override readonly name = 'VaultDamage'
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

/**
 * Reads a file record by record.
 * @param name the name it stands under
 * @throws {VaultDamage} before any byte of the record that is not whole leaves.
 */
export async function* readVaultFile(path: string, name: string, keys: VaultKeys): AsyncGenerator<VaultPiece> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    if (size <= recordsAt) throw new VaultDamage('the file ends too early')
    const header = decodeHeader(await exactly(file, headerBytes, 0))
    if (header === null) throw new VaultDamage('this is no vault file')
    if (!timingSafeEqual(await exactly(file, tagBytes, headerBytes), nameTag(keys.nameKey, header, name))) throw new VaultDamage('the file belongs under another name')
    const key = keys.fileKey(header)
    let position = recordsAt
    for (let record = 0; position < size; record += 1) {
      const length = (await exactly(file, 4, position)).readUInt32BE()
      if (length > chunkBytes) throw new VaultDamage('a record is longer than any that is written')
      const sealed = await exactly(file, length + tagBytes, position + 4)
      position += 4 + sealed.length
      const content = openRecord(key, header, record, position >= size, sealed)
      if (content === null) throw new VaultDamage(`record ${String(record)} is damaged`)
      yield record === 0 ? { kind: 'owner', owner: decodeOwner(content) } : { kind: 'content', content }
    }
  } finally {
    await file.close()
  }
}
