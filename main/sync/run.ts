import type { Failure } from '../altinn/outcome.ts'
import type { Totals } from '../store/mail/api.ts'
import type { FetchedMessage, FetchTask } from '../store/mail/records.ts'
import { fetchAttachments } from './attachments.ts'
import { type FetchScope, type SyncContext, PassStopped } from './context.ts'
import { discover } from './discover.ts'
import { type FetchResult, type FirstSight, fetchMessage } from './fetch.ts'
import { link, type ListedId } from './link.ts'
import { NewestFirst } from './newest-first.ts'
import { openPass } from './open-pass.ts'
import { pump, Upstream } from './pump.ts'
import { coverageBeside, refreshConfidential, refreshRecipients, searchedRecipients } from './recipients.ts'
import { listTransmissions } from './transmissions.ts'

/**
 * What one run of sync did: recipients asked about, new dialogs, correspondences whose content was stored, attachments
 * and their bytes; what the service rightly refuses, by reason; and what failed.
 */
export interface RunReport extends Totals {
  /** Why the run ended early, or null. */
  readonly stopped: Failure | null
}

export interface RunPlan {
  /** What the user agreed to have fetched, or null: then nothing becomes visible to any sender. */
  readonly scope: FetchScope | null
  /** Ask whom the identity may act for before searching: once a day and whenever a person asks for new mail. */
  readonly refreshRecipients: boolean
  /** How far behind the watermark the search begins, ms. */
  readonly overlapMs: number
  /** Search from the beginning for recipients who seem to have no mail. */
  readonly silentToo: boolean
  /** Look at what others confirmed. */
  readonly openPass: boolean
  /** The identity's own party where it is a person: searched until the user has chosen, so that there is something to choose from. */
  readonly person?: string | null
}

class Tally {
  dialogs = 0
  messages = 0
  attachments = 0
  bytes = 0
  failed = 0
  readonly skipped: Record<string, number> = {}

  deferred = (deferral: { readonly reason: string; readonly failed: boolean }): void => {
    if (deferral.failed) this.failed += 1
    else this.skipped[deferral.reason] = (this.skipped[deferral.reason] ?? 0) + 1
  }
}

/** Confidential services are never fetched here; where both kinds occur, or the registry is silent, details comes first. */
async function firstSight(context: SyncContext): Promise<(resource: string) => FirstSight> {
  const { askedAt, mixed, confidential } = await context.mail.confidentialResources()
  const careful = new Set([...mixed, ...confidential])
  return (resource) => (askedAt === null || careful.has(resource) ? 'details' : 'overview')
}

/** Stage 2, second half: the letters themselves. */
async function fetchLetters(context: SyncContext, scope: FetchScope, listed: NewestFirst, upstream: Upstream, downstream: Upstream, tally: Tally): Promise<void> {
  // Counted once: what is known and chosen but not here, so that progress has an end.
  const { messages: waiting } = await context.mail.consentNumbers(context.accountUuid, scope.fromAt, scope.parties)
  const sight = await firstSight(context)
  const take = async (limit: number): Promise<readonly FetchTask[]> => {
    const loose = listed.take(limit).map((one) => ({ ...one, messageId: null, dialogId: null, createdAt: null, tries: 0 }))
    if (loose.length > 0) return loose
    const again = await context.mail.looseToFetch(context.accountUuid, limit, context.now())
    return again.length > 0 ? again : await context.mail.toFetch({ accountUuid: context.accountUuid, limit, nowAt: context.now(), scope })
  }
  await pump<FetchTask, FetchResult>({
    take,
    key: (task) => task.correspondenceId,
    work: (task) => fetchMessage(context, task, task.careful ? 'details' : sight(task.resource)),
    flush: async (results) => {
      const fetched: FetchedMessage[] = []
      for (const result of results) {
        if (result.kind === 'fetched') fetched.push(result.message)
        else if (result.kind === 'deferred') {
          const { messageId, correspondenceId, deferral, task } = result
          // Another identity may have the right: its run takes the letter.
          if (messageId !== null && deferral.reason === 'no-access' && (await context.mail.passOn(messageId, context.accountUuid))) continue
          tally.deferred(deferral)
          if (messageId === null) await context.mail.deferredCorrespondence(correspondenceId, deferral, { accountUuid: context.accountUuid, party: task.party, resource: task.resource })
          else await context.mail.deferred([{ messageId, stage: 'fetch', ...deferral }])
        }
      }
      if (fetched.length > 0) {
        const { stored } = await context.mail.storeFetched(fetched)
        tally.messages += stored
      }
      context.report({ phase: 'fetch', done: tally.messages, total: Math.max(waiting, tally.messages), party: fetched.at(-1)?.recipient ?? null })
      context.changed()
      downstream.wake()
      const stopped = results.find((result) => result.kind === 'stopped')
      if (stopped?.kind === 'stopped') throw new PassStopped(stopped.failure)
    },
    parallel: context.rules.parallel * 2,
    batch: context.rules.letterBatch,
    mostUnwritten: context.rules.unwrittenLetters,
    flushAfterMs: 200,
    signal: context.signal,
    upstream,
  })
}

