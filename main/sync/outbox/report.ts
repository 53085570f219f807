import type { IdentityTokens } from '../../altinn/tokens.ts'
import type { OutboxRow } from '../../store/ledger/events.ts'
import { accepted, afterFailure, answerOf, doneAt } from './answers.ts'
import type { OutboxContext, Step } from './step.ts'

/** Reports a letter as read, or confirms it: what its sender waits for. */
export async function report(context: OutboxContext, identity: IdentityTokens, row: OutboxRow, attempt: number): Promise<Step> {
  const { client, rules, now } = context
  const outcome = row.kind === 'confirm' ? await client.confirm(identity, row.correspondenceId) : await client.markAsRead(identity, row.correspondenceId)
  const { exchange } = outcome
  if (outcome.ok) {
    // Read is written before the answer; unlike a confirm it needs no second look (altinn3.md 2.3).
    if (row.kind === 'read') return { change: { state: 'proven', ...accepted(exchange), provenAt: doneAt(exchange) }, holdMs: null, facts: { readAt: doneAt(exchange) } }
    const waitMs = rules.firstProofMs
    return { change: { state: 'accepted', ...accepted(exchange), nextAskAt: now() + waitMs, asks: 0 }, holdMs: waitMs }
  }
  const { failure } = outcome
  if (failure.kind === 'already-done') {
    // By somebody who acts for the recipient, or by an earlier request of ours: for a confirm the history tells.
    if (row.kind === 'read') return { change: { state: 'done-elsewhere', ...answerOf(failure, exchange), nextAskAt: null }, holdMs: null }
    return { change: { state: 'sending', ...answerOf(failure, exchange), reason: 'already-done', nextAskAt: now(), asks: 0 }, holdMs: 0 }
  }
  if (failure.effect === 'unknown') {
    const confirmWaitMs = failure.status === null ? rules.afterCutMs : rules.afterErrorMs
    const waitMs = row.kind === 'confirm' ? confirmWaitMs : rules.readAgainMs
    return { change: { state: 'sending', ...answerOf(failure, exchange), reason: 'no-answer', nextAskAt: now() + waitMs, asks: 0 }, holdMs: waitMs }
  }
  return afterFailure(context, row, attempt, failure, exchange)
}
