import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { asStoreError, isMissing, syncFolder } from '../disk.ts'
import { StoreError } from '../errors.ts'
import type { ProfileKeys } from '../keys.ts'
import { expand, vaultFilePurpose } from '../keys-purposes.ts'
import { renameFile } from '../rename.ts'
import type { VaultHeader } from './form.ts'
import { PackDamage, VaultDamage, VaultFileMissing } from './damage.ts'
import { membersOf } from './pack.ts'
import { damaged, folderIn, isOwnFile, packOfFile, pathIn, type Place, placeOf, placeText, unfinished } from './place.ts'
import { readVaultEnds, readVaultFile } from './read.ts'
import { dropMembers, settleFiles, type WholeFile } from './settle.ts'
import type { AdoptableFile, Vault, VaultOwner, VaultPending, VaultResult, VaultWriter } from './vault.ts'
import { FileWriter } from './writer.ts'

/** Where writing may wait for the disk. */
export interface VaultWork {
  /** Puts small files into the vault and gives their places. */
  settle(files: readonly WholeFile[]): Promise<readonly string[]>
  /** Removes members of a pack; gives how many went. Errors: `PackDamage`. */
  drop(pack: string, names: readonly string[]): Promise<number>
}

export interface VaultOptions {
  /** By default on this thread, which then waits for the disk. */
  readonly work?: VaultWork
  /** Where rows say that contents of these names stand already; by default nowhere. */
  readonly placesOf?: (names: readonly string[]) => Promise<readonly (string | null)[]>
  /** Rejects while there is no room for another file. */
  readonly room?: () => Promise<void>
}

/**
 * The vault of a profile, in `<folder>/ab/<name>` and, for small files that came together, `<folder>/ab/<pack>.pack`. A
 * file is written under a temporary name, synced, renamed, and its folder synced, before anybody is told of it
 * (durability.md 13).
 */
export class FolderVault implements Vault {
  readonly #folder: string
  readonly #keys: ProfileKeys
  readonly #work: VaultWork
  readonly #placesOf: NonNullable<VaultOptions['placesOf']>
  readonly #room: () => Promise<void>
  #derivedNameKey: KeyObject | null = null
  /** What was taken for content that came again, and when, ms since 1970: its new row may not stand yet. */
  readonly #reused = new Map<string, number>()
  /** Without `prepare` nothing in the folder is changed: this process may be reading beside the one that writes. */
  #mayChange = false

