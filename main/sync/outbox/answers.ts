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

/** What is kept of an answer that was no success. */
export function answerOf(failure: Failure, exchange: Exchange): Pick<OutboxRow, 'answerStatus' | 'answerCode' | 'traceId' | 'sendingEndedAt' | 'serverOffsetMs'> {
  return {
    answerStatus: failure.status,
    answerCode: failure.errorCode,
    traceId: failure.traceId,
    sendingEndedAt: exchange.endedAt,
    serverOffsetMs: offsetOf(exchange),
  }
}

/** What is kept of a success. */
export const accepted = (exchange: Exchange): Pick<OutboxRow, 'answerStatus' | 'sendingEndedAt' | 'serverOffsetMs'> => ({ answerStatus: 200, sendingEndedAt: exchange.endedAt, serverOffsetMs: offsetOf(exchange) })

/** When the service did it, by its own clock where it says so. */
export const doneAt = (exchange: Exchange): number => exchange.serverDateAt ?? exchange.endedAt

/** The service denies it: this does not change by waiting, and a person is told why. */
export const refused = (failure: Failure, exchange: Exchange, reason: string = failure.kind): Step => ({ change: { state: 'refused', ...answerOf(failure, exchange), reason, nextAskAt: null }, holdMs: null })

/**
 * What follows from a failure of a request that certainly had no effect; the same for every kind.
 * @param attempt how many requests were begun, this one included
 */
export function afterFailure(context: OutboxContext, row: OutboxRow, attempt: number, failure: Failure, exchange: Exchange): Step {
  const { rules, now } = context
  const answer = answerOf(failure, exchange)
  switch (failure.kind) {
    case 'token':
      return { change: { state: 'waiting', ...answer, reason: 'sign-in' }, holdMs: retryHoldMs(context, attempt) }
    case 'unreachable':
    case 'paused':
    case 'throttled':
    case 'server':
    case 'cancelled':
    case 'unexpected-content':
    case 'captive-portal':
      return { change: { state: 'waiting', ...answer, reason: 'offline' }, holdMs: failure.retryAfterMs ?? retryHoldMs(context, attempt) }
    case 'not-found':
      // A letter that was just found may be 404 to everything but a look for some seconds.
      if (now() - row.clickedAt < rules.birthMs) return { change: { state: 'waiting', ...answer, reason: null }, holdMs: Math.min(rules.birthMs / 4, retryHoldMs(context, attempt)) }
      return refused(failure, exchange)
    case 'no-access':
    case 'already-done':
    case 'refused':
    case 'schema':
      return refused(failure, exchange)
  }
}
