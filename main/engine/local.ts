import { fetchOne } from '../sync/one-message.ts'
import { fetchFile } from '../sync/attachments.ts'
import { askHistory } from '../sync/open-pass.ts'
import { PassStopped, type SyncContext } from '../sync/context.ts'
import type { NewLedgerEvent } from '../store/ledger/events.ts'
import type { MirrorRow } from '../store/mail/api.ts'
import type { MessageTask } from '../store/mail/records.ts'
import type { Store } from '../store/open.ts'
import type { Syncer } from '../sync/syncer.ts'
import type { Handlers } from './calls.ts'
import { failureError, Refusal } from './errors.ts'

interface Parts {
  readonly store: Store
  readonly syncer: Syncer
  readonly signedIn: (accountUuid: string) => Promise<boolean>
  /** Identities with a proven right to a message, the likeliest first. */
  readonly able: (message: { readonly id: number; readonly party: string }) => Promise<readonly string[]>
  readonly now: () => number
  readonly changed: () => void
  /** A person opened a message. */
  readonly opened: (id: number) => void
  readonly failed: (error: unknown) => void
}

/** What a person does with one message on this machine, and what they ask to have fetched of it. */
export function localHandlers({ store, syncer, signedIn, able, now, changed, opened, failed }: Parts): Handlers {
  const idsOf = async (id: number): Promise<{ readonly dialogId: string | null; readonly correspondenceId: string | null }> => {
    const message = await store.reader.show(id)
    if (message === null) throw new Refusal('not-found', 'There is no such message')
    return { dialogId: message.dialogId, correspondenceId: message.correspondenceId }
  }
  /** In the ledger first, then mirrored into mail.db, where lists look (design.md section 3). */
  const record = async (event: NewLedgerEvent, row: MirrorRow): Promise<void> => {
    const { seq } = await store.ledger.append(event)
    const { generation } = await store.ledger.generation()
    await store.mail.mirror([row], { generation, seq })
    changed()
  }
  /** What fetches as each identity that is signed in and may see it. @throws {Refusal} 'sign-in' where there is none */
  const contextsFor = async (task: Pick<MessageTask, 'messageId' | 'party'>): Promise<readonly [SyncContext, ...SyncContext[]]> => {
    const found: SyncContext[] = []
    for (const accountUuid of await able({ id: task.messageId, party: task.party })) {
      const context = (await signedIn(accountUuid)) ? syncer.context(accountUuid) : null
      if (context !== null) found.push(context)
    }
    const [first, ...more] = found
    if (first === undefined) throw new Refusal('sign-in', 'No identity that is signed in may see the message')
    return [first, ...more]
  }
  const tried = async <Result>(work: Promise<Result>): Promise<Result | PassStopped> => {
    try {
      return await work
    } catch (error) {
      if (error instanceof PassStopped) return error
      throw error
    }
  }
  const refusalOf = ({ reason, detail }: { readonly reason: string; readonly detail: string }): Refusal =>
    reason === 'no-access' ? new Refusal('not-possible', 'no-access') : new Refusal(reason === 'unreachable' ? 'offline' : reason === 'server' ? 'service' : 'not-here', detail)

  /**
   * Altinn's own reminder about unopened confidential mail ends with an overview; it is made once a person has read the
   * message here, and not before (design.md section 4, Confidential).
   */
  const endReminder = async (id: number): Promise<void> => {
    const task = await store.mail.messageTask(id)
    if (task?.confidential !== true || task.via !== 'details') return
    await fetchOne((await contextsFor(task))[0], task, 'overview')
  }
  /** Once more only when a person opens a letter whose dialog changed since: the sender sees it (design.md section 4). */
  const refreshStale = async (id: number, correspondenceId: string | null): Promise<void> => {
    if (correspondenceId === null || !(await store.mail.isStale(correspondenceId))) return
    const task = await store.mail.messageTask(id)
    if (task !== null) await fetchOne((await contextsFor(task))[0], task, task.confidential ? 'details' : 'overview')
    await store.refreshIndex()
  }
  /** Somebody confirmed it before we ever saw it: who and when, only its history tells, asked once when a person opens it. */
  const learnWho = async (messageId: number, correspondenceId: string | null): Promise<void> => {
    if (correspondenceId === null || !(await store.mail.isSettledByUnknown(correspondenceId))) return
    const task = await store.mail.messageTask(messageId)
    if (task !== null) await askHistory((await contextsFor(task))[0], { messageId, correspondenceId })
  }
  /** The first identity that may see it; where one has lost its right, or its sign-in, the next is asked. */
  const byAny = async <Problem extends { readonly reason: string } | 'other' | null>(task: Pick<MessageTask, 'messageId' | 'party'>, work: (context: SyncContext) => Promise<Problem>): Promise<Problem> => {
    const [first, ...others] = await contextsFor(task)
    let problem = await tried(work(first))
    for (const context of others) {
      const isOther = problem instanceof PassStopped ? problem.failure.kind !== 'token' : problem === null || problem === 'other' || problem.reason !== 'no-access'
      if (isOther) break
      problem = await tried(work(context))
    }
    if (!(problem instanceof PassStopped)) return problem
    const { code, detail } = failureError(problem.failure)
    throw new Refusal(code, detail)
  }

  return {
    'messages.opened': async ({ id }) => {
      const ids = await idsOf(id)
      opened(id)
      const before = await store.ledger.openedHere(ids)
      if (before === null) await record({ type: 'opened-here', ...ids, openedAt: now() }, { ...ids, openedHereAt: now() })
      Promise.all([endReminder(id), refreshStale(id, ids.correspondenceId), learnWho(id, ids.correspondenceId)]).catch((error: unknown) => {
        // Without the service the reminder simply goes on; it ends the next time the message is read.
        if (!(error instanceof PassStopped) && !(error instanceof Refusal)) failed(error)
      })
      return {}
    },
    'messages.mark-unread': async ({ id }) => {
      const ids = await idsOf(id)
      await record({ type: 'marked-unread', ...ids }, { ...ids, openedHereAt: null })
      return {}
    },
    'messages.set-handled': async ({ id, handled }) => {
      const ids = await idsOf(id)
      const handledAt = handled ? now() : null
      await record({ type: 'handled', ...ids, handledAt }, { ...ids, handledAt })
      return {}
    },
    'messages.fetch': async ({ id }) => {
      const task = await store.mail.messageTask(id)
      if (task === null) throw new Refusal('not-found', 'There is no such message')
      // Another identity may have been the one that linked it: it is asked about as it stands now.
      const problem = await byAny(task, async (context) => fetchOne(context, (await store.mail.messageTask(id)) ?? task))
      if (problem === 'other') throw new Refusal('not-possible', 'no-message')
      if (problem !== null) throw refusalOf(problem)
      await store.refreshIndex()
      return {}
    },
    'files.fetch': async ({ id, attachmentId }) => {
      const task = await store.mail.downloadTask(id, attachmentId)
      const message = await store.mail.messageTask(id)
      if (task === null || message === null) throw new Refusal('not-found', 'There is no such file to fetch')
      const problem = await byAny(message, (context) => fetchFile(context, task))
      if (problem !== null) throw refusalOf(problem)
      return {}
    },
  }
}
