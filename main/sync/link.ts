import { correspondenceIdOf, type LookupWire } from '../altinn/dialogporten-wire.ts'
import type { LinkTask, OwnerRecord } from '../store/mail/records.ts'
import { type Failure, failure } from '../altinn/outcome.ts'
import { type SyncContext, PassStopped, stopsPass } from './context.ts'
import { type Deferral, deferralOf, fetchMessage } from './fetch.ts'
import { pump, type Upstream } from './pump.ts'
import { retryDelayMs } from './rules.ts'

/** An id found by a list, whose letter is only known once it has been fetched. */
export interface ListedId {
  readonly correspondenceId: string
  readonly party: string
  readonly resource: string
  /** Its own service may be another and confidential: details comes first. */
  readonly careful: boolean
}

interface Pair {
  readonly party: string
  readonly resource: string
  readonly tasks: readonly LinkTask[]
}

type LinkResult =
  | { readonly kind: 'linked'; readonly task: LinkTask; readonly correspondenceId: string; readonly owner: OwnerRecord }
  | { readonly kind: 'echo'; readonly task: LinkTask }
  | { readonly kind: 'other'; readonly task: LinkTask }
  | { readonly kind: 'deferred'; readonly task: LinkTask; readonly deferral: Deferral }
  | { readonly kind: 'stopped'; readonly failure: Failure }

export interface LinkStage {
  /** Takes the tasks of stage 2 in the order of the store. */
  readonly take: (limit: number) => Promise<readonly LinkTask[]>
  /** Ids to fetch that no row names yet. */
  readonly listed: (ids: readonly ListedId[]) => void
  /** Told whenever there is something new to fetch. */
  readonly downstream: Upstream
  /** Oldest publish time the user chose to fetch, ms, or null for everything. */
  readonly fromAt: number | null
  readonly deferred: (deferral: Deferral) => void
}

function pairsOf(tasks: readonly LinkTask[]): readonly Pair[] {
  const pairs = new Map<string, LinkTask[]>()
  for (const task of tasks) {
    const key = `${task.party}\n${task.resource}`
    const members = pairs.get(key)
    if (members === undefined) pairs.set(key, [task])
    else members.push(task)
  }
  return [...pairs.values()].flatMap((members) => {
    const first = members[0]
    return first === undefined ? [] : [{ party: first.party, resource: first.resource, tasks: members }]
  })
}

function ownerOf(lookup: LookupWire): OwnerRecord {
  const { code, orgNumber, name } = lookup.serviceOwner
  return { code, orgNumber, names: Object.fromEntries(name.map((text) => [text.languageCode, text.value])) }
}

/** Asks which correspondence a dialog is: exact and without side effect (altinn3.md 3.3). */
export async function lookUp(context: SyncContext, task: LinkTask): Promise<LinkResult> {
  const answer = await context.client.lookupDialog(context.identity, task.dialogId, context.signal)
  if (!answer.ok) {
    if (stopsPass(answer.failure)) return { kind: 'stopped', failure: answer.failure }
    return { kind: 'deferred', task, deferral: deferralOf(context, answer.failure, task.tries + 1) }
  }
  const correspondenceId = correspondenceIdOf(answer.value)
  if (correspondenceId !== null) return { kind: 'linked', task, correspondenceId, owner: ownerOf(answer.value) }
  return answer.value.instanceRef.startsWith('urn:altinn:dialog-id:') ? { kind: 'echo', task } : { kind: 'other', task }
}

/**
 * All ids of one recipient and service from the oldest wanted on. A list is cut at 1000 without a mark, and siblings of
 * one moment would be lost at the cut: the next question overlaps by a second, doubles are dropped (altinn3.md 2.3).
 */
