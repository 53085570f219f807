import { X509Certificate } from 'node:crypto'

/**
 * The organisation an enterprise certificate was issued to, 9 digits: `serialNumber` of the subject (older ones), or
 * `organizationIdentifier` as `NTRNO-<number>` (ETSI EN 319 412-1 section 5.1.4). Null where it names none.
 */
export function organisationOf(certificate: X509Certificate): string | null {
  const named = /^(?:serialNumber|2\.5\.4\.5)=(?:NTRNO-)?(\d{9})$/m.exec(certificate.subject) ?? /^(?:organizationIdentifier|2\.5\.4\.97)=NTRNO-(\d{9})$/m.exec(certificate.subject)
  return named?.[1] ?? null
}

/** The leaf of a chain that holds, or in words why it does not (MP-120). */
export type ChainOutcome = { readonly leaf: X509Certificate } | { readonly wrong: string }

function read(encoded: string): X509Certificate | null {
  // RFC 7515 section 4.1.6: base64 (not base64url) of DER, which X509Certificate reads from the bytes.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null
  try {
    return new X509Certificate(Buffer.from(encoded, 'base64'))
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}

/**
 * Checks the `x5c` header of an assertion: every certificate readable and in force, each signed by the next. A last one that is not
 * signed by itself is taken on trust: the local Maskinporten knows no certificate authority, so any leaf that names the
 * client's organisation will do, also a self-signed one.
 * @param now ms since 1970
 */
export function checkChain(encoded: readonly string[], organisation: string, now: number): ChainOutcome {
  const chain = encoded.map(read)
  const [leaf] = chain
  if (leaf === undefined || leaf === null || chain.some((one) => one === null)) return { wrong: 'the certificate cannot be read' }
  const certificates = chain.filter((one) => one !== null)
  for (const [index, one] of certificates.entries()) {
    if (now < Date.parse(one.validFrom)) return { wrong: 'the certificate is not valid yet' }
    if (now > Date.parse(one.validTo)) return { wrong: 'the certificate has expired' }
    const next = certificates[index + 1]
    if (next !== undefined && !(one.checkIssued(next) && one.verify(next.publicKey))) return { wrong: 'the certificate chain is broken' }
  }
  if (leaf.ca) return { wrong: 'a certificate authority does not sign for an organisation' }
  const named = organisationOf(leaf)
  if (named === null) return { wrong: 'the certificate names no organisation' }
  if (named !== organisation) return { wrong: 'the certificate does not belong to the owner of the client' }
  return { leaf }
}
