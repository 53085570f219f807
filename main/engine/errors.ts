import type { EngineError } from '../../preload/contract/index.ts'
import type { Failure } from '../altinn/outcome.ts'
import { StoreError, type StoreErrorCode } from '../store/errors.ts'

/** An error that a shell can word. */
export class Refusal extends Error {
  readonly code: EngineError['code']
  constructor(code: EngineError['code'], detail: string) {
    super(detail)
    this.code = code
  }
}

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
  if (error instanceof Refusal) return { code: error.code, canRetry: false, detail: error.message }
  if (error instanceof StoreError) return { code: storeCodes[error.code], canRetry: error.code === 'full' || error.code === 'locked', detail: error.message }
  if (error instanceof Error && error.name === 'LedgerRefusal') {
    const late = 'code' in error && error.code === 'illegal-transition'
    return { code: late ? 'too-late' : 'not-possible', canRetry: false, detail: error.message }
  }
  return null
}

/** A failure of the services as a value. */
export function failureError(failure: Failure): EngineError {
  // Left alone after it could not be reached, or after it answered with errors.
  if (failure.kind === 'paused') return { code: failure.status === null ? 'offline' : 'service', canRetry: true, detail: failure.message }
  if (failure.kind === 'token') return { code: 'sign-in', canRetry: false, detail: failure.message }
  return { code: failure.kind === 'unreachable' || failure.kind === 'cancelled' ? 'offline' : 'service', canRetry: true, detail: failure.message }
}
