import forge from 'node-forge'
import { KeyFileError } from './key-problem.ts'

/** What a file may ask of us before it is refused: some seconds of work; real files use 2 048 to 600 000 rounds. */
const mostRounds = { pbkdf2: 2_000_000, pkcs12: 200_000 }
/** Kilobytes a scrypt key derivation may use at most: N times r times 128 bytes (RFC 7914 section 2). */
const mostScryptBytes = 256 * 1024 * 1024

/** Object identifiers whose parameters say how much work a password takes (RFC 8018 appendix A, RFC 7292 appendix C, RFC 7914 section 7). */
const pbkdf2 = '1.2.840.113549.1.5.12'
const scrypt = '1.3.6.1.4.1.11591.4.11'
const pkcs5Pbes1 = /^1\.2\.840\.113549\.1\.5\.(1|3|4|6|10|11)$/
const pkcs12Pbe = /^1\.2\.840\.113549\.1\.12\.1\.\d+$/

const { asn1 } = forge

/** Reads DER; null for what is none. Trailing bytes are none. */
export function readDer(bytes: Uint8Array): forge.asn1.Asn1 | null {
  try {
    // The published types know only the first of these options.
    return asn1.fromDer(forge.util.createBuffer(Buffer.from(bytes).toString('latin1')), { strict: true, parseAllBytes: true, decodeBitStrings: false } as unknown as boolean)
  } catch {
    // The reader's reasons speak of offsets; that it is no DER is all there is to say.
    return null
  }
}

export const toDer = (node: forge.asn1.Asn1): Buffer => Buffer.from(asn1.toDer(node).getBytes(), 'latin1')

export const children = (node: forge.asn1.Asn1 | undefined): readonly forge.asn1.Asn1[] => (Array.isArray(node?.value) ? node.value : [])

const isUniversal = (node: forge.asn1.Asn1 | undefined, type: forge.asn1.Type): boolean => node?.tagClass === asn1.Class.UNIVERSAL && node.type === type

/** An object identifier in dotted form; null for anything else. */
export function oidOf(node: forge.asn1.Asn1 | undefined): string | null {
  return node !== undefined && isUniversal(node, asn1.Type.OID) && typeof node.value === 'string' ? asn1.derToOid(node.value) : null
}

/** A whole number that is not negative, at most 2^48; Infinity for a larger one. */
export function integerOf(node: forge.asn1.Asn1 | undefined): number | null {
  if (node === undefined || !isUniversal(node, asn1.Type.INTEGER) || typeof node.value !== 'string') return null
  const hex = Buffer.from(node.value, 'latin1').toString('hex').replace(/^(00)+/, '')
  return hex.length > 12 ? Infinity : hex === '' ? 0 : Number.parseInt(hex, 16)
}

/** The first whole numbers among a node's children, in order. */
const numbersIn = (node: forge.asn1.Asn1 | undefined): readonly number[] => children(node).map(integerOf).filter((value) => value !== null)

function costOf(algorithm: string, parameters: forge.asn1.Asn1 | undefined): boolean {
  const [first = 0, second = 1] = numbersIn(parameters)
  if (algorithm === pbkdf2) return first > mostRounds.pbkdf2
  if (algorithm === scrypt) return first * second * 128 > mostScryptBytes
  return (pkcs5Pbes1.test(algorithm) || pkcs12Pbe.test(algorithm)) && first > mostRounds.pkcs12
}

/**
 * Refuses a structure whose password would take too long, before any of it is computed: the number of rounds stands in the file
 * in the clear and is whatever its maker chose.
 * @throws {KeyFileError} 'too-costly'
 */
export function boundWork(node: forge.asn1.Asn1): void {
  const parts = children(node)
  const algorithm = oidOf(parts[0])
  if (algorithm !== null && costOf(algorithm, parts[1])) throw new KeyFileError('too-costly')
  for (const part of parts) boundWork(part)
  // What PKCS #12 nests it wraps in octet strings.
  if (isUniversal(node, asn1.Type.OCTETSTRING) && typeof node.value === 'string' && node.value.startsWith('0')) {
    const inner = readDer(Buffer.from(node.value, 'latin1'))
    if (inner !== null) boundWork(inner)
  }
}

/** The rounds of a PKCS #12 file's own check of its password (RFC 7292 section 4: MacData). @throws {KeyFileError} 'too-costly' */
export function boundMac(pfx: forge.asn1.Asn1): void {
  const [rounds = 1] = numbersIn(children(pfx)[2])
  if (rounds > mostRounds.pkcs12) throw new KeyFileError('too-costly')
}
