import { createHmac, type KeyObject, randomBytes } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { asStoreError } from '../disk.ts'
import {
  chunkBytes, contentKeyBytes, encodeHeader, encodeOwner, headerBytes, lastParts, sealContentKey, sealRecord, tagBytes, type VaultHeader,
} from './form.ts'
import type { FileKey } from './read.ts'
import type { VaultOwner, VaultPending, VaultWriter } from './vault.ts'

/** Content smaller than this lives in mail.db (design.md section 3). */
export const inlineBelow = 8 * 1024
/** Content smaller than this is held in memory until it is settled together with others. */
export const heldBelow = 256 * 1024

export interface WriterOptions {
  readonly owner: VaultOwner
  /** On the volume of the vault. */
  readonly temporary: string
  readonly epoch: number
  readonly nameKey: KeyObject
  readonly fileKey: FileKey
}

interface TemporaryFile {
  readonly handle: FileHandle
  readonly header: VaultHeader
  readonly key: Buffer
  records: number
}

/** Takes one file as it comes in: small ones are held, larger ones written with at most one chunk held back. */
export class FileWriter implements VaultWriter {
  readonly #options: WriterOptions
  #nameOf: ReturnType<typeof createHmac> | null = null
  #file: TemporaryFile | null = null
  /** What is not written yet. */
  #pending: Buffer[] = []
  #pendingBytes = 0
  #bytes = 0

  constructor(options: WriterOptions) {
    this.#options = options
  }

  write(chunk: Buffer): Promise<void> {
    return this.#guarded(async () => {
      this.#bytes += chunk.length
      this.#pending.push(chunk)
      this.#pendingBytes += chunk.length
      if (this.#bytes < heldBelow) return
      this.#file ??= await this.#start()
      // The last record is only known at the end, so one full chunk is always kept back.
      if (this.#pendingBytes > chunkBytes) await this.#drain(this.#file)
    })
  }

  end(): Promise<VaultPending> {
    return this.#guarded(async () => {
      const bytes = this.#bytes
      if (this.#file === null) {
        const content = Buffer.concat(this.#pending)
        if (bytes < inlineBelow) return { kind: 'inline', content, bytes }
        return { kind: 'held', owner: this.#options.owner, name: this.#name().update(content).digest('hex'), content, bytes }
      }
      const { handle, header, key } = this.#file
      const rest = Buffer.concat(this.#pending)
      this.#name().update(rest)
      await this.#put(this.#file, Buffer.concat(lastParts(rest, bytes)), true)
      const name = this.#name().digest('hex')
      await writeAll(handle, sealContentKey(this.#options.fileKey(header, name), header, key), headerBytes)
      await handle.sync()
      await handle.close()
      key.fill(0)
      return { kind: 'written', temporary: this.#options.temporary, name, bytes }
    })
  }

  async abort(): Promise<void> {
    if (this.#file === null) return
    await this.#file.handle.close()
    await rm(this.#options.temporary, { force: true })
  }

  async #start(): Promise<TemporaryFile> {
    const header = encodeHeader(this.#options.epoch, randomBytes(32))
    const handle = await open(this.#options.temporary, 'wx', 0o600)
    const file = { handle, header, key: randomBytes(contentKeyBytes), records: 0 }
    this.#file = file
    await writeAll(handle, Buffer.concat([header.bytes, Buffer.alloc(contentKeyBytes + tagBytes)]))
    await this.#put(file, encodeOwner(this.#options.owner), false)
    return file
  }

  async #drain(file: TemporaryFile): Promise<void> {
    let rest = Buffer.concat(this.#pending)
    for (; rest.length > chunkBytes; rest = rest.subarray(chunkBytes)) {
      const chunk = rest.subarray(0, chunkBytes)
      this.#name().update(chunk)
      await this.#put(file, chunk, false)
    }
    this.#pending = [Buffer.from(rest)]
    this.#pendingBytes = rest.length
  }

  #name(): ReturnType<typeof createHmac> {
    this.#nameOf ??= createHmac('sha256', this.#options.nameKey)
    return this.#nameOf
  }

  async #put(file: TemporaryFile, content: Buffer, last: boolean): Promise<void> {
    await writeAll(file.handle, sealRecord(file.key, file.header, file.records, last, content))
    file.records += 1
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw asStoreError(error, 'writing an attachment')
    }
  }
}

/** `write` may take only a part, as on a disk that is nearly full. Without a position it goes on where the last one ended. */
async function writeAll(handle: FileHandle, bytes: Buffer, position: number | null = null): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await handle.write(bytes, done, bytes.length - done, position === null ? null : position + done)).bytesWritten
  }
}
