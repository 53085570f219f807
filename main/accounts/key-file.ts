import { createPrivateKey, createPublicKey, type KeyObject, sign, verify, X509Certificate } from 'node:crypto'
import type { JWK } from 'jose'
import { z } from 'zod'
import { boundWork, children, readDer } from './asn1.ts'
import { type Certificate, certificateOf } from './certificate.ts'
import { KeyFileError } from './key-problem.ts'
import { isPkcs12, readPkcs12 } from './pkcs12.ts'

/** Largest file that is looked at, bytes: a chain with a long key is some 10 kB. */
export const mostKeyFileBytes = 1024 * 1024
/** Smallest key Maskinporten takes (RFC 7518 section 3.3: 2048 bits or larger). */
const leastBits = 2048

/** A key that can sign, with what its file says of it. */
export interface SigningKey {
  /** Private RSA key; nothing but its numbers (RFC 7518 section 6.3). */
  readonly key: JWK
  /** `kid` of the file, where it names one. */
  readonly kid: string | null
  readonly certificate: Certificate | null
}

export interface KeyFileOptions {
  /** For files that have one; empty is none. */
  readonly password?: string
  /** ms since 1970. */
  readonly now: number
}

/** A private RSA key (RFC 7517, RFC 7518 section 6.3.2); other fields of the file are left out. */
export const privateKey = z.object({ kty: z.literal('RSA'), n: z.string(), e: z.string(), d: z.string(), p: z.string(), q: z.string(), dp: z.string(), dq: z.string(), qi: z.string() })
const namedKey = z.object({ kty: z.string(), kid: z.string().min(1).max(200).optional(), d: z.unknown().optional() })
const keySet = z.object({ keys: z.array(z.unknown()).min(1) })

/** Checks that it is a key that Maskinporten takes, by using it. */
function rsa(key: KeyObject): JWK {
  if (key.asymmetricKeyType !== 'rsa') throw new KeyFileError('not-rsa', key.asymmetricKeyType ?? '')
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < leastBits) throw new KeyFileError('too-small', String(bits))
  const parsed = privateKey.safeParse(key.export({ format: 'jwk' }))
  if (!parsed.success || !fits(key)) throw new KeyFileError('not-a-key')
  return parsed.data
}

/** Whether the private numbers belong to the public ones. */
function fits(key: KeyObject): boolean {
  const probe = Buffer.from('Meldingsboks')
  try {
    return verify('RSA-SHA256', probe, createPublicKey(key), sign('RSA-SHA256', probe, key))
  } catch {
    // Numbers that are no key at all make OpenSSL fail in ways of their own.
    return false
  }
}

function fromJwk(json: unknown): SigningKey {
  const set = keySet.safeParse(json)
  if (set.success) {
    const own = set.data.keys.filter((one) => namedKey.safeParse(one).data?.d !== undefined)
    if (own.length > 1) throw new KeyFileError('not-a-key', 'keys')
    return fromJwk(own[0] ?? set.data.keys[0])
  }
  const named = namedKey.safeParse(json)
  if (!named.success) throw new KeyFileError('not-a-key', named.error.issues[0]?.path.join('.') ?? '')
  if (named.data.kty !== 'RSA') throw new KeyFileError('not-rsa', /^[A-Za-z]{1,8}$/.test(named.data.kty) ? named.data.kty : '')
  if (named.data.d === undefined) throw new KeyFileError('public-only')
  const parsed = privateKey.safeParse(json)
  // A key without its primes would be complete to the standard, but not to most who read it.
  if (!parsed.success) throw new KeyFileError('not-a-key', parsed.error.issues[0]?.path.join('.') ?? '')
  return { key: rsa(made(() => createPrivateKey({ key: parsed.data, format: 'jwk' }))), kid: named.data.kid ?? null, certificate: null }
}

/** What makes a key, with its own reasons left behind: they may quote what they read. */
function made(make: () => KeyObject): KeyObject {
  try {
    return make()
  } catch {
    throw new KeyFileError('not-a-key')
  }
}

const block = /-----BEGIN ([A-Z0-9 ]{1,40})-----([\s\S]*?)-----END \1-----/g

function openPem(pem: string, password: string): KeyObject {
  const encrypted = pem.includes('ENCRYPTED')
  if (encrypted && password === '') throw new KeyFileError('needs-password')
  try {
    return createPrivateKey(encrypted ? { key: pem, passphrase: password } : pem)
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
    if (encrypted && /UNSUPPORTED|UNKNOWN/.test(code)) throw new KeyFileError('unsupported')
    throw new KeyFileError(encrypted ? 'wrong-password' : 'not-a-key')
  }
}

