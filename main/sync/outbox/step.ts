import type { AltinnCalls } from '../../altinn/client.ts'
import type { IdentityTokens } from '../../altinn/tokens.ts'
import type { NewLedgerEvent } from '../../store/ledger/events.ts'
import type { Ledger } from '../../store/ledger/ledger.ts'
import type { MailWriter } from '../../store/mail/api.ts'
import type { OutboxRules } from './rules.ts'

/** What a step of the outbox works with. */
export interface OutboxContext {
  readonly ledger: Ledger
  readonly mail: MailWriter
  readonly client: AltinnCalls
  /** The identity that clicked, never another; null while it is not signed in. */
  readonly identity: (accountUuid: string) => IdentityTokens | null
  readonly rules: OutboxRules
  readonly now: () => number
}

/** What is to become of a row after a step. */
export interface Step {
  readonly change: Omit<Extract<NewLedgerEvent, { type: 'outbox-changed' }>, 'type' | 'outboxUuid'> | null
  /** ms by the monotonic clock before the row is touched again; it begins anew at each start (durability.md 15). */
  readonly holdMs: number | null
  /** Facts that the service told on the way. */
  readonly facts?: { readonly readAt?: number; readonly confirmedAt?: number; readonly confirmedBy?: 'us' | 'elsewhere' }
}
