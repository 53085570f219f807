import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { asStoreError, isMissing } from './disk.ts'
import { StoreError } from './errors.ts'
import { dataNeedingKeys, hasKeysFile, keysVersion, readKeysFile, writeKeysFile, type KeySlot, type KeysFile } from './keys-file.ts'
import { expand, keyPurposes, type KeyPurpose } from './keys-purposes.ts'
import { makeSlot, openSlot, type KeyHolder } from './keys-slots.ts'

export type { KeyHolder } from './keys-slots.ts'
export { KeychainError } from './keys-slots.ts'
export { forgetUnusedKeys } from './keys-file.ts'
export type { KeyPurpose } from './keys-purposes.ts'

/** The environment a profile belongs to for ever; authenticated by every slot of keys.json (security.md 21). */
export interface KeyEnvironment {
  /** 'tt02', 'prod', or the name in a file. */
  readonly name: string
  /** Whether every host of it is on this machine. */
  readonly loopback: boolean
}

export interface ProfileKeys {
  /** GUID made at set-up; what is sealed for one profile opens in no other. */
  readonly profileId: string
  readonly holder: KeyHolder['kind']
  readonly environment: string
  /** A profile whose key lies in a file ('demo-file') has `loopback` true, and the engine refuses it every other host. */
  readonly loopback: boolean
  /** The epoch new data is written under. */
  readonly epoch: number
  /** Why keys.json.1 was read in place of keys.json; null when it was not. */
  readonly recovered: string | null
  /** 32 bytes, the same at every start. `epoch`: of older data; RangeError when there is no such epoch. */
  derive(purpose: KeyPurpose, epoch?: number): Buffer
  /** Overwrites the master keys; `derive` fails from then on. Keys already derived are their owners' to wipe. */
  wipe(): void
}

class OpenKeys implements ProfileKeys {
  readonly profileId: string
  readonly holder: KeyHolder['kind']
  readonly environment: string
  readonly loopback: boolean
  readonly epoch: number
  readonly recovered: string | null
  readonly #masters: ReadonlyMap<number, Buffer>
  #wiped = false

  constructor(file: Omit<KeysFile, 'check'>, holder: KeyHolder['kind'], masters: readonly Buffer[], recovered: string | null) {
    this.profileId = file.profileId
    this.holder = holder
    this.environment = file.environment.name
    this.loopback = file.environment.loopback
    this.epoch = Math.max(...file.epochs.map(({ epoch }) => epoch))
    this.recovered = recovered
    this.#masters = new Map(file.epochs.map(({ epoch }, index) => [epoch, masters[index] ?? Buffer.alloc(0)]))
  }

