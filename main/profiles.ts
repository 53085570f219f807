import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import type { EngineError } from '../preload/contract/index.ts'
import { namedBy } from './accounts/key-file.ts'
import { isProfileName, type Profile, ProfileFileError, profileNames, readProfile, removeDemo, writeProfile, defaultDataFolder } from './accounts/profile-file.ts'
import { isOrganisationNumber, recipientScopes, sealedShelf } from './accounts/signing-key.ts'
import type { Environment } from './altinn/environment.ts'
import type { SystemUserGrant } from './altinn/maskinporten.ts'
import { type Desk, type Engine, openEngine, openReadEngine, type StartIsolated } from './engine.ts'
import { beginProfile, environmentFrom, type FirstHolder, parseAddresses, profilesIn } from './engine/make-profile.ts'
import { ProfileError } from './engine/profile-error.ts'
import { openSignIn, type ProfileSignIn, readSigningFile } from './engine/profile-sign-in.ts'
import { systemProxy } from './engine/system-proxy.ts'
import { hostSecret, type ProfileSecret, readPassphrase, readText, unlockKeys, waysAfter as waysAfterIn, type WaysIn, waysInto } from './engine/unlock.ts'
import type { HostSecretSource } from './secrets/host-secret.ts'
import { keychainKeeper } from './secrets/keychain.ts'
import { createKeys, KeychainError, openKeys, type ProfileKeys } from './store/keys.ts'
import { acquireLock } from './store/lock.ts'
import type { TellRecovering } from './store/recovery/progress.ts'

export { defaultDataFolder, isProfileName, profileNames }
export { knownProfiles } from './engine/known-profiles.ts'
export { lastProfile, rememberProfile } from './engine/last-profile.ts'
export { ProfileError, type ProfileProblem } from './engine/profile-error.ts'
export type { ProfileSecret, WaysIn } from './engine/unlock.ts'
export type { HostSecretSource } from './secrets/host-secret.ts'
export type { Recovering } from './store/recovery/progress.ts'
export { KeyFileError } from './accounts/key-problem.ts'
export type { StepResult } from './accounts/sign-in-check.ts'
export type { RequestEnd } from './accounts/system-user-request.ts'
export type { ProfileSignIn }
export type { Desk }

/** The demo's system user, as the window names it. */
const demoName = 'Fjordtun klientpost'
const userAgent = 'Meldingsboks/0.0.1'
/** The demo fetches every minute, so that its new letters are seen to arrive. */
const demoPollMs = 60_000

/** Which profile, and what its shell knows about opening it. */
export interface ProfileChoice {
  readonly data: string
  readonly name: string
  readonly passphraseFile: string | null
  readonly recoveryCodeFile?: string | null
  /** Where the host of an unattended machine gives its secret. */
  readonly hostSecret?: HostSecretSource | null
  /** What a person typed; goes before the files. */
  readonly secret?: ProfileSecret
  /** Told of faults of the program. */
  readonly failed: (error: unknown) => void
  /** A database was found damaged; opening the profile again puts it right. */
  readonly damaged?: () => void
  /** What the shell does outside of the window. */
  readonly desk?: Desk
  /** Told of what is put right while the profile is opened. */
  readonly recovering?: TellRecovering
  /** What the system's settings name as proxy for an address, as a PAC answer; left out where the environment's variables say it. */
  readonly resolveProxy?: (url: string) => Promise<unknown>
  /** How processes for hostile files are started. */
  readonly startIsolated?: StartIsolated
}

/** The demo's client as its local Altinn made it at this start. */
export interface DemoService {
  readonly platform: string
  readonly maskinporten: string
  readonly client: Omit<SystemUserGrant, 'scopes'> & { readonly scopes: readonly string[] }
}

export const folderOf = ({ data, name }: Pick<ProfileChoice, 'data' | 'name'>): string => join(data, name)

async function fileOf(folder: string): Promise<Profile | null> {
  try {
    return await readProfile(folder)
  } catch (error) {
    if (error instanceof ProfileFileError) throw new ProfileError('profile-file', { file: error.file, detail: error.message })
    throw error
  }
}

async function existing(choice: ProfileChoice): Promise<Profile> {
  const profile = await fileOf(folderOf(choice))
  if (profile !== null) return profile
  throw new ProfileError(choice.name === 'demo' ? 'no-demo' : 'no-profile', { name: choice.name, folder: choice.data })
}

async function unlock(choice: ProfileChoice, profile: Profile): Promise<ProfileKeys> {
  const keys = await unlockKeys(folderOf(choice), choice)
  // The name in keys.json is authenticated, the profile's file is not.
  if (keys.environment !== profile.environment.name) throw new ProfileError('profile-file', { file: join(folderOf(choice), 'profile.json'), detail: '"environment"' })
  return keys
}

