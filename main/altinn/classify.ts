import type { HttpAnswer } from './http.ts'
import type { HostList } from './hosts.ts'
import { type Failure, failure } from './outcome.ts'
import { problemCodeOf, readRefusal, traceIdOf } from './refusal.ts'
import { retryAfterMs } from './retry-after.ts'

export const looksLikeHtml = (answer: HttpAnswer): boolean =>
  (answer.headers['content-type'] ?? '').startsWith('text/html') || /^\s*<(!doctype|html)/i.test(answer.body)

/**
 * Whether a network that wants its visitor to log in first answered: by its own status (RFC 6585 section 6), or by sending the
 * caller to a host that is none of the environment's. Altinn itself sends to its own login page at most (altinn3.md trap 23).
 */
function isCaptivePortal({ status, headers }: HttpAnswer, hosts: HostList | undefined): boolean {
  if (status === 511) return true
  const to = headers['location']
  return hosts !== undefined && status >= 300 && status < 400 && to !== undefined && URL.canParse(to) && !hosts.mayAsk(to) && !hosts.isLoginPage(to)
}

/**
 * What an answer that is not a success means. A redirect is never followed and HTML never read: without its token a
 * call is sent to a login page (altinn3.md trap 23).
 * @param hosts the environment's, where a redirect out of it should be told apart
 * @param changes whether the request changes something at the service: then a 5xx leaves its effect unknown
 */
export function classify(answer: HttpAnswer, changes: boolean, now: number, hosts?: HostList): Failure {
  const { status, body, headers } = answer
  const more = { status, traceId: traceIdOf(body), problemCode: problemCodeOf(body), retryAfterMs: retryAfterMs(headers['retry-after'], now) }
  if (isCaptivePortal(answer, hosts)) return failure('captive-portal', `The network answered in the service's place (${String(status)})`, more)
  if (status >= 300 && status < 400) return failure('unexpected-content', 'The service answered with a redirect', more)
  if (status === 408 || status === 429 || (status === 503 && more.retryAfterMs !== null)) {
    return failure('throttled', `The service asks to wait (${String(status)})`, more)
  }
  if (status >= 500) return failure('server', `The service failed (${String(status)})`, { ...more, effect: changes ? 'unknown' : 'no' })
  const refusal = readRefusal(status, body)
  switch (refusal.kind) {
    case 'token':
      return failure('token', 'The service did not accept the sign-in', more)
    case 'no-access':
      return failure('no-access', `No access (${String(refusal.errorCode)})`, { ...more, errorCode: refusal.errorCode })
    case 'not-found':
      return failure('not-found', `Not found${refusal.errorCode === null ? '' : ` (${String(refusal.errorCode)})`}`, { ...more, errorCode: refusal.errorCode })
    case 'already-done':
      return failure('already-done', `Done before (${String(refusal.errorCode)})`, { ...more, errorCode: refusal.errorCode })
    case 'refused': {
      if (status === 403) return failure('no-access', 'No access (403)', more)
      if (looksLikeHtml(answer)) return failure('unexpected-content', `The service answered with a web page (${String(status)})`, more)
      const code = refusal.errorCode === null ? String(status) : `${String(status)}, ${String(refusal.errorCode)}`
      return failure('refused', `The service refused (${code})`, { ...more, errorCode: refusal.errorCode })
    }
  }
}

/** Statuses after which a GET is tried again (altinn3.md section 5); a 503 that names a time is waited for as well. */
export const worthRetrying = (reason: Failure): boolean => reason.kind === 'throttled' || reason.kind === 'server' || reason.kind === 'unreachable'
