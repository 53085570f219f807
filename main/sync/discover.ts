import type { DialogRecord } from '../store/mail/records.ts'
import type { Failure } from '../altinn/outcome.ts'
import { dialogportenTime } from './convert/text.ts'
import { type SyncContext, PassStopped, stopsPass } from './context.ts'
import { type GroupMembers, halves, inGroups, mayBeOnes } from './groups.ts'
import { recordsOf } from './page.ts'

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

interface Group extends GroupMembers {
  /** Inclusive lower bound of updatedAt, or null to begin with the first dialog there is. */
  readonly updatedAfter: string | null
  readonly startedServerDateAt: number | null
}

/** How the search of a group ended: with something in it, with nothing in it (and up to where), or not. */
type Ended = { readonly kind: 'ended' } | { readonly kind: 'quiet'; readonly watermark: string } | { readonly kind: 'failed'; readonly failure: Failure }

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
  const groups: Group[] = []
  for (const members of [...inGroups(fresh, context.rules.partiesPerGroup), ...inGroups(known, context.rules.partiesPerGroup)]) {
    const position = await context.mail.groupPosition(context.accountUuid, members.key)
    const marks = members.parties.flatMap((party) => watermarks[party] ?? [])
    const oldest = marks.length === members.parties.length ? marks.reduce((a, b) => (a < b ? a : b)) : null
    const after = oldest === null ? null : dialogportenTime(Date.parse(oldest) - overlapMs)
    groups.push({ ...members, updatedAfter: position?.updatedAfter ?? after, startedServerDateAt: position?.startedServerDateAt ?? null })
  }
  return groups
}

const later = (a: string, b: string): string => (a > b ? a : b)

/**
 * The latest updatedAt of a page. One in the service's own future (by more than its clock's step of a second) is not
 * counted: it would hide everything that comes until then.
 * @param serverDateAt the Date header of the answer, in epoch ms
 */
function latestOf(dialogs: readonly DialogRecord[], least: string, serverDateAt: number | null): string {
  const end = serverDateAt === null ? null : dialogportenTime(serverDateAt + 1000)
  return dialogs.reduce((latest, { updatedAtText }) => (end !== null && updatedAtText > end ? latest : later(latest, updatedAtText)), least)
}

/**
 * Searches one group to its end, ascending by updatedAt: descending, a dialog that changes in between is never returned
 * (altinn3.md 3.7). Each page's rows and the position commit together; the watermark moves only at the end, to the
 * later of the highest updatedAt seen and the server's time at the start less the overlap (durability.md 14).
 */
async function searchGroup(context: SyncContext, group: Group, report: (page: PageResult) => void): Promise<Ended> {
  const { rules, accountUuid, mail } = context
  let startedServerDateAt = group.startedServerDateAt
  let highest = group.updatedAfter ?? ''
  let token: string | null = null
  let found = 0
  let newlyRejected = 0
  let pages = 0
  for (;;) {
    const answer = await context.client.searchDialogs(
      context.identity,
      {
        parties: group.parties,
        orderBy: 'updatedAt_asc',
        limit: rules.pageSize,
        ...(group.updatedAfter === null ? {} : { updatedAfter: group.updatedAfter }),
        ...(token === null ? {} : { continuationToken: token }),
      },
      context.signal,
    )
    if (!answer.ok) return { kind: 'failed', failure: answer.failure }
    startedServerDateAt ??= answer.exchange.serverDateAt
    const { dialogs, rejected } = recordsOf(answer.value)
    highest = latestOf(dialogs, highest, answer.exchange.serverDateAt)
    found += dialogs.length
    if (dialogs.length > 0 || rejected.length > 0) {
      pages += 1
      const position = highest === '' ? null : { updatedAfter: highest, startedServerDateAt }
      const applied = await mail.applySearchPage({ accountUuid, groupKey: group.key, parties: group.parties, dialogs, rejected, position, at: context.now() })
      newlyRejected += applied.newlyRejected
      report({ found: dialogs.length, newMessages: applied.newMessages, changed: applied.changed })
    }
    if (!answer.value.hasNextPage || answer.value.continuationToken === null) break
    token = answer.value.continuationToken
  }
  const atStart = startedServerDateAt === null ? '' : dialogportenTime(startedServerDateAt - rules.overlapMs)
  const watermark = later(highest, atStart)
  if (pages === 0 && group.startedServerDateAt === null && watermark !== '') return { kind: 'quiet', watermark }
  await mail.finishGroup({
    accountUuid,
    groupKey: group.key,
    parties: group.parties,
    // An item that could not be read is looked at once more from where this pass began; seen again it holds nothing up.
    watermark: newlyRejected > 0 ? group.updatedAfter : watermark === '' ? null : watermark,
    at: context.now(),
    pass: 'poll',
    found,
  })
  return { kind: 'ended' }
}