async function listPair(context: SyncContext, pair: Pair, fromAt: number | null): Promise<readonly string[] | Failure> {
  const found = new Set<string>()
  let toAt: number | null = null
  for (;;) {
    const query = { resourceId: pair.resource, onBehalfOf: pair.party, ...(fromAt === null ? {} : { fromAt }), ...(toAt === null ? {} : { toAt }) }
    const answer = await context.client.listCorrespondences(context.identity, query, context.signal)
    if (!answer.ok) return answer.failure
    const before = found.size
    for (const id of answer.value) found.add(id.toLowerCase())
    const oldest = answer.value.at(-1)
    if (answer.value.length < context.rules.listCap || oldest === undefined || found.size === before) return [...found]
    const oldestAt = await publishTimeOf(context, oldest)
    if (typeof oldestAt !== 'number') return oldestAt
    toAt = oldestAt + 1000
  }
}

/**
 * Publish time of the last id of a full list, which only the message itself tells. It is a message the user chose to
 * fetch, and details ends no reminder of Altinn's.
 */
async function publishTimeOf(context: SyncContext, correspondenceId: string): Promise<number | Failure> {
  const known = await context.mail.publishTimeOf(correspondenceId)
  if (known !== null) return known
  // Kept like any other first sight, so that the sender sees one.
  const result = await fetchMessage(context, { messageId: null, dialogId: null, correspondenceId, party: '', resource: '', createdAt: null, tries: 0, careful: true }, 'details')
  if (result.kind === 'stopped') return result.failure
  if (result.kind === 'deferred') return failure('unexpected-content', 'The last message of a full list cannot be read')
  await context.mail.storeFetched([result.message])
  return result.message.requestedPublishAt
}

/**
 * The lower bound of a list. The user's choice of span holds before anything becomes fetched, so a list never begins
 * before it; else a week before the oldest dialog in question, because publish time and creation differ.
 */
function listFrom(context: SyncContext, pair: Pair, fromAt: number | null): number {
  const oldest = pair.tasks.reduce((least, task) => Math.min(least, task.createdAt), Infinity) - context.rules.listMarginMs
  return Math.max(oldest, fromAt ?? -Infinity)
}

/** Lists one recipient's service and hands on the ids nobody knows yet; says whether the list was answered. */
async function listUnknown(context: SyncContext, stage: LinkStage, pair: Pair): Promise<Failure | null> {
  const ids = await listPair(context, pair, listFrom(context, pair, stage.fromAt))
  if (!Array.isArray(ids)) return ids as Failure
  const unknown = await context.mail.unknownCorrespondences(ids as readonly string[], context.now())
  stage.listed(unknown.map((correspondenceId) => ({ correspondenceId, party: pair.party, resource: pair.resource, careful: false })))
  stage.downstream.wake()
  return null
}

/**
 * Stage 2, first half (design.md section 4): which correspondence each dialog is. Few unknown ones are looked up; a
 * recipient's service with many, and dialogs from before 23 March 2026 whose look-up only echoes, are listed, and the
 * letters themselves then name their dialogs.
 * @returns what to do once the letters were fetched
 * @throws {PassStopped} when the identity has no token or the run is cancelled.
 */
export async function link(context: SyncContext, stage: LinkStage): Promise<() => Promise<void>> {
  const handled = new Set<number>()
  const awaiting: LinkTask[] = []
  for (;;) {
    const tasks = (await stage.take(context.rules.pageSize * 10)).filter((task) => !handled.has(task.messageId))
    if (tasks.length === 0) break
    for (const task of tasks) handled.add(task.messageId)
    const pairs = pairsOf(tasks)
    const echoes: LinkTask[] = []
    const few = pairs.filter((pair) => pair.tasks.length < context.rules.listFrom).flatMap((pair) => pair.tasks)
    const many = pairs.filter((pair) => pair.tasks.length >= context.rules.listFrom)
    // Side by side: a recipient with many unknown ones does not hold up those with few. Both end before an error goes on.
    const [looked, listed] = await Promise.allSettled([lookUpAll(context, stage, few, echoes), listAll(context, stage, many, awaiting)])
    for (const half of [looked, listed]) if (half.status === 'rejected') throw half.reason
    await listAll(context, stage, pairsOf(echoes), awaiting)
  }
  // Those whose letters came are linked by now, and the store leaves them alone.
  return async () => {
    const now = context.now()
    // In parts: a first sync may have listed a hundred thousand, and the writer must stay free for others.
    for (let at = 0; at < awaiting.length; at += context.rules.pageSize) {
      await defer(context, stage, awaiting.slice(at, at + context.rules.pageSize).map((task) => [task, notListed(now + retryDelayMs(context.rules, Math.floor(task.tries / 2) + 1))] as const))
    }
  }
}

