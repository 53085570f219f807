import { createHmac, randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { asStoreError, isMissing, syncFolder } from '../disk.ts'
import { StoreError } from '../errors.ts'
import type { ProfileKeys } from '../keys.ts'
import { expand, vaultFilePurpose } from '../keys-purposes.ts'
import { renameFile } from '../rename.ts'
import type { VaultHeader } from './form.ts'
import { readVaultEnds, readVaultFile, VaultDamage } from './read.ts'
import { folderIn, pathIn, settleFiles, unfinished, type WholeFile } from './settle.ts'
import type { AdoptableFile, Vault, VaultOwner, VaultPending, VaultResult, VaultWriter } from './vault.ts'
import { FileWriter } from './writer.ts'

/** There is no such file in the vault. */
export class VaultFileMissing extends Error {
  override readonly name = 'VaultFileMissing'
}

/** Puts small files into the vault and gives their names. */
export type SettleHeld = (files: readonly WholeFile[]) => Promise<readonly string[]>

export interface VaultOptions {
  /** Puts small files into the vault; by default on this thread, which then waits for the disk. */
  readonly settleHeld?: SettleHeld
  /** Rejects while there is no room for another file. */
  readonly room?: () => Promise<void>
}

const nameForm = /^[0-9a-f]{64}$/

/**
 * The vault of a profile in `<folder>/ab/<name>`. A file is written under a temporary name, synced, renamed, and its
 * folder synced, before anybody is told of it (durability.md 13).
 */
export class FolderVault implements Vault {
  readonly #folder: string
  readonly #keys: ProfileKeys
  readonly #settleHeld: SettleHeld
  readonly #room: () => Promise<void>
  #derivedNameKey: Buffer | null = null
  /** Without `prepare` nothing in the folder is changed: this process may be reading beside the one that writes. */
  #mayChange = false

  constructor(folder: string, keys: ProfileKeys, options: VaultOptions = {}) {
    this.#folder = folder
    this.#keys = keys
    this.#room = options.room ?? (() => Promise.resolve())
    this.#settleHeld =
      options.settleHeld ?? ((files) => settleFiles({ folder, epoch: keys.epoch, nameKey: this.#nameKey(), fileKey: this.#fileKey }, files))
  }

  /** Makes the folder and removes what an unclean end left unfinished. Only the holder of the profile's lock may call it. */
  async prepare(): Promise<void> {
    try {
      const temporary = join(this.#folder, 'tmp')
      await rm(temporary, { recursive: true, force: true })
      await mkdir(temporary, { recursive: true, mode: 0o700 })
      this.#mayChange = true
    } catch (error) {
      throw asStoreError(error, 'opening the vault')
    }
  }

  async begin(owner: VaultOwner): Promise<VaultWriter> {
    if (!this.#mayChange) throw new StoreError('unwritable', 'the vault is open for reading only')
    await this.#room()
    return new FileWriter({
      owner,
      temporary: join(this.#folder, 'tmp', randomBytes(16).toString('hex')),
      epoch: this.#keys.epoch,
      nameKey: this.#nameKey(),
      fileKey: this.#fileKey,
    })
  }

  async settle(files: readonly VaultPending[]): Promise<readonly VaultResult[]> {
    try {
      return await this.#settleAll(files)
    } catch (error) {
      // What could not be settled must not take the room that is lacking.
      for (const file of files) if (file.kind === 'written') await rm(file.temporary, { force: true })
      throw asStoreError(error, 'writing an attachment')
    }
  }

  async #settleAll(files: readonly VaultPending[]): Promise<readonly VaultResult[]> {
    const held = files.flatMap((file) => (file.kind === 'held' ? [file] : []))
    const names = held.length === 0 ? [] : await this.#settleHeld(held.map(({ owner, content }) => ({ owner, content })))
    const nameOf = new Map(held.map((file, index) => [file, names[index]]))
    const results: VaultResult[] = []
    for (const file of files) {
      if (file.kind === 'written') await this.#settle(file.temporary, file.name)
      if (file.kind === 'inline') results.push(file)
      else results.push({ kind: 'file', name: file.kind === 'written' ? file.name : (nameOf.get(file) ?? ''), bytes: file.bytes })
    }
    return results
  }

  async *read(name: string): AsyncGenerator<Buffer> {
    try {
      for await (const piece of readVaultFile(this.#path(name), name, this.#fileKey)) if (piece.kind === 'content') yield piece.content
    } catch (error) {
      throw await this.#asTrouble(error, name)
    }
  }

  async verify(name: string): Promise<boolean> {
    try {
      const hash = createHmac('sha256', this.#nameKey())
      for await (const chunk of this.read(name)) hash.update(chunk)
      return hash.digest('hex') === name
    } catch (error) {
      if (isNotWhole(error)) return false
      throw error
    }
  }

  async size(name: string): Promise<number> {
    try {
      return (await readVaultEnds(this.#path(name), name, this.#fileKey)).bytes
    } catch (error) {
      throw await this.#asTrouble(error, name)
    }
  }

  async *adoptable(known: (names: readonly string[]) => Promise<readonly string[]> = () => Promise.resolve([])): AsyncGenerator<AdoptableFile> {
    for (const first of await foldersIn(this.#folder)) {
      const entries = await readdir(join(this.#folder, first))
      const names = entries.filter((name) => nameForm.test(name))
      const rows = new Set(await known(names))
      for (const name of names) {
        if (rows.has(name)) continue
        const owner = await this.#ownerOf(name)
        if (owner !== null) yield { name, owner }
      }
      if (this.#mayChange) for (const left of entries) if (left.endsWith(unfinished)) await rm(join(this.#folder, first, left), { force: true })
    }
  }

  async remove(files: readonly { readonly name: string; readonly deletedAt: number }[]): Promise<void> {
    const changed = new Set<string>()
    for (const { name, deletedAt } of files) {
      for (const path of [this.#path(name), `${this.#path(name)}${damaged}`]) if (await removeIfOlder(path, deletedAt)) changed.add(folderIn(this.#folder, name))
    }
    for (const folder of changed) await syncFolder(folder)
  }

  async collect(known: (names: readonly string[]) => Promise<readonly string[]>, before: number): Promise<number> {
    let removed = 0
    for (const first of await foldersIn(this.#folder)) {
      const entries = await readdir(join(this.#folder, first))
      const old: string[] = []
      for (const name of entries) if ((nameForm.test(name) || nameForm.test(name.replace(damaged, ''))) && (await isOlder(join(this.#folder, first, name), before))) old.push(name)
      const rows = new Set(old.length === 0 ? [] : await known(old))
      for (const name of old) if (!rows.has(name) && (await removeIfOlder(join(this.#folder, first, name), before))) removed += 1
    }
    return removed
  }

  async #ownerOf(name: string): Promise<VaultOwner | null> {
    try {
      return (await readVaultEnds(this.#path(name), name, this.#fileKey)).owner
    } catch (error) {
      const trouble = await this.#asTrouble(error, name)
      if (isNotWhole(trouble)) return null
      throw trouble
    }
  }

  /** Under its name; when equal content is there already and whole, the new copy is dropped. */
  async #settle(temporary: string, name: string): Promise<void> {
    const folder = folderIn(this.#folder, name)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if (await this.verify(name)) {
      await rm(temporary)
      // It is wanted again: whoever looks for files that nobody needs leaves it alone.
      await utimes(this.#path(name), new Date(), new Date())
      return
    }
    await renameFile(temporary, this.#path(name))
    for (const changed of [folder, this.#folder]) await syncFolder(changed)
  }

  /** A damaged file is kept aside under another name, so that it is neither used nor lost. */
  async #asTrouble(error: unknown, name: string): Promise<unknown> {
    if (isMissing(error)) return new VaultFileMissing('The file is not in the vault')
    if (!(error instanceof VaultDamage)) return error
    if (this.#mayChange) await renameFile(this.#path(name), `${this.#path(name)}${damaged}`)
    return new StoreError('damaged', `an attachment is damaged: ${error.message}`)
  }

  /** Derived once, when it is first wanted. */
  #nameKey(): Buffer {
    this.#derivedNameKey ??= this.#keys.derive('vault-name')
    return this.#derivedNameKey
  }

  readonly #fileKey = (header: VaultHeader, name: string): Buffer => {
    if (header.epoch < 1 || header.epoch > this.#keys.epoch) throw new VaultDamage('it names keys this profile never had')
    return expand(this.#keys.derive('vault', header.epoch), header.salt, vaultFilePurpose(name))
  }

  #path(name: string): string {
    if (!nameForm.test(name)) throw new RangeError('A vault file is named by 64 hex digits')
    return pathIn(this.#folder, name)
  }
}

/** Whether a file was last put into the vault before a time; one that is not there was not. */
async function isOlder(path: string, at: number): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs <= at
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

async function removeIfOlder(path: string, at: number): Promise<boolean> {
  if (!(await isOlder(path, at))) return false
  await rm(path, { force: true })
  return true
}

/** Ending of a file that is kept aside. */
const damaged = '.damaged'

function isNotWhole(error: unknown): boolean {
  return error instanceof VaultFileMissing || (error instanceof StoreError && error.code === 'damaged')
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name)).sort()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}