function fromPem(text: string, { password = '', now }: KeyFileOptions): SigningKey {
  const blocks = [...text.matchAll(block)].map(([pem, label = '', body = '']) => ({ pem, label, body }))
  const [own, ...more] = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'))
  const certificates = blocks.filter(({ label }) => label === 'CERTIFICATE').map(({ pem }) => certificateFrom(pem))
  if (own === undefined) throw new KeyFileError(blocks.some(({ label }) => label.endsWith('PUBLIC KEY')) ? 'public-only' : certificates.length > 0 ? 'no-private-key' : 'not-a-key')
  if (more.length > 0) throw new KeyFileError('not-a-key', 'keys')
  if (own.label === 'OPENSSH PRIVATE KEY') throw new KeyFileError('unsupported')
  const der = readDer(Buffer.from(own.body.replace(/^[\w-]+: .*$/gm, ''), 'base64'))
  if (der !== null) boundWork(der)
  const key = openPem(own.pem, password)
  return { key: rsa(key), kid: null, certificate: certificateOf(key, certificates, now) }
}

function certificateFrom(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw new KeyFileError('not-a-key', 'CERTIFICATE')
  }
}

function fromDer(bytes: Buffer, { password = '', now }: KeyFileOptions): SigningKey {
  const der = readDer(bytes)
  if (der === null) throw new KeyFileError('not-a-key')
  if (isPkcs12(der)) {
    const { keys: [key, ...more], certificates } = readPkcs12(der, password)
    if (key === undefined) throw new KeyFileError('no-private-key')
    if (more.length > 0) throw new KeyFileError('not-a-key', 'keys')
    return { key: rsa(key), kid: null, certificate: certificateOf(key, certificates, now) }
  }
  if (isCertificate(bytes)) throw new KeyFileError('no-private-key')
  // A bare key, without its PEM coat: one that is encrypted begins with its algorithm, the others with a version.
  boundWork(der)
  const label = Array.isArray(children(der)[0]?.value) ? 'ENCRYPTED PRIVATE KEY' : children(der).length > 4 ? 'RSA PRIVATE KEY' : 'PRIVATE KEY'
  return { key: rsa(openPem(`-----BEGIN ${label}-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`, password)), kid: null, certificate: null }
}

function isCertificate(bytes: Buffer): boolean {
  try {
    return new X509Certificate(bytes).raw.length > 0
  } catch {
    return false
  }
}

/**
 * Reads what somebody signs with at Maskinporten: a JWK (or a set with one private key), PEM (PKCS #1, PKCS #8, with or without
 * a password, with or without certificates), or PKCS #12 of an enterprise certificate.
 * @throws {KeyFileError} naming what is wrong, never its content
 */
export function readKeyFile(bytes: Buffer, options: KeyFileOptions): SigningKey {
  if (bytes.length > mostKeyFileBytes) throw new KeyFileError('too-large', String(mostKeyFileBytes))
  // DER begins with a SEQUENCE; a text file never does with "0" and a length byte of 0x80 and above.
  if (bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x80) return fromDer(bytes, options)
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '').trim()
  if (text.includes('-----BEGIN ')) return fromPem(text, options)
  if (!text.startsWith('{')) throw new KeyFileError('not-a-key')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // What JSON.parse says quotes the text, and the text is a key.
    throw new KeyFileError('not-a-key', 'JSON')
  }
  return fromJwk(json)
}

/**
 * How the key is named to Maskinporten: by the key id where one was given or stands in the file, else by its certificate
 * (altinn3.md 1.1: exactly one of the two).
 * @throws {KeyFileError} 'needs-kid', 'other-organisation'
 */
export function namedBy(signing: SigningKey, kid: string | null, organisation: string | null): { readonly kid: string; readonly key: JWK } {
  const { certificate } = signing
  if (certificate?.organisation != null && organisation !== null && certificate.organisation !== organisation) throw new KeyFileError('other-organisation', certificate.organisation)
  const named = kid ?? signing.kid
  if (named !== null) return { kid: named, key: signing.key }
  if (certificate === null) throw new KeyFileError('needs-kid')
  return { kid: certificate.thumbprint, key: { ...signing.key, x5c: [...certificate.chain] } }
}