/** See `waysAfter` of the engine: the ways in that typing opens, after a profile could not be opened for want of its key. */
export const waysAfter = (error: unknown, choice: Pick<ProfileChoice, 'data' | 'name'>): ReturnType<typeof waysAfterIn> => waysAfterIn(error, folderOf(choice))

/** The ways into a profile; nothing else of it is opened. @throws {ProfileError}, {StoreError} */
export async function openWays(choice: ProfileChoice): Promise<WaysIn> {
  const profile = await existing(choice)
  return waysInto(folderOf(choice), await unlock(choice, profile))
}

const shared = ({ data, name, failed, damaged, desk, recovering, resolveProxy, startIsolated }: ProfileChoice) => ({ ...(resolveProxy === undefined ? {} : { proxyFor: systemProxy(resolveProxy) }), name, profiles: profilesIn(data), ...(startIsolated === undefined ? {} : { startIsolated }), ...(recovering === undefined ? {} : { recovering }), failed, person: userInfo().username, ...(damaged === undefined ? {} : { damaged }), ...(desk === undefined ? {} : { desk }) })

/** Opens a profile for reading only; needs neither Altinn nor the lock. @throws {ProfileError}, {StoreError} */
export async function openForReading(choice: ProfileChoice): Promise<Pick<Engine, 'call' | 'on' | 'close'>> {
  const profile = await existing(choice)
  return await openReadEngine({ folder: folderOf(choice), keys: await unlock(choice, profile), environment: profile.environment, ...shared(choice) })
}

/** Opens a real profile for writing. @throws {ProfileError}, {StoreError} */
export async function openForWriting(choice: ProfileChoice): Promise<Engine> {
  const profile = await existing(choice)
  const folder = folderOf(choice)
  const keys = await unlock(choice, profile)
  return await openEngine({ folder, keys, environment: profile.environment, userAgent, ...shared(choice) })
}

/** Opens what a real profile signs in with, to test it or to ask for a system user. @throws {ProfileError}, {StoreError} */
export async function openProfileSignIn(choice: ProfileChoice): Promise<ProfileSignIn> {
  const profile = await existing(choice)
  return await openSignIn({ folder: folderOf(choice), keys: await unlock(choice, profile), environment: profile.environment, person: userInfo().username, userAgent })
}

const loopbackOnly: Environment = { name: 'demo', platform: 'http://127.0.0.1', maskinporten: { issuer: 'http://127.0.0.1/', token: 'http://127.0.0.1/token' } }

/** Makes what the demo's profile needs, where it is not there yet. @throws {ProfileError}, {StoreError} */
export async function prepareDemo(choice: ProfileChoice): Promise<void> {
  const folder = folderOf(choice)
  if ((await fileOf(folder)) !== null) return
  await createKeys(folder, { kind: 'demo-file' }, { name: 'demo', loopback: true })
  await writeProfile(folder, { name: 'demo', environment: loopbackOnly, holder: 'demo-file', createdAt: Date.now() })
}

/**
 * Opens the demo against its running local Altinn.
 * @param consent whether choosing the demo is the consent; a window asks by itself
 * @throws {ProfileError}, {StoreError}
 */
export async function openDemo(choice: ProfileChoice, service: DemoService, consent: boolean): Promise<Engine> {
  const folder = folderOf(choice)
  const { platform, maskinporten, client } = service
  const engine = await openEngine({
    folder,
    keys: await openKeys(folder, { kind: 'demo-file' }),
    environment: { name: 'demo', platform, maskinporten: { issuer: `${maskinporten}/`, token: `${maskinporten}/token` } },
    // The key is made at each start of the local Altinn; the account stays.
    grantOf: ({ clientId, organisation, scopes }) => Promise.resolve(clientId === client.clientId ? { clientId, organisation, scopes, kid: client.kid, key: client.key } : null),
    userAgent,
    rules: { pollMs: demoPollMs, pollJitter: 0 },
    ...shared(choice),
  })
  const state = await engine.call('sync.state', {})
  if (!state.ok) throw new Error(`${state.error.code}: ${state.error.detail}`)
  const known = state.value.accounts.find(({ organisation }) => organisation === client.organisation)
  const uuid = known?.accountUuid ?? randomUUID()
  if (known === undefined) {
    const { clientId, kid, organisation, scopes } = client
    await mustSucceed(engine, await engine.call('accounts.add', { uuid, clientId, kid, organisation, scopes: [...scopes], name: demoName }))
  }
  if (consent && known?.consented !== true) {
    await mustSucceed(engine, await engine.call('consent.give', { accountUuid: uuid, fromAt: null, parties: null, attachments: true, by: 'demo' }))
  }
  return engine
}

