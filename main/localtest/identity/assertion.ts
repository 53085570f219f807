import { decodeJwt, decodeProtectedHeader, errors, importJWK, jwtVerify } from 'jose'
import { z } from 'zod'
import { checkChain } from './certificates.ts'
import type { Clients } from './clients.ts'
import type { RegisteredClient } from './effects.ts'

/** Claims that Maskinporten knows (altinn3.md 1.1); any other makes the assertion invalid. */
const grantClaims = z.strictObject({
  aud: z.string(),
  iss: z.string(),
  iat: z.number(),
  exp: z.number(),
  jti: z.string().optional(),
  scope: z.string().min(1),
  resource: z.array(z.string()).optional(),
  consumer_org: z.string().optional(),
  authorization_details: z
    .array(z.strictObject({ type: z.literal('urn:altinn:systemuser'), systemuser_org: z.strictObject({ authority: z.literal('iso6523-actorid-upis'), ID: z.string().regex(/^0192:\d{9}$/) }), externalRef: z.string().optional() }))
    .length(1)
    .optional(),
})
export type GrantClaims = z.infer<typeof grantClaims>

export type AssertionOutcome = { readonly claims: GrantClaims; readonly client: RegisteredClient; readonly signedBy: 'kid' | 'x5c' } | { readonly wrong: string; readonly code: 'MP-100' | 'MP-110' | 'MP-120' | 'MP-121' }

const signing = ['RS256', 'RS384', 'RS512']
const headerShape = z.object({ alg: z.enum(signing), kid: z.string().optional(), x5c: z.array(z.string()).min(1).optional() })

type Verifier = Parameters<typeof jwtVerify>[1]
type KeyOutcome = { readonly key: Verifier; readonly signedBy: 'kid' | 'x5c' } | { readonly wrong: string; readonly code: 'MP-100' | 'MP-120' | 'MP-121' }

/** The key that must have signed, by the header and what the client is registered with. */
async function keyOf(header: z.infer<typeof headerShape>, client: RegisteredClient, now: number): Promise<KeyOutcome> {
  if ((header.kid === undefined) === (header.x5c === undefined)) return { wrong: 'Exactly one of kid and x5c must be in the header', code: 'MP-100' }
  if (header.x5c !== undefined) {
    if (client.keys.length > 0) return { wrong: 'The client has registered keys and must sign with kid', code: 'MP-100' }
    const chain = checkChain(header.x5c, client.organisation, now)
    return 'wrong' in chain ? { wrong: `Invalid certificate: ${chain.wrong}`, code: 'MP-120' } : { key: chain.leaf.publicKey, signedBy: 'x5c' }
  }
  const found = client.keys.find(({ kid }) => kid === header.kid)
  if (found === undefined) return { wrong: 'Client authentication failed. Unknown key identifier (kid)', code: 'MP-100' }
  if (found.expiresAt !== null && now >= found.expiresAt) return { wrong: 'The key has expired', code: 'MP-121' }
  return { key: await importJWK({ ...found.jwk, alg: header.alg }, header.alg), signedBy: 'kid' }
}

/** Header and issuer of an assertion before its signature was checked; null where it is no JWT with an algorithm that is allowed. */
function readUnchecked(assertion: string): { readonly header: z.infer<typeof headerShape>; readonly issuer: string } | null {
  try {
    const header = headerShape.safeParse(decodeProtectedHeader(assertion))
    const { iss = '' } = decodeJwt(assertion)
    return header.success ? { header: header.data, issuer: iss } : null
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return null
    throw error
  }
}

/** Checks assertions of registered clients as Maskinporten does (RFC 7523 section 3, altinn3.md 1.1). */
export class Assertions {
  readonly #clients: Clients
  readonly #clock: () => number
  /** Ids that were used, with the second they run out. */
  readonly #used = new Map<string, number>()

  constructor(clients: Clients, clock: () => number) {
    this.#clients = clients
    this.#clock = clock
  }

  /** @param issuer of Maskinporten, with its trailing slash: the only audience there is */
  async check(assertion: string, issuer: string): Promise<AssertionOutcome> {
    const untrusted = { wrong: 'Client authentication failed. Invalid JWT signature', code: 'MP-100' } as const
    const unchecked = readUnchecked(assertion)
    if (unchecked === null) return { wrong: 'The assertion is no JWT signed with RS256, RS384 or RS512', code: 'MP-100' }
    const client = this.#clients.get(unchecked.issuer)
    if (client === undefined) return { wrong: 'Client authentication failed. Unknown client (iss)', code: 'MP-100' }
    const nowMs = this.#clock()
    const key = await keyOf(unchecked.header, client, nowMs)
    if ('wrong' in key) return key
    let payload: Readonly<Record<string, unknown>>
    try {
      // Times are judged below, with the tolerance that Maskinporten has.
      payload = (await jwtVerify(assertion, key.key, { algorithms: signing, currentDate: new Date(0) })).payload
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return untrusted
      throw error
    }
    if (payload['aud'] !== issuer) return { wrong: `Invalid audience (aud), expected the single value ${issuer}`, code: 'MP-110' }
    const parsed = grantClaims.safeParse(payload)
    if (!parsed.success) return { wrong: `Invalid or unknown claim ${nameOf(parsed.error)}`, code: 'MP-100' }
    const wrong = this.#times(parsed.data, Math.floor(nowMs / 1000))
    return wrong === null ? { claims: parsed.data, client, signedBy: key.signedBy } : { wrong, code: 'MP-100' }
  }

  /** What is wrong with times and id; an id that passes is used up. `now`: seconds. */
  #times({ iat, exp, jti }: GrantClaims, now: number): string | null {
    if (Math.abs(iat - now) > 10) return 'Issued at (iat) is not within 10 seconds of the current time'
    if (exp - iat > 120 || exp <= now) return 'Expiry (exp) must be in the future and at most 120 seconds after iat'
    if (jti === undefined) return null
    if (this.#used.has(jti)) return 'The assertion was used before (jti)'
    for (const [id, until] of this.#used) if (until < now) this.#used.delete(id)
    this.#used.set(jti, exp)
    return null
  }
}

/** Names the claim, never its value. */
function nameOf(error: z.ZodError): string {
  const [issue] = error.issues
  if (issue === undefined) return ''
  return issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys].join('.') : issue.path.join('.')
}
