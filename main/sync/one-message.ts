import type { MessageTask } from '../store/mail/records.ts'
import { type SyncContext, PassStopped } from './context.ts'
import { type Deferral, fetchMessage, type FirstSight } from './fetch.ts'
import { lookUp } from './link.ts'

/**
 * Fetches the content of one message on a person's word: the sender sees it. By details, because an overview of
 * confidential mail would end Altinn's own reminder before anybody has read it (design.md section 4, Confidential).
 * @returns null when it is here, else why it is not
 * @throws {PassStopped} when the identity has no token; {StoreError} when the disk refuses.
 */
export async function fetchOne(context: SyncContext, task: MessageTask, way: FirstSight = 'details'): Promise<Deferral | 'other' | null> {
  const { messageId, dialogId, party, resource, createdAt } = task
  let { correspondenceId } = task
  if (correspondenceId === null) {
    if (dialogId === null) return 'other'
    const found = await lookUp(context, { messageId, dialogId, party, resource, createdAt, tries: 0 })
    if (found.kind === 'stopped') throw new PassStopped(found.failure)
    if (found.kind === 'deferred') return found.deferral
    if (found.kind !== 'linked') return 'other'
    await context.mail.linked([{ messageId, correspondenceId: found.correspondenceId, owner: found.owner }])
    correspondenceId = found.correspondenceId
  }
  const result = await fetchMessage(context, { messageId, dialogId, correspondenceId, party, resource, createdAt, tries: 0, careful: false }, way)
  if (result.kind === 'stopped') throw new PassStopped(result.failure)
  if (result.kind === 'deferred') {
    await context.mail.deferred([{ messageId, stage: 'fetch', ...result.deferral }])
    return result.deferral
  }
  await context.mail.storeFetched([result.message])
  context.changed()
  return null
}
