import { type SyncContext, PassStopped, stopsPass } from './context.ts'
import { halves, inGroups, mayBeOnes } from './groups.ts'
import { recordsOf } from './page.ts'

/**
 * Looks through everything (design.md section 4, Full pass): it finds what no watermark can, back-dated, relabelled and
 * restored dialogs, and what is gone (altinn3.md 3.7). It goes on where it stopped, page by page, ascending by createdAt,
 * which never changes. A group that fails holds up no other: it is halved where one of its recipients may be the cause,
 * and tried again the next time; one that has failed for as long as a pass may take is left, and nothing of it counts
 * as missing.
 * @param pages how many pages at most; the rest comes the next time
 * @param anew begins a new one where none is under way
 * @returns whether it is at its end
 * @throws {PassStopped} when the identity has no token, the service is left alone or the run is cancelled.
 */
export async function fullPass(context: SyncContext, parties: readonly string[], pages: number, anew: boolean): Promise<boolean> {
  const { mail, accountUuid, rules } = context
  let state = await mail.fullPass(accountUuid)
  if (state === null || (state.endedAt !== null && anew)) {
    await mail.beginFullPass(accountUuid, inGroups([...parties].sort(), rules.partiesPerGroup), context.now())
    state = await mail.fullPass(accountUuid)
  }
  const failing: string[] = []
  let [answered, tried] = [0, 0]
  let token: string | null = null
  let groupKey: string | null = null
  for (let page = 0; page < pages; page += 1) {
    if (state?.next == null) break
    const { next } = state
    if (groupKey !== next.groupKey) token = null
    groupKey = next.groupKey
    const answer = await context.client.searchDialogs(
      context.identity,
      {
        parties: next.parties,
        orderBy: 'createdAt_asc',
        limit: rules.pageSize,
        ...(next.createdAfter === null || token !== null ? {} : { createdAfter: next.createdAfter }),
        ...(token === null ? {} : { continuationToken: token }),
      },
      context.signal,
    )
    if (!answer.ok) {
      if (stopsPass(answer.failure)) throw new PassStopped(answer.failure)
      const likely = answered > 0 || tried === 0
      tried += 1
      if (next.parties.length > 1 && mayBeOnes(answer.failure, likely)) await mail.splitFullGroup(accountUuid, next.groupKey, halves(next.parties))
      else if (context.now() - state.beganAt >= rules.fullPassMs) await mail.leaveFullGroup(accountUuid, next.groupKey, context.now())
      else failing.push(next.groupKey)
      state = await mail.fullPass(accountUuid, failing)
      continue
    }
    answered += 1
    const { dialogs, rejected } = recordsOf(answer.value)
    const last = answer.value.items.at(-1)?.createdAt ?? next.createdAfter
    if (dialogs.length > 0 || rejected.length > 0) {
      await mail.applySearchPage({ accountUuid, groupKey: next.groupKey, parties: next.parties, dialogs, rejected, position: null, full: { createdAfter: last ?? '', alsoThere: rejected.flatMap(({ dialogId }) => dialogId ?? []) }, at: context.now() })
      context.changed()
    }
    const more = answer.value.hasNextPage && answer.value.continuationToken !== null
    token = more ? answer.value.continuationToken : null
    if (!more) {
      const { shrunk } = await mail.endFullGroup(accountUuid, next.groupKey, context.now())
      if (shrunk.length > 0) await mail.setPartyTrouble(accountUuid, 'shrunk', shrunk, context.now())
      const well = next.parties.filter((party) => !shrunk.includes(party))
      await mail.clearPartyTrouble(accountUuid, 'shrunk', well)
    }
    state = await mail.fullPass(accountUuid, failing)
    if (state !== null) context.report({ phase: 'full-pass', done: state.done, total: state.total, party: null })
  }
  return state !== null && state.endedAt !== null
}

/**
 * What no full pass of any signed-in identity met again is looked up: only a 404 says that it is gone; hidden and expired
 * dialogs still answer (durability.md 9). The copy here is kept.
 * @throws {PassStopped} when the identity has no token, the service is left alone or the run is cancelled.
 */
export async function askMissing(context: SyncContext, signedIn: readonly string[]): Promise<void> {
  const { mail, now } = context
  for (let after = 0; ;) {
    const tasks = await mail.missingEverywhere(signedIn, after, context.rules.batch)
    if (tasks.length === 0) return
    after = tasks.at(-1)?.messageId ?? after
    const gone: number[] = []
    const there: number[] = []
    for (const { messageId, dialogId } of tasks) {
      const answer = await context.client.lookupDialog(context.identity, dialogId, context.signal)
      if (answer.ok || answer.failure.kind === 'no-access') there.push(messageId)
      else if (answer.failure.kind === 'not-found') gone.push(messageId)
      else if (stopsPass(answer.failure)) throw new PassStopped(answer.failure)
      // Any other one is asked about again after the next pass, and holds up none.
    }
    await mail.missingAsked(gone, true, now())
    await mail.missingAsked(there, false, now())
    if (gone.length > 0) context.changed()
  }
}
