import { randomUUID } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose'

export interface KeyPair {
  readonly private: CryptoKey
  readonly public: CryptoKey
}

/** Who signs tokens here. */
export type Issuer = 'maskinporten' | 'altinn' | 'dialog' | 'idporten'
export const algorithms: Readonly<Record<Issuer, string>> = { maskinporten: 'RS256', altinn: 'RS256', dialog: 'EdDSA', idporten: 'RS256' }

/** A client's key: the private part for whoever signs with it, the public one for Maskinporten. */
export interface ClientKey {
  readonly kid: string
  readonly private: JWK
}

/** The keys of the services and of the world's client. Making them takes longer than starting all the rest. */
export interface TokenKeys {
  readonly services: Readonly<Record<Exclude<Issuer, 'idporten'>, KeyPair>>
  readonly client: ClientKey
}

const pair = async (algorithm: string, options: { readonly modulusLength?: number; readonly extractable?: boolean } = {}): Promise<KeyPair> => {
  const made = await generateKeyPair(algorithm, options)
  return { private: made.privateKey, public: made.publicKey }
}

/** A new RSA key for a client of Maskinporten. */
export async function makeClientKey(): Promise<ClientKey> {
  const made = await pair('RS256', { modulusLength: 2048, extractable: true })
  return { kid: randomUUID(), private: await exportJWK(made.private) }
}

async function makeKeys(): Promise<TokenKeys> {
  const [client, maskinporten, altinn, dialog] = await Promise.all([makeClientKey(), pair(algorithms.maskinporten), pair(algorithms.altinn), pair(algorithms.dialog)])
  return { services: { maskinporten, altinn, dialog }, client }
}

/** Made once a process, and never leave it: every service has addresses of its own in its tokens. */
let made: Promise<TokenKeys> | null = null
export const tokenKeys = (): Promise<TokenKeys> => (made ??= makeKeys())

/** ID-porten's own key, with the private part as its provider wants it; made when somebody logs in. */
export interface PersonKeys {
  readonly pair: KeyPair
  readonly private: JWK
}
let madeForPersons: Promise<PersonKeys> | null = null
export const personKeys = (): Promise<PersonKeys> =>
  (madeForPersons ??= pair(algorithms.idporten, { modulusLength: 2048, extractable: true }).then(async (keys) => ({ pair: keys, private: { ...(await exportJWK(keys.private)), kid: 'idporten', alg: algorithms.idporten, use: 'sig' } })))
