import { readFile } from 'node:fs/promises'
import { shortestPassphrase } from '../../preload/contract/index.ts'
import { type HostSecretSource, readHostSecret, weaknessOf } from '../secrets/host-secret.ts'
import { keychainKeeper } from '../secrets/keychain.ts'
import type { SecretKeeper, SecretTrouble } from '../secrets/port.ts'
import { StoreError } from '../store/errors.ts'
import { type KeyHolder, KeychainError, type KeyWay, keyWays, openKeys, type ProfileKeys } from '../store/keys.ts'
import { parseRecoveryCode } from '../store/keys-recovery-code.ts'
import { type OfferedCode, offerRecoveryCode, removeWay, replaceWays } from './keys.ts'
import { ProfileError, type ProfileProblem } from './profile-error.ts'

/** What a person typed to open a profile; never in a file, an argument or a log. */
export interface ProfileSecret {
  readonly kind: 'passphrase' | 'recovery-code'
  readonly text: string
}

/** What a person or the host gave to open a profile with; without any of it the keychain is asked. */
export interface KeyFiles {
  /** Goes before files and the keychain. */
  readonly secret?: ProfileSecret
  readonly passphraseFile: string | null
  readonly recoveryCodeFile?: string | null
  /** Where the host of an unattended machine gives its secret; goes before files and the keychain. */
  readonly hostSecret?: HostSecretSource | null
}

/** A file that a person named. @throws {ProfileError} 'no-file' */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new ProfileError('no-file', { file, detail: error instanceof Error && 'code' in error ? String(error.code) : 'unknown' })
  }
}

/** The passphrase in a file, without the line break an editor leaves. */
export async function readPassphrase(file: string): Promise<Buffer> {
  const passphrase = (await readText(file)).replace(/\r?\n$/, '')
  if (passphrase.length < shortestPassphrase) throw new ProfileError('passphrase')
  return Buffer.from(passphrase)
}

const hostProblems = { absent: 'host-secret-absent', denied: 'host-secret-denied', locked: 'host-secret-late', changed: 'host-secret-weak' } as const satisfies Record<SecretTrouble['state'], ProfileProblem>

/** What the host gives, strong enough to open a profile. The caller wipes it. @throws {ProfileError} 'host-secret-…' */
export async function hostSecret(source: HostSecretSource): Promise<Buffer> {
  const read = await readHostSecret(source)
  if (read.state !== 'found') throw new ProfileError(hostProblems[read.state], { detail: read.reason })
  const weak = weaknessOf(read.value)
  if (weak === null) return read.value
  read.value.fill(0)
  throw new ProfileError('host-secret-weak', { detail: weak })
}

type Kind = KeyWay['kind']

const optionOf: Readonly<Partial<Record<Kind, string>>> = { passphrase: '--passphrase-file', 'recovery-code': '--recovery-code-file', 'host-secret': '--credential' }

/** The other ways in, as they are given on a command line. */
const waysText = (kinds: ReadonlySet<Kind>): string =>
  (['passphrase', 'recovery-code', 'host-secret'] as const).filter((kind) => kinds.has(kind)).map((kind) => optionOf[kind]).join(' / ')

/** Every way in but one that was tried in vain, as a command line gives it; the keychain is asked when nothing is given. */
const waysBut = (kinds: ReadonlySet<Kind>, but: Kind): string =>
  [...kinds].filter((kind) => kind !== but).map((kind) => optionOf[kind] ?? kind).join(' / ')

function codeHolder(text: string): KeyHolder {
  const code = parseRecoveryCode(text)
  // A slip of the pen is told apart from a code of another profile.
  if (!code.ok) throw new ProfileError('recovery-code', { slip: code.why })
  return { kind: 'recovery-code', bits: code.bits }
}

async function holderOf({ secret, passphraseFile, recoveryCodeFile = null, hostSecret: source = null }: KeyFiles, kinds: ReadonlySet<Kind>, keeper: SecretKeeper): Promise<KeyHolder> {
  if (kinds.has('demo-file')) return { kind: 'demo-file' }
  if (secret !== undefined) return secret.kind === 'passphrase' ? { kind: 'passphrase', passphrase: Buffer.from(secret.text) } : codeHolder(secret.text)
  if (source !== null) {
    if (!kinds.has('host-secret')) throw new ProfileError('no-host-secret', { ways: waysBut(kinds, 'host-secret') })
    return { kind: 'host-secret', secret: await hostSecret(source) }
  }
  if (recoveryCodeFile !== null) {
    if (!kinds.has('recovery-code')) throw new ProfileError('no-recovery-code', { ways: waysBut(kinds, 'recovery-code') })
    return codeHolder(await readText(recoveryCodeFile))
  }
  if (passphraseFile !== null && kinds.has('passphrase')) return { kind: 'passphrase', passphrase: await readPassphrase(passphraseFile) }
  if (kinds.has('keychain')) return { kind: 'keychain', keeper }
  throw new ProfileError(kinds.has('passphrase') || !kinds.has('host-secret') ? 'needs-passphrase' : 'needs-host-secret')
}

const wrongKey = { 'recovery-code': 'wrong-recovery-code', 'host-secret': 'wrong-host-secret', passphrase: 'wrong-passphrase' } as const

