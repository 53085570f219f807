import type { KeyObject, X509Certificate } from 'node:crypto'
import { KeyFileError } from './key-problem.ts'

/** An enterprise certificate (virksomhetssertifikat) that belongs to a signing key. */
export interface Certificate {
  /** Base64 DER, the key's own certificate first, as `x5c` wants it (RFC 7515 section 4.1.6). */
  readonly chain: readonly string[]
  /** SHA-256 of the key's own certificate, base64url (RFC 7515 section 4.1.8). */
  readonly thumbprint: string
  /** Nine digits; null where the certificate names none. */
  readonly organisation: string | null
  readonly validFromAt: number
  readonly validToAt: number
}

/**
 * The organisation number in a certificate's subject: Norwegian enterprise certificates have it as `serialNumber`, newer ones
 * as `organizationIdentifier` "NTRNO-…" (ETSI EN 319 412-1 section 5.1.4).
 */
export function organisationIn(subject: string): string | null {
  const lines = subject.split('\n')
  const value = (name: string): string | undefined => lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1)
  const identifier = value('organizationIdentifier') ?? value('2.5.4.97')
  return /^NTRNO-(\d{9})$/.exec(identifier ?? '')?.[1] ?? /^(?:NTRNO-)?(\d{9})$/.exec(value('serialNumber') ?? '')?.[1] ?? null
}

/** From the key's own certificate up to the last whose issuer is in the file; a root needs not be sent but may. */
function chainFrom(leaf: X509Certificate, all: readonly X509Certificate[]): readonly X509Certificate[] {
  const chain = [leaf]
  for (;;) {
    const last = chain.at(-1)
    const issuer = all.find((one) => last !== undefined && !chain.includes(one) && last.checkIssued(one))
    if (issuer === undefined) return chain
    chain.push(issuer)
  }
}

/**
 * The certificate of a key among those of its file.
 * @returns null where the file holds none at all
 * @throws {KeyFileError} 'certificate-of-another-key', 'expired-certificate', 'not-yet-valid'
 */
export function certificateOf(key: KeyObject, all: readonly X509Certificate[], now: number): Certificate | null {
  if (all.length === 0) return null
  const leaf = all.find((one) => one.checkPrivateKey(key))
  if (leaf === undefined) throw new KeyFileError('certificate-of-another-key')
  const [validFromAt, validToAt] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)]
  if (now > validToAt) throw new KeyFileError('expired-certificate', new Date(validToAt).toISOString().slice(0, 10))
  if (now < validFromAt) throw new KeyFileError('not-yet-valid', new Date(validFromAt).toISOString().slice(0, 10))
  return {
    chain: chainFrom(leaf, all).map((one) => one.raw.toString('base64')),
    thumbprint: Buffer.from(leaf.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'),
    organisation: organisationIn(leaf.subject),
    validFromAt,
    validToAt,
  }
}
