import { z } from 'zod'

/**
 * What stands in the way of signing in; shells word it by `sign-in.problem.<code>`, which says what to do.
 *
 * - wrong-key, other-client-key, unknown-client, expired-key, invalid-certificate, expired-certificate: what the identity signs with
 * - scope-not-granted: `scopes` says which
 * - no-system-user, wrong-organisation, revoked: what Altinn knows of the identity
 * - wrong-issuer: the addresses of the environment do not fit together
 * - clock: the machine's clock is further off than is corrected for
 * - maskinporten-down, idporten-down, altinn-down, exchange-refused: the services; these pass by themselves
 * - captive-portal, no-connection, untrusted-connection: the way to them
 * - token-refused, login-*: a login that is over, or did not come about
 * - refused: for a reason that is not known
 */
export const signInProblem = z.object({
  code: z.enum([
    'wrong-key', 'other-client-key', 'unknown-client', 'scope-not-granted', 'no-system-user', 'wrong-organisation', 'revoked', 'expired-key', 'invalid-certificate', 'expired-certificate', 'wrong-issuer', 'clock',
    'maskinporten-down', 'idporten-down', 'altinn-down', 'exchange-refused', 'token-refused', 'captive-portal', 'no-connection', 'untrusted-connection',
    'login-ended', 'login-refused', 'login-invalid', 'login-level', 'login-timed-out', 'login-other-person', 'login-replaced', 'login-not-configured',
    'system-user-exists', 'unknown-system', 'rights-not-offered', 'request-stands', 'refused',
  ]),
  /** For support, without anything secret. */
  supportCode: z.string(),
  /** Names the request in the service's own logs. */
  traceId: z.string().nullable(),
  scopes: z.array(z.string()),
})
export type SignInProblem = z.infer<typeof signInProblem>
