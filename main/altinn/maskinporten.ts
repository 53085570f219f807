import { randomUUID } from 'node:crypto'
import { decodeJwt, importJWK, type JWK, SignJWT } from 'jose'
import { z } from 'zod'
import type { Environment } from './environment.ts'
import type { Http, HttpAnswer } from './http.ts'
import { readJson } from './json.ts'
import type { Limits } from './limits.ts'
import { type Outcome, failure } from './outcome.ts'
import { type RefusalContext, maskinportenRefusal, notTheService, signInFailure, type SignInStep, unanswered } from './sign-in-answers.ts'
import { signInProblem } from './sign-in-problem.ts'

/** What a Maskinporten client signs with. A key that brings its certificates (`x5c`) is named by them, else by `kid`: never both (altinn3.md 1.1). */
export interface ClientKey {
  readonly clientId: string
  readonly kid: string
  /** Private RSA key as JWK (RFC 7517), with `x5c` for an enterprise certificate. */
  readonly key: JWK
  readonly scopes: readonly string[]
}

/** Who asks for a grant, and for which organisation's system user (altinn3.md 1.4). */
export interface SystemUserGrant extends ClientKey {
  /** Nine digits: the owner of the system user, for clients the accounting firm itself (altinn3.md 1.5). */
  readonly organisation: string
  /** Only where the owner has several system users of the same system. */
  readonly externalRef?: string | undefined
}

export interface Grant {
  readonly token: string
  /** Lifetime in ms, as the answer says; scopes differ. */
  readonly lifetimeMs: number
  /** What was granted, where the answer says it. */
  readonly scopes: readonly string[] | null
}

const answerWire = z.object({ access_token: z.string(), expires_in: z.number().positive(), scope: z.string().nullish() })

/** Beside it every call would count as the sender's own, and nothing would be marked as fetched (altinn3.md trap 13). */
const neverAsked = 'altinn:correspondence.write'

const step: SignInStep = { route: 'maskinporten/token', down: 'maskinporten-down' }

/**
 * The signed assertion of a JWT grant (RFC 7523; altinn3.md 1.1): unknown claims are refused by Maskinporten, so there
 * are none but these. Without an organisation it is a grant for the client itself.
 * @param at the service's time in ms, not the local clock's: `iat` may be 10 s off
 */
export async function assertionOf(grant: ClientKey & Partial<SystemUserGrant>, environment: Environment, limits: Pick<Limits, 'assertionMs'>, at: number): Promise<string> {
  if (grant.scopes.includes(neverAsked)) throw new Error(`The scope ${neverAsked} must never be asked for`)
  const { x5c, ...key } = grant.key
  const iat = Math.floor(at / 1000)
  const systemUser = grant.organisation === undefined ? {} : {
    authorization_details: [{
      type: 'urn:altinn:systemuser',
      systemuser_org: { authority: 'iso6523-actorid-upis', ID: `0192:${grant.organisation}` },
      ...(grant.externalRef === undefined ? {} : { externalRef: grant.externalRef }),
    }],
  }
  return await new SignJWT({ scope: grant.scopes.join(' '), ...systemUser })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(x5c === undefined ? { kid: grant.kid } : { x5c: [...x5c] }) })
    .setAudience(environment.maskinporten.issuer)
    .setIssuer(grant.clientId)
    .setIssuedAt(iat)
    .setExpirationTime(iat + Math.floor(limits.assertionMs / 1000))
    .setJti(randomUUID())
    .sign(await importJWK(key, 'RS256'))
}

const details = z.object({ systemuser_org: z.object({ ID: z.string() }) })

/** The organisation that a token is for; one element may come as a list or alone (altinn3.md 1.4). Null where the token does not say. */
export function organisationOf(token: string): string | null {
  if (token.split('.').length !== 3) return null
  let claims: Readonly<Record<string, unknown>>
  try {
    claims = decodeJwt(token)
  } catch {
    // Tokens by reference exist, and say nothing of themselves.
    return null
  }
  const given = claims['authorization_details']
  const first = details.safeParse(Array.isArray(given) ? given[0] : given)
  return first.success ? (/^0192:(\d{9})$/.exec(first.data.systemuser_org.ID)?.[1] ?? null) : null
}

function granted(answer: HttpAnswer, grant: ClientKey & Partial<SystemUserGrant>): Outcome<Grant> {
  const { exchange, status } = answer
  const read = readJson(answerWire, answer.body)
  if ('problem' in read) return { ok: false, failure: failure('schema', read.problem, { status }), exchange }
  const { access_token: token, expires_in: seconds, scope } = read.value
  const owner = organisationOf(token)
  // Mail of one organisation must never be taken for another's.
  if (grant.organisation !== undefined && owner !== null && owner !== grant.organisation) {
    return { ok: false, failure: signInFailure(signInProblem('wrong-organisation', `HTTP 200 ${step.route}`), { status }), exchange }
  }
  return { ok: true, value: { token, lifetimeMs: seconds * 1000, scopes: scope == null ? null : scope.split(' ').filter((one) => one !== '') }, exchange }
}

/**
 * Asks Maskinporten for a token: for a system user, or without an organisation for the client itself. A refusal carries a
 * sign-in problem.
 */
export async function askForGrant(http: Http, grant: ClientKey & Partial<SystemUserGrant>, environment: Environment, limits: Limits, at: number, context: Pick<RefusalContext, 'workedBefore'> & { readonly signal?: AbortSignal | undefined }): Promise<Outcome<Grant>> {
  const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await assertionOf(grant, environment, limits, at) }).toString()
  const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }
  const sent = await http.text({ route: step.route, method: 'POST', url: environment.maskinporten.token, headers, body, signal: context.signal, urgent: true })
  if ('failure' in sent) return { ok: false, failure: unanswered(sent.failure, step), exchange: sent.exchange }
  const { answer } = sent
  const other = notTheService(answer, step, http.now())
  if (other !== null) return { ok: false, failure: other, exchange: { ...answer.exchange, ...(other.kind === 'captive-portal' ? { serverDateAt: null } : {}) } }
  if (answer.status === 200) return granted(answer, grant)
  const { serverDateAt } = answer.exchange
  const skewMs = serverDateAt === null ? 0 : serverDateAt - at
  return { ok: false, failure: maskinportenRefusal(answer, { step, asked: grant.scopes, skewMs, workedBefore: context.workedBefore }), exchange: answer.exchange }
}