  derive(purpose: KeyPurpose, epoch = this.epoch): Buffer {
    if (this.#wiped) throw new StoreError('wrong-key', 'the profile is locked')
    const master = this.#masters.get(epoch)
    if (master === undefined) throw new RangeError(`there is no key epoch ${String(epoch)}`)
    return expand(master, Buffer.from(this.profileId), keyPurposes[purpose])
  }

  wipe(): void {
    this.#wiped = true
    for (const master of this.#masters.values()) master.fill(0)
  }

  /** For a new slot: the master keys in the file's order of epochs. */
  static mastersOf(keys: OpenKeys): readonly Buffer[] {
    if (keys.#wiped) throw new StoreError('wrong-key', 'the profile is locked')
    return [...keys.#masters.values()]
  }
}

/**
 * Makes a profile's keys: one random master key, wrapped in one slot. The folder is made, for this user only.
 *
 * Errors: StoreError 'missing-keys' where data lies that other keys were made for (never a new key beside it); 'full',
 * 'unwritable'; KeychainError; Error where the folder already has keys; RangeError for a demo key of a real environment.
 */
export async function createKeys(folder: string, how: Exclude<KeyHolder, { kind: 'recovery-code' }>, environment: KeyEnvironment): Promise<ProfileKeys> {
  if (how.kind === 'demo-file' && !environment.loopback) {
    throw new RangeError('a key may lie in a file only for an environment on this machine')
  }
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    // Below a folder that nobody may write into, this is all that the system says.
    throw isMissing(error) ? new StoreError('unwritable', `making ${folder}: the folder cannot be made`, { cause: error }) : asStoreError(error, `making ${folder}`)
  }
  if (await hasKeysFile(folder)) throw new Error(`${folder} already has keys`)
  const beside = await dataNeedingKeys(folder)
  if (beside !== null) throw new StoreError('missing-keys', `${folder} holds ${beside}, whose keys are missing; new ones would not open it`)
  const facts = {
    version: keysVersion,
    profileId: randomUUID(),
    environment: { name: environment.name, loopback: environment.loopback },
    epochs: [{ epoch: 1, createdAt: Date.now() }],
  }
  const masters = [randomBytes(32)]
  const file = { ...facts, slots: [await makeSlot(facts, how, masters)] }
  await writeKeysFile(folder, file)
  return new OpenKeys(file, how.kind, masters, null)
}

/** One way in. */
export interface KeyWay {
  readonly id: string
  readonly kind: KeyHolder['kind']
  /** ms since 1970 UTC. */
  readonly createdAt: number
}

/** Which ways in a profile has, without opening it. Errors as `openKeys`. */
export async function keyWays(folder: string): Promise<{ readonly environment: KeyEnvironment; readonly ways: readonly KeyWay[] }> {
  const { file } = await readKeysFile(folder)
  return { environment: file.environment, ways: file.slots.map(({ id, kind, createdAt }) => ({ id, kind, createdAt })) }
}

/**
 * Opens a profile's keys.
 *
 * Errors: StoreError 'missing-keys' (no keys.json, or no slot of this kind), 'wrong-key' (passphrase or code), 'damaged',
 * 'too-new'; KeychainError with the keychain's state.
 */
export async function openKeys(folder: string, how: KeyHolder): Promise<ProfileKeys> {
  const { file, recovered } = await readKeysFile(folder)
  const slots = file.slots.filter(({ kind }) => kind === how.kind)
  let refusal: unknown = new StoreError('missing-keys', `this profile is not opened by ${how.kind}, but by ${file.slots.map(({ kind }) => kind).join(' or ')}`)
  for (const slot of slots) {
    try {
      return new OpenKeys(file, how.kind, await openSlot(file, slot, how), recovered)
    } catch (error) {
      refusal = error
    }
  }
  throw refusal
}

/** Whether a slot, as it now stands in keys.json, gives exactly these master keys. */
async function proves(folder: string, id: string, how: KeyHolder, masters: readonly Buffer[]): Promise<boolean> {
  const { file } = await readKeysFile(folder)
  const slot = file.slots.find((one) => one.id === id)
  if (slot === undefined) return false
  const opened = await openSlot(file, slot, how)
  const same = opened.length === masters.length && opened.every((master, index) => timingSafeEqual(master, masters[index] ?? Buffer.alloc(master.length)))
  for (const master of opened) master.fill(0)
  return same
}

/**
 * Adds a way in; rewrites no data. The new way is read back and opened before this returns, so that whoever then takes an
 * older one away never takes the only one that works; one that does not open is taken out again.
 *
 * Errors: as `createKeys`; StoreError 'damaged' and KeychainError when it does not open.
 */
export async function addKeySlot(folder: string, keys: ProfileKeys, how: Exclude<KeyHolder, { kind: 'demo-file' }>): Promise<string> {
  if (!(keys instanceof OpenKeys)) throw new TypeError('not keys of openKeys')
  if (keys.holder === 'demo-file') throw new RangeError('a demo profile has no other way in')
  const { file } = await readKeysFile(folder)
  if (file.profileId !== keys.profileId) throw new RangeError('these keys belong to another profile')
  const masters = OpenKeys.mastersOf(keys)
  const slot = await makeSlot(file, how, masters)
  await writeKeysFile(folder, { ...file, slots: [...file.slots, slot] })
  try {
    if (!(await proves(folder, slot.id, how, masters))) throw new StoreError('damaged', 'a new way into the profile does not open it')
  } catch (error) {
    await writeKeysFile(folder, file)
    // An entry that opens nothing; where it cannot be removed it does no harm either.
    if (slot.kind === 'keychain' && how.kind === 'keychain') await how.keeper.remove(slot.account)
    throw error
  }
  return slot.id
}

/**
 * Takes a way in away, never the last one. Whoever kept an old copy of keys.json can still use it there: only a new epoch
 * ends that (security.md 20). The slot is returned so that its keychain entry can be removed after keys.json was replaced.
 */
export async function removeKeySlot(folder: string, keys: ProfileKeys, slotId: string): Promise<KeySlot> {
  const { file } = await readKeysFile(folder)
  const gone = file.slots.find(({ id }) => id === slotId)
  if (gone === undefined || file.profileId !== keys.profileId) throw new RangeError('this profile has no such slot')
  const slots = file.slots.filter((slot) => slot !== gone)
  if (slots.every(({ kind }) => kind === 'recovery-code')) throw new RangeError('a profile keeps one way in besides its recovery code')
  await writeKeysFile(folder, { ...file, slots })
  return gone
}
