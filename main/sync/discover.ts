import { createHash } from 'node:crypto'
import { dialogRecord, systemUserLevel } from './convert/dialog.ts'
import { dialogportenTime } from './convert/text.ts'
import type { DialogRecord, RejectedItem } from '../store/mail/records.ts'
import type { Failure } from '../altinn/outcome.ts'
import type { SearchPage } from '../altinn/client.ts'
import { type SyncContext, PassStopped, stopsPass } from './context.ts'

/** What stage 1 found, and which recipients could not be asked. */
export interface Discovery {
  readonly newMessages: number
  readonly changed: number
  readonly failures: readonly { readonly parties: readonly string[]; readonly failure: Failure }[]
}

interface PageResult {
  readonly found: number
  readonly newMessages: number
  readonly changed: number
}

interface Group {
  readonly key: string
  readonly parties: readonly string[]
  /** Inclusive lower bound of updatedAt, or null to begin with the first dialog there is. */
  readonly updatedAfter: string | null
  readonly startedServerDateAt: number | null
}

const groupKey = (parties: readonly string[]): string => createHash('sha256').update(parties.join('\n')).digest('hex').slice(0, 32)

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))
}

/**
 * The searches of one pass: recipients never seen before apart from the others, because they start from nothing and
 * would drag a whole group back with them. A pass that was broken off goes on where its last page was committed.
 */
async function groupsOf(context: SyncContext, parties: readonly string[], overlapMs: number, fromNothing: ReadonlySet<string>): Promise<readonly Group[]> {
  const kept = await context.mail.watermarks(context.accountUuid)
  const watermarks = Object.fromEntries(Object.entries(kept).filter(([party]) => !fromNothing.has(party)))
  const sorted = [...parties].sort()
  const fresh = sorted.filter((party) => (watermarks[party] ?? null) === null)
  const known = sorted.filter((party) => (watermarks[party] ?? null) !== null)
  const size = context.rules.partiesPerGroup
  const groups: Group[] = []
  for (const members of [...chunks(fresh, size), ...chunks(known, size)]) {
    const key = groupKey(members)
    const position = await context.mail.groupPosition(context.accountUuid, key)
    const marks = members.flatMap((party) => watermarks[party] ?? [])
    const oldest = marks.length === members.length ? marks.reduce((a, b) => (a < b ? a : b)) : null
    const after = oldest === null ? null : dialogportenTime(Date.parse(oldest) - overlapMs)
    groups.push({
      key,
      parties: members,
      updatedAfter: position?.updatedAfter ?? after,
      startedServerDateAt: position?.startedServerDateAt ?? null,
    })
  }
  return groups
}

/** The items of a page as records; one that cannot be read is reported beside the others and stops nothing. */
function recordsOf(page: SearchPage): { readonly dialogs: readonly DialogRecord[]; readonly rejected: readonly RejectedItem[] } {
  const dialogs: DialogRecord[] = []
  const rejected: RejectedItem[] = page.rejected.map((item) => ({ dialogId: item.id, error: item.error }))
  page.items.forEach((item, index) => {
    try {
      dialogs.push(dialogRecord(item, page.originals[index] ?? '', systemUserLevel))
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      rejected.push({ dialogId: item.id, error: error.message })
    }
  })
  return { dialogs, rejected }
}

const later = (a: string, b: string): string => (a > b ? a : b)

/**
 * Searches one group to its end, ascending by updatedAt: descending, a dialog that changes in between is never returned
 * (altinn3.md 3.7). Each page's rows and the position commit together; the watermark moves only at the end, to the
 * later of the highest updatedAt seen and the server's time at the start less the overlap (durability.md 14).
 */
async function searchGroup(context: SyncContext, group: Group, report: (page: PageResult) => void): Promise<Failure | null> {
  let position = group.updatedAfter
  let startedServerDateAt = group.startedServerDateAt
  let highest = group.updatedAfter ?? ''
  let token: string | null = null
  let found = 0
  let newlyRejected = 0
  for (;;) {
    const answer = await context.client.searchDialogs(
      context.identity,
      {
        parties: group.parties,
        orderBy: 'updatedAt_asc',
        limit: context.rules.pageSize,
        ...(group.updatedAfter === null ? {} : { updatedAfter: group.updatedAfter }),
        ...(token === null ? {} : { continuationToken: token }),
      },
      context.signal,
    )
    if (!answer.ok) return answer.failure
    startedServerDateAt ??= answer.exchange.serverDateAt
    const { dialogs, rejected } = recordsOf(answer.value)
    // What lies in the service's future must not hide what comes until then.
    const now = answer.exchange.serverDateAt === null ? null : dialogportenTime(answer.exchange.serverDateAt + 1000)
    for (const dialog of dialogs) if (now === null || dialog.updatedAtText <= now) highest = later(highest, dialog.updatedAtText)
    position = highest === '' ? position : highest
    found += dialogs.length
    if (dialogs.length > 0 || rejected.length > 0) {
      const applied = await context.mail.applySearchPage({
        accountUuid: context.accountUuid,
        groupKey: group.key,
        parties: group.parties,
        dialogs,
        rejected,
        position: position === null ? null : { updatedAfter: position, startedServerDateAt },
        at: context.now(),
      })
      newlyRejected += applied.newlyRejected
      report({ found: dialogs.length, newMessages: applied.newMessages, changed: applied.changed })
    }
    if (!answer.value.hasNextPage || answer.value.continuationToken === null) break
    token = answer.value.continuationToken
  }
  const atStart = startedServerDateAt === null ? '' : dialogportenTime(startedServerDateAt - context.rules.overlapMs)
  const watermark = later(highest, atStart)
  await context.mail.finishGroup({
    accountUuid: context.accountUuid,
    groupKey: group.key,
    parties: group.parties,
    // An item that could not be read is looked at once more from where this pass began; seen again it holds nothing up.
    watermark: newlyRejected > 0 ? group.updatedAfter : watermark === '' ? null : watermark,
    at: context.now(),
    pass: 'poll',
    found,
  })
  return null
}

/**
 * Stage 1 (design.md section 4): every dialog of these recipients that changed since the last pass becomes a row. It
 * has no side effect at the service. One group that fails does not stop the others.
 * @param overlapMs how far behind the watermark the search begins
 * @param fromNothing recipients whose watermark does not count this time
 * @throws {PassStopped} when the identity has no token or the run is cancelled; positions are kept.
 */
export async function discover(context: SyncContext, parties: readonly string[], overlapMs: number, fromNothing: ReadonlySet<string> = new Set()): Promise<Discovery> {
  const failures: { parties: readonly string[]; failure: Failure }[] = []
  const groups = await groupsOf(context, parties, overlapMs, fromNothing)
  let [found, newMessages, changed] = [0, 0, 0]
  for (const group of groups) {
    const failure = await searchGroup(context, group, (page) => {
      found += page.found
      newMessages += page.newMessages
      changed += page.changed
      context.report({ phase: 'discover', done: found, total: null, party: group.parties.length === 1 ? (group.parties[0] ?? null) : null })
      context.changed()
    })
    if (failure === null) continue
    if (stopsPass(failure)) throw new PassStopped(failure)
    failures.push({ parties: group.parties, failure })
  }
  return { newMessages, changed, failures }
}
