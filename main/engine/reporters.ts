import type { AccountRow } from '../store/ledger/events.ts'
import type { Store } from '../store/open.ts'
import type { Identities } from './identities.ts'

/** Who reports on a message. */
export interface Reporter {
  readonly account: AccountRow
  /** The recipient is the identity itself: the organisation whose system user it is, or the person. */
  readonly isOwn: boolean
}

interface Parts {
  readonly ledger: Pick<Store['ledger'], 'accounts'>
  readonly mail: Pick<Store['mail'], 'accountsOf'>
  readonly identities: Pick<Identities, 'get' | 'ownParty'>
}

/**
 * Identities that may see a message, by proven right: signed in before signed out, the recipient's own before others, then
 * the one that fetched it first. A profile with a single identity has no other to ask, also where nothing is proven yet.
 */
export async function reportersOf({ ledger, mail, identities }: Parts, message: { readonly id: number; readonly party: string }): Promise<readonly Reporter[]> {
  const accounts = await ledger.accounts()
  const proven = await mail.accountsOf(message.id)
  const able = proven.flatMap((uuid) => accounts.find((account) => account.uuid === uuid) ?? [])
  const [single, ...more] = accounts
  const named = able.length === 0 && single !== undefined && more.length === 0 ? [single] : able
  const reporters = await Promise.all(named.map(async (account) => ({ account, isOwn: (await identities.ownParty(account)) === message.party })))
  const rank = ({ account, isOwn }: Reporter): number => (identities.get(account.uuid) === null ? 2 : 0) + (isOwn ? 0 : 1)
  return reporters.sort((a, b) => rank(a) - rank(b))
}
