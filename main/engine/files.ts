import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Reader } from '../store/open.ts'
import type { Vault } from '../store/vault/vault.ts'
import { detectKind, safeFileName } from '../reading/file-kinds.ts'
import type { Handlers } from './calls.ts'
import type { Desk } from './desk.ts'
import { Refusal } from './errors.ts'

/** Bytes in one piece: a window's message stays far below the limit of a frame (security.md A3.14). */
const pieceBytes = 2 * 1024 * 1024
/** Files open for reading at once; the oldest is closed when one more is opened. */
const maxOpen = 8

interface OpenFile {
  readonly pieces: AsyncIterator<Buffer>
}

interface StoredFile {
  readonly fileName: string
  readonly bytes: number
  readonly content: () => AsyncIterable<Buffer>
}

async function* whole(content: Uint8Array): AsyncGenerator<Buffer> {
  await Promise.resolve()
  for (let at = 0; at < content.length; at += pieceBytes) yield Buffer.from(content.subarray(at, at + pieceBytes))
}

/** The chunks of a file in pieces of a size worth a message of their own. */
async function* inPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    if (size + chunk.length > pieceBytes && size > 0) {
      yield Buffer.concat(held)
      held = []
      size = 0
    }
    held.push(chunk)
    size += chunk.length
  }
  if (size > 0) yield Buffer.concat(held)
}

/** A stored attachment. @throws {Refusal} when it is not kept here. */
export async function storedFile(reader: Reader, vault: Vault, id: number, attachmentId: string): Promise<StoredFile> {
  const found = await reader.attachment(id, attachmentId)
  if (found === null) throw new Refusal('not-here', 'The file is not kept here')
  const { fileName, bytes, vaultName, content } = found
  return { fileName, bytes, content: () => (vaultName === null ? whole(content ?? new Uint8Array()) : vault.read(vaultName)) }
}

/** The first bytes of a file, by which its kind is told. */
async function headOf(file: StoredFile): Promise<Uint8Array> {
  for await (const chunk of file.content()) return chunk.subarray(0, 4096)
  return new Uint8Array()
}

/** What the disk says of a place to save to, as an error the window can word. */
function savingRefusal(error: unknown): Refusal | null {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOSPC' || code === 'EDQUOT') return new Refusal('disk-full', 'The file could not be saved')
  return ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'EISDIR', 'ENOTDIR'].some((one) => one === code) ? new Refusal('unwritable', 'The file could not be saved') : null
}

/**
 * Writes what a person saves. The dialog has asked about a file that is there already; whoever else reads the folder need
 * not read this.
 * @throws {Refusal} when the disk refuses; then nothing of it stays.
 */
export async function saveTo(path: string, content: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
  try {
    await pipeline(Readable.from(content), createWriteStream(path, { mode: 0o600 }))
  } catch (error) {
    await rm(path, { force: true })
    throw savingRefusal(error) ?? error
  }
}

/** All of a file of at most `limit` bytes. @throws {Refusal} for a larger one. */
export async function bytesOf(file: StoredFile, limit: number): Promise<Buffer> {
  if (file.bytes > limit) throw new Refusal('not-possible', 'The file is too large to be shown')
  const chunks: Buffer[] = []
  for await (const chunk of file.content()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/**
 * Stored files to the window and to disk. The window names a message and a file, never a path; what it gets has no
 * address, only a handle that ends with the file.
 */
export function fileHandlers(reader: Reader, vault: Vault, desk: Desk): Handlers {
  const openFiles = new Map<string, OpenFile>()
  const close = async (handle: string): Promise<void> => {
    const file = openFiles.get(handle)
    openFiles.delete(handle)
    await file?.pieces.return?.()
  }
  return {
    'files.begin': async ({ id, attachmentId }) => {
      const file = await storedFile(reader, vault, id, attachmentId)
      const kind = detectKind(file.fileName, await headOf(file))
      const handle = randomBytes(16).toString('hex')
      const [oldest] = openFiles.keys()
      if (openFiles.size >= maxOpen && oldest !== undefined) await close(oldest)
      openFiles.set(handle, { pieces: inPieces(file.content())[Symbol.asyncIterator]() })
      return { handle, bytes: file.bytes, kind }
    },
    'files.next': async ({ handle }) => {
      const file = openFiles.get(handle)
      if (file === undefined) throw new Refusal('not-found', 'The file is not open any more')
      const piece = await file.pieces.next()
      if (piece.done === true) openFiles.delete(handle)
      return { data: piece.done === true ? '' : piece.value.toString('base64') }
    },
    'files.end': async ({ handle }) => {
      await close(handle)
      return {}
    },
    'files.save': async ({ id, attachmentId }) => {
      const file = await storedFile(reader, vault, id, attachmentId)
      const kind = detectKind(file.fileName, await headOf(file))
      const target = await desk.saveTarget(safeFileName(file.fileName, kind))
      if (target === null) return { path: null }
      await saveTo(target.path, file.content())
      return { path: target.path }
    },
  }
}
