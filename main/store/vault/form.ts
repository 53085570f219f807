import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { StoreError } from '../errors.ts'
import type { VaultOwner } from './vault.ts'

/**
 * A vault file (security.md 19): header, content key, records. Numbers are big-endian.
 *
 *   header       'MBVAULT' | form u8 | key epoch u32 | salt 32
 *   content key  32 sealed | tag 16, under the file key = HKDF(vault key, salt, purpose + file name)
 *   record       length of what is sealed u32 | sealed | tag 16
 *
 * Record 0 says whose file it is; the others hold 64 KiB of content each, the last one what is left and the length of the
 * whole content, u64. Every record is AES-256-GCM under the content key with the header as AAD; its nonce is its number,
 * 11 bytes, and a flag for the last. So records cannot be changed, exchanged, left out or cut off, nor can whole files
 * change places. The content key is random because the name, an HMAC of the content, is known only at the end of writing.
 */
export const chunkBytes = 64 * 1024
export const headerBytes = 44
export const tagBytes = 16
export const contentKeyBytes = 32
/** Where the records begin. */
export const recordsAt = headerBytes + contentKeyBytes + tagBytes
/** Before the sealed part of a record. */
export const lengthBytes = 4
/** At the end of the last record. */
export const totalBytes = 8

const magic = Buffer.from('MBVAULT')
const form = 1

export interface VaultHeader {
  readonly epoch: number
  readonly salt: Buffer
  readonly bytes: Buffer
}

export function encodeHeader(epoch: number, salt: Buffer): VaultHeader {
  const bytes = Buffer.alloc(headerBytes)
  magic.copy(bytes)
  bytes.writeUInt8(form, 7)
  bytes.writeUInt32BE(epoch, 8)
  salt.copy(bytes, 12)
  return { epoch, salt, bytes }
}

/** null when the bytes are no vault header. @throws {StoreError} 'too-new' for a form this program does not know. */
export function decodeHeader(bytes: Buffer): VaultHeader | null {
  if (bytes.length !== headerBytes || !bytes.subarray(0, 7).equals(magic)) return null
  if (bytes.readUInt8(7) > form) throw new StoreError('too-new', 'an attachment was written by a newer version of Meldingsboks')
  return bytes.readUInt8(7) === form ? { epoch: bytes.readUInt32BE(8), salt: Buffer.from(bytes.subarray(12)), bytes: Buffer.from(bytes) } : null
}

function seal(key: Buffer, nonce: Buffer, header: VaultHeader, content: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(header.bytes)
  return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()])
}

/** null when it is not what was sealed. */
function unseal(key: Buffer, nonce: Buffer, header: VaultHeader, sealed: Buffer): Buffer | null {
  const end = sealed.length - tagBytes
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(header.bytes).setAuthTag(sealed.subarray(end))
  const content = decipher.update(sealed.subarray(0, end))
  try {
    decipher.final()
    return content
  } catch (error) {
    // OpenSSL has only one answer to a wrong tag, an Error without a code.
    if (error instanceof Error) return null
    throw error
  }
}

/** The file key seals one thing only, so its nonce can stand still; the salt makes the key another one for every file. */
const onlyNonce = Buffer.alloc(12)

export function sealContentKey(fileKey: Buffer, header: VaultHeader, contentKey: Buffer): Buffer {
  return seal(fileKey, onlyNonce, header, contentKey)
}

export function openContentKey(fileKey: Buffer, header: VaultHeader, sealed: Buffer): Buffer | null {
  return unseal(fileKey, onlyNonce, header, sealed)
}

function nonceOf(record: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(record, 5, 6)
  nonce[11] = last ? 1 : 0
  return nonce
}

/** A record in the parts it is written in, so that nothing has to be copied together. `content` may come in parts as well. */
export function recordParts(key: Buffer | KeyObject, header: VaultHeader, record: number, last: boolean, ...content: readonly Buffer[]): readonly Buffer[] {
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32BE(content.reduce((sum, part) => sum + part.length, 0))
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(record, last)).setAAD(header.bytes)
  const parts = content.map((part) => cipher.update(part))
  return [length, ...parts, cipher.final(), cipher.getAuthTag()].filter((part) => part.length > 0)
}

export function sealRecord(key: Buffer, header: VaultHeader, record: number, last: boolean, content: Buffer): Buffer {
  return Buffer.concat(recordParts(key, header, record, last, content))
}

/** The content of a record, or null when it is not what was written. `sealed` is what follows the length, tag included. */
export function openRecord(key: Buffer, header: VaultHeader, record: number, last: boolean, sealed: Buffer): Buffer | null {
  return unseal(key, nonceOf(record, last), header, sealed)
}

/** What the last record holds: what is left of the content, and the length of all of it. */
export function lastParts(content: Buffer, total: number): readonly [Buffer, Buffer] {
  const length = Buffer.alloc(totalBytes)
  length.writeBigUInt64BE(BigInt(total))
  return [content, length]
}

export function decodeLast(record: Buffer): { readonly content: Buffer; readonly total: number } {
  const end = record.length - totalBytes
  return { content: record.subarray(0, end), total: Number(record.readBigUInt64BE(end)) }
}

const ownerRecord = z.object({ correspondenceId: z.string(), attachmentId: z.string(), fileName: z.string() })

export const encodeOwner = (owner: VaultOwner): Buffer => Buffer.from(JSON.stringify(owner))
export const decodeOwner = (content: Buffer): VaultOwner => ownerRecord.parse(JSON.parse(content.toString('utf8')))
