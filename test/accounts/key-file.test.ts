import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import forge from 'node-forge'
import { describe, expect, it } from 'vitest'
import { mostKeyFileBytes, namedBy, readKeyFile, type SigningKey } from '../../main/accounts/key-file.ts'
import { KeyFileError, type KeyProblemCode } from '../../main/accounts/key-problem.ts'

const now = Date.parse('2030-06-01T00:00:00Z')
const password = 'hemmelig'
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = privateKey.export({ format: 'jwk' })
const file = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'keys', name))
const text = (json: unknown): Buffer => Buffer.from(JSON.stringify(json))
const read = (bytes: Buffer | string, given = ''): SigningKey => readKeyFile(Buffer.from(bytes), { password: given, now })

function problem(work: () => unknown): KeyProblemCode | 'none' {
  try {
    work()
    return 'none'
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error
    return error.code
  }
}

/** A certificate for a key, with a subject and dates of one's own. */
function certify(key: KeyObject, from: string, to: string, serialNumber = '310000108'): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString())
  certificate.serialNumber = '01'
  certificate.validity.notBefore = new Date(from)
  certificate.validity.notAfter = new Date(to)
  const subject = [{ name: 'commonName', value: 'Fjordtun' }, { name: 'serialName', type: '2.5.4.5', value: serialNumber }]
  certificate.setSubject(subject)
  certificate.setIssuer(subject)
  certificate.sign(forge.pki.privateKeyFromPem(key.export({ type: 'pkcs1', format: 'pem' }).toString()), forge.md.sha256.create())
  return certificate
}

function pfx(certificates: readonly forge.pki.Certificate[], options: { readonly count?: number; readonly algorithm?: '3des' | 'aes256' } = {}): Buffer {
  const asn1 = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()), [...certificates], password, { algorithm: '3des', ...options })
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1')
}

/** Whether what was read signs as the key it was made from. */
function signs({ key }: SigningKey, as = publicKey): boolean {
  return verify('RSA-SHA256', Buffer.from('x'), as, sign('RSA-SHA256', Buffer.from('x'), { key: { ...key }, format: 'jwk' }))
}

describe('a key that can sign is read from', () => {
  it.each([
    ['a JWK', text({ ...jwk, use: 'sig' }), ''],
    ['a set with one private key', text({ keys: [{ kty: 'RSA', n: jwk.n, e: jwk.e }, jwk] }), ''],
    ['a JWK after a byte order mark', Buffer.concat([Buffer.from('\uFEFF'), text(jwk)]), ''],
    ['PKCS #1', Buffer.from(privateKey.export({ type: 'pkcs1', format: 'pem' })), ''],
    ['PKCS #8', Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })), ''],
    ['PKCS #8 with a password', Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: password })), password],
    ['PKCS #1 with a password', Buffer.from(privateKey.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: password })), password],
    ['PKCS #1 without its coat', privateKey.export({ type: 'pkcs1', format: 'der' }), ''],
    ['PKCS #8 without its coat', privateKey.export({ type: 'pkcs8', format: 'der' }), ''],
    ['encrypted PKCS #8 without its coat', privateKey.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: password }), password],
  ])('%s', (_, bytes, given) => {
    const signing = read(bytes, given)
    expect(signs(signing)).toBe(true)
    expect(signing.certificate).toBeNull()
    expect(Object.keys(signing.key).sort()).toEqual(['d', 'dp', 'dq', 'e', 'kty', 'n', 'p', 'q', 'qi'])
  })

  it.each([['aes-256.p12', 'aes-256.p12'], ['rc2-40.p12', 'rc2-40.p12']])('an enterprise certificate as OpenSSL makes it: %s', (_, name) => {
    const { certificate, key } = read(file(name), password)
    expect(certificate).toMatchObject({ organisation: '310000108', chain: [expect.any(String) as string] })
    expect(key).toHaveProperty('d')
    expect(Buffer.from(certificate?.chain[0] ?? '', 'base64')[0]).toBe(0x30)
  })

  it('an enterprise certificate with its chain, the key\'s own first', () => {
    const own = certify(privateKey, '2029-01-01', '2032-01-01')
    const stranger = certify(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, '2029-01-01', '2032-01-01', '974761076')
    for (const algorithm of ['3des', 'aes256'] as const) {
      const signing = read(pfx([stranger, own], { algorithm }), password)
      expect(signs(signing)).toBe(true)
      expect(signing.certificate).toMatchObject({ organisation: '310000108', validToAt: Date.parse('2032-01-01') })
      expect(signing.certificate?.chain[0]).toBe(Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(own)).getBytes(), 'latin1').toString('base64'))
    }
  })

  it('a PEM file with a certificate beside the key', () => {
    const pem = `${privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()}${forge.pki.certificateToPem(certify(privateKey, '2029-01-01', '2032-01-01'))}`
    expect(read(pem).certificate?.organisation).toBe('310000108')
  })
})

