import type { IdentityTokens } from '../../altinn/tokens.ts'
import type { Exchange, Failure } from '../../altinn/outcome.ts'
import type { OutboxRow } from '../../store/ledger/events.ts'
import type { OutboxContext, Step } from './step.ts'

/** Service clock less local clock, ms, or null where the answer carried no Date. */
export function offsetOf(exchange: Exchange): number | null {
  return exchange.serverDateAt === null ? null : exchange.serverDateAt - (exchange.beganAt + exchange.endedAt) / 2
}

/** How long a request that certainly had no effect waits before the next; grows with each. */
export function retryHoldMs(context: OutboxContext, attempt: number): number {
  const { retryMs } = context.rules
  return retryMs[Math.min(attempt, retryMs.length) - 1] ?? 60_000
}

function answerOf(failure: Failure, exchange: Exchange): Pick<OutboxRow, 'answerStatus' | 'answerCode' | 'traceId' | 'sendingEndedAt' | 'serverOffsetMs'> {
  return {
    answerStatus: failure.status,
    answerCode: failure.errorCode,
    traceId: failure.traceId,
    sendingEndedAt: exchange.endedAt,
    serverOffsetMs: offsetOf(exchange),
  }
}

/** What follows from a refusal or a broken line. */
function afterFailure(context: OutboxContext, row: OutboxRow, attempt: number, failure: Failure, exchange: Exchange): Step {
  const answer = answerOf(failure, exchange)
  const { rules, now } = context
  if (failure.kind === 'already-done') {
    // Reported before by somebody who acts for the recipient, or by an earlier request of ours: for a confirm the history tells.
    if (row.kind === 'read') return { change: { state: 'done-elsewhere', ...answer, nextAskAt: null }, holdMs: null }
    return { change: { state: 'sending', ...answer, reason: 'already-done', nextAskAt: now(), asks: 0 }, holdMs: 0 }
  }
  if (failure.effect === 'unknown') {
    const confirmWaitMs = failure.status === null ? rules.afterCutMs : rules.afterErrorMs
    const waitMs = row.kind === 'confirm' ? confirmWaitMs : rules.readAgainMs
    return { change: { state: 'sending', ...answer, reason: 'no-answer', nextAskAt: now() + waitMs, asks: 0 }, holdMs: waitMs }
  }
  switch (failure.kind) {
    case 'token':
      return { change: { state: 'waiting', ...answer, reason: 'sign-in' }, holdMs: retryHoldMs(context, attempt) }
    case 'unreachable':
    case 'throttled':
    case 'server':
    case 'cancelled':
    case 'unexpected-content':
      return { change: { state: 'waiting', ...answer, reason: 'offline' }, holdMs: failure.retryAfterMs ?? retryHoldMs(context, attempt) }
    case 'not-found':
      if (now() - row.clickedAt < rules.birthMs) return { change: { state: 'waiting', ...answer, reason: null }, holdMs: Math.min(rules.birthMs / 4, retryHoldMs(context, attempt)) }
      return { change: { state: 'refused', ...answer, reason: failure.kind, nextAskAt: null }, holdMs: null }
    case 'no-access':
    case 'refused':
    case 'schema':
      return { change: { state: 'refused', ...answer, reason: failure.kind, nextAskAt: null }, holdMs: null }
  }
}

/**
 * Sends a waiting report. `sending` is in the ledger, with fdatasync, before the request leaves; should the program end
 * now, the next start asks about it instead of sending again.
 * @param apply records a step; used twice
 */
export async function send(context: OutboxContext, identity: IdentityTokens | null, row: OutboxRow, apply: (step: Step) => Promise<OutboxRow>): Promise<void> {
  if (identity === null) {
    const change = row.reason === 'sign-in' ? null : ({ state: 'waiting', reason: 'sign-in' } as const)
    await apply({ change, holdMs: retryHoldMs(context, row.attempt + 1) })
    return
  }
  const attempt = row.attempt + 1
  await apply({
    change: { state: 'sending', attempt, sendingBeganAt: context.now(), sendingEndedAt: null, answerStatus: null, answerCode: null, traceId: null, reason: null, nextAskAt: null, asks: 0 },
    holdMs: null,
  })
  const outcome =
    row.kind === 'confirm'
      ? await context.client.confirm(identity, row.correspondenceId)
      : await context.client.markAsRead(identity, row.correspondenceId)
  const { exchange } = outcome
  if (!outcome.ok) {
    await apply(afterFailure(context, row, attempt, outcome.failure, exchange))
    return
  }
  const answer = { answerStatus: 200, sendingEndedAt: exchange.endedAt, serverOffsetMs: offsetOf(exchange) }
  if (row.kind === 'read') {
    // Read is written before the answer; unlike a confirm it needs no second look (altinn3.md 2.3).
    const readAt = exchange.serverDateAt ?? exchange.endedAt
    await apply({ change: { state: 'proven', ...answer, provenAt: readAt }, holdMs: null, facts: { readAt } })
    return
  }
  const waitMs = context.rules.firstProofMs
  await apply({ change: { state: 'accepted', ...answer, nextAskAt: context.now() + waitMs, asks: 0 }, holdMs: waitMs })
}