/**
 * Stage 1 (design.md section 4): every dialog of these recipients that changed since the last pass becomes a row. It
 * has no side effect at the service. A group that fails does not stop the others, and a recipient that makes its group
 * fail is searched for apart from the others.
 * @param overlapMs how far behind the watermark the search begins
 * @param fromNothing recipients whose watermark does not count this time
 * @throws {PassStopped} when the identity has no token, the service is left alone or the run is cancelled; positions are kept.
 */
export async function discover(context: SyncContext, parties: readonly string[], overlapMs: number, fromNothing: ReadonlySet<string> = new Set()): Promise<Discovery> {
  const { accountUuid, mail } = context
  const failures: { parties: readonly string[]; failure: Failure }[] = []
  const quiet: { key: string; parties: readonly string[]; watermark: string }[] = []
  const unsure: { group: Group; failure: Failure }[] = []
  let [found, newMessages, changed, answered] = [0, 0, 0, 0]
  const search = async (group: Group): Promise<Failure | null> => {
    const ended = await searchGroup(context, group, (page) => {
      found += page.found
      newMessages += page.newMessages
      changed += page.changed
      context.report({ phase: 'discover', done: found, total: null, party: group.parties.length === 1 ? (group.parties[0] ?? null) : null })
      context.changed()
    })
    if (ended.kind === 'failed') {
      if (stopsPass(ended.failure)) throw new PassStopped(ended.failure)
      return ended.failure
    }
    answered += 1
    if (ended.kind === 'quiet') quiet.push({ key: group.key, parties: group.parties, watermark: ended.watermark })
    await mail.clearPartyTrouble(accountUuid, 'failed', group.parties)
    return null
  }
  const endQuiet = async (): Promise<void> => {
    const [first] = quiet
    if (first === undefined) return
    const watermark = quiet.reduce((least, one) => (one.watermark < least ? one.watermark : least), first.watermark)
    await mail.quietPoll({ accountUuid, groups: quiet.splice(0), watermark, at: context.now() })
  }
  try {
    for (const group of await groupsOf(context, parties, overlapMs, fromNothing)) {
      const failure = await search(group)
      if (failure !== null) unsure.push({ group, failure })
    }
    let tried = false
    for (let next = unsure.shift(); next !== undefined; next = unsure.shift()) {
      const { group, failure } = next
      const likely = answered > 0 || !tried
      tried = true
      if (group.parties.length === 1 || !mayBeOnes(failure, likely)) {
        failures.push({ parties: group.parties, failure })
        if (group.parties.length === 1) await mail.setPartyTrouble(accountUuid, 'failed', group.parties, context.now())
        continue
      }
      for (const members of halves(group.parties)) {
        const half = { ...members, updatedAfter: group.updatedAfter, startedServerDateAt: null }
        const again = await search(half)
        if (again !== null) unsure.push({ group: half, failure: again })
      }
    }
  } finally {
    await endQuiet()
  }
  return { newMessages, changed, failures }
}

