import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type RequestOf, type ResponseOf, shortestPassphrase } from '../../preload/contract/index.ts'
import { isProfileName, profilePath, writeProfile } from '../accounts/profile-file.ts'
import { EnvironmentError, parseEnvironment } from '../altinn/environment-file.ts'
import { type Environment, environments, isLoopback } from '../altinn/environment.ts'
import { keychainKeeper } from '../secrets/keychain.ts'
import type { SecretKeeper } from '../secrets/port.ts'
import { asStoreError } from '../store/disk.ts'
import { createKeys, forgetUnusedKeys, KeychainError, type KeyHolder, type ProfileKeys } from '../store/keys.ts'
import { acquireLock } from '../store/lock.ts'
import { knownProfiles } from './known-profiles.ts'
import { ProfileError } from './profile-error.ts'
import type { Profiles } from './profiles.ts'

/** What may open a profile from its beginning; a recovery code comes after. */
export type FirstHolder = Extract<KeyHolder, { kind: 'passphrase' | 'keychain' | 'host-secret' }>

/** An environment by its name, or the text of a file of addresses. @throws {ProfileError} 'addresses' */
export function environmentFrom(chosen: 'tt02' | 'prod' | { readonly addresses: unknown }): Environment {
  if (typeof chosen === 'string') return environments[chosen]
  try {
    return parseEnvironment(chosen.addresses)
  } catch (error) {
    if (error instanceof EnvironmentError) throw new ProfileError('addresses', { detail: error.message })
    throw error
  }
}

/** @throws {ProfileError} 'addresses' */
export function parseAddresses(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw new ProfileError('addresses', { detail: 'JSON' })
    throw error
  }
}

/**
 * Begins a profile in a folder of its own: its keys, and what `beside` puts there while nobody else may. It counts once
 * its file is written, which comes last; what a kill left of a profile that never had any data is begun anew.
 * @throws {ProfileError} 'profile-name', 'profile-exists'; {KeychainError}; {StoreError}
 */
export async function beginProfile(data: string, name: string, environment: Environment, how: FirstHolder, beside: (folder: string, keys: ProfileKeys) => Promise<void>): Promise<ProfileKeys> {
  if (!isProfileName(name)) throw new ProfileError('profile-name')
  const folder = join(data, name)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw asStoreError(error, `making ${folder}`)
  }
  const lock = acquireLock(folder)
  try {
    if (existsSync(profilePath(folder)) || !(await forgetUnusedKeys(folder))) throw new ProfileError('profile-exists', { name })
    const keys = await createKeys(folder, how, { name: environment.name, loopback: isLoopback(environment) })
    await beside(folder, keys)
    return keys
  } finally {
    lock.release()
  }
}

/** A file of addresses may name a file beside it; a window hands over text and has no files. */
const namesFile = z.object({ extraCaFile: z.unknown().refine((value) => value !== undefined) })

type Made = ResponseOf<'profiles.make'>
const refused = (problem: NonNullable<Made['problem']>, detail = ''): Made => ({ problem, detail })

/** A profile without an identity yet, as a window asks for it. @throws {StoreError} */
async function makeProfile(data: string, { name, environment: chosen, protect }: RequestOf<'profiles.make'>, keeper: SecretKeeper): Promise<Made> {
  if (protect.by === 'passphrase' && protect.passphrase.length < shortestPassphrase) return refused('passphrase')
  const how: FirstHolder = protect.by === 'keychain' ? { kind: 'keychain', keeper } : { kind: 'passphrase', passphrase: Buffer.from(protect.passphrase) }
  try {
    const addresses = typeof chosen === 'string' ? null : parseAddresses(chosen.addresses)
    if (namesFile.safeParse(addresses).success) return refused('ca-file')
    const environment = environmentFrom(typeof chosen === 'string' ? chosen : { addresses })
    const keys = await beginProfile(data, name, environment, how, (folder) => writeProfile(folder, { name, environment, holder: how.kind, createdAt: Date.now() }))
    keys.wipe()
    return { problem: null, detail: '' }
  } catch (error) {
    if (error instanceof KeychainError) return refused(`keychain-${error.state}`)
    if (!(error instanceof ProfileError)) throw error
    switch (error.code) {
      case 'profile-name':
        return refused('name')
      case 'profile-exists':
        return refused('exists')
      case 'addresses':
        return refused('addresses', error.values['detail'])
      default:
        throw error
    }
  } finally {
    if (how.kind === 'passphrase') how.passphrase.fill(0)
  }
}

/** The profiles in a data folder, as the window of one of them makes and lists them. */
export function profilesIn(data: string, keeper: SecretKeeper = keychainKeeper()): Profiles {
  return {
    list: () => knownProfiles(data),
    keychain: async () => (await keeper.probe()).state,
    make: (wanted) => makeProfile(data, wanted, keeper),
  }
}
