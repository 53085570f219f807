import type { DetailsWire, OverviewWire } from '../altinn/correspondence-wire.ts'
import type { Received } from '../altinn/client.ts'
import type { Failure, Outcome } from '../altinn/outcome.ts'
import type { FailReason, FetchedMessage, FetchTask, SkipReason } from '../store/mail/records.ts'
import { fetchedMessage } from './convert/correspondence.ts'
import { type SyncContext, stopsPass } from './context.ts'
import { retryDelayMs } from './rules.ts'

/** Why something is not here yet, and when it is tried again. */
export interface Deferral {
  readonly reason: SkipReason | FailReason
  /** Readable; no title, no name, no national number. */
  readonly detail: string
  readonly errorCode: number | null
  readonly nextTryAt: number
  /** False where the service rightly refuses: that is skipped, not failed. */
  readonly failed: boolean
}

export type FetchResult =
  | { readonly kind: 'fetched'; readonly message: FetchedMessage }
  | { readonly kind: 'deferred'; readonly messageId: number | null; readonly correspondenceId: string; readonly deferral: Deferral; readonly task: FetchTask }
  | { readonly kind: 'stopped'; readonly failure: Failure }

/** How a failure of a reading call is remembered; `tries` counts this one. */
export function deferralOf(context: SyncContext, failure: Failure, tries: number): Deferral {
  const wait = failure.retryAfterMs ?? retryDelayMs(context.rules, tries)
  const shared = { detail: failure.message, errorCode: failure.errorCode, nextTryAt: context.now() + wait }
  switch (failure.kind) {
    case 'no-access':
      return { ...shared, reason: 'no-access', failed: false }
    case 'not-found':
      return { ...shared, reason: 'not-found', failed: false }
    case 'schema':
    case 'unexpected-content':
      return { ...shared, reason: 'schema', failed: true }
    case 'refused':
    case 'already-done':
      return { ...shared, reason: 'refused', failed: true }
    case 'server':
    case 'throttled':
      return { ...shared, reason: 'server', failed: true }
    case 'unreachable':
    case 'captive-portal':
    case 'paused':
    case 'token':
    case 'cancelled':
      return { ...shared, reason: 'unreachable', failed: true }
  }
}

/**
 * Which call sees a message first. An overview of a confidential message ends Altinn's own reminder about it though
 * nobody read it, details does not: so details where a resource may hold both kinds, or where the registry has not
 * answered (design.md section 4, altinn3.md trap 27).
 */
export type FirstSight = 'overview' | 'details'

async function ask(context: SyncContext, way: FirstSight, correspondenceId: string): Promise<Outcome<Received<OverviewWire | DetailsWire>>> {
  return way === 'overview'
    ? await context.client.overview(context.identity, correspondenceId, context.signal)
    : await context.client.details(context.identity, correspondenceId, context.signal)
}

/**
 * Fetches one message: the sender sees it as fetched from now on. A 404 within a minute of the dialog's creation means
 * that it is not published yet and is asked again within seconds, without being an error (altinn3.md 3.8).
 */
export async function fetchMessage(context: SyncContext, task: FetchTask, way: FirstSight): Promise<FetchResult> {
  const { messageId, correspondenceId } = task
  for (let attempt = 0; ; attempt += 1) {
    const answer = await ask(context, way, correspondenceId)
    if (answer.ok) {
      try {
        const from = { original: answer.value.original, fetchedAt: answer.exchange.endedAt, accountUuid: context.accountUuid, messageId }
        return { kind: 'fetched', message: fetchedMessage(answer.value.wire, from) }
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        const nextTryAt = context.now() + retryDelayMs(context.rules, task.tries + 1)
        return { kind: 'deferred', messageId, correspondenceId, task, deferral: { reason: 'schema', detail: error.message, errorCode: null, nextTryAt, failed: true } }
      }
    }
    const { failure } = answer
    if (stopsPass(failure)) return { kind: 'stopped', failure }
    const bornAt = task.createdAt
    const unborn = failure.kind === 'not-found' && bornAt !== null && (answer.exchange.serverDateAt ?? answer.exchange.endedAt) - bornAt < context.rules.birthMs
    if (!unborn) return { kind: 'deferred', messageId, correspondenceId, task, deferral: deferralOf(context, failure, task.tries + 1) }
    const wait = context.rules.birthRetryMs[attempt]
    if (wait === undefined) {
      const deferral: Deferral = { reason: 'not-published-yet', detail: failure.message, errorCode: failure.errorCode, nextTryAt: context.now() + context.rules.birthMs / 4, failed: false }
      return { kind: 'deferred', messageId, correspondenceId, task, deferral }
    }
    await context.sleep(wait, context.signal)
  }
}
