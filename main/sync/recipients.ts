import type { Failure } from '../altinn/outcome.ts'
import { namedParties, refreshClients, refreshServices } from '../accounts/coverage.ts'
import { partiesOf } from '../accounts/parties.ts'
import { type SyncContext, PassStopped, stopsPass } from './context.ts'

/**
 * Asks whom the identity may act for and what it sees there, and keeps the answer. What is taken away by it is marked; a
 * list that is suddenly much shorter, or empty, takes nothing away for some days: rights that seem to vanish all at once are
 * more often a fault than the truth (design.md section 4, a listing that shrinks sharply).
 * @returns recipients of whom more can be seen than before, whose mail is to be searched from the beginning; and what came in
 *   place of an answer
 * @throws {PassStopped} when the service cannot be asked and no recipient is known yet.
 */
export async function refreshRecipients(context: SyncContext): Promise<{ readonly grown: readonly string[]; readonly failure: Failure | null }> {
  const { accountUuid, client, identity, mail, now, rules, signal } = context
  context.report({ phase: 'recipients', done: 0, total: null, party: null })
  const answer = await partiesOf(client, identity, signal)
  if (!answer.ok) {
    const known = await mail.parties(accountUuid)
    if (known.length === 0 || stopsPass(answer.failure)) throw new PassStopped(answer.failure)
    return { grown: [], failure: answer.failure }
  }
  const { source, parties } = answer.value
  const named = namedParties(source, parties)
  const { removed, grown } = await mail.partiesAnswered({ accountUuid, source, parties: named, at: now(), believeShrunkMs: rules.believeShrunkMs })
  if (removed.length > 0) await mail.setPartyTrouble(accountUuid, 'no-access', removed, now())
  await mail.clearPartyTrouble(accountUuid, 'no-access', named.flatMap(({ urn, headingOnly }) => (headingOnly ? [] : [urn])))
  return { grown, failure: null }
}

/** What packages reach, how services are called, and who could be a client. */
export async function refreshCoverage(context: SyncContext): Promise<void> {
  const parts = { client: context.client, mail: context.mail, now: context.now, reachMs: context.rules.registryMs, namesMs: context.rules.namesMs, signal: context.signal }
  await refreshClients(parts, context.identity)
  await refreshServices(parts, context.rules.namesPerRun)
}

/**
 * The same beside a run: mail never waits for names.
 * @returns ends it: what has not been answered soon after the run's own end is asked for the next day
 */
export function coverageBeside(context: SyncContext): () => Promise<void> {
  const late = new AbortController()
  const work = refreshCoverage({ ...context, signal: AbortSignal.any([context.signal, late.signal]) })
  // Told at the end; until then nobody waits for it.
  work.catch(() => undefined)
  return async () => {
    const timer = setTimeout(() => { late.abort() }, context.rules.namesLateMs)
    try {
      await work
    } finally {
      clearTimeout(timer)
    }
  }
}

/**
 * The recipients to search: every organisation, also those whose messages are not to be fetched (a search is visible to
 * nobody, and the list shows them), and persons only where the user chose them by name (an accountant's own mail is not
 * the firm's). Headings hold nothing of their own (altinn3.md 1.7).
 * @param chosen party URNs of the consent, or null for every organisation
 */
export async function searchedRecipients(context: SyncContext, chosen: readonly string[] | null): Promise<readonly string[]> {
  const parties = await context.mail.parties(context.accountUuid)
  return parties
    .filter((party) => party.current && !party.headingOnly && (party.kind === 'organisation' || chosen?.includes(party.urn) === true))
    .map((party) => party.urn)
}

/**
 * Asks the resource registry which services are confidential, at most once a day: known before any message is touched
 * (altinn3.md 1.8). While it is silent every service counts as one that may be.
 */
export async function refreshConfidential(context: SyncContext): Promise<void> {
  const known = await context.mail.confidentialResources()
  if (known.askedAt !== null && context.now() - known.askedAt < context.rules.registryMs) return
  const answer = await context.client.confidentialResources(context.signal)
  if (answer.ok) await context.mail.setConfidentialResources(answer.value, context.now())
}
