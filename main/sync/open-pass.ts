import { firstStatusAt } from './convert/correspondence.ts'
import { toMsOrNull } from './convert/text.ts'
import { type SyncContext, PassStopped, stopsPass } from './context.ts'
import { type GroupMembers, halves, inGroups, mayBeOnes } from './groups.ts'
import { sharply } from '../store/mail/sharp.ts'
import { recordsOf } from './page.ts'
import type { Failure } from '../altinn/outcome.ts'
import type { AbsentTask } from '../store/mail/records.ts'

interface Asking {
  readonly present: readonly string[]
  readonly partiesMet: ReadonlySet<string>
  readonly serverDateAt: number | null
}

/** Everything that asks to be confirmed, of one group; the failure where its search did not end. */
async function asking(context: SyncContext, parties: readonly string[]): Promise<Asking | Failure> {
  const present: string[] = []
  const partiesMet = new Set<string>()
  let token: string | null = null
  let serverDateAt: number | null = null
  for (;;) {
    const answer = await context.client.searchDialogs(
      context.identity,
      { parties, status: 'RequiresAttention', orderBy: 'createdAt_asc', limit: context.rules.pageSize, ...(token === null ? {} : { continuationToken: token }) },
      context.signal,
    )
    if (!answer.ok) {
      if (stopsPass(answer.failure)) throw new PassStopped(answer.failure)
      return answer.failure
    }
    serverDateAt ??= answer.exchange.serverDateAt
    const { dialogs, rejected } = recordsOf(answer.value)
    // An item that cannot be read is there all the same.
    for (const { dialogId } of rejected) if (dialogId !== null) present.push(dialogId)
    for (const { dialogId, party } of dialogs) {
      present.push(dialogId)
      partiesMet.add(party)
    }
    if (!answer.value.hasNextPage || answer.value.continuationToken === null) return { present, partiesMet, serverDateAt }
    token = answer.value.continuationToken
  }
}

/** Whether a recipient still answers with something: a lost right gives an empty answer, not a refusal (altinn3.md trap 15). */
async function answers(context: SyncContext, party: string): Promise<boolean> {
  const answer = await context.client.searchDialogs(context.identity, { parties: [party], limit: 1, orderBy: 'createdAt_asc' }, context.signal)
  if (!answer.ok && stopsPass(answer.failure)) throw new PassStopped(answer.failure)
  return answer.ok && answer.value.items.length + answer.value.rejected.length > 0
}

/** Asks the history of one letter; what it says is kept, and it is not asked again until the dialog comes back. */
export async function askHistory(context: SyncContext, task: Pick<AbsentTask, 'messageId' | 'correspondenceId'>): Promise<void> {
  const answer = await context.client.details(context.identity, task.correspondenceId, context.signal)
  if (!answer.ok) {
    if (stopsPass(answer.failure)) throw new PassStopped(answer.failure)
    return
  }
  const { wire } = answer.value
  const confirmedAt = firstStatusAt(wire.statusHistory, 'Confirmed')
  const readAt = toMsOrNull(wire.read)
  await context.mail.openAsked([task.messageId], context.now())
  if (confirmedAt !== null || readAt !== null) {
    await context.mail.serviceFacts(task.correspondenceId, { ...(readAt === null ? {} : { readAt }), ...(confirmedAt === null ? {} : { confirmedAt, confirmedBy: 'elsewhere' as const }) })
    context.changed()
  }
}

/**
 * Done elsewhere (design.md section 4): what we hold as unconfirmed and Altinn no longer asks for may have been confirmed
 * by somebody else. Only its history says so, and it is asked once; where suddenly much of a recipient's is gone, a lost
 * right is the likelier reason, and nobody is asked (durability.md 16).
 * @throws {PassStopped} when the identity has no token, the service is left alone or the run is cancelled.
 */
export async function openPass(context: SyncContext, parties: readonly string[]): Promise<void> {
  const { mail, accountUuid, rules } = context
  const groups: GroupMembers[] = [...inGroups([...parties].sort(), rules.partiesPerGroup)]
  let [answered, tried] = [0, 0]
  for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
    const found = await asking(context, group.parties)
    if ('kind' in found) {
      // A recipient that makes its group fail holds up no other (design.md section 4, Manners).
      if (group.parties.length > 1 && mayBeOnes(found, answered > 0 || tried === 0)) groups.push(...halves(group.parties))
      tried += 1
      continue
    }
    answered += 1
    await mail.openPresent(found.present)
    // Behind the service's time as a poll is: what changed just now may not have reached the search.
    const beganAt = Math.min(found.serverDateAt ?? context.now(), context.now()) - rules.overlapMs
    const absent = await mail.openAbsent({ accountUuid, parties: group.parties, present: found.present, beganAt })
    for (const party of new Set(absent.map((task) => task.party))) {
      const tasks = absent.filter((task) => task.party === party)
      if (sharply(tasks.length, tasks[0]?.ofParty ?? 0)) {
        await mail.setPartyTrouble(accountUuid, 'shrunk', [party], context.now())
        continue
      }
      if (!found.partiesMet.has(party) && !(await answers(context, party))) continue
      for (const task of tasks) await askHistory(context, task)
      await mail.clearPartyTrouble(accountUuid, 'shrunk', [party])
    }
  }
}
