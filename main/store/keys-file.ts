import { createHash } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { scryptBounds } from '../secrets/stretch.ts'
import { isMissing, readIfThere, writeWhole } from './disk.ts'
import { StoreError } from './errors.ts'
import { renameFile } from './rename.ts'

/**
 * The form of keys.json (security.md 20, durability.md 6). Bytes are base64, times ms since 1970 UTC.
 * `check` is a plain SHA-256 that tells an accident from a wrong passphrase; what it covers is authenticated by the slots.
 */
export const keysVersion = 1 as const

const bytes = (length: number) =>
  z.string().refine((text) => {
    const value = Buffer.from(text, 'base64')
    return value.length === length && value.toString('base64') === text
  }, `not ${String(length)} bytes of base64`)

/** AES-256-GCM over one 32-byte master key an epoch, tag at the end. */
const wrapped = z.base64().max(4096)
const slotBase = { id: z.uuid(), createdAt: z.number().int().nonnegative(), salt: bytes(32), nonce: bytes(12), wrapped }

const slot = z.discriminatedUnion('kind', [
  z.object({
    ...slotBase,
    kind: z.literal('passphrase'),
    /** Bounded, so that a changed file cannot ask for all memory or for nearly no work. */
    kdf: z.object({
      name: z.literal('scrypt'),
      N: z.union(scryptBounds.N.map((N) => z.literal(N))),
      r: z.literal(scryptBounds.r),
      p: z.number().int().min(1).max(scryptBounds.mostP),
    }),
  }),
  /** `account` is the entry's name in the keychain. */
  z.object({ ...slotBase, kind: z.literal('keychain'), account: z.string().min(1).max(200) }),
  z.object({ ...slotBase, kind: z.literal('recovery-code') }),
  /** What the host gives is random and long, so it is not stretched. */
  z.object({ ...slotBase, kind: z.literal('host-secret') }),
  /** Demo data only: the key beside the lock. */
  z.object({ ...slotBase, kind: z.literal('demo-file'), key: bytes(32) }),
])
export type KeySlot = z.infer<typeof slot>

const keysFile = z.object({
  version: z.literal(keysVersion),
  profileId: z.uuid(),
  environment: z.object({ name: z.string().min(1).max(200), loopback: z.boolean() }),
  epochs: z.array(z.object({ epoch: z.number().int().positive(), createdAt: z.number().int().nonnegative() })).min(1).max(64),
  slots: z.array(slot).min(1).max(16),
  check: z.string(),
}).refine((file) => file.slots.every((one) => one.kind !== 'demo-file') || (file.slots.length === 1 && file.environment.loopback),
  'a key in the file is for a demo on this machine only')
export type KeysFile = z.infer<typeof keysFile>

export const keysName = 'keys.json'
export const previousKeysName = 'keys.json.1'
/** Beside the verified copies of the ledger (durability.md 6). */
export const copiedKeysName = join('copies', keysName)

type Unchecked = Omit<KeysFile, 'check'>

/** JSON with the keys of every object in order: the same facts are always the same bytes. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part)
}

function checkOf(file: Unchecked): string {
  const { version, profileId, environment, epochs, slots } = file
  return createHash('sha256').update(canonical([version, profileId, environment, epochs, slots])).digest('hex')
}

/** What a slot authenticates: the file's other facts and the slot's own fields (security.md 20). */
export function slotFacts(file: Omit<Unchecked, 'slots'>, one: object): Buffer {
  const { version, profileId, environment, epochs } = file
  const own = Object.entries(one).filter(([name]) => name !== 'wrapped')
  return Buffer.from(canonical(['meldingsboks/keys.json', version, profileId, environment, epochs, Object.fromEntries(own)]))
}

function parse(text: string, name: string): KeysFile {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new StoreError('damaged', `${name} is not JSON`, { cause: error })
  }
  const version = z.object({ version: z.number() }).safeParse(json)
  if (version.success && version.data.version > keysVersion) {
    throw new StoreError('too-new', `${name} was written by a newer version of the program (form ${String(version.data.version)})`)
  }
  const parsed = keysFile.safeParse(json)
  if (!parsed.success) throw new StoreError('damaged', `${name} does not have the form of a key file: ${z.prettifyError(parsed.error)}`)
  if (parsed.data.check !== checkOf(parsed.data)) throw new StoreError('damaged', `${name} was changed since it was written`)
  return parsed.data
}

