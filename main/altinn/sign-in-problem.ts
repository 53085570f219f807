/**
 * What stands in the way of signing in, as a person has to act on it. Each has its own sentence in every language:
 * `sign-in.problem.<code>`.
 */
export const signInProblemCodes = [
  /** The signature does not fit the key that is registered under this key id. */
  'wrong-key',
  /** No such key is registered on this client: most often another client's key. */
  'other-client-key',
  'unknown-client',
  'scope-not-granted',
  'no-system-user',
  /** The grant is for another organisation than was asked for, or the number is none that Maskinporten takes. */
  'wrong-organisation',
  /** It worked before: the system user was taken away. */
  'revoked',
  'expired-key',
  'invalid-certificate',
  'expired-certificate',
  /** The environment's issuer is not the one that Maskinporten calls itself. */
  'wrong-issuer',
  /** The clock of this machine is further off than is corrected for. */
  'clock',
  'maskinporten-down',
  'idporten-down',
  'altinn-down',
  'exchange-refused',
  /** The service refuses a token that was just made. */
  'token-refused',
  'captive-portal',
  'no-connection',
  /** Somebody between us and the service shows a certificate that is not trusted. */
  'untrusted-connection',
  /** A person's login is over. */
  'login-ended',
  /** The person, or ID-porten for them, ended the login without giving access. */
  'login-refused',
  /** What came back does not belong to this login. */
  'login-invalid',
  /** Logged in with a lower level than was asked for. */
  'login-level',
  'login-timed-out',
  /** Somebody else logged in than the one the identity is. */
  'login-other-person',
  /** A newer login took its place. */
  'login-replaced',
  /** No public client of this program is known for the environment. */
  'login-not-configured',
  /** Of a request for a system user (altinn3.md 1.4): there is one already, which a test of the steps will find. */
  'system-user-exists',
  /** The system is not registered, or by another organisation than the client's. */
  'unknown-system',
  /** Something is asked for that the system is not registered with. */
  'rights-not-offered',
  /** An earlier request was turned down and stands in the way of another. */
  'request-stands',
  'refused',
] as const
export type SignInProblemCode = (typeof signInProblemCodes)[number]

export interface SignInProblem {
  readonly code: SignInProblemCode
  /** For support, without anything secret: `MP-303`, else status and route like `HTTP 401 exchange/maskinporten`, else an error code of the system. */
  readonly supportCode: string
  /** Names the request in the service's own logs. */
  readonly traceId: string | null
  /** Which scopes, where they are what is missing. */
  readonly scopes: readonly string[]
  /** Whether the same may work later without anybody doing anything. */
  readonly passing: boolean
}

const passing: ReadonlySet<SignInProblemCode> = new Set<SignInProblemCode>(['maskinporten-down', 'idporten-down', 'altinn-down', 'exchange-refused', 'captive-portal', 'no-connection'])

export function signInProblem(code: SignInProblemCode, supportCode: string, more: { readonly traceId?: string | null; readonly scopes?: readonly string[] } = {}): SignInProblem {
  return { code, supportCode, traceId: more.traceId ?? null, scopes: more.scopes ?? [], passing: passing.has(code) }
}