/** Lists several recipients and services side by side. */
async function listAll(context: SyncContext, stage: LinkStage, pairs: readonly Pair[], awaiting: LinkTask[]): Promise<void> {
  let waiting = pairs
  await pump<Pair, { readonly pair: Pair; readonly failure: Failure | null }>({
    take: (limit) => {
      const next = waiting.slice(0, limit)
      waiting = waiting.slice(limit)
      return Promise.resolve(next)
    },
    key: (pair) => `${pair.party} ${pair.resource}`,
    work: async (pair) => ({ pair, failure: await listUnknown(context, stage, pair) }),
    flush: async (results) => {
      const stopped = results.find(({ failure }) => failure !== null && stopsPass(failure))
      if (stopped?.failure != null) throw new PassStopped(stopped.failure)
      await defer(
        context,
        stage,
        results.flatMap(({ pair, failure }) => pair.tasks.map((task) => [task, failure === null ? notListed(context.now() + retryDelayMs(context.rules, 3)) : deferralOf(context, failure, task.tries + 1)] as const)),
      )
      for (const { pair, failure } of results) if (failure === null) awaiting.push(...pair.tasks)
    },
    parallel: context.rules.parallel,
    batch: context.rules.batch,
    flushAfterMs: 200,
    signal: context.signal,
  })
}

/**
 * A listed dialog's row is linked when its letter is fetched. One whose letter the list did not hold must not be asked
 * about at every poll: remembered for half an hour when it was listed, and longer each time once every letter of the
 * list is here, so that runs that were broken off in between put nothing off. Each full run counts two tries.
 */
function notListed(nextTryAt: number): Deferral {
  return { reason: 'not-listed', detail: 'No listed message has named this dialog yet', errorCode: null, nextTryAt, failed: false }
}

async function defer(context: SyncContext, stage: LinkStage, tasks: readonly (readonly [LinkTask, Deferral])[]): Promise<void> {
  await context.mail.deferred(tasks.map(([{ messageId }, deferral]) => ({ messageId, stage: 'link', ...deferral })))
  for (const [, deferral] of tasks) if (deferral.reason !== 'not-listed') stage.deferred(deferral)
}

async function lookUpAll(context: SyncContext, stage: LinkStage, tasks: readonly LinkTask[], echoes: LinkTask[]): Promise<void> {
  let waiting = tasks
  let done = 0
  await pump<LinkTask, LinkResult>({
    take: (limit) => {
      const next = waiting.slice(0, limit)
      waiting = waiting.slice(limit)
      return Promise.resolve(next)
    },
    key: (task) => task.dialogId,
    work: (task) => lookUp(context, task),
    flush: async (results) => {
      const links: { messageId: number; correspondenceId: string; owner: OwnerRecord }[] = []
      const others: number[] = []
      const put: (readonly [LinkTask, Deferral])[] = []
      for (const result of results) {
        switch (result.kind) {
          case 'linked':
            links.push({ messageId: result.task.messageId, correspondenceId: result.correspondenceId, owner: result.owner })
            break
          case 'other':
            others.push(result.task.messageId)
            break
          case 'echo':
            echoes.push(result.task)
            break
          case 'deferred':
            put.push([result.task, result.deferral])
            break
          case 'stopped':
            break
        }
      }
      if (put.length > 0) await defer(context, stage, put)
      if (links.length > 0) await context.mail.linked(links)
      if (others.length > 0) await context.mail.notCorrespondence(others)
      const stopped = results.find((result) => result.kind === 'stopped')
      if (stopped?.kind === 'stopped') throw new PassStopped(stopped.failure)
      done += results.length
      context.report({ phase: 'link', done, total: tasks.length, party: null })
      stage.downstream.wake()
    },
    parallel: context.rules.parallel * 2,
    batch: context.rules.batch,
    flushAfterMs: 200,
    signal: context.signal,
  })
}
