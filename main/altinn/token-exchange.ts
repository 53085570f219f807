import { classify } from './classify.ts'
import type { Environment } from './environment.ts'
import type { Http } from './http.ts'
import { type Outcome, failure } from './outcome.ts'
import { traceIdOf } from './refusal.ts'
import { notTheService, signInFailure, type SignInStep, unanswered } from './sign-in-answers.ts'
import { signInProblem } from './sign-in-problem.ts'

/** A JWT as the exchange answers it: plain text, perhaps in quotation marks (altinn3.md 1.3). */
export function bareToken(body: string): string | null {
  const token = body.trim().replace(/^"(.*)"$/, '$1')
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token) ? token : null
}

/** Makes an Altinn token of a token of Maskinporten or ID-porten (altinn3.md 1.3). */
export async function exchangeToken(http: Http, environment: Environment, provider: 'maskinporten' | 'id-porten', token: string, signal?: AbortSignal): Promise<Outcome<string>> {
  const step: SignInStep = { route: `exchange/${provider}`, down: 'altinn-down' }
  for (let again = false; ; again = true) {
    const sent = await http.text({ route: step.route, method: 'GET', url: `${environment.platform}/authentication/api/v1/exchange/${provider}`, token, urgent: true, signal })
    if ('failure' in sent) return { ok: false, failure: unanswered(sent.failure, step), exchange: sent.exchange }
    const { answer } = sent
    const { status, exchange } = answer
    const other = notTheService(answer, step, http.now())
    if (other !== null) return { ok: false, failure: other, exchange }
    // A register that is down shows as 401 as well: once more before anybody is asked to sign in (altinn3.md trap 24).
    if (status === 401 && !again) continue
    if (status === 200) {
      const exchanged = bareToken(answer.body)
      if (exchanged !== null) return { ok: true, value: exchanged, exchange }
      return { ok: false, failure: failure('unexpected-content', 'The exchange did not answer with a token', { status }), exchange }
    }
    // 403: a person's token without any scope of Altinn's (altinn3.md 1.3).
    const problem = signInProblem(status === 403 && provider === 'id-porten' ? 'scope-not-granted' : 'exchange-refused', `HTTP ${String(status)} ${step.route}`, { traceId: traceIdOf(answer.body) })
    if (status === 401 || status === 403) return { ok: false, failure: signInFailure(problem, { status }), exchange }
    return { ok: false, failure: { ...classify(answer, false, http.now(), http.allowed), signIn: problem }, exchange }
  }
}
