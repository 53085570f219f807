import { randomUUID } from 'node:crypto'
import { importJWK, type JWK, SignJWT } from 'jose'
import { z } from 'zod'
import { readJson } from './json.ts'
import type { Environment } from './environment.ts'
import type { Http } from './http.ts'
import type { Limits } from './limits.ts'
import { type Outcome, failure } from './outcome.ts'

/** Who asks for a grant, and for which organisation's system user (altinn3.md 1.4). */
export interface SystemUserGrant {
  readonly clientId: string
  readonly kid: string
  /** Private RSA key as JWK (RFC 7517). */
  readonly key: JWK
  /** Nine digits: the owner of the system user, for clients the accounting firm itself (altinn3.md 1.5). */
  readonly organisation: string
  readonly scopes: readonly string[]
}

export interface Grant {
  readonly token: string
  /** Lifetime in ms, as the answer says; scopes differ. */
  readonly lifetimeMs: number
}

const answerWire = z.object({ access_token: z.string(), expires_in: z.number(), scope: z.string().optional() })
const errorWire = z.object({ error: z.string(), error_description: z.string().optional() })

/** Beside it every call would count as the sender's own, and nothing would be marked as fetched (altinn3.md trap 13). */
const neverAsked = 'altinn:correspondence.write'

/**
 * The signed assertion of a JWT grant (RFC 7523; altinn3.md 1.1): unknown claims are refused by Maskinporten, so there
 * are none but these.
 * @param at the service's time in ms, not the local clock's: `iat` may be 10 s off
 */
export async function assertionOf(grant: SystemUserGrant, environment: Environment, limits: Limits, at: number): Promise<string> {
  if (grant.scopes.includes(neverAsked)) throw new Error(`The scope ${neverAsked} must never be asked for`)
  const key = await importJWK(grant.key, 'RS256')
  const iat = Math.floor(at / 1000)
  return await new SignJWT({
    scope: grant.scopes.join(' '),
    authorization_details: [{ type: 'urn:altinn:systemuser', systemuser_org: { authority: 'iso6523-actorid-upis', ID: `0192:${grant.organisation}` } }],
  })
    .setProtectedHeader({ alg: 'RS256', kid: grant.kid, typ: 'JWT' })
    .setAudience(environment.maskinporten.issuer)
    .setIssuer(grant.clientId)
    .setIssuedAt(iat)
    .setExpirationTime(iat + Math.floor(limits.assertionMs / 1000))
    .setJti(randomUUID())
    .sign(key)
}

/** The code that support asks for (`MP-303`), where the description names one. */
const codeIn = (description: string): string | null => /\bMP-\d+\b/.exec(description)?.[0] ?? null

/** Asks Maskinporten for a token. A refusal is a failure of kind `token` whose message carries the OAuth code and the MP code. */
export async function askForGrant(http: Http, grant: SystemUserGrant, environment: Environment, limits: Limits, at: number, signal?: AbortSignal): Promise<Outcome<Grant>> {
  const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await assertionOf(grant, environment, limits, at) }).toString()
  const sent = await http.text({
    route: 'maskinporten/token',
    method: 'POST',
    url: environment.maskinporten.token,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body,
    signal,
    urgent: true,
  })
  if ('failure' in sent) return { ok: false, failure: { ...sent.failure, effect: 'no' }, exchange: sent.exchange }
  const { status, exchange } = sent.answer
  if (status === 200) {
    const read = readJson(answerWire, sent.answer.body)
    if ('problem' in read) return { ok: false, failure: failure('schema', read.problem, { status }), exchange }
    return { ok: true, value: { token: read.value.access_token, lifetimeMs: read.value.expires_in * 1000 }, exchange }
  }
  if (status >= 500 || status === 429) return { ok: false, failure: failure('server', `Maskinporten failed (${String(status)})`, { status }), exchange }
  const refused = readJson(errorWire, sent.answer.body)
  if ('problem' in refused) return { ok: false, failure: failure('unexpected-content', `Maskinporten answered ${String(status)} without a reason`, { status }), exchange }
  const code = codeIn(refused.value.error_description ?? '')
  return { ok: false, failure: failure('token', `Maskinporten refused: ${refused.value.error}${code === null ? '' : ` (${code})`}`, { status }), exchange }
}
