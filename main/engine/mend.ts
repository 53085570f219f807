import { fetchFile } from '../sync/attachments.ts'
import { PassStopped, type SyncContext } from '../sync/context.ts'
import type { MessageTask } from '../store/mail/records.ts'
import type { Store } from '../store/open.ts'
import { Refusal } from './errors.ts'
import type { Mend } from './files.ts'

interface Parts {
  readonly store: Store
  /** What fetches for an identity; null while it cannot sign in. */
  readonly contextFor: (accountUuid: string) => Promise<SyncContext | null>
  /** Identities with a proven right to a message, the likeliest first. */
  readonly able: (message: { readonly id: number; readonly party: string }) => Promise<readonly string[]>
  readonly now: () => number
}

/** Whether the user agreed to have attachments of this message fetched: only then may it be done without asking. */
async function isCovered({ ledger }: Store, accountUuid: string, task: MessageTask, publishedAt: number | null): Promise<boolean> {
  const consent = await ledger.consent(accountUuid)
  if (consent?.attachments !== true || task.confidential) return false
  if (consent.fromAt !== null && (publishedAt ?? 0) < consent.fromAt) return false
  return consent.parties === null ? task.party.startsWith('urn:altinn:organization:') : consent.parties.includes(task.party)
}

/**
 * Gets a lost file again. Its row wants it from now on, so that a later sync fetches it where this does not: the sender
 * sees a second download, which is why the consent decides.
 */
export function mender({ store, contextFor, able, now }: Parts): Mend {
  return async (id, attachmentId, vaultName) => {
    await store.mail.vaultFileLost(vaultName)
    const [message, task, file] = [await store.reader.show(id), await store.mail.messageTask(id), await store.mail.downloadTask(id, attachmentId)]
    if (message === null || task === null || file === null) throw new Refusal('file-gone', 'The message is gone')
    if (file.expiresAt !== null && file.expiresAt <= now()) throw new Refusal('file-gone', 'It has expired')
    const agreed: string[] = []
    for (const accountUuid of await able({ id, party: task.party })) if (await isCovered(store, accountUuid, task, message.publishedAt)) agreed.push(accountUuid)
    if (agreed.length === 0) throw new Refusal('file-damaged', 'Nobody agreed to have it fetched again')
    let context: SyncContext | null = null
    for (const accountUuid of agreed) context ??= await contextFor(accountUuid)
    if (context === null) throw new Refusal('file-damaged', 'No identity that is signed in may see the message')
    try {
      const problem = await fetchFile(context, file)
      if (problem !== null) throw new Refusal(problem.nextTryAt === null ? 'file-gone' : 'file-damaged', problem.detail)
    } catch (error) {
      if (error instanceof PassStopped) throw new Refusal('file-damaged', error.failure.message)
      throw error
    }
  }
}
