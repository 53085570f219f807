import type { AccountRow, ConsentRow, LedgerEvent, LetterIds, LetterRow, NewLedgerEvent, OutboxRow, OutboxState } from './events.ts'

/** Which line of history the ledger is on; mirrors keep it beside their change number (durability.md 5). */
export interface LedgerPosition {
  readonly generation: string
  readonly runId: string
  readonly previousRunId: string | null
  readonly lastSeq: number
}

/** What was found and done when the ledger was opened; for the log and, where the user should know, the window. */
export interface LedgerOpening {
  /** Events that were in the journal but not yet in ledger.db. */
  readonly replayed: number
  /** Bytes of an unfinished record cut from the journal's end. */
  readonly cutBytes: number
  /** Why a new generation began; null when history simply went on. */
  readonly restored: string | null
  /** Outbox rows that became undecided because of it. */
  readonly parked: number
}

export interface OutboxFilter {
  readonly states?: readonly OutboxState[]
  readonly correspondenceId?: string
  /** Only rows changed by events after this sequence number (for mirrors). */
  readonly changedAfter?: number
}

export interface OutgoingFilter {
  readonly party?: string | null
  readonly correspondenceId?: string | null
  /** How many settled rows at most. */
  readonly limit: number
}

/**
 * What only this program knows (design.md section 3), in 'ledger-thread'.
 *
 * Errors: `LedgerRefusal` when an event may not happen (nothing was written), `StoreError` 'full' or 'unwritable' when it
 * could not be stored (nothing was written), 'damaged' when journal or database cannot be trusted.
 */
export interface Ledger {
  /** Journalled with fdatasync, then applied in one transaction; the promise resolves after both. */
  append(event: NewLedgerEvent): Promise<LedgerEvent>
  /** All or none, with one fdatasync. */
  appendAll(events: readonly NewLedgerEvent[]): Promise<readonly LedgerEvent[]>
  accounts(): Promise<readonly AccountRow[]>
  account(uuid: string): Promise<AccountRow | null>
  /** The newest consent of an account. */
  consent(accountUuid: string): Promise<ConsentRow | null>
  /** In the order they were added. */
  outbox(filter?: OutboxFilter): Promise<readonly OutboxRow[]>
  /** Newest first: what is under way or was refused and is not dealt with, then what is settled. What was undone is left out. */
  outgoing(filter: OutgoingFilter): Promise<readonly OutboxRow[]>
  /** How many are under way, and how many refused ones wait for a person. */
  outgoingCounts(): Promise<{ readonly open: number; readonly refused: number }>
  outboxOne(uuid: string): Promise<OutboxRow | null>
  /**
   * What the sender should look at now: waiting rows whose "not before" has passed and that no earlier row of the same
   * letter holds back, and rows whose next question is due. In the order they were added.
   */
  outboxDue(nowAt: number): Promise<readonly OutboxRow[]>
  notified(key: string): Promise<boolean>
  notifiedKeys(): Promise<readonly string[]>
  /** When the letter was first opened here; null = never. */
  openedHere(ids: LetterIds): Promise<number | null>
  letter(ids: LetterIds): Promise<LetterRow | null>
  /** Letters changed by events after `changedAfter` (all by default), in the order of their change. */
  letters(filter?: { readonly changedAfter?: number }): Promise<readonly LetterRow[]>
  /** JSON value; null when it was never set. */
  setting(name: string): Promise<unknown>
  settings(): Promise<Readonly<Record<string, unknown>>>
  /** Newest first. A correspondence's trail includes what was recorded of it under its dialog id. */
  audit(filter: { readonly correspondenceId?: string; readonly dialogId?: string; readonly limit: number }): Promise<readonly LedgerEvent[]>
  generation(): Promise<LedgerPosition>
  opening(): Promise<LedgerOpening>
  /**
   * Another file of the profile is ahead of the ledger, so the ledger was put back from an older copy: a new generation
   * begins and every unfinished outbox row becomes undecided. Resolves to the number of those.
   */
  reportRestored(detail: string): Promise<number>
}

export type LedgerRefusalCode =
  | 'illegal-transition'
  | 'already-open'
  | 'unknown-outbox'
  | 'unknown-account'
  | 'duplicate'
  | 'unfinished-outbox'
  | 'invalid-event'

/** An event that may not happen; nothing was written. */
export class LedgerRefusal extends Error {
  readonly code: LedgerRefusalCode

  constructor(code: LedgerRefusalCode, message: string) {
    super(message)
    this.name = 'LedgerRefusal'
    this.code = code
  }
}
