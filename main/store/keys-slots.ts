import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import { weaknessOf } from '../secrets/host-secret.ts'
import type { SecretKeeper, SecretTrouble } from '../secrets/port.ts'
import { scryptCost, stretch } from '../secrets/stretch.ts'
import { StoreError } from './errors.ts'
import { slotFacts, type KeySlot, type KeysFile } from './keys-file.ts'
import { expand, slotPurpose } from './keys-purposes.ts'

/** How a profile is opened. The caller wipes its passphrase, code and secret afterwards. */
export type KeyHolder =
  | { readonly kind: 'passphrase'; readonly passphrase: Buffer }
  | { readonly kind: 'keychain'; readonly keeper: SecretKeeper }
  | { readonly kind: 'recovery-code'; readonly bits: Buffer }
  /** What the host of an unattended machine gives: at least 32 random bytes, so that nothing need be stretched. */
  | { readonly kind: 'host-secret'; readonly secret: Buffer }
  | { readonly kind: 'demo-file' }

/** The keychain did not give the key: which of its states it is in (design.md section 7), and nothing was lost by asking. */
export class KeychainError extends Error {
  readonly code = 'keychain'
  readonly state: SecretTrouble['state']

  constructor(trouble: SecretTrouble) {
    super(`the keychain is ${trouble.state}: ${trouble.reason}`)
    this.name = 'KeychainError'
    this.state = trouble.state
  }
}

const masterBytes = 32
const tagBytes = 16
const kdf = { name: 'scrypt', ...scryptCost } as const

type Facts = Pick<KeysFile, 'version' | 'profileId' | 'environment' | 'epochs'>
type Unwrapped<Slot> = Slot extends KeySlot ? Omit<Slot, 'wrapped'> : never

/** A slot's fields but the wrapped keys, and the key that wraps them. */
interface OpenSlot {
  readonly fields: Unwrapped<KeySlot>
  readonly key: Buffer
}

async function begin(profileId: string, how: KeyHolder): Promise<OpenSlot> {
  const id = randomUUID()
  const salt = randomBytes(32)
  const fields = { id, createdAt: Date.now(), salt: salt.toString('base64'), nonce: randomBytes(12).toString('base64') }
  switch (how.kind) {
    case 'passphrase':
      if (how.passphrase.length === 0) throw new RangeError('a passphrase may not be empty')
      return { fields: { ...fields, kind: how.kind, kdf }, key: expand(await stretch(how.passphrase, salt, kdf), salt, slotPurpose(how.kind)) }
    case 'keychain': {
      const secret = randomBytes(32)
      const account = `profile/${profileId}/${id}`
      const written = await how.keeper.write(account, secret)
      if (written.state !== 'written') throw new KeychainError(written)
      return { fields: { ...fields, kind: how.kind, account }, key: expand(secret, salt, slotPurpose(how.kind)) }
    }
    case 'recovery-code':
      return { fields: { ...fields, kind: how.kind }, key: expand(how.bits, salt, slotPurpose(how.kind)) }
    case 'host-secret': {
      const weak = weaknessOf(how.secret)
      if (weak !== null) throw new RangeError(`a host's secret may not be ${weak}`)
      return { fields: { ...fields, kind: how.kind }, key: expand(how.secret, salt, slotPurpose(how.kind)) }
    }
    case 'demo-file': {
      const secret = randomBytes(32)
      return { fields: { ...fields, kind: how.kind, key: secret.toString('base64') }, key: expand(secret, salt, slotPurpose(how.kind)) }
    }
  }
}

/** Wraps the master keys, one an epoch in their order, into a new slot. A keychain entry is written and read back first. */
export async function makeSlot(file: Facts, how: KeyHolder, masters: readonly Buffer[]): Promise<KeySlot> {
  const { fields, key } = await begin(file.profileId, how)
  const nonce = Buffer.from(fields.nonce, 'base64')
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(slotFacts(file, fields))
  const wrapped = Buffer.concat([...masters.map((master) => cipher.update(master)), cipher.final(), cipher.getAuthTag()])
  key.fill(0)
  return { ...fields, wrapped: wrapped.toString('base64') }
}

async function slotKey(slot: KeySlot, how: KeyHolder): Promise<Buffer> {
  const salt = Buffer.from(slot.salt, 'base64')
  if (slot.kind === 'passphrase' && how.kind === 'passphrase') {
    return expand(await stretch(how.passphrase, salt, slot.kdf), salt, slotPurpose(slot.kind))
  }
  if (slot.kind === 'keychain' && how.kind === 'keychain') {
    const read = await how.keeper.read(slot.account)
    switch (read.state) {
      case 'found':
        return expand(read.value, salt, slotPurpose(slot.kind))
      case 'missing':
        throw new KeychainError({ state: 'changed', reason: "it no longer holds this profile's key" })
      default:
        throw new KeychainError(read)
    }
  }
  if (slot.kind === 'recovery-code' && how.kind === 'recovery-code') return expand(how.bits, salt, slotPurpose(slot.kind))
  if (slot.kind === 'host-secret' && how.kind === 'host-secret') return expand(how.secret, salt, slotPurpose(slot.kind))
  if (slot.kind === 'demo-file' && how.kind === 'demo-file') return expand(Buffer.from(slot.key, 'base64'), salt, slotPurpose(slot.kind))
  throw new TypeError('this slot is opened in another way')
}

function refusalOf(kind: KeySlot['kind']): Error {
  switch (kind) {
    case 'passphrase':
      return new StoreError('wrong-key', 'the passphrase does not open this profile')
    case 'recovery-code':
      return new StoreError('wrong-key', 'the recovery code does not open this profile')
    case 'host-secret':
      return new StoreError('wrong-key', "the host's secret does not open this profile")
    case 'keychain':
      return new KeychainError({ state: 'changed', reason: "the key it holds does not open this profile" })
    case 'demo-file':
      return new StoreError('damaged', 'keys.json was changed since it was written')
  }
}

/** The master keys in the order of the epochs. Errors: StoreError 'wrong-key' or 'damaged', KeychainError. */
export async function openSlot(file: Facts, slot: KeySlot, how: KeyHolder): Promise<readonly Buffer[]> {
  const key = await slotKey(slot, how)
  const wrapped = Buffer.from(slot.wrapped, 'base64')
  const end = wrapped.length - tagBytes
  try {
    if (end !== masterBytes * file.epochs.length) throw refusalOf(slot.kind)
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(slot.nonce, 'base64'), { authTagLength: tagBytes })
      .setAAD(slotFacts(file, slot))
      .setAuthTag(wrapped.subarray(end))
    const plain = decipher.update(wrapped.subarray(0, end))
    try {
      decipher.final()
    } catch {
      plain.fill(0)
      throw refusalOf(slot.kind)
    }
    return file.epochs.map((_, index) => plain.subarray(index * masterBytes, (index + 1) * masterBytes))
  } finally {
    key.fill(0)
  }
}
