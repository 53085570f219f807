import type { EngineError, Obstacle } from '../../preload/contract/index.ts'
import type { Failure } from '../altinn/outcome.ts'
import type { SignInProblem } from '../altinn/sign-in-problem.ts'
import { StoreError, type StoreErrorCode } from '../store/errors.ts'

/** An error that a shell can word. */
export class Refusal extends Error {
  readonly code: EngineError['code']
  constructor(code: Exclude<EngineError['code'], 'not-possible'>, detail: string)
  constructor(code: 'not-possible', obstacle: Obstacle)
  constructor(code: EngineError['code'], detail: string) {
    super(detail)
    this.code = code
  }
}

const refusal = ({ code, message }: Refusal): EngineError => ({ code, canRetry: false, detail: message, ...(code === 'not-possible' ? { obstacle: message as Obstacle } : {}) })

const storeCodes: Readonly<Record<StoreErrorCode, EngineError['code']>> = {
  'wrong-key': 'wrong-key',
  damaged: 'damaged',
  'too-new': 'too-new',
  full: 'disk-full',
  unwritable: 'unwritable',
  locked: 'busy',
  'missing-keys': 'missing-keys',
  'network-file-system': 'network-disk',
}

/** An error as a value of the contract; null for a fault of the program. */
export function engineErrorOf(error: unknown): EngineError | null {
  if (error instanceof Refusal) return refusal(error)
  if (error instanceof StoreError) return { code: storeCodes[error.code], canRetry: error.code === 'full' || error.code === 'locked', detail: error.message }
  if (error instanceof Error && error.name === 'LedgerRefusal') {
    const late = 'code' in error && error.code === 'illegal-transition'
    return late ? { code: 'too-late', canRetry: false, detail: error.message } : { code: 'not-possible', obstacle: 'under-way', canRetry: false, detail: error.message }
  }
  return null
}

/** What stands in the way of signing in, as the contract says it. */
export const signInView = ({ code, supportCode, traceId, scopes }: SignInProblem): NonNullable<EngineError['signIn']> => ({ code, supportCode, traceId, scopes: [...scopes] })

/** A failure of the services as a value. */
export function failureError(failure: Failure): EngineError & { readonly code: 'offline' | 'service' | 'sign-in' } {
  const more = { detail: failure.message, ...(failure.signIn === undefined ? {} : { signIn: signInView(failure.signIn) }) }
  // Left alone after it could not be reached, or after it answered with errors.
  if (failure.kind === 'paused') return { code: failure.status === null ? 'offline' : 'service', canRetry: true, ...more }
  if (failure.kind === 'token') return { code: 'sign-in', canRetry: false, ...more }
  return { code: failure.kind === 'unreachable' || failure.kind === 'captive-portal' || failure.kind === 'cancelled' ? 'offline' : 'service', canRetry: true, ...more }
}