/** Stage 2 and the attachments at the same time: what is linked is fetched, what is fetched has its files downloaded. */
async function fetchAll(context: SyncContext, scope: FetchScope, tally: Tally): Promise<void> {
  const toFetch = new Upstream()
  const toDownload = new Upstream()
  const listed = new NewestFirst()
  const { accountUuid } = context
  const add = (ids: readonly ListedId[]): void => {
    listed.add(ids)
  }
  const linked = async (): Promise<() => Promise<void>> => {
    const ends = await Promise.all([
      link(context, { take: (limit) => context.mail.toLink({ accountUuid, limit, nowAt: context.now(), scope }), listed: add, downstream: toFetch, fromAt: scope.fromAt, deferred: tally.deferred }),
      listTransmissions(context, { take: (limit) => context.mail.toTransmissions({ accountUuid, limit, nowAt: context.now(), scope }), listed: add, downstream: toFetch }),
    ])
    return async () => {
      for (const end of ends) await end()
    }
  }
  const [links, ...stages] = await Promise.allSettled([
    linked().finally(() => {
      toFetch.end()
    }),
    fetchLetters(context, scope, listed, toFetch, toDownload, tally).finally(() => {
      toDownload.end()
    }),
    fetchAttachments(context, {
      upstream: toDownload,
      take: (limit) => context.mail.toDownload({ accountUuid, limit, nowAt: context.now(), scope }),
      stored: (bytes) => {
        tally.attachments += 1
        tally.bytes += bytes
      },
      deferred: tally.deferred,
    }),
  ])
  for (const stage of [links, ...stages]) if (stage.status === 'rejected') throw stage.reason
  if (links.status === 'fulfilled') await links.value()
}

/**
 * One run of sync for one identity (design.md section 4): recipients, discovery, and, as far as the user agreed, the
 * letters and their attachments. What fails is remembered and tried again later; the report counts it.
 * @throws what is no answer of the service: a full disk, a damaged database.
 */
export async function runSync(context: SyncContext, plan: RunPlan): Promise<RunReport> {
  const tally = new Tally()
  let recipients: readonly string[] = []
  let stopped: Failure | null = null
  let beside: (() => Promise<void>) | null = null
  try {
    const asks = plan.refreshRecipients || (await context.mail.parties(context.accountUuid)).length === 0
    const { grown } = asks ? await refreshRecipients(context) : { grown: [] }
    if (asks) beside = coverageBeside(context)
    await refreshConfidential(context)
    recipients = await searchedRecipients(context, plan.scope === null && plan.person != null ? [plan.person] : (plan.scope?.parties ?? null))
    // A right that came late, or an answer that was empty by mistake: who seems to have no mail is searched from the beginning.
    const silent = plan.silentToo ? await context.mail.silentParties(context.accountUuid) : []
    const discovery = await discover(context, recipients, plan.overlapMs, new Set([...silent, ...grown]))
    tally.dialogs = discovery.newMessages
    const [failed] = discovery.failures
    const unreached = discovery.failures.reduce((sum, one) => sum + one.parties.length, 0)
    // Nobody could be searched: the service is away, and asking on would only wait for the same answer.
    if (failed !== undefined && unreached >= recipients.length) throw new PassStopped(failed.failure)
    tally.failed += discovery.failures.length
    if (plan.scope !== null) await fetchAll(context, plan.scope, tally)
    if (plan.openPass && plan.scope !== null) await openPass(context, recipients)
  } catch (error) {
    if (!(error instanceof PassStopped)) throw error
    stopped = error.failure
  } finally {
    await beside?.()
  }
  const { dialogs, messages, attachments, bytes, skipped, failed } = tally
  return { recipients: recipients.length, dialogs, messages, attachments, bytes, skipped, failed, stopped }
}
