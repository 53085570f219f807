import type { Call, Reply } from './http.ts'

/** Why a token is none. */
export type TokenProblem =
  | { readonly problem: 'none' | 'invalid' | 'signature' }
  | { readonly problem: 'expired' | 'early'; readonly at: Date }
  | { readonly problem: 'issuer'; readonly issuer: string }

/** The token of a request, whatever the case of its scheme. */
export function bearer(call: Call): string | null {
  const found = /^bearer +(\S+)$/i.exec(call.headers['authorization'] ?? '')
  return found?.[1] ?? null
}

function dateText(at: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${two(at.getUTCMonth() + 1)}/${two(at.getUTCDate())}/${String(at.getUTCFullYear())} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`
}

function challengeOf(problem: TokenProblem): string {
  const invalid = (description: string): string => `Bearer error="invalid_token", error_description="${description}"`
  switch (problem.problem) {
    case 'none':
      return 'Bearer'
    case 'expired':
      return invalid(`The token expired at '${dateText(problem.at)}'`)
    case 'early':
      return invalid(`The token is not valid before '${dateText(problem.at)}'`)
    case 'issuer':
      return invalid(`The issuer '${problem.issuer}' is invalid`)
    case 'invalid':
    case 'signature':
      return 'Bearer error="invalid_token"'
  }
}

/**
 * The challenges of a 401, one for each scheme the action knows (altinn3.md 2.2 and 3.9).
 * @param named whether every challenge names the fault, or only the last, as Dialogporten does of tokens it can read
 */
export function unauthorized(problem: TokenProblem, schemes: number, named: 'all' | 'last' = 'all'): Reply {
  const detail = challengeOf(problem)
  return { status: 401, headers: { 'www-authenticate': Array.from({ length: schemes }, (_, index) => (named === 'all' || index === schemes - 1 ? detail : 'Bearer')) } }
}