export interface FoundKeys {
  readonly file: KeysFile
  /** Why the copy was read in place of keys.json; null when it was not. */
  readonly recovered: string | null
}

/** Whether the folder holds anything that needs keys: the reason never to make new ones (durability.md 6). */
export async function dataNeedingKeys(folder: string): Promise<string | null> {
  for (const name of await namesIn(folder)) {
    if (/\.db(-wal)?$/.test(name) && !name.startsWith('lock.db')) return name
    if (name === 'secrets.sealed') return name
  }
  for (const [name, ignored] of [['ledger.journal', ''], ['vault', '.tmp']] as const) {
    if ((await namesIn(join(folder, name))).some((entry) => entry !== ignored)) return name
  }
  return null
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/**
 * Reads keys.json, or the previous one, or the copy beside the ledger's, when it is damaged or gone.
 * Errors: StoreError 'missing-keys', 'damaged', 'too-new'.
 */
export async function readKeysFile(folder: string): Promise<FoundKeys> {
  let why = `${keysName} is missing`
  const current = await readIfThere(join(folder, keysName))
  if (current !== null) {
    try {
      return { file: parse(current.toString('utf8'), keysName), recovered: null }
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'damaged') throw error
      why = error.message
    }
  }
  for (const name of [previousKeysName, copiedKeysName]) {
    const older = await readIfThere(join(folder, name))
    if (older === null) continue
    try {
      return { file: parse(older.toString('utf8'), name), recovered: why }
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'damaged') throw error
      why = `${why}; ${error.message}`
    }
  }
  if (current !== null) throw new StoreError('damaged', `${why}, and there is no whole copy of it`)
  const beside = await dataNeedingKeys(folder)
  throw new StoreError('missing-keys', beside === null ? `there is no ${keysName}` : `${keysName} is missing beside ${beside}`)
}

export async function hasKeysFile(folder: string): Promise<boolean> {
  for (const name of [keysName, previousKeysName, copiedKeysName]) if ((await readIfThere(join(folder, name))) !== null) return true
  return false
}

/**
 * Takes away keys that protect nothing: what is left of a profile that was being made when its process ended. Only the
 * holder of the profile's lock may call it. @returns false where something lies there that needs them; nothing was changed then.
 */
export async function forgetUnusedKeys(folder: string): Promise<boolean> {
  if ((await dataNeedingKeys(folder)) !== null) return false
  for (const name of [keysName, previousKeysName, copiedKeysName]) await rm(join(folder, name), { force: true })
  return true
}

/** Replaces keys.json; a whole one before it stays as keys.json.1, and the first one gets a twin there. */
export async function writeKeysFile(folder: string, unchecked: Unchecked): Promise<void> {
  const file: KeysFile = { ...unchecked, check: checkOf(unchecked) }
  const text = `${JSON.stringify(file, null, 2)}\n`
  const current = await readIfThere(join(folder, keysName))
  const previous = current === null ? null : wholeOrNull(current)
  const first = current === null && (await readIfThere(join(folder, previousKeysName))) === null
  if (previous !== null) await writeWhole(join(folder, previousKeysName), previous)
  await writeWhole(join(folder, keysName), Buffer.from(text))
  parse((await readIfThere(join(folder, keysName)))?.toString('utf8') ?? '', keysName)
  if (first) await writeWhole(join(folder, previousKeysName), Buffer.from(text))
}

/**
 * Puts keys.json right after an older one of it was read: the damaged one is kept aside. Only the holder of the profile's
 * lock may call it, once the keys have opened. Errors: StoreError 'full', 'unwritable'.
 */
export async function mendKeysFile(folder: string, at: number): Promise<void> {
  const { file, recovered } = await readKeysFile(folder)
  if (recovered === null) return
  const path = join(folder, keysName)
  if ((await readIfThere(path)) !== null) await renameFile(path, `${path}.aside-${String(at)}`)
  await writeKeysFile(folder, file)
}

function wholeOrNull(content: Buffer): Buffer | null {
  try {
    parse(content.toString('utf8'), keysName)
    return content
  } catch (error) {
    if (error instanceof StoreError && error.code === 'damaged') return null
    throw error
  }
}
