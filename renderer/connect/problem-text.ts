import type { ConnectProblem } from '../../preload/contract/index.ts'
import type { Translate } from '../../resources/locales/index.ts'
import { keyText, signInText, stepText } from '../../resources/locales/sign-in-text.ts'

/** What stands in the way, what to do about it, and the code for support. */
export function problemText(t: Translate, problem: ConnectProblem): string {
  switch (problem.kind) {
    case 'key':
      return keyText(t, problem.code, problem.detail)
    case 'sign-in':
      return signInText(t, problem.problem)
    case 'no-access':
    case 'no-answer':
      return stepText(t, problem.kind, problem.supportCode, problem.traceId)
  }
}
