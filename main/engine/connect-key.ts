import { X509Certificate } from 'node:crypto'
import type { JWK } from 'jose'
import { clientsScope, partiesScope } from '../altinn/access-management.ts'
import type { ClientKey, SystemUserGrant } from '../altinn/maskinporten.ts'
import { requestScopes } from '../altinn/system-user-requests.ts'
import { organisationIn } from '../accounts/certificate.ts'
import { namedBy, readKeyFile, type SigningKey } from '../accounts/key-file.ts'
import { KeyFileError } from '../accounts/key-problem.ts'
import { keyNamed, type KeyShelf, nameByCertificate, recipientScopes } from '../accounts/signing-key.ts'
import type { ConnectRecord } from './connect-record.ts'

/** Everything that a client should be granted: without the last one packages and services of a recipient cannot be shown. */
export const receiveScopes: readonly string[] = [...recipientScopes, partiesScope]
/** The same with what a client may have been granted beside it, the most first: clients that could be added are listed only with a scope of its own (altinn3.md 1.5). */
export const widerScopes = (way: ConnectRecord['way']): readonly (readonly string[])[] => (way === 'clients' ? [[...receiveScopes, clientsScope], receiveScopes] : [receiveScopes])
export const askScopes: readonly string[] = requestScopes

/** What is sealed of a key, and what may be shown of it. */
export interface ReadKey {
  readonly sealed: JWK
  readonly shown: NonNullable<ConnectRecord['key']>
}

/**
 * Reads a key as it was handed over. A key without a name is taken: the key id may be filled in later.
 * @param bytes wiped afterwards
 * @throws {KeyFileError}
 */
export function readKey(bytes: Buffer, password: string, record: Pick<ConnectRecord, 'kid' | 'organisation'>, now: number): ReadKey {
  let signing: SigningKey
  try {
    signing = readKeyFile(bytes, { password, now })
  } finally {
    bytes.fill(0)
  }
  try {
    namedBy(signing, record.kid, record.organisation)
  } catch (error) {
    if (!(error instanceof KeyFileError) || error.code !== 'needs-kid') throw error
  }
  const { key, kid, certificate } = signing
  return {
    sealed: certificate === null ? key : { ...key, x5c: [...certificate.chain] },
    shown: { kid, certificate: certificate === null ? null : { organisation: certificate.organisation, notAfter: certificate.validToAt } },
  }
}

/** What may be shown of a key that was sealed before the steps were. */
export function shownOf(key: JWK, kid: string): ReadKey['shown'] {
  const [own] = key.x5c ?? []
  if (own === undefined) return { kid, certificate: null }
  const certificate = new X509Certificate(Buffer.from(own, 'base64'))
  return { kid: null, certificate: { organisation: organisationIn(certificate.subject), notAfter: Date.parse(certificate.validTo) } }
}

/** The key of a way in as its client signs with it; null where none was handed over, or it cannot be had. */
async function signing(shelf: KeyShelf, uuid: string, { kid, key: shown, organisation, clientId }: ConnectRecord, now: number): Promise<Omit<ClientKey, 'scopes'> | null> {
  const key = await shelf.get(uuid)
  if (key === null || shown === null) return null
  const { certificate } = shown
  // The organisation number may have been filled in after the key, and months may have passed.
  if (certificate?.organisation != null && organisation !== null && certificate.organisation !== organisation) throw new KeyFileError('other-organisation', certificate.organisation)
  if (certificate !== null && now > certificate.notAfter) throw new KeyFileError('expired-certificate', new Date(certificate.notAfter).toISOString().slice(0, 10))
  const named = kid ?? shown.kid ?? nameByCertificate(key)
  if (named === null) throw new KeyFileError('needs-kid')
  return { clientId: clientId ?? '', kid: named, key: keyNamed(key, named) }
}

/** What signs for the system user; empty where client id or organisation are not filled in. @throws {KeyFileError} */
export async function grantOfRecord(shelf: KeyShelf, uuid: string, record: ConnectRecord, now: number): Promise<SystemUserGrant | null> {
  const key = await signing(shelf, uuid, record, now)
  return key === null ? null : { ...key, scopes: record.scopes ?? recipientScopes, organisation: record.organisation ?? '', ...(record.externalRef === null ? {} : { externalRef: record.externalRef }) }
}

/** What the client signs with when it asks for a system user. @throws {KeyFileError} */
export async function vendorOfRecord(shelf: KeyShelf, uuid: string, record: ConnectRecord, now: number): Promise<ClientKey | null> {
  const key = await signing(shelf, uuid, record, now)
  return key === null || key.clientId === '' ? null : { ...key, scopes: askScopes }
}
