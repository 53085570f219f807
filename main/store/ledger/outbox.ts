import { z } from 'zod'

/**
 * The outbox's states and which may follow which (design.md section 4, durability.md 15).
 *
 * `sending` is written before the request leaves; while its effect is unknown the row stays `sending` with a time to ask,
 * or becomes `undecided`. Only a request that certainly had no effect goes back to `waiting`.
 */
export const outboxState = z.enum(['waiting', 'sending', 'accepted', 'proven', 'done-elsewhere', 'refused', 'undecided', 'undone'])
export type OutboxState = z.infer<typeof outboxState>

/** Reports to the sender, moves of the shared label, deletion at Altinn, and a copy by e-mail. */
export const outboxKind = z.enum(['read', 'confirm', 'archive', 'bin', 'restore', 'purge', 'forward'])
export type OutboxKind = z.infer<typeof outboxKind>

export interface OutboxRow {
  readonly uuid: string
  readonly kind: OutboxKind
  readonly accountUuid: string
  readonly dialogId: string | null
  readonly correspondenceId: string
  readonly party: string
  readonly state: OutboxState
  readonly clickedAt: number
  readonly notBeforeAt: number
  /** SHA-256 (hex) of the original that was on screen when the user clicked. */
  readonly versionShown: string | null
  /** Of a `forward`: the e-mail address and the text that goes with it. */
  readonly forwardTo: string | null
  readonly forwardText: string | null
  /** Local user who asked for it. */
  readonly person: string
  /** How many requests were begun. */
  readonly attempt: number
  /** Local clock. */
  readonly sendingBeganAt: number | null
  readonly sendingEndedAt: number | null
  /** Server clock minus local clock, from the Date header of the answer. */
  readonly serverOffsetMs: number | null
  readonly answerStatus: number | null
  readonly answerCode: number | null
  readonly traceId: string | null
  /** Service time of the proof. */
  readonly provenAt: number | null
  readonly reason: string | null
  readonly nextAskAt: number | null
  readonly asks: number
  /** Sequence number of the event that added the row: the order of a letter's receipts. */
  readonly addedSeq: number
  /** Sequence number of the last event that changed it. */
  readonly changedSeq: number
}

const next: Readonly<Record<OutboxState, readonly OutboxState[]>> = {
  // Same state: a postponed "not before", or a reason the user should see.
  waiting: ['waiting', 'sending', 'done-elsewhere', 'refused', 'undecided', 'undone'],
  // Same state: an unknown effect is asked about, and after two denials the next attempt begins.
  sending: ['sending', 'waiting', 'accepted', 'proven', 'done-elsewhere', 'refused', 'undecided'],
  accepted: ['accepted', 'proven', 'done-elsewhere', 'refused', 'undecided'],
  // To waiting: the user says "send it" of a row parked by a restore, or two denials prove that nothing happened.
  undecided: ['undecided', 'waiting', 'sending', 'proven', 'done-elsewhere', 'refused'],
  proven: [],
  'done-elsewhere': [],
  refused: [],
  undone: [],
}

/** Whether a row in `from` may become `to`; the final states never change again. */
export function mayBecome(from: OutboxState, to: OutboxState): boolean {
  return next[from].includes(to)
}

/** States in which a row still has work to do. */
export const openStates: readonly OutboxState[] = ['waiting', 'sending', 'accepted', 'undecided']

export function isOpen(state: OutboxState): boolean {
  return openStates.includes(state)
}
