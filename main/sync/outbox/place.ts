import type { PlaceLabel } from '../../altinn/client.ts'
import type { Exchange, Failure } from '../../altinn/outcome.ts'
import type { IdentityTokens } from '../../altinn/tokens.ts'
import type { OutboxKind, OutboxRow } from '../../store/ledger/events.ts'
import type { PlaceTask } from '../../store/mail/records.ts'
import { dialogportenTime } from '../convert/text.ts'
import { recordsOf } from '../page.ts'
import { accepted, afterFailure, answerOf, doneAt, refused, retryHoldMs } from './answers.ts'
import type { OutboxContext, Step } from './step.ts'

export type PlaceKind = Extract<OutboxKind, 'archive' | 'bin' | 'restore'>
export const placeKinds: readonly OutboxKind[] = ['archive', 'bin', 'restore']
export const isPlace = (kind: OutboxKind): kind is PlaceKind => placeKinds.includes(kind)

const labelOf: Readonly<Record<PlaceKind, PlaceLabel>> = { archive: 'Archive', bin: 'Bin', restore: 'Default' }
const exclusive: readonly string[] = ['Default', 'Archive', 'Bin']

/** The labels after a move: of the three that say where it lies only the new one (altinn3.md 3.4). */
export const labelsAfter = (labels: readonly string[], to: PlaceLabel): readonly string[] => [...labels.filter((label) => !exclusive.includes(label)), to].sort()

const conflict = (failure: Failure): boolean => failure.kind === 'refused' && (failure.status === 412 || failure.status === 409)

/**
 * Moves a dialog for everybody who acts for its party. Asking twice for the same changes nothing, so a request whose answer
 * was lost is simply sent again. Another revision than the one we know means that somebody moved it: we look, and move it
 * all the same, because the person's word is the later one.
 */
export async function place(context: OutboxContext, identity: IdentityTokens, row: OutboxRow, kind: PlaceKind, attempt: number): Promise<Step> {
  const label = labelOf[kind]
  const { dialogId } = row
  const task = dialogId === null ? null : await context.mail.placeTask(dialogId)
  if (dialogId === null || task === null) return { change: { state: 'refused', reason: 'no-dialog', nextAskAt: null, sendingEndedAt: context.now() }, holdMs: null }
  const outcome = await context.client.place(identity, dialogId, label, task.revision)
  const { exchange } = outcome
  if (outcome.ok) {
    await context.mail.placed(dialogId, labelsAfter(task.labels, label), outcome.value)
    return proven(exchange)
  }
  const { failure } = outcome
  if (conflict(failure)) return await again(context, identity, dialogId, label, task, failure, exchange, attempt)
  if (failure.effect === 'unknown') {
    const waitMs = retryHoldMs(context, attempt)
    return { change: { state: 'sending', ...answerOf(failure, exchange), reason: 'no-answer', nextAskAt: context.now() + waitMs, asks: 0 }, holdMs: waitMs }
  }
  return afterFailure(context, row, attempt, failure, exchange)
}

const proven = (exchange: Exchange): Step => ({ change: { state: 'proven', ...accepted(exchange), answerStatus: 204, provenAt: doneAt(exchange), reason: null }, holdMs: null })

/** Searches for the dialog, the only way to its revision without opening it, and applies the move again (altinn3.md 3.4). */
async function again(context: OutboxContext, identity: IdentityTokens, dialogId: string, label: PlaceLabel, task: PlaceTask, failure: Failure, exchange: Exchange, attempt: number): Promise<Step> {
  // No filter finds a label's change; the creation, which never changes, finds the dialog (altinn3.md trap 35).
  const bounds = { createdAfter: dialogportenTime(task.createdAt), createdBefore: dialogportenTime(task.createdAt + 1) }
  const page = await context.client.searchDialogs(identity, { parties: [task.party], ...bounds, orderBy: 'createdAt_asc', limit: 1000 })
  if (!page.ok) return { change: { state: 'waiting', ...answerOf(page.failure, page.exchange), reason: page.failure.kind === 'token' ? 'sign-in' : 'offline' }, holdMs: page.failure.retryAfterMs ?? retryHoldMs(context, attempt) }
  const found = recordsOf(page.value).dialogs.find((dialog) => dialog.dialogId === dialogId)
  if (found === undefined) return refused(failure, exchange, 'not-found')
  await context.mail.placed(dialogId, found.labels, found.revision)
  // Our own request may have been the one that moved it, though its answer was lost.
  if (found.labels.includes(label)) return proven(page.exchange)
  return { change: { state: 'waiting', ...answerOf(failure, exchange), reason: 'moved-by-another' }, holdMs: attempt < 3 ? 0 : retryHoldMs(context, attempt) }
}