/** What was given is forgotten. */
function wipe(how: KeyHolder): void {
  switch (how.kind) {
    case 'passphrase':
      how.passphrase.fill(0)
      return
    case 'recovery-code':
      how.bits.fill(0)
      return
    case 'host-secret':
      how.secret.fill(0)
      return
    case 'keychain':
    case 'demo-file':
  }
}

/** Troubles of the key itself, against which another way in may help. */
const ofTheKey: readonly ProfileProblem[] = ['needs-passphrase', 'wrong-passphrase', 'wrong-recovery-code', 'recovery-code', 'no-recovery-code', 'keychain-closed', 'keychain-or', 'keychain-changed', 'keychain-lost',
  'needs-host-secret', 'no-host-secret', 'wrong-host-secret', 'host-secret-absent', 'host-secret-denied', 'host-secret-late', 'host-secret-weak']

/**
 * After a profile could not be opened for want of its key: the ways in that a person can use by typing something, for a
 * shell that offers them, and whether the keychain is one. Nothing when typing would not help.
 */
export async function waysAfter(error: unknown, folder: string): Promise<{ readonly typed?: string; readonly keychain?: string }> {
  if (!(error instanceof ProfileError) || !ofTheKey.includes(error.code)) return {}
  const kinds = new Set((await keyWays(folder)).ways.map(({ kind }) => kind))
  return { typed: (['passphrase', 'recovery-code'] as const).filter((way) => kinds.has(way)).join(' '), keychain: kinds.has('keychain') ? 'yes' : 'no' }
}

/** Which sentence a keychain that did not give the key deserves: what it says, and which other ways there are. */
function keychainProblem(error: KeychainError, kinds: ReadonlySet<Kind>): ProfileError {
  const ways = waysText(kinds)
  if (error.state === 'changed') return ways === '' ? new ProfileError('keychain-lost') : new ProfileError('keychain-changed', { ways })
  return ways === '' ? new ProfileError('keychain-closed', { detail: error.message }) : new ProfileError('keychain-or', { detail: error.message, ways })
}

/**
 * Opens a profile's keys with what a person gave, else with the keychain.
 * @throws {ProfileError} with the way on; {StoreError} 'damaged', 'missing-keys', 'too-new'
 */
export async function unlockKeys(folder: string, files: KeyFiles, keeper: SecretKeeper = keychainKeeper()): Promise<ProfileKeys> {
  const kinds = new Set((await keyWays(folder)).ways.map(({ kind }) => kind))
  const how = await holderOf(files, kinds, keeper)
  try {
    return await openKeys(folder, how)
  } catch (error) {
    if (error instanceof KeychainError) throw keychainProblem(error, kinds)
    if (error instanceof StoreError && error.code === 'wrong-key' && how.kind !== 'keychain' && how.kind !== 'demo-file') throw new ProfileError(wrongKey[how.kind])
    throw error
  } finally {
    wipe(how)
  }
}

/** The ways into a profile, for whoever opened it in one of them. */
export interface WaysIn {
  list(): Promise<readonly KeyWay[]>
  offerCode(): OfferedCode
  /** Adds a passphrase, or puts it in the place of the one there was. */
  setPassphrase(file: string): Promise<void>
  /** Adds this machine's keychain, or a new entry in it. @throws {ProfileError} 'keychain' */
  addKeychain(): Promise<void>
  /** Adds what the host of an unattended machine gives, or puts it in the place of what it gave. @throws {ProfileError} 'host-secret-…' */
  setHostSecret(source: HostSecretSource): Promise<void>
  /** @throws {ProfileError} 'last-way', 'no-way' */
  remove(id: string): Promise<void>
}

export function waysInto(folder: string, keys: ProfileKeys, keeper: SecretKeeper = keychainKeeper()): WaysIn {
  const list = async (): Promise<readonly KeyWay[]> => (await keyWays(folder)).ways
  const notDemo = (): void => {
    if (keys.holder === 'demo-file') throw new ProfileError('demo-keys')
  }
  /** In place of the ones of its kind: a command line takes others away by name. */
  const replace = async (how: Extract<KeyHolder, { kind: 'passphrase' | 'keychain' | 'host-secret' }>): Promise<void> => {
    notDemo()
    await replaceWays(folder, keys, how, [how.kind], keeper)
  }
  return {
    list,
    offerCode: () => {
      notDemo()
      return offerRecoveryCode(folder, keys)
    },
    setPassphrase: async (file) => {
      const passphrase = await readPassphrase(file)
      try {
        await replace({ kind: 'passphrase', passphrase })
      } finally {
        passphrase.fill(0)
      }
    },
    addKeychain: async () => {
      try {
        await replace({ kind: 'keychain', keeper })
      } catch (error) {
        if (error instanceof KeychainError) throw new ProfileError('keychain', { detail: error.message })
        throw error
      }
    },
    setHostSecret: async (source) => {
      notDemo()
      const secret = await hostSecret(source)
      try {
        await replace({ kind: 'host-secret', secret })
      } finally {
        secret.fill(0)
      }
    },
    remove: async (id) => {
      notDemo()
      const ways = await list()
      if (!ways.some((way) => way.id === id)) throw new ProfileError('no-way', { id })
      if (ways.every((way) => way.id === id || way.kind === 'recovery-code')) throw new ProfileError('last-way')
      await removeWay(folder, keys, id, keeper)
    },
  }
}
