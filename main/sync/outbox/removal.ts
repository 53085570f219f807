import type { IdentityTokens } from '../../altinn/tokens.ts'
import type { OutboxRow } from '../../store/ledger/events.ts'
import { accepted, afterFailure, answerOf, doneAt, refused, retryHoldMs } from './answers.ts'
import type { OutboxContext, Step } from './step.ts'

/** A needed confirmation is missing (1026); it lies inside another dialog (1043): altinn3.md 2.3. */
const reasons: Readonly<Record<number, string>> = { 1026: 'confirm-first', 1043: 'transmission' }

/**
 * Deletes a letter at Altinn for good. What it deletes can be deleted only once, so a request whose answer was lost is sent
 * again: 200, 1014, or a 404 after a request of ours, say that it is gone (design.md section 4).
 */
export async function purge(context: OutboxContext, identity: IdentityTokens, row: OutboxRow, attempt: number): Promise<Step> {
  const outcome = await context.client.purge(identity, row.correspondenceId)
  const { exchange } = outcome
  if (outcome.ok) return { change: { state: 'proven', ...accepted(exchange), provenAt: doneAt(exchange), reason: null }, holdMs: null }
  const { failure } = outcome
  const gone = failure.kind === 'already-done' || (failure.kind === 'not-found' && attempt > 1)
  if (gone) {
    const state = attempt > 1 ? 'proven' : 'done-elsewhere'
    return { change: { state, ...answerOf(failure, exchange), provenAt: doneAt(exchange), reason: null, nextAskAt: null }, holdMs: null }
  }
  if (failure.effect === 'unknown') {
    const waitMs = Math.max(context.rules.readAgainMs, retryHoldMs(context, attempt))
    return { change: { state: 'sending', ...answerOf(failure, exchange), reason: 'no-answer', nextAskAt: context.now() + waitMs, asks: 0 }, holdMs: waitMs }
  }
  const reason = failure.errorCode === null ? undefined : reasons[failure.errorCode]
  return reason === undefined ? afterFailure(context, row, attempt, failure, exchange) : refused(failure, exchange, reason)
}
