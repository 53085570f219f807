import type { IdentityTokens } from '../../altinn/tokens.ts'
import type { OutboxRow } from '../../store/ledger/events.ts'
import { retryHoldMs } from './answers.ts'
import { forward } from './forward.ts'
import { place } from './place.ts'
import { purge } from './removal.ts'
import { report } from './report.ts'
import type { OutboxContext, Step } from './step.ts'

async function perform(context: OutboxContext, identity: IdentityTokens, row: OutboxRow, attempt: number): Promise<Step> {
  switch (row.kind) {
    case 'read':
    case 'confirm':
      return await report(context, identity, row, attempt)
    case 'archive':
    case 'bin':
    case 'restore':
      return await place(context, identity, row, row.kind, attempt)
    case 'purge':
      return await purge(context, identity, row, attempt)
    case 'forward':
      return await forward(context, identity, row, attempt)
  }
}

/**
 * Sends a waiting row. `sending` is in the ledger, with fdatasync, before the request leaves; should the program end now,
 * the next start asks about it instead of sending again.
 * @param apply records a step; used twice
 */
export async function send(context: OutboxContext, identity: IdentityTokens | null, row: OutboxRow, apply: (step: Step) => Promise<OutboxRow>): Promise<void> {
  if (identity === null) {
    const change = row.reason === 'sign-in' ? null : ({ state: 'waiting', reason: 'sign-in' } as const)
    await apply({ change, holdMs: retryHoldMs(context, row.attempt + 1) })
    return
  }
  // What was read is not what would be confirmed: the person reads it anew (durability.md 10).
  if (row.kind === 'confirm' && row.attempt === 0 && (await context.mail.isStale(row.correspondenceId))) {
    await apply({ change: { state: 'refused', reason: 'changed', nextAskAt: null }, holdMs: null })
    return
  }
  const attempt = row.attempt + 1
  await apply({
    change: { state: 'sending', attempt, sendingBeganAt: context.now(), sendingEndedAt: null, answerStatus: null, answerCode: null, traceId: null, reason: null, nextAskAt: null, asks: 0 },
    holdMs: null,
  })
  await apply(await perform(context, identity, row, attempt))
}