describe('what cannot sign is told apart', () => {
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const encrypted = Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: password }))
  it.each<readonly [string, KeyProblemCode, Buffer, string]>([
    ['text', 'not-a-key', Buffer.from('hei'), ''],
    ['nothing', 'not-a-key', Buffer.alloc(0), ''],
    ['cut JSON', 'not-a-key', Buffer.from('{"kty":'), ''],
    ['a JWK without its primes', 'not-a-key', text({ kty: 'RSA', n: jwk.n, e: jwk.e, d: jwk.d }), ''],
    ['a JWK whose numbers do not fit', 'not-a-key', text({ ...jwk, p: 'AQAB', q: 'AQAB' }), ''],
    ['a public JWK', 'public-only', text({ kty: 'RSA', n: jwk.n, e: jwk.e }), ''],
    ['a public PEM', 'public-only', Buffer.from(publicKey.export({ type: 'spki', format: 'pem' })), ''],
    ['an elliptic JWK', 'not-rsa', text(elliptic.export({ format: 'jwk' })), ''],
    ['an elliptic PEM', 'not-rsa', Buffer.from(elliptic.export({ type: 'pkcs8', format: 'pem' })), ''],
    ['an elliptic .p12', 'not-rsa', file('elliptic.p12'), password],
    ['a small JWK', 'too-small', text(small.export({ format: 'jwk' })), ''],
    ['a small PEM', 'too-small', Buffer.from(small.export({ type: 'pkcs8', format: 'pem' })), ''],
    ['a protected PEM without a password', 'needs-password', encrypted, ''],
    ['a protected PEM with another password', 'wrong-password', encrypted, 'feil'],
    ['a .p12 without a password', 'needs-password', file('aes-256.p12'), ''],
    ['a .p12 with another password', 'wrong-password', file('aes-256.p12'), 'feil'],
    ['an old .p12 with another password', 'wrong-password', file('rc2-40.p12'), 'feil'],
    ['a .p12 without a key', 'no-private-key', file('certificate-only.p12'), password],
    ['a certificate alone', 'no-private-key', Buffer.from(forge.pki.certificateToPem(certify(privateKey, '2029-01-01', '2032-01-01'))), ''],
    ['two keys', 'not-a-key', Buffer.from(`${privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()}${privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()}`), ''],
    ['an OpenSSH key', 'unsupported', Buffer.from('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----'), ''],
    ['more than a megabyte', 'too-large', Buffer.alloc(mostKeyFileBytes + 1, 0x20), ''],
    ['an expired certificate', 'expired-certificate', pfx([certify(privateKey, '2020-01-01', '2022-01-01')]), password],
    ['one of next year', 'not-yet-valid', pfx([certify(privateKey, '2031-01-01', '2032-01-01')]), password],
    ['another key\'s certificate', 'certificate-of-another-key', pfx([certify(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, '2029-01-01', '2032-01-01')]), password],
  ])('%s: %s', (_, code, bytes, given) => {
    expect(problem(() => read(bytes, given))).toBe(code)
  })

  it('a cut .p12 is none', () => {
    expect(problem(() => read(file('aes-256.p12').subarray(0, 900), password))).toBe('not-a-key')
  })

  it('nothing of a key stands in what is told', () => {
    const almost = { ...jwk, kty: 'OKP' }
    for (const bytes of [text(almost), text({ ...jwk, q: 7 }), Buffer.from(`{"d":"${jwk.d ?? ''}`)]) {
      try {
        read(bytes)
        expect.unreachable()
      } catch (error) {
        expect(String(error)).not.toContain(jwk.d)
      }
    }
  })
})

describe('work that a file asks for', () => {
  it('is refused before it is done', () => {
    expect(problem(() => read(pfx([certify(privateKey, '2029-01-01', '2032-01-01')], { count: 250_000_000 / 1000 }), password))).toBe('too-costly')
    const der = privateKey.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: password })
    // PBKDF2's rounds, 2 048 as OpenSSL writes them, made two thousand million.
    const at = der.indexOf(Buffer.from([0x02, 0x02, 0x08, 0x00]))
    expect(at).toBeGreaterThan(0)
    const costly = Buffer.concat([der.subarray(0, at), Buffer.from([0x02, 0x04, 0x7f, 0xff, 0xff, 0xff]), der.subarray(at + 4)])
    // The lengths of the sequences around it grow by two.
    for (let position = 0; position < at; position += 1) {
      if (costly[position] !== 0x30) continue
      const length = costly[position + 1] ?? 0
      if (length === 0x82 && position + 4 + costly.readUInt16BE(position + 2) >= at) costly.writeUInt16BE(costly.readUInt16BE(position + 2) + 2, position + 2)
      else if (length < 0x80 && position + 2 + length > at) costly[position + 1] = length + 2
    }
    expect(problem(() => read(costly, password))).toBe('too-costly')
  })
})

describe('how a key is named to Maskinporten', () => {
  const signing = (): SigningKey => read(pfx([certify(privateKey, '2029-01-01', '2032-01-01')]), password)
  it('by a key id where there is one, else by its certificate, never both', () => {
    expect(namedBy(read(text({ ...jwk, kid: 'in-file' })), null, null)).toMatchObject({ kid: 'in-file' })
    expect(namedBy(signing(), 'given', '310000108').key).not.toHaveProperty('x5c')
    const named = namedBy(signing(), null, '310000108')
    expect(named.key['x5c']).toEqual(signing().certificate?.chain)
    expect(named.kid).toBe(signing().certificate?.thumbprint)
    expect(problem(() => namedBy(read(text(jwk)), null, null))).toBe('needs-kid')
  })

  it('a certificate of another organisation is told', () => {
    expect(problem(() => namedBy(signing(), null, '974761076'))).toBe('other-organisation')
  })
})
