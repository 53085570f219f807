import type { TransmissionTask } from '../store/mail/records.ts'
import { type SyncContext, PassStopped, stopsPass } from './context.ts'
import type { ListedId } from './link.ts'
import type { Upstream } from './pump.ts'
import { retryDelayMs } from './rules.ts'

export interface TransmissionStage {
  readonly take: (limit: number) => Promise<readonly TransmissionTask[]>
  readonly listed: (ids: readonly ListedId[]) => void
  readonly downstream: Upstream
}

/** A dialog whose transmissions were listed; it is handled once everything they carry is here or remembered. */
interface Listed {
  readonly task: TransmissionTask
  readonly ids: readonly string[]
}

/**
 * Letters inside other dialogs (durability.md 8): where search counts more transmissions of a service owner than were
 * handled, the dialog's list names them, without a trace in its seen log (altinn3.md trap 29).
 * @returns what to do once the letters were fetched
 * @throws {PassStopped} when the identity has no token or the run is cancelled.
 */
export async function listTransmissions(context: SyncContext, stage: TransmissionStage): Promise<() => Promise<void>> {
  const { mail, now, rules } = context
  const listed: Listed[] = []
  const asked = new Set<string>()
  for (;;) {
    const tasks = (await stage.take(rules.batch)).filter(({ dialogId }) => !asked.has(dialogId))
    if (tasks.length === 0) break
    for (const task of tasks) {
      asked.add(task.dialogId)
      const answer = await context.client.transmitted(context.identity, task.dialogId, context.signal)
      if (!answer.ok) {
        if (stopsPass(answer.failure)) throw new PassStopped(answer.failure)
        await mail.transmissionsDeferred(task.dialogId, now() + (answer.failure.retryAfterMs ?? retryDelayMs(rules, task.tries + 1)))
        continue
      }
      const unknown = await mail.missingCorrespondences(answer.value)
      // Its own service may be another than the dialog's, and confidential: so details comes first.
      stage.listed(unknown.map((correspondenceId) => ({ correspondenceId, party: task.party, resource: task.resource, careful: true })))
      if (unknown.length > 0) stage.downstream.wake()
      listed.push({ task, ids: answer.value })
    }
  }
  return async () => {
    for (const { task, ids } of listed) {
      const lacking = await mail.missingCorrespondences(ids)
      if (lacking.length === 0) await mail.transmissionsHandled(task.dialogId, task.count, ids, now())
    }
    if (listed.length > 0) context.changed()
  }
}
