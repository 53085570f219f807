import type { SignInProblem } from './sign-in-problem.ts'

/** When a request ran, by both clocks. Times are ms since 1970 UTC; `serverDateAt` is the Date header, in whole seconds, or null. */
export interface Exchange {
  readonly beganAt: number
  readonly endedAt: number
  readonly serverDateAt: number | null
}

export type FailureKind =
  /** No usable token: sign in again. */
  | 'token'
  /** The identity may not do this for this recipient (401 with 4001, 403). */
  | 'no-access'
  | 'not-found'
  /** Read, confirmed, purged or forwarded before (1040, 1041, 1014, 1064). */
  | 'already-done'
  | 'refused'
  | 'throttled'
  /** Not sent: the host asked to be left alone for a while, or failed too often in a row; `status` is that of its last answer, null when it could not be reached. */
  | 'paused'
  /** 5xx. */
  | 'server'
  | 'unreachable'
  /** An answer that does not fit what the service documents. */
  | 'schema'
  /** A redirect, or HTML where none belongs: a login page is never taken for a file. */
  | 'unexpected-content'
  /** A network that shows its own page first answered in the service's place: its visitor must log in to it in a browser. */
  | 'captive-portal'
  | 'cancelled'

/** Why a call gave nothing. */
export interface Failure {
  readonly kind: FailureKind
  readonly status: number | null
  readonly errorCode: number | null
  /** Readable, for a log or a row: no address, no title, no national number. */
  readonly message: string
  readonly retryAfterMs: number | null
  /** Whether a request that changes something may have done so all the same; 'no' for everything that only reads. */
  readonly effect: 'no' | 'unknown'
  readonly traceId: string | null
  /** The service's own code as it writes it in a problem document (`AUTH-00004`), where it does. */
  readonly problemCode?: string | undefined
  /** Code of the system for a connection that was not made or broke (`ECONNREFUSED`). */
  readonly code: string | null
  /** What stands in the way of signing in, where that is what failed. */
  readonly signIn?: SignInProblem | undefined
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T; readonly exchange: Exchange }
  | { readonly ok: false; readonly failure: Failure; readonly exchange: Exchange }

export function failure(kind: FailureKind, message: string, more: Partial<Omit<Failure, 'kind' | 'message'>> = {}): Failure {
  return { kind, message, status: null, errorCode: null, retryAfterMs: null, effect: 'no', traceId: null, code: null, ...more }
}