  constructor(folder: string, keys: ProfileKeys, options: VaultOptions = {}) {
    this.#folder = folder
    this.#keys = keys
    this.#room = options.room ?? (() => Promise.resolve())
    this.#placesOf = options.placesOf ?? ((names) => Promise.resolve(names.map(() => null)))
    this.#work = options.work ?? {
      settle: (files) => settleFiles({ folder, epoch: keys.epoch, fileKey: this.#fileKey }, files),
      drop: (pack, names) => dropMembers(folder, pack, names),
    }
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
    const places = held.length === 0 ? [] : await this.#settleHeld(held)
    const placeOfHeld = new Map(held.map((file, index) => [file, places[index]]))
    const results: VaultResult[] = []
    for (const file of files) {
      if (file.kind === 'written') await this.#settle(file.temporary, file.name)
      if (file.kind === 'inline') results.push(file)
      else results.push({ kind: 'file', name: file.kind === 'written' ? file.name : (placeOfHeld.get(file) ?? ''), bytes: file.bytes })
    }
    return results
  }

  /** What a row refers to and what is whole is not written again. */
  async #settleHeld(held: readonly Held[]): Promise<readonly string[]> {
    const known = await this.#placesOf(held.map(({ name }) => name))
    const places: (string | null)[] = []
    for (const [index] of held.entries()) {
      const place = known[index] ?? null
      const isWhole = place !== null && (await this.verify(place))
      if (isWhole) this.#reused.set(place, Date.now())
      places.push(isWhole ? place : null)
    }
    const missing = held.filter((_, index) => places[index] === null)
    const settled = missing.length === 0 ? [] : [...(await this.#work.settle(missing.map(({ owner, name, content }) => ({ owner, name, content }))))]
    return places.map((place) => place ?? settled.shift() ?? '')
  }

  async *read(text: string): AsyncGenerator<Buffer> {
    const place = placeOf(text)
    try {
      for await (const piece of readVaultFile(pathIn(this.#folder, place), place, this.#fileKey)) if (piece.kind === 'content') yield piece.content
    } catch (error) {
      throw await this.#asTrouble(error, place)
    }
  }

  async verify(text: string): Promise<boolean> {
    try {
      const hash = createHmac('sha256', this.#nameKey())
      for await (const chunk of this.read(text)) hash.update(chunk)
      return hash.digest('hex') === placeOf(text).name
    } catch (error) {
      if (isNotWhole(error)) return false
      throw error
    }
  }

  async size(text: string): Promise<number> {
    const place = placeOf(text)
    try {
      return (await readVaultEnds(pathIn(this.#folder, place), place, this.#fileKey)).bytes
    } catch (error) {
      throw await this.#asTrouble(error, place)
    }
  }

  async *adoptable(known: (places: readonly string[]) => Promise<readonly string[]> = () => Promise.resolve([])): AsyncGenerator<AdoptableFile> {
    for (const first of await foldersIn(this.#folder)) {
      const entries = await readdir(join(this.#folder, first))
      const places = entries.filter(isOwnFile)
      for (const entry of entries) places.push(...((await this.#placesInPack(entry)) ?? []))
      const rows = new Set(await known(places))
      for (const name of places) {
        if (rows.has(name)) continue
        const owner = await this.#ownerOf(placeOf(name))
        if (owner !== null) yield { name, owner }
      }
      if (this.#mayChange) for (const left of entries) if (left.endsWith(unfinished)) await rm(join(this.#folder, first, left), { force: true })
    }
  }

  async remove(files: readonly { readonly name: string; readonly deletedAt: number }[]): Promise<void> {
    const changed = new Set<string>()
    const packs = new Map<string, string[]>()
    for (const { name: text, deletedAt } of files) {
      if ((this.#reused.get(text) ?? 0) > deletedAt) continue
      const place = placeOf(text)
      const path = pathIn(this.#folder, place)
      if (place.pack !== null) packs.set(place.pack, [...(packs.get(place.pack) ?? []), place.name])
      // What is kept aside of a pack may hold it as well.
      for (const one of place.pack === null ? [path, `${path}${damaged}`] : [`${path}${damaged}`]) if (await removeIfOlder(one, deletedAt)) changed.add(folderIn(this.#folder, place))
    }
    for (const folder of changed) await syncFolder(folder)
    for (const [pack, names] of packs) await this.#drop(pack, names)
    this.#reused.clear()
  }

  async collect(known: (places: readonly string[]) => Promise<readonly string[]>, before: number): Promise<number> {
    let removed = 0
    for (const first of await foldersIn(this.#folder)) {
      const old: string[] = []
      for (const name of await readdir(join(this.#folder, first))) if (isOfVault(name) && (await isOlder(join(this.#folder, first, name), before))) old.push(name)
      const rows = new Set(old.length === 0 ? [] : await known(old))
      for (const name of old) {
        const pack = packOfFile(name)
        if (pack !== null) removed += await this.#collectPack(name, pack, known)
        else if (!rows.has(name) && (await removeIfOlder(join(this.#folder, first, name), before))) removed += 1
      }
    }
    return removed
  }

  async #collectPack(fileName: string, pack: string, known: (places: readonly string[]) => Promise<readonly string[]>): Promise<number> {
    const places = (await this.#placesInPack(fileName)) ?? []
    const rows = new Set(await known(places))
    return await this.#drop(pack, places.filter((place) => !rows.has(place)).map((place) => placeOf(place).name))
  }

  /** A pack that is gone, or was kept aside because it is damaged, holds none of them any more. */
  async #drop(pack: string, names: readonly string[]): Promise<number> {
    if (names.length === 0) return 0
    const place: Place = { name: '', pack }
    try {
      return await this.#work.drop(pack, names)
    } catch (error) {
      const trouble = await this.#asTrouble(error, place)
      if (isNotWhole(trouble)) return 0
      throw trouble
    }
  }

  /** Places in a file of a folder, or null when it is no pack, or one that cannot be read and is kept aside. */
  async #placesInPack(fileName: string): Promise<readonly string[] | null> {
    const pack = packOfFile(fileName)
    if (pack === null) return null
    const place: Place = { name: '', pack }
    try {
      const file = await open(pathIn(this.#folder, place), 'r')
      try {
        return (await membersOf(file)).map(({ name }) => placeText({ name, pack }))
      } finally {
        await file.close()
      }
    } catch (error) {
      const trouble = await this.#asTrouble(error, place)
      if (isNotWhole(trouble)) return null
      throw trouble
    }
  }

  async #ownerOf(place: Place): Promise<VaultOwner | null> {
    try {
      return (await readVaultEnds(pathIn(this.#folder, place), place, this.#fileKey)).owner
    } catch (error) {
      const trouble = await this.#asTrouble(error, place)
      if (isNotWhole(trouble)) return null
      throw trouble
    }
  }

  /** Under its name; when equal content is there already and whole, the new copy is dropped. */
  async #settle(temporary: string, name: string): Promise<void> {
    const place: Place = { name, pack: null }
    const folder = folderIn(this.#folder, place)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if (await this.verify(name)) {
      await rm(temporary)
      // It is wanted again: whoever looks for files that nobody needs leaves it alone.
      await utimes(pathIn(this.#folder, place), new Date(), new Date())
      return
    }
    await renameFile(temporary, pathIn(this.#folder, place))
    for (const changed of [folder, this.#folder]) await syncFolder(changed)
  }

  /**
   * A damaged file is kept aside under another name, so that it is neither used nor lost. A damaged member of a pack stays
   * where it is: the others are whole, and no row will refer to it any more.
   */
  async #asTrouble(error: unknown, place: Place): Promise<unknown> {
    if (isMissing(error) || error instanceof VaultFileMissing) return new VaultFileMissing('The file is not in the vault')
    if (!(error instanceof VaultDamage)) return error
    const path = pathIn(this.#folder, place)
    if (this.#mayChange && (place.pack === null || error instanceof PackDamage)) await renameFile(path, `${path}${damaged}`)
    return new StoreError('damaged', `an attachment is damaged: ${error.message}`)
  }

  /** Derived and prepared once, when it is first wanted. */
  #nameKey(): KeyObject {
    this.#derivedNameKey ??= createSecretKey(this.#keys.derive('vault-name'))
    return this.#derivedNameKey
  }

  readonly #fileKey = (header: VaultHeader, name: string): Buffer => {
    if (header.epoch < 1 || header.epoch > this.#keys.epoch) throw new VaultDamage('it names keys this profile never had')
    return expand(this.#keys.derive('vault', header.epoch), header.salt, vaultFilePurpose(name))
  }
}

type Held = Extract<VaultPending, { readonly kind: 'held' }>

/** Whether a name is that of a file of the vault, or of one that is kept aside. */
function isOfVault(fileName: string): boolean {
  const name = fileName.replace(damaged, '')
  return isOwnFile(name) || packOfFile(name) !== null
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
