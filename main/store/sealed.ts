import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { readIfThere, writeWhole } from './disk.ts'
import { StoreError } from './errors.ts'
import type { ProfileKeys } from './keys.ts'
import { expand, sealedPurpose } from './keys-purposes.ts'

/** Small secrets of a profile, sealed with its keys: for machines without a keychain. */
const sealedFile = z.object({
  version: z.literal(1),
  secrets: z.record(z.string(), z.object({ epoch: z.number().int().positive(), salt: z.base64(), nonce: z.base64(), sealed: z.base64() })),
})
type SealedFile = z.infer<typeof sealedFile>

const pathOf = (folder: string): string => join(folder, 'secrets.sealed')

async function readFile(folder: string): Promise<SealedFile> {
  const bytes = await readIfThere(pathOf(folder))
  if (bytes === null) return { version: 1, secrets: {} }
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new StoreError('damaged', 'secrets.sealed cannot be read', { cause: error })
  }
  const version = z.object({ version: z.number() }).safeParse(json)
  if (version.success && version.data.version > 1) throw new StoreError('too-new', 'secrets.sealed was written by a newer version of Meldingsboks')
  const parsed = sealedFile.safeParse(json)
  if (!parsed.success) throw new StoreError('damaged', 'secrets.sealed does not have its form')
  return parsed.data
}

const bound = (keys: ProfileKeys, name: string): Buffer => Buffer.from(`${keys.profileId}\n${name}`)

/** Writers of each folder's file, one after the other: it is read and written whole, and a login is renewed whenever it likes. */
const turns = new Map<string, Promise<unknown>>()

function inTurn<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const turn = Promise.allSettled([turns.get(folder)]).then(work)
  turns.set(folder, turn)
  void turn.catch(() => null).then(() => {
    if (turns.get(folder) === turn) turns.delete(folder)
  })
  return turn
}

/** Seals a secret under its name, replacing an older one. @throws {StoreError} 'full', 'unwritable', 'damaged'. */
export async function sealSecret(folder: string, keys: ProfileKeys, name: string, secret: Buffer): Promise<void> {
  await inTurn(folder, () => seal(folder, keys, name, secret))
}

async function seal(folder: string, keys: ProfileKeys, name: string, secret: Buffer): Promise<void> {
  const file = await readFile(folder)
  const salt = randomBytes(32)
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', expand(keys.derive('secrets'), salt, sealedPurpose(name)), nonce)
  cipher.setAAD(bound(keys, name))
  const sealed = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()])
  const entry = { epoch: keys.epoch, salt: salt.toString('base64'), nonce: nonce.toString('base64'), sealed: sealed.toString('base64') }
  await writeWhole(pathOf(folder), Buffer.from(JSON.stringify({ ...file, secrets: { ...file.secrets, [name]: entry } })))
}

/** The secret of that name, or null when none was sealed. @throws {StoreError} 'damaged' when it does not open. */
export async function openSecret(folder: string, keys: ProfileKeys, name: string): Promise<Buffer | null> {
  const entry = (await readFile(folder)).secrets[name]
  if (entry === undefined) return null
  const sealed = Buffer.from(entry.sealed, 'base64')
  try {
    const key = expand(keys.derive('secrets', entry.epoch), Buffer.from(entry.salt, 'base64'), sealedPurpose(name))
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(entry.nonce, 'base64'), { authTagLength: 16 })
    decipher.setAAD(bound(keys, name))
    decipher.setAuthTag(sealed.subarray(-16))
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
  } catch (error) {
    throw new StoreError('damaged', 'a sealed secret does not open with the profile\'s key', { cause: error })
  }
}

/** Takes a secret away; nothing happens when there is none. @throws {StoreError} 'full', 'unwritable', 'damaged'. */
export async function removeSecret(folder: string, name: string): Promise<void> {
  await inTurn(folder, async () => {
    const file = await readFile(folder)
    if (!(name in file.secrets)) return
    const secrets = Object.fromEntries(Object.entries(file.secrets).filter(([other]) => other !== name))
    await writeWhole(pathOf(folder), Buffer.from(JSON.stringify({ ...file, secrets })))
  })
}
