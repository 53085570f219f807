import { createHash } from 'node:crypto'
import type { JWK } from 'jose'
import { z } from 'zod'
import type { SystemUserGrant } from '../altinn/maskinporten.ts'
import { privateKey } from './key-file.ts'
import type { ProfileKeys } from '../store/keys.ts'
import type { SystemUserAccount } from '../store/ledger/events.ts'
import { openSecret, removeSecret, sealSecret } from '../store/sealed.ts'

/** What is kept of a key: its numbers, and the certificates that name it where it has no key id (RFC 7517 section 4.7). */
const keptKey = privateKey.extend({ x5c: z.array(z.string()).min(1).optional() })

/** What the account signs with, under the account's name. */
const secretName = (accountUuid: string): string => `maskinporten-key/${accountUuid}`

/** Scopes of a recipient; `altinn:correspondence.write` is never one of them (altinn3.md 1.2, trap 13). */
export const recipientScopes: readonly string[] = ['altinn:correspondence.read', 'digdir:dialogporten']

/** Where a profile's signing keys are kept. */
export interface KeyShelf {
  /** @throws {Error} with the keeper's reason when it cannot be kept. */
  put(accountUuid: string, key: JWK): Promise<void>
  /** null while it cannot be had. */
  get(accountUuid: string): Promise<JWK | null>
  /** Nothing happens when there is none. */
  remove(accountUuid: string): Promise<void>
}

const toBytes = (key: JWK): Buffer => Buffer.from(JSON.stringify(key))
const fromBytes = (bytes: Buffer): JWK => withoutUndefined(keptKey.parse(JSON.parse(bytes.toString('utf8'))))
const withoutUndefined = ({ x5c, ...key }: z.infer<typeof keptKey>): JWK => (x5c === undefined ? key : { ...key, x5c })

/** Sealed with the profile's own keys, which the keychain or a passphrase opens: a keychain entry would be too small for long keys. */
export function sealedShelf(folder: string, keys: ProfileKeys): KeyShelf {
  return {
    put: (accountUuid, key) => sealSecret(folder, keys, secretName(accountUuid), toBytes(key)),
    get: async (accountUuid) => {
      const bytes = await openSecret(folder, keys, secretName(accountUuid))
      return bytes === null ? null : fromBytes(bytes)
    },
    remove: (accountUuid) => removeSecret(folder, secretName(accountUuid)),
  }
}

/** SHA-256 of a key's own certificate, base64url (RFC 7515 section 4.1.8). */
const thumbprintOf = (certificate: string): string => createHash('sha256').update(Buffer.from(certificate, 'base64')).digest('base64url')

/** What a key without a key id is named by; null where it has no certificate either. */
export const nameByCertificate = ({ x5c: [own] = [] }: JWK): string | null => (own === undefined ? null : thumbprintOf(own))

/** The key as it is named to Maskinporten by `kid`: by its certificates where that is their thumbprint, else without them (altinn3.md 1.1: never both). */
export function keyNamed({ x5c, ...key }: JWK, kid: string): JWK {
  const [own] = x5c ?? []
  return own !== undefined && thumbprintOf(own) === kid ? { ...key, x5c: x5c ?? [] } : key
}

/** What signs for an account, from its shelf. */
export function grantFrom(shelf: KeyShelf): (account: SystemUserAccount) => Promise<SystemUserGrant | null> {
  return async ({ uuid, clientId, kid, organisation, scopes, externalRef }) => {
    const key = await shelf.get(uuid)
    return key === null ? null : { clientId, kid, organisation, scopes, key: keyNamed(key, kid), ...(externalRef === null ? {} : { externalRef }) }
  }
}

const weights = [3, 2, 7, 6, 5, 4, 3, 2]

/** Whether nine digits are an organisation number (modulus 11). */
export function isOrganisationNumber(number: string): boolean {
  if (!/^\d{9}$/.test(number)) return false
  const rest = 11 - (weights.reduce((sum, weight, index) => sum + weight * Number(number.charAt(index)), 0) % 11)
  return (rest === 11 ? 0 : rest) === Number(number.charAt(8)) && rest !== 10
}