/**
 * Deletes the demo and its local Altinn, so that it begins anew.
 * @throws {StoreError} 'locked' while a process uses either; then nothing was deleted.
 */
export async function resetDemo(data: string): Promise<void> {
  const folders = ['demo', 'demo-altinn'].map((name) => join(data, name)).filter((folder) => existsSync(folder))
  for (const lock of folders.map((folder) => acquireLock(folder))) lock.release()
  await removeDemo(data)
}

async function mustSucceed(engine: Engine, result: { readonly ok: true } | { readonly ok: false; readonly error: EngineError }): Promise<void> {
  if (result.ok) return
  await engine.close()
  throw new Error(`${result.error.code}: ${result.error.detail}`)
}

/** A file of addresses may name a file of certificates beside it; the profile keeps what was in it. */
const withFiles = z.object({ extraCaFile: z.string().min(1).optional() }).loose()

/** tt02, prod, or a file of addresses. @throws {ProfileError} 'addresses', 'no-file' */
async function environmentOf(text: string): Promise<Environment> {
  if (text === 'tt02' || text === 'prod') return environmentFrom(text)
  const json = parseAddresses(await readText(text))
  const { success, data } = withFiles.safeParse(json)
  const caFile = success ? data.extraCaFile : undefined
  return environmentFrom({ addresses: caFile === undefined ? json : { ...data, extraCa: await readText(resolve(dirname(text), caFile)) } })
}

/** What the host gives when it gives something, else a passphrase, else the system's keychain when it can be used. */
async function chooseHolder({ hostSecret: source = null, passphraseFile }: Pick<ProfileChoice, 'hostSecret' | 'passphraseFile'>): Promise<FirstHolder> {
  if (source !== null) return { kind: 'host-secret', secret: await hostSecret(source) }
  if (passphraseFile !== null) return { kind: 'passphrase', passphrase: await readPassphrase(passphraseFile) }
  const keeper = keychainKeeper()
  const { state, reason } = await keeper.probe()
  if (state !== 'available') throw new ProfileError('keychain', { detail: `${state}: ${reason}` })
  return { kind: 'keychain', keeper }
}

export interface NewProfile extends ProfileChoice {
  /** tt02, prod, or a file with base URLs. */
  readonly environment: string
  readonly clientId: string
  /** Key id at Maskinporten; null where the key file names it, or a certificate in it does. */
  readonly kid: string | null
  /** File with a private RSA key: JWK, PEM or PKCS #12. */
  readonly keyFile: string
  /** File with the key file's password, where it has one. */
  readonly keyPasswordFile: string | null
  readonly organisation: string
}

/**
 * Makes a profile for a system user with its own Maskinporten client. The key is sealed into the profile with
 * keys that the keychain, the passphrase or the host's secret opens, never in the clear.
 * @returns the profile, and the ways into it for whoever made it: a secret of the host can be read only once
 * @throws {ProfileError}, {KeyFileError} naming what is wrong; {StoreError}
 */
export async function addProfile(wanted: NewProfile): Promise<{ readonly profile: Profile; readonly ways: WaysIn }> {
  const { data, name, clientId, organisation } = wanted
  if (!isProfileName(name)) throw new ProfileError('profile-name')
  if (!isOrganisationNumber(organisation)) throw new ProfileError('organisation', { value: organisation })
  const environment = await environmentOf(wanted.environment)
  const { kid, key } = namedBy(await readSigningFile(wanted.keyFile, wanted.keyPasswordFile), wanted.kid, organisation)
  const folder = folderOf(wanted)
  if ((await fileOf(folder)) !== null) throw new ProfileError('profile-exists', { name })

  const holder = await chooseHolder(wanted)
  const uuid = randomUUID()
  try {
    const keys = await beginProfile(data, name, environment, holder, (at, made) => sealedShelf(at, made).put(uuid, key))
    const engine = await openEngine({ folder, keys, environment, person: userInfo().username, userAgent, failed: wanted.failed })
    await mustSucceed(engine, await engine.call('accounts.add', { uuid, clientId, kid, organisation, scopes: [...recipientScopes], name }))
    await engine.close()
    const profile: Profile = { name, environment, holder: holder.kind, createdAt: Date.now() }
    await writeProfile(folder, profile)
    return { profile, ways: waysInto(folder, keys) }
  } catch (error) {
    if (error instanceof KeychainError) throw new ProfileError('keychain', { detail: error.message })
    throw error
  } finally {
    if (holder.kind === 'passphrase') holder.passphrase.fill(0)
    if (holder.kind === 'host-secret') holder.secret.fill(0)
  }
}
