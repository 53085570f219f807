import type { AltinnCalls } from '../altinn/client.ts'
import type { Failure } from '../altinn/outcome.ts'
import type { IdentityTokens } from '../altinn/tokens.ts'
import type { FetchScope, MailWriter } from '../store/mail/api.ts'
import type { Vault } from '../store/vault/vault.ts'
import type { SyncRules } from './rules.ts'

/** What sync is doing, for whom, and how far it has come. `total` is null where it is not known yet. */
export interface SyncProgress {
  readonly phase: 'recipients' | 'discover' | 'link' | 'fetch' | 'attachments' | 'full-pass'
  readonly done: number
  readonly total: number | null
  /** Party URN, where the step concerns one recipient. */
  readonly party: string | null
}

/** Everything a stage of sync needs; one for each identity and run. */
export interface SyncContext {
  readonly accountUuid: string
  readonly identity: IdentityTokens
  readonly client: AltinnCalls
  readonly mail: MailWriter
  readonly vault: Vault
  readonly rules: SyncRules
  /** ms since 1970 UTC of the local clock; no cursor ever comes from it (durability.md 14). */
  readonly now: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  readonly report: (progress: SyncProgress) => void
  /** Called when rows changed, so that a window can show them. */
  readonly changed: () => void
}

export type { FetchScope }

/** A failure that stops the whole pass of this identity: without a token or a service nothing else will go better. */
export class PassStopped extends Error {
  override readonly name = 'PassStopped'
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.message)
    this.failure = failure
  }
}

/** Whether going on with other recipients or messages makes no sense after this failure. */
export const stopsPass = (failure: Failure): boolean => failure.kind === 'token' || failure.kind === 'cancelled' || failure.kind === 'paused'
