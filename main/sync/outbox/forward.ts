import type { IdentityTokens } from '../../altinn/tokens.ts'
import type { OutboxRow } from '../../store/ledger/events.ts'
import { accepted, afterFailure, answerOf, doneAt, refused } from './answers.ts'
import type { OutboxContext, Step } from './step.ts'

/** Why Altinn does not forward (altinn3.md 2.3): not allowed, not read yet, text or address not accepted. */
const reasons: Readonly<Record<number, string>> = { 1063: 'not-forwardable', 1065: 'read-first', 1066: 'text', 1067: 'text', 3011: 'address', 3027: 'address' }

/**
 * Has Altinn e-mail a copy. An e-mail cannot be taken back: where it is not known whether one went out, a person decides,
 * and only what certainly never arrived is sent again by itself (design.md section 4).
 */
export async function forward(context: OutboxContext, identity: IdentityTokens, row: OutboxRow, attempt: number): Promise<Step> {
  const { client, rules, now } = context
  const outcome = await client.forward(identity, row.correspondenceId, row.forwardTo ?? '', row.forwardText)
  const { exchange } = outcome
  if (outcome.ok) return { change: { state: 'proven', ...accepted(exchange), provenAt: doneAt(exchange), reason: null }, holdMs: null }
  const { failure } = outcome
  if (failure.kind === 'already-done') return { change: { state: attempt > 1 ? 'proven' : 'done-elsewhere', ...answerOf(failure, exchange), provenAt: doneAt(exchange), reason: null, nextAskAt: null }, holdMs: null }
  if (failure.effect === 'unknown') {
    const waitMs = rules.askHourlyMs
    return { change: { state: 'undecided', ...answerOf(failure, exchange), reason: 'no-answer', nextAskAt: now() + waitMs, asks: 1 }, holdMs: waitMs }
  }
  const reason = failure.errorCode === null ? undefined : reasons[failure.errorCode]
  return reason === undefined ? afterFailure(context, row, attempt, failure, exchange) : refused(failure, exchange, reason)
}
