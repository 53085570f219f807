import { createHash, randomBytes } from 'node:crypto'

/** Crockford's base32: no I, L, O, U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const codeBytes = 16
const checkBits = 12
const digits = (codeBytes * 8 + checkBits) / 5

function checkOf(bits: Buffer): bigint {
  return BigInt(createHash('sha256').update('meldingsboks/recovery-code/1').update(bits).digest().readUInt16BE(0) >> (16 - checkBits))
}

/** Words a code of 128 bits as 28 signs in fours: the bits, then a check of 12 bits. */
export function wordRecoveryCode(bits: Buffer): string {
  if (bits.length !== codeBytes) throw new RangeError('a recovery code is 16 bytes')
  let number = (BigInt(`0x${bits.toString('hex')}`) << BigInt(checkBits)) | checkOf(bits)
  let text = ''
  for (let index = 0; index < digits; index += 1) {
    text = alphabet.charAt(Number(number & 31n)) + text
    number >>= 5n
  }
  return text.replace(/.{4}(?=.)/g, '$&-')
}

/** 128 random bits, and how they are shown to the user once. */
export function makeRecoveryCode(): { readonly bits: Buffer; readonly text: string } {
  const bits = randomBytes(codeBytes)
  return { bits, text: wordRecoveryCode(bits) }
}

export type ParsedRecoveryCode = { readonly ok: true; readonly bits: Buffer } | { readonly ok: false; readonly why: 'length' | 'sign' | 'check' }

/** Reads a typed code: upper or lower case, spaces and hyphens anywhere, O as 0 and I or L as 1. */
export function parseRecoveryCode(text: string): ParsedRecoveryCode {
  const plain = text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  if (!/^[0-9A-HJKMNP-TV-Z]*$/.test(plain)) return { ok: false, why: 'sign' }
  if (plain.length !== digits) return { ok: false, why: 'length' }
  let number = 0n
  for (let index = 0; index < digits; index += 1) number = (number << 5n) | BigInt(alphabet.indexOf(plain.charAt(index)))
  const bits = Buffer.from((number >> BigInt(checkBits)).toString(16).padStart(codeBytes * 2, '0'), 'hex')
  return (number & ((1n << BigInt(checkBits)) - 1n)) === checkOf(bits) ? { ok: true, bits } : { ok: false, why: 'check' }
}
