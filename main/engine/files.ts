import { randomBytes } from 'node:crypto'
import { StoreError } from '../store/errors.ts'
import type { Reader } from '../store/open.ts'
import { VaultFileMissing } from '../store/vault/damage.ts'
import type { Vault } from '../store/vault/vault.ts'
import { detectKind, safeFileName } from '../reading/file-kinds.ts'
import type { Handlers } from './calls.ts'
import type { Desk } from './desk.ts'
import { Refusal } from './errors.ts'
import { saveTo } from './saving.ts'

export { saveTo } from './saving.ts'

/** Bytes in one piece: a window's message stays far below the limit of a frame (security.md A3.14). */
const pieceBytes = 2 * 1024 * 1024
/** Files open for reading at once; the oldest is closed when one more is opened. */
const maxOpen = 8

interface OpenFile {
  readonly id: number
  readonly attachmentId: string
  pieces: AsyncIterator<Buffer>
  /** Bytes that went out. */
  sent: number
}

/** An attachment that is kept here. */
export interface StoredFile {
  readonly fileName: string
  readonly bytes: number
  /** Errors: `LostFile`. */
  readonly content: () => AsyncIterable<Buffer>
}

/** The vault's file of an attachment is damaged, and now kept aside, or not there. */
class LostFile extends Error {
  override readonly name = 'LostFile'
  readonly vaultName: string
  constructor(vaultName: string, cause: unknown) {
    super('A kept file cannot be read', { cause })
    this.vaultName = vaultName
  }
}

/**
 * Gets a file again that was lost; resolves when it is here.
 * @throws {Refusal} 'file-damaged' or 'file-gone' when it is not
 */
export type Mend = (id: number, attachmentId: string, vaultName: string) => Promise<void>

/** Beside a writing process nothing can be put right. */
export const cannotMend: Mend = () => Promise.reject(new Refusal('file-damaged', 'The profile is open for reading'))

async function* whole(content: Uint8Array): AsyncGenerator<Buffer> {
  await Promise.resolve()
  for (let at = 0; at < content.length; at += pieceBytes) yield Buffer.from(content.subarray(at, at + pieceBytes))
}

async function* fromVault(vault: Vault, name: string): AsyncGenerator<Buffer> {
  try {
    yield* vault.read(name)
  } catch (error) {
    throw error instanceof VaultFileMissing || (error instanceof StoreError && error.code === 'damaged') ? new LostFile(name, error) : error
  }
}

/** The chunks of a file in pieces of a size worth a message of their own, after the first bytes. */
async function* inPieces(chunks: AsyncIterable<Buffer>, skip = 0): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let size = 0
  let left = skip
  for await (const whole of chunks) {
    const chunk = whole.subarray(Math.min(left, whole.length))
    left -= whole.length - chunk.length
    if (chunk.length === 0) continue
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

/** Attachments that are kept here; one that cannot be read is fetched again where that may be done. */
export interface KeptFiles {
  /**
   * Does something with a file, from its beginning once more when it had to be fetched again.
   * @throws {Refusal} 'not-here' when it is not kept here; 'file-damaged', 'file-gone' when it was and cannot be read
   */
  with<T>(id: number, attachmentId: string, work: (file: StoredFile) => Promise<T>): Promise<T>
  /** The first bytes of a file, by which its kind is told; 'lost' where it cannot be read. Fetches nothing again. */
  peek(id: number, attachmentId: string): Promise<Uint8Array | 'lost'>
}

export function keptFiles(reader: Reader, vault: Vault, mend: Mend): KeptFiles {
  const open = async (id: number, attachmentId: string): Promise<StoredFile> => {
    const found = await reader.attachment(id, attachmentId)
    if (found === null) throw new Refusal('not-here', 'The file is not kept here')
    const { fileName, bytes, vaultName, content } = found
    return { fileName, bytes, content: () => (vaultName === null ? whole(content ?? new Uint8Array()) : fromVault(vault, vaultName)) }
  }
  return {
    with: async (id, attachmentId, work) => {
      try {
        return await work(await open(id, attachmentId))
      } catch (error) {
        if (!(error instanceof LostFile)) throw error
        await mend(id, attachmentId, error.vaultName)
      }
      try {
        return await work(await open(id, attachmentId))
      } catch (error) {
        // A disk that damages what was written a moment ago.
        throw error instanceof LostFile ? new Refusal('file-damaged', 'It was damaged again') : error
      }
    },
    peek: async (id, attachmentId) => {
      try {
        return await headOf(await open(id, attachmentId))
      } catch (error) {
        if (error instanceof LostFile) return 'lost'
        throw error
      }
    },
  }
}

/** The first bytes of a file, by which its kind is told. */
export async function headOf(file: StoredFile): Promise<Uint8Array> {
  for await (const chunk of file.content()) return chunk.subarray(0, 4096)
  return new Uint8Array()
}

/** All of a file of at most `limit` bytes. @throws {Refusal} for a larger one. */
export async function bytesOf(file: StoredFile, limit: number): Promise<Buffer> {
  if (file.bytes > limit) throw new Refusal('not-possible', 'too-large')
  const chunks: Buffer[] = []
  for await (const chunk of file.content()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/**
 * Stored files to the window and to disk. The window names a message and a file, never a path; what it gets has no
 * address, only a handle that ends with the file.
 */
export function fileHandlers(files: KeptFiles, desk: Desk): Handlers {
  const openFiles = new Map<string, OpenFile>()
  const close = async (handle: string): Promise<void> => {
    const file = openFiles.get(handle)
    openFiles.delete(handle)
    await file?.pieces.return?.()
  }
  /** The next piece. A file that turns out to be damaged in its middle is fetched again and goes on where it was: every byte that left was verified. */
  const next = async (file: OpenFile): Promise<IteratorResult<Buffer>> => {
    let began = false
    return await files.with(file.id, file.attachmentId, async (stored) => {
      if (began) file.pieces = inPieces(stored.content(), file.sent)[Symbol.asyncIterator]()
      began = true
      return await file.pieces.next()
    })
  }
  return {
    'files.begin': ({ id, attachmentId }) =>
      files.with(id, attachmentId, async (file) => {
        const kind = detectKind(file.fileName, await headOf(file))
        const handle = randomBytes(16).toString('hex')
        const [oldest] = openFiles.keys()
        if (openFiles.size >= maxOpen && oldest !== undefined) await close(oldest)
        openFiles.set(handle, { id, attachmentId, pieces: inPieces(file.content())[Symbol.asyncIterator](), sent: 0 })
        return { handle, bytes: file.bytes, kind }
      }),
    'files.next': async ({ handle }) => {
      const file = openFiles.get(handle)
      if (file === undefined) throw new Refusal('not-found', 'The file is not open any more')
      const piece = await next(file)
      if (piece.done === true) openFiles.delete(handle)
      else file.sent += piece.value.length
      return { data: piece.done === true ? '' : piece.value.toString('base64') }
    },
    'files.end': async ({ handle }) => {
      await close(handle)
      return {}
    },
    'files.save': async ({ id, attachmentId }) => {
      const name = await files.with(id, attachmentId, async (file) => safeFileName(file.fileName, detectKind(file.fileName, await headOf(file))))
      const target = await desk.saveTarget(name)
      if (target === null) return { path: null }
      await files.with(id, attachmentId, (file) => saveTo(target, file.content(), true))
      return { path: target.path }
    },
  }
}
