import { z } from 'zod'
import { looksLikeHtml } from './classify.ts'
import { clockToleranceMs } from './clock.ts'
import type { HttpAnswer } from './http.ts'
import { untrusted } from './http.ts'
import { readJson } from './json.ts'
import { type Failure, type FailureKind, failure } from './outcome.ts'
import { traceIdOf } from './refusal.ts'
import { retryAfterMs } from './retry-after.ts'
import { type SignInProblem, type SignInProblemCode, signInProblem } from './sign-in-problem.ts'

/** OAuth errors (RFC 6749 section 5.2) with Maskinporten's own codes inside the description (altinn3.md 1.1). */
const errorWire = z.object({ error: z.string(), error_description: z.string().nullish() })

/** The code that support asks for (`MP-303`), where the description names one. */
const codeIn = (description: string): string | null => /\bMP-\d+\b/.exec(description)?.[0] ?? null
/** Maskinporten puts the trace at the end of its description. */
const traceIn = (description: string): string | null => /trace[_ ]?id:?\s*([\w-]+)/i.exec(description)?.[1] ?? null

/** What is asked of whom: the route for logs and support, and the service that is down when it does not answer. */
export interface SignInStep {
  readonly route: string
  readonly down: Extract<SignInProblemCode, 'maskinporten-down' | 'idporten-down' | 'altinn-down'>
}

/** How a problem of signing in counts for whoever waits for the token: only a lasting one asks for a new sign-in. */
function kindOf({ code, passing }: SignInProblem): FailureKind {
  if (code === 'captive-portal') return 'captive-portal'
  if (code === 'no-connection' || code === 'untrusted-connection') return 'unreachable'
  if (code === 'exchange-refused') return 'token'
  return passing ? 'server' : 'token'
}

/** A failure of a call for a token; the message holds the problem's code and what support asks for, nothing of the token. */
export function signInFailure(problem: SignInProblem, more: Partial<Failure> = {}): Failure {
  return failure(kindOf(problem), `Sign-in failed: ${problem.code} (${problem.supportCode})`, { ...more, traceId: problem.traceId, signIn: problem, effect: 'no' })
}

/** A call for a token that got no answer. */
export function unanswered(broken: Failure, step: SignInStep): Failure {
  if (broken.kind !== 'unreachable') return { ...broken, effect: 'no' }
  const problem = signInProblem(untrusted(broken.code ?? '') ? 'untrusted-connection' : 'no-connection', `${broken.code ?? 'BROKEN'} ${step.route}`)
  return { ...signInFailure(problem), code: broken.code, message: broken.message }
}

/** Answers that are the same whoever is asked: somebody else's page, or a service that is down. */
export function notTheService(answer: HttpAnswer, step: SignInStep, now: number): Failure | null {
  const { status, headers, body } = answer
  const supportCode = `HTTP ${String(status)} ${step.route}`
  const traceId = traceIdOf(body)
  // No token call is ever answered by a page or sent elsewhere; the network's log-in page does both.
  if ((status >= 300 && status < 400) || status === 511 || (status < 500 && looksLikeHtml(answer))) return signInFailure(signInProblem('captive-portal', supportCode), { status })
  if (status >= 500 || status === 429 || status === 408) {
    const wait = retryAfterMs(headers['retry-after'], now)
    return { ...signInFailure(signInProblem(step.down, supportCode, { traceId }), { status, retryAfterMs: wait }), kind: status === 429 || status === 408 ? 'throttled' : 'server' }
  }
  return null
}

/** What Maskinporten's refusal is about, by its code and, where one code has many reasons, by its words. */
function meaningOf(error: string, code: string | null, description: string): SignInProblemCode {
  if (code === 'MP-303' || error === 'invalid_altinn_customer_configuration') return 'no-system-user'
  if (code === 'MP-110') return 'wrong-issuer'
  if (code === 'MP-120') return /expired|not (yet )?valid/i.test(description) ? 'expired-certificate' : 'invalid-certificate'
  if (code === 'MP-121') return 'expired-key'
  if (error === 'invalid_scope' || /\bscopes?\b/i.test(description)) return 'scope-not-granted'
  if (/\b(iat|issued at)\b/i.test(description)) return 'clock'
  if (/\b(kid|key id(entifier)?)\b/i.test(description)) return /signature/i.test(description) && !/unknown|not found/i.test(description) ? 'wrong-key' : 'other-client-key'
  if (/unknown client|client.{0,40}(not found|unknown|does not exist)|invalid client( |_)?id|claim iss\b/i.test(description)) return 'unknown-client'
  if (/systemuser_org|organi[sz]ation (number|identifier)|orgno/i.test(description)) return 'wrong-organisation'
  if (/aud(ience)?\b/i.test(description)) return 'wrong-issuer'
  if (/certificate/i.test(description)) return /expired/i.test(description) ? 'expired-certificate' : 'invalid-certificate'
  if (code === 'MP-100' || /signature/i.test(description)) return 'wrong-key'
  if (error === 'invalid_client' || error === 'unauthorized_client') return 'unknown-client'
  return 'refused'
}

/** What may be known beside the answer. */
export interface RefusalContext {
  readonly step: SignInStep
  readonly asked: readonly string[]
  /** Service's clock less ours when the assertion was signed, as the answer shows it. */
  readonly skewMs: number
  /** Whether the same identity had a token before: then what is missing now was taken away. */
  readonly workedBefore: boolean
}

/** What an assertion that has expired, or is not valid yet, may be told as. */
const ofTheAssertion: ReadonlySet<SignInProblemCode> = new Set<SignInProblemCode>(['wrong-key', 'other-client-key', 'unknown-client', 'refused'])

/** Maskinporten's refusal as a problem that a person can act on. */
export function maskinportenRefusal(answer: HttpAnswer, context: RefusalContext): Failure {
  const { status, body } = answer
  const refused = readJson(errorWire, body)
  const supportCode = `HTTP ${String(status)} ${context.step.route}`
  if ('problem' in refused) return signInFailure(signInProblem('refused', supportCode, { traceId: traceIdOf(body) }), { status })
  const { error } = refused.value
  const description = refused.value.error_description ?? ''
  const code = codeIn(description)
  let meaning = meaningOf(error, code, description)
  if (meaning === 'no-system-user' && context.workedBefore) meaning = 'revoked'
  // One refusal has many reasons and its words may name another than the true one; a clock that is visibly off is reason enough.
  if (ofTheAssertion.has(meaning) && Math.abs(context.skewMs) > clockToleranceMs) meaning = 'clock'
  const named = context.asked.filter((scope) => description.split(/[\s,;"'()[\]]+/).includes(scope))
  const scopes = meaning === 'scope-not-granted' ? (named.length > 0 ? named : context.asked) : []
  return signInFailure(signInProblem(meaning, code ?? `${supportCode} ${error.replace(/[^\w-]/g, '').slice(0, 60)}`, { traceId: traceIn(description), scopes }), { status })
}
