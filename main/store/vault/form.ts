import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { z } from 'zod'
import type { VaultOwner } from './vault.ts'

/**
 * A vault file (security.md 19): header, then records. Record 0 says whose file it is; the others hold 64 KiB of content
 * each, the last one less. Every record is AES-256-GCM with the header as AAD; its nonce is its number and a flag for the
 * last, so records cannot be swapped, left out or cut off unnoticed.
 *
 *   header   'MBVAULT1' | epoch u32 | salt 32
 *   name tag 16: binds this salt, and so the file's key, to the file's name, which is known only at the end of writing
 *   record   length of what is sealed u32 | sealed | tag 16
 */
export const chunkBytes = 64 * 1024
export const headerBytes = 44
export const tagBytes = 16
/** Where the records begin. */
export const recordsAt = headerBytes + tagBytes
const lengthBytes = 4

const magic = Buffer.from('MBVAULT1')

export interface VaultHeader {
  readonly epoch: number
  readonly salt: Buffer
  readonly bytes: Buffer
}

export function encodeHeader(epoch: number, salt: Buffer): VaultHeader {
  const bytes = Buffer.alloc(headerBytes)
  magic.copy(bytes)
  bytes.writeUInt32BE(epoch, 8)
  salt.copy(bytes, 12)
  return { epoch, salt, bytes }
}

/** null when the bytes are no vault header. */
export function decodeHeader(bytes: Buffer): VaultHeader | null {
  if (bytes.length !== headerBytes || !bytes.subarray(0, 8).equals(magic)) return null
  return { epoch: bytes.readUInt32BE(8), salt: Buffer.from(bytes.subarray(12)), bytes: Buffer.from(bytes) }
}

/** Proves that a file belongs under its name, so that two whole files cannot be exchanged. */
export function nameTag(nameKey: Buffer, header: VaultHeader, name: string): Buffer {
  return createHmac('sha256', nameKey).update('name of a vault file').update(header.salt).update(name).digest().subarray(0, tagBytes)
}

function nonceOf(record: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(record, 5, 6)
  nonce[11] = last ? 1 : 0
  return nonce
}

export function sealRecord(key: Buffer, header: VaultHeader, record: number, last: boolean, content: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(record, last))
  cipher.setAAD(header.bytes)
  const sealed = Buffer.concat([cipher.update(content), cipher.final()])
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32BE(sealed.length)
  return Buffer.concat([length, sealed, cipher.getAuthTag()])
}

/** The content of a record, or null when it is not what was written. `sealed` is what follows the length, tag included. */
export function openRecord(key: Buffer, header: VaultHeader, record: number, last: boolean, sealed: Buffer): Buffer | null {
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(record, last))
  decipher.setAAD(header.bytes)
  decipher.setAuthTag(sealed.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()])
  } catch (error) {
    // OpenSSL has only one answer to a wrong tag, an Error without a code.
    if (error instanceof Error) return null
    throw error
  }
}

const ownerRecord = z.object({ correspondenceId: z.string(), attachmentId: z.string(), fileName: z.string() })

export const encodeOwner = (owner: VaultOwner): Buffer => Buffer.from(JSON.stringify(owner))
export const decodeOwner = (content: Buffer): VaultOwner => ownerRecord.parse(JSON.parse(content.toString('utf8')))
