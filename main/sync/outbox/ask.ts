import type { Failure } from '../../altinn/outcome.ts'
import type { IdentityTokens } from '../../altinn/tokens.ts'
import type { OutboxRow } from '../../store/ledger/events.ts'
import { toMsOrNull } from '../convert/text.ts'
import { isPlace } from './place.ts'
import type { OutboxContext, Step } from './step.ts'
import { offsetOf, retryHoldMs } from './answers.ts'
import { ownTimes, proofOf } from './proof.ts'

/** Asked hourly for a day, then daily, never silent (durability.md 15). */
function seldomMs(context: OutboxContext, row: OutboxRow): number {
  const { askHourlyMs, askDailyMs } = context.rules
  return context.now() - (row.sendingBeganAt ?? row.clickedAt) < askDailyMs ? askHourlyMs : askDailyMs
}

const later = (context: OutboxContext, waitMs: number): { readonly nextAskAt: number } => ({ nextAskAt: context.now() + waitMs })

/** The question itself could not be asked: nothing is learnt and nothing decided. */
function unanswered(context: OutboxContext, row: OutboxRow, failure: Failure): Step {
  const since = context.now() - (row.sendingBeganAt ?? row.clickedAt)
  const undecided = row.state === 'undecided' || since > context.rules.undecidedAfterMs
  const lasting = failure.kind === 'no-access' || failure.kind === 'not-found'
  const waitMs = lasting ? seldomMs(context, row) : (failure.retryAfterMs ?? retryHoldMs(context, row.asks + 1))
  const reason = lasting ? failure.kind : failure.kind === 'token' ? 'sign-in' : 'offline'
  return { change: { state: undecided || lasting ? 'undecided' : row.state, reason, ...later(context, waitMs) }, holdMs: waitMs }
}

/**
 * The service's history does not show the confirmation. After an answer of 200 it is only late. After a cut line two
 * denials, each begun late enough and a minute apart, prove that nothing happened, and it is sent again
 * (durability.md 15). A row parked by a restored ledger is never sent again by itself.
 */
function denied(context: OutboxContext, row: OutboxRow): Step {
  const { rules } = context
  const asks = row.asks + 1
  const since = context.now() - (row.sendingEndedAt ?? row.sendingBeganAt ?? row.clickedAt)
  if (row.state === 'accepted') {
    if (since > rules.undecidedAfterMs) {
      const waitMs = rules.askHourlyMs
      return { change: { state: 'undecided', reason: 'no-proof', asks, ...later(context, waitMs) }, holdMs: waitMs }
    }
    const waitMs = rules.proofMs[Math.min(row.asks, rules.proofMs.length - 1)] ?? rules.askHourlyMs
    return { change: { state: 'accepted', asks, ...later(context, waitMs) }, holdMs: waitMs }
  }
  const maySendAgain = row.state === 'sending'
  if (maySendAgain && asks >= 2) return { change: { state: 'waiting', reason: 'not-received', nextAskAt: null, asks: 0 }, holdMs: 0 }
  const waitMs = maySendAgain ? rules.betweenDenialsMs : seldomMs(context, row)
  return { change: { state: row.state, asks, ...later(context, waitMs) }, holdMs: waitMs }
}

/**
 * What may simply be sent again after a cut line: a move or a deletion, which asked for twice is done once, and once a read
 * report, where `already-done` then says that the first one arrived.
 */
function sendAgain(row: OutboxRow): Step | null {
  const mayRepeat = isPlace(row.kind) || row.kind === 'purge' || (row.kind === 'read' && row.attempt < 2)
  if (row.state !== 'sending' || !mayRepeat) return null
  return { change: { state: 'waiting', reason: 'not-received', nextAskAt: null, asks: 0 }, holdMs: 0 }
}

/** A move or deletion that a restored ledger parked: nothing is lost by asking a person, and a look would not tell. */
const parkedMs = (context: OutboxContext): number => context.rules.askDailyMs

/** The status that a row leaves in the letter's history. */
const statusOf = (row: OutboxRow): 'Confirmed' | 'Forwarded' => (row.kind === 'forward' ? 'Forwarded' : 'Confirmed')

/** Looks what became of a report. The look itself is visible to the sender as fetched, so it is seldom (altinn3.md 3.8). */
export async function ask(context: OutboxContext, identity: IdentityTokens | null, row: OutboxRow): Promise<Step> {
  const again = sendAgain(row)
  if (again !== null) return again
  if (isPlace(row.kind) || row.kind === 'purge') return { change: { state: row.state, asks: row.asks + 1, ...later(context, parkedMs(context)) }, holdMs: parkedMs(context) }
  if (identity === null) {
    const waitMs = retryHoldMs(context, row.asks + 1)
    return { change: row.reason === 'sign-in' ? null : { state: row.state, reason: 'sign-in', ...later(context, waitMs) }, holdMs: waitMs }
  }
  const outcome = await context.client.details(identity, row.correspondenceId)
  if (!outcome.ok) return unanswered(context, row, outcome.failure)
  const { wire } = outcome.value
  const readAt = toMsOrNull(wire.read)
  if (row.kind === 'read') {
    if (readAt === null) return denied(context, row)
    return { change: { state: 'proven', provenAt: readAt, reason: null, nextAskAt: null }, holdMs: null, facts: { readAt } }
  }
  const audit = await context.ledger.audit({ correspondenceId: row.correspondenceId, limit: 1000 })
  const proof = proofOf(wire.statusHistory, ownTimes(row, audit, offsetOf(outcome.exchange) ?? 0, context.rules), statusOf(row))
  const read = readAt === null ? {} : { readAt }
  if (row.kind === 'forward') {
    // Somebody else's copy says nothing of ours; Forwarded is written when the e-mail was delivered (altinn3.md 2.5).
    if (proof.kind !== 'ours') return denied(context, row)
    return { change: { state: 'proven', provenAt: proof.at, reason: null, nextAskAt: null }, holdMs: null, facts: read }
  }
  switch (proof.kind) {
    case 'ours':
      return { change: { state: 'proven', provenAt: proof.at, reason: null, nextAskAt: null }, holdMs: null, facts: { ...read, confirmedAt: proof.at, confirmedBy: 'us' } }
    case 'elsewhere':
      return { change: { state: 'done-elsewhere', provenAt: proof.at, reason: null, nextAskAt: null }, holdMs: null, facts: { ...read, confirmedAt: proof.at, confirmedBy: 'elsewhere' } }
    case 'absent':
      return denied(context, row)
  }
}
