import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { boundMac, boundWork, children, oidOf, readDer, toDer } from './asn1.ts'
import { KeyFileError } from './key-problem.ts'

/** What a .p12 or .pfx file holds. */
export interface Pkcs12 {
  readonly keys: readonly KeyObject[]
  readonly certificates: readonly X509Certificate[]
}

/** The published types leave this part of the library out. */
const { pbe } = forge.pki as unknown as { readonly pbe: { getCipher(oid: string, parameters: forge.asn1.Asn1, password: string): forge.cipher.BlockCipher } }

const pkcs7Data = '1.2.840.113549.1.7.1'
const pkcs7Encrypted = '1.2.840.113549.1.7.6'

/** Whether bytes look like a PFX: a version 3 and a content info (RFC 7292 section 4). */
export function isPkcs12(der: forge.asn1.Asn1): boolean {
  const [version, content] = children(der)
  return version?.value === '\u0003' && [pkcs7Data, '1.2.840.113549.1.7.2'].includes(oidOf(children(content)[0]) ?? '')
}

/** Content that is itself encrypted may nest another protection: its rounds are looked at before they are computed too. */
function boundEncrypted(der: forge.asn1.Asn1, password: string): void {
  const content = children(children(children(der)[1])[1])[0]
  const safes = typeof content?.value === 'string' ? readDer(Buffer.from(content.value, 'latin1')) : null
  for (const info of children(safes ?? undefined)) {
    if (oidOf(children(info)[0]) !== pkcs7Encrypted) continue
    const [, algorithm, encrypted] = children(children(children(children(info)[1])[0])[1])
    const [oid, parameters] = children(algorithm)
    const name = oidOf(oid)
    if (name === null || parameters === undefined || typeof encrypted?.value !== 'string') continue
    const cipher = pbe.getCipher(name, parameters, password)
    cipher.update(forge.util.createBuffer(encrypted.value))
    if (!cipher.finish()) continue
    const inner = readDer(Buffer.from(cipher.output.getBytes(), 'latin1'))
    if (inner !== null) boundWork(inner)
  }
}

function open(der: forge.asn1.Asn1, password: string): forge.pkcs12.Pkcs12Pfx {
  try {
    boundEncrypted(der, password)
    // An empty password is written in two ways; the library knows both.
    return forge.pkcs12.pkcs12FromAsn1(der, false, password)
  } catch (error) {
    if (error instanceof KeyFileError) throw error
    const message = error instanceof Error ? error.message : ''
    if (/could not be verified|invalid password|decrypt|pad|parse formatted byte|Too few bytes/i.test(message)) throw new KeyFileError(password === '' ? 'needs-password' : 'wrong-password')
    throw new KeyFileError('unsupported')
  }
}

/**
 * Opens an enterprise certificate's file (PKCS #12, RFC 7292) as Norwegian issuers make them: older ones with 3DES or RC2, newer
 * ones with AES and SHA-256.
 * @param password empty where the file has none
 * @throws {KeyFileError}
 */
export function readPkcs12(der: forge.asn1.Asn1, password: string): Pkcs12 {
  boundWork(der)
  boundMac(der)
  const bags = open(der, password).safeContents.flatMap((content) => content.safeBags)
  const keys: KeyObject[] = []
  const certificates: X509Certificate[] = []
  const { keyBag, pkcs8ShroudedKeyBag, certBag } = forge.pki.oids
  for (const bag of bags) {
    if (bag.type === certBag) certificates.push(new X509Certificate(bag.cert == null ? toDer(bag.asn1) : toDer(forge.pki.certificateToAsn1(bag.cert))))
    // Keys that are not RSA come as they are.
    else if (bag.type === keyBag || bag.type === pkcs8ShroudedKeyBag) keys.push(keyOf(bag))
  }
  return { keys, certificates }
}

function keyOf(bag: forge.pkcs12.Bag): KeyObject {
  try {
    const info = bag.key == null ? bag.asn1 : forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(bag.key))
    return createPrivateKey({ key: toDer(info), format: 'der', type: 'pkcs8' })
  } catch {
    // Neither library can make a key of it; their reasons may quote it.
    throw new KeyFileError('not-a-key')
  }
}
