import { type SigningKey, mostKeyFileBytes, readKeyFile } from '../accounts/key-file.ts'
import { KeyFileError } from '../accounts/key-problem.ts'
import { sealedSession } from '../accounts/person-shelf.ts'
import { sealedMemory } from '../accounts/request-memory.ts'
import { checkPerson, checkSignIn, type StepResult } from '../accounts/sign-in-check.ts'
import { grantFrom, sealedShelf } from '../accounts/signing-key.ts'
import { SystemUserApproval } from '../accounts/system-user-request.ts'
import { createAltinnClient } from '../altinn/client.ts'
import type { Environment } from '../altinn/environment.ts'
import { requestScopes } from '../altinn/system-user-requests.ts'
import type { ProfileKeys } from '../store/keys.ts'
import { accountsBeside } from '../store/ledger/beside.ts'
import type { AccountRow } from '../store/ledger/events.ts'
import { StoreError } from '../store/errors.ts'
import { openStore } from '../store/open.ts'
import { open } from 'node:fs/promises'
import { ProfileError } from './profile-error.ts'
import { readText } from './unlock.ts'

/** What is done about a profile's sign-in outside of a running engine. */
export interface ProfileSignIn {
  /** Tries each step from the key to a message; no sender sees anything of it. */
  check(told?: (result: StepResult) => void): Promise<readonly StepResult[]>
  /** The profile's request for a system user, remembered across restarts, and whose it is; null while its key cannot be had. */
  approval(): Promise<{ readonly organisation: string; readonly request: SystemUserApproval } | null>
  close(): Promise<void>
}

/** Reads a key file of at most a megabyte, and its password from a file of its own. @throws {KeyFileError}, {ProfileError} 'no-file' */
export async function readSigningFile(file: string, passwordFile: string | null): Promise<SigningKey> {
  const password = passwordFile === null ? '' : (await readText(passwordFile)).replace(/\r?\n$/, '')
  let handle
  try {
    handle = await open(file)
  } catch (error) {
    throw new ProfileError('no-file', { file, detail: error instanceof Error && 'code' in error ? String(error.code) : 'unknown' })
  }
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(mostKeyFileBytes + 1), length: mostKeyFileBytes + 1 })
    const bytes = Buffer.from(buffer.subarray(0, bytesRead))
    try {
      return readKeyFile(bytes, { password, now: Date.now() })
    } finally {
      bytes.fill(0)
      buffer.fill(0)
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EISDIR') throw new KeyFileError('not-a-key')
    throw error
  } finally {
    await handle.close()
  }
}

/** The profile's accounts; `held` is why nothing may be written, where another process holds the profile. */
async function accountsOf(folder: string, keys: ProfileKeys, person: string): Promise<{ readonly accounts: readonly AccountRow[]; readonly held: StoreError | null; readonly close: () => Promise<void> }> {
  try {
    const store = await openStore(folder, keys, person)
    return { accounts: await store.ledger.accounts(), held: null, close: () => store.close() }
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'locked') throw error
    return { accounts: accountsBeside(folder, keys), held: error, close: () => Promise.resolve() }
  }
}

/**
 * Opens what a profile signs in with. While another process holds the profile, a system user's steps can be tried all the
 * same: nothing is written for that. A person's login is renewed by one process alone, and a request is remembered, so both
 * then fail with StoreError 'locked'.
 * @throws {StoreError}
 */
export async function openSignIn(options: { readonly folder: string; readonly keys: ProfileKeys; readonly environment: Environment; readonly person: string; readonly userAgent: string }): Promise<ProfileSignIn> {
  const { folder, keys, environment } = options
  const { accounts, held, close: closeStore } = await accountsOf(folder, keys, options.person)
  const mayWrite = (): void => { if (held !== null) throw held }
  const client = createAltinnClient({ environment, userAgent: options.userAgent })
  const close = async (): Promise<void> => {
    await client.close()
    await closeStore()
  }
  const systemUser = accounts.find((account) => account.kind === 'system-user')
  const person = accounts.find((account) => account.kind === 'person')
  const grant = () => (systemUser === undefined ? Promise.resolve(null) : grantFrom(sealedShelf(folder, keys))(systemUser))
  const identity = async () => {
    mayWrite()
    const shelf = person === undefined ? null : sealedSession(folder, keys, person.uuid)
    const session = await shelf?.get()
    return session == null || person === undefined ? null : client.person(person.uuid, session, async (renewed) => { await shelf?.put(renewed) })
  }
  const heard = (told: ((result: StepResult) => void) | undefined) => (told === undefined ? {} : { told })
  return {
    check: async (told) => (systemUser === undefined && person !== undefined ? await checkPerson({ client, identity: await identity(), ...heard(told) }) : await checkSignIn({ client, grant, ...heard(told) })),
    approval: async () => {
      mayWrite()
      const key = await grant()
      if (key === null || systemUser === undefined) return null
      return { organisation: systemUser.organisation, request: new SystemUserApproval(client, client.vendor(systemUser.uuid, { ...key, scopes: requestScopes }), sealedMemory(folder, keys, systemUser.uuid)) }
    },
    close,
  }
}
