import type { AltinnClient, AuthorizedParty, PartyWire } from '../altinn/client.ts'
import type { Failure, Outcome } from '../altinn/outcome.ts'
import type { IdentityTokens } from '../altinn/tokens.ts'

/** Everybody an identity may act for, and who said so. */
export interface KnownParties {
  /** Only access management says what may be seen there: packages, roles, resources. */
  readonly source: 'access-management' | 'dialogporten'
  readonly parties: readonly AuthorizedParty[]
}

/** Whether access management will not answer this identity at all, whatever the time of day: its scope or right is missing, or it is not there. */
const closed = (failure: Failure): boolean => failure.kind === 'no-access' || failure.kind === 'refused' || failure.kind === 'not-found' || failure.signIn?.code === 'token-refused'

function fromDialogporten({ party, partyUuid, name, partyType, isDeleted, hasOnlyAccessToSubParties, parent }: PartyWire): AuthorizedParty {
  const type = partyType === 'Organization' || partyType === 'Person' ? partyType : 'Other'
  return { party, partyUuid, name, partyType: type, unitType: null, isDeleted, onlyHeading: hasOnlyAccessToSubParties, parent, packages: [], roles: [], resources: [] }
}

/**
 * The parties of an identity: from access management, else from Dialogporten (altinn3.md 1.5, 1.7). Access management that is
 * merely away is a failure: the shorter word of Dialogporten must not look like access that was lost.
 */
export async function partiesOf(client: Pick<AltinnClient, 'authorizedParties' | 'parties'>, identity: IdentityTokens, signal?: AbortSignal): Promise<Outcome<KnownParties>> {
  const full = await client.authorizedParties(identity, signal)
  if (full.ok) return { ...full, value: { source: 'access-management', parties: full.value } }
  if (!closed(full.failure)) return full
  const plain = await client.parties(identity, signal)
  return plain.ok ? { ...plain, value: { source: 'dialogporten', parties: plain.value.map(fromDialogporten) } } : plain
}
