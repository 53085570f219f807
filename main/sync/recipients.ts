import { partiesOf } from '../accounts/parties.ts'
import type { AuthorizedParty } from '../altinn/client.ts'
import type { PartyRecord } from '../store/mail/records.ts'
import { sharply } from '../store/mail/sharp.ts'
import { type SyncContext, PassStopped, stopsPass } from './context.ts'

/** Those who can have mail; a self-identified user has no party URN (altinn3.md 1.7). */
function partyRecord(one: AuthorizedParty): PartyRecord | null {
  if (one.party === null) return null
  return {
    urn: one.party,
    uuid: one.partyUuid.toLowerCase(),
    name: one.name,
    kind: one.partyType === 'Organization' ? 'organisation' : 'person',
    parentUrn: one.parent,
    isDeleted: one.isDeleted,
    headingOnly: one.onlyHeading,
  }
}

/**
 * Asks whom the identity may act for and keeps the answer. An empty one changes nothing: rights that seem to vanish
 * all at once are more often a fault than the truth (design.md section 4, a listing that shrinks sharply).
 * @throws {PassStopped} when the service cannot be asked and no recipient is known yet.
 */
export async function refreshRecipients(context: SyncContext): Promise<void> {
  context.report({ phase: 'recipients', done: 0, total: null, party: null })
  const answer = await partiesOf(context.client, context.identity, context.signal)
  if (!answer.ok) {
    const known = await context.mail.parties(context.accountUuid)
    if (known.length === 0 || stopsPass(answer.failure)) throw new PassStopped(answer.failure)
    return
  }
  const records = answer.value.parties.flatMap((party) => partyRecord(party) ?? [])
  if (records.length === 0) return
  const { accountUuid, mail, now, rules } = context
  const before = (await mail.parties(accountUuid)).filter((party) => party.current).map((party) => party.urn)
  const named = new Set(records.map(({ urn }) => urn))
  const missing = before.filter((urn) => !named.has(urn))
  const since = await mail.troubleSince(accountUuid, 'shrunk', missing)
  // For some days a sharply shorter list takes nothing away; then it is believed.
  const keep = sharply(missing.length, before.length) && now() - (since ?? now()) < rules.believeShrunkMs
  if (keep) await mail.setPartyTrouble(accountUuid, 'shrunk', missing, now())
  const { removed } = await mail.upsertParties(accountUuid, records, now(), keep)
  if (removed.length > 0) await mail.setPartyTrouble(accountUuid, 'no-access', removed, now())
  await mail.clearPartyTrouble(accountUuid, 'no-access', [...named])
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
