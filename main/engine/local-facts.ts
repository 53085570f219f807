import type { Store } from '../store/open.ts'
import type { LocalFacts } from './reading.ts'
import type { Reporter } from './reporters.ts'
import { readFavourites, readSettings } from './settings.ts'
import type { Troubles } from './troubles.ts'

/** What the ledger knows of lists and letters. */
export function localFacts({ ledger, mail }: Pick<Store, 'ledger' | 'mail'>, troubles: Troubles, reporters: (message: { readonly id: number; readonly party: string }) => Promise<readonly Reporter[]>): LocalFacts {
  const accounts = async () => await Promise.all((await ledger.accounts()).map(async ({ uuid }) => ({ uuid, parties: new Set((await mail.parties(uuid)).map(({ urn }) => urn)) })))
  return {
    favourites: () => readFavourites(ledger),
    reporting: async (message) => {
      const { confirmFor, reportOwnAsRead } = await readSettings(ledger)
      const [reporter] = await reporters(message)
      const own = reporter?.isOwn === true
      return { read: own && reportOwnAsRead ? 'automatic' : 'by-hand', confirm: own || confirmFor.includes(message.party) ? 'allowed' : 'off-for-client', as: reporter?.account.name ?? null }
    },
    isFetched: async () => {
      // What was agreed for one identity says nothing of recipients that only another one reaches.
      const given = await Promise.all((await accounts()).map(async ({ uuid, parties }) => ({ parties, consent: await ledger.consent(uuid) })))
      return (party) => given.some(({ parties, consent }) => consent !== null && parties.has(party) && (consent.parties === null ? party.startsWith('urn:altinn:organization:') : consent.parties.includes(party)))
    },
    accounts,
    accountNames: async () => new Map((await ledger.accounts()).map(({ uuid, name }) => [uuid, name])),
    outgoing: () => ledger.outgoingCounts(),
    troubled: () => troubles.parties(),
  }
}

/** Beside a process that writes, the ledger is not open: nothing of it is known, and nothing may be reported. */
export const nothingLocal: LocalFacts = {
  favourites: () => Promise.resolve(new Set()),
  reporting: () => Promise.resolve({ read: 'by-hand', confirm: 'off-for-client', as: null }),
  isFetched: () => Promise.resolve(() => false),
  accounts: () => Promise.resolve([]),
  accountNames: () => Promise.resolve(new Map()),
  outgoing: () => Promise.resolve({ open: 0, refused: 0 }),
  troubled: () => Promise.resolve(new Set()),
}
