import { createHmac, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { asStoreError, isMissing, syncFolder } from '../disk.ts'
import { StoreError } from '../errors.ts'
import type { ProfileKeys } from '../keys.ts'
import { expand, vaultFilePurpose } from '../keys-purposes.ts'
import { chunkBytes, encodeHeader, encodeOwner, headerBytes, nameTag, recordsAt, sealRecord, tagBytes, type VaultHeader } from './form.ts'
import { readVaultFile, VaultDamage, type VaultKeys } from './read.ts'
import type { AdoptableFile, Vault, VaultOwner, VaultResult, VaultWriter } from './vault.ts'

/** Content smaller than this lives in mail.db (design.md section 3). */
export const inlineBelow = 8 * 1024

/** There is no such file in the vault. */
export class VaultFileMissing extends Error {
  override readonly name = 'VaultFileMissing'
}

const nameForm = /^[0-9a-f]{64}$/

/**
 * The vault of a profile in `<folder>/ab/cd/<name>`. A file is written under a temporary name, synced, renamed, and its
 * folder synced, before anybody is told of it (durability.md 13).
 */
export class FolderVault implements Vault {
  readonly #folder: string
  readonly #keys: ProfileKeys

  constructor(folder: string, keys: ProfileKeys) {
    this.#folder = folder
    this.#keys = keys
  }

  /** Makes the folder and removes what an unclean end left unfinished. Only the holder of the profile's lock may call it. */
  async prepare(): Promise<void> {
    try {
      const temporary = join(this.#folder, 'tmp')
      await rm(temporary, { recursive: true, force: true })
      await mkdir(temporary, { recursive: true, mode: 0o700 })
    } catch (error) {
      throw asStoreError(error, 'opening the vault')
    }
  }

  begin(owner: VaultOwner): Promise<VaultWriter> {
    const temporary = join(this.#folder, 'tmp', randomBytes(16).toString('hex'))
    const nameOf = createHmac('sha256', this.#keys.derive('vault-name'))
    let head: Buffer[] = []
    let bytes = 0
    let pending = Buffer.alloc(0)
    let file: { readonly handle: FileHandle; readonly header: VaultHeader; readonly key: Buffer; records: number } | null = null

    const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
      try {
        return await work()
      } catch (error) {
        throw asStoreError(error, 'writing an attachment')
      }
    }
    const put = async (open: NonNullable<typeof file>, content: Buffer, last: boolean): Promise<void> => {
      await writeAll(open.handle, sealRecord(open.key, open.header, open.records, last, content))
      open.records += 1
    }
    // The file key hangs on a random salt, so the content's name need not be known before its end.
    const start = async (): Promise<NonNullable<typeof file>> => {
      const header = encodeHeader(this.#keys.epoch, randomBytes(32))
      const started = { handle: await open(temporary, 'wx', 0o600), header, key: this.#fileKey(header), records: 0 }
      await started.handle.write(Buffer.concat([header.bytes, Buffer.alloc(tagBytes)]))
      await put(started, encodeOwner(owner), false)
      return started
    }
    const drain = async (open: NonNullable<typeof file>): Promise<void> => {
      // The last record is only known at the end, so one full chunk is always kept back.
      while (pending.length > chunkBytes) {
        await put(open, pending.subarray(0, chunkBytes), false)
        pending = Buffer.from(pending.subarray(chunkBytes))
      }
    }

    return Promise.resolve({
      write: (chunk: Buffer) =>
        guarded(async () => {
          bytes += chunk.length
          nameOf.update(chunk)
          if (file === null && bytes < inlineBelow) {
            head.push(Buffer.from(chunk))
            return
          }
          file ??= await start()
          pending = Buffer.concat([pending, ...head, chunk])
          head = []
          await drain(file)
        }),
      finish: () =>
        guarded(async (): Promise<VaultResult> => {
          if (file === null) return { kind: 'inline', content: Buffer.concat(head), bytes }
          const name = nameOf.digest('hex')
          await put(file, pending, true)
          await file.handle.write(nameTag(this.#keys.derive('vault-name'), file.header, name), 0, tagBytes, headerBytes)
          await file.handle.sync()
          await file.handle.close()
          await this.#settle(temporary, name)
          return { kind: 'file', name, bytes }
        }),
      abort: async () => {
        if (file === null) return
        await file.handle.close()
        await rm(temporary, { force: true })
      },
    })
  }

  async *read(name: string): AsyncGenerator<Buffer> {
    try {
      for await (const piece of readVaultFile(this.#path(name), name, this.#vaultKeys())) if (piece.kind === 'content') yield piece.content
    } catch (error) {
      if (isMissing(error)) throw new VaultFileMissing('The file is not in the vault')
      if (!(error instanceof VaultDamage)) throw error
      await this.#setAside(name)
      throw new StoreError('damaged', `an attachment is damaged: ${error.message}`)
    }
  }

  async verify(name: string): Promise<boolean> {
    try {
      const hash = createHmac('sha256', this.#keys.derive('vault-name'))
      for await (const chunk of this.read(name)) hash.update(chunk)
      return hash.digest('hex') === name
    } catch (error) {
      if (error instanceof VaultFileMissing || (error instanceof StoreError && error.code === 'damaged')) return false
      throw error
    }
  }

  async size(name: string): Promise<number> {
    try {
      const { size } = await stat(this.#path(name))
      const owner = await this.#ownerOf(name)
      const records = Math.max(1, Math.ceil((size - recordsAt - encodeOwner(owner).length - 20) / (chunkBytes + 4 + tagBytes)))
      return size - recordsAt - (encodeOwner(owner).length + 4 + tagBytes) - records * (4 + tagBytes)
    } catch (error) {
      if (isMissing(error)) throw new VaultFileMissing('The file is not in the vault')
      throw error
    }
  }

  async *adoptable(): AsyncGenerator<AdoptableFile> {
    for (const first of await foldersIn(this.#folder)) {
      for (const second of await foldersIn(join(this.#folder, first))) {
        for (const name of await readdir(join(this.#folder, first, second))) {
          if (!nameForm.test(name) || !(await this.verify(name))) continue
          yield { name, owner: await this.#ownerOf(name) }
        }
      }
    }
  }

  async #ownerOf(name: string): Promise<VaultOwner> {
    for await (const piece of readVaultFile(this.#path(name), name, this.#vaultKeys())) if (piece.kind === 'owner') return piece.owner
    throw new VaultDamage('the file names no owner')
  }

  /** Under its name; when equal content is there already and whole, the new copy is dropped. */
  async #settle(temporary: string, name: string): Promise<void> {
    const folder = join(this.#folder, name.slice(0, 2), name.slice(2, 4))
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if (await this.verify(name)) {
      await rm(temporary)
      return
    }
    await rename(temporary, this.#path(name))
    await syncFolder(folder)
    await syncFolder(join(this.#folder, name.slice(0, 2)))
    await syncFolder(this.#folder)
  }

  async #setAside(name: string): Promise<void> {
    await rename(this.#path(name), `${this.#path(name)}.damaged`)
  }

  #vaultKeys(): VaultKeys {
    return { nameKey: this.#keys.derive('vault-name'), fileKey: (header) => this.#fileKey(header) }
  }

  #fileKey(header: VaultHeader): Buffer {
    return expand(this.#keys.derive('vault', header.epoch), header.salt, vaultFilePurpose)
  }

  #path(name: string): string {
    if (!nameForm.test(name)) throw new RangeError('A vault file is named by 64 hex digits')
    return join(this.#folder, name.slice(0, 2), name.slice(2, 4), name)
  }
}

/** `write` may take only a part, as on a disk that is nearly full. */
async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length;) done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name)).sort()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}
