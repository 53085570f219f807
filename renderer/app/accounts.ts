import type { AccountView } from '../../preload/contract/index.ts'
import { osloDaysBetween } from '../../resources/locales/oslo-day.ts'
import type { EngineClient } from '../engine/client.ts'

/** The worst first: what stops every identity, what a person has to do, what passes by itself. */
const worst: readonly NonNullable<AccountView['trouble']>[] = ['disk-full', 'sign-in', 'internal', 'service', 'offline']

/** The identity that a person should hear of first; null where all is well. */
export function worstOf(accounts: readonly AccountView[]): AccountView | null {
  for (const trouble of worst) {
    const found = accounts.find((account) => account.trouble === trouble)
    if (found !== undefined) return found
  }
  return null
}

/** Since when all of it is fresh: the identity that was reached longest ago. Ones that were never reached do not count, ms; null: none was. */
export function freshSince(accounts: readonly AccountView[]): number | null {
  const times = accounts.flatMap(({ lastDoneAt }) => (lastDoneAt === null ? [] : [lastDoneAt]))
  return times.length === 0 ? null : Math.min(...times)
}

/** A person whose login ends today or tomorrow, the soonest; null where there is none. */
export function endingSoon(accounts: readonly AccountView[], now: number): (AccountView & { readonly signInEndsAt: number }) | null {
  const soon = accounts.flatMap((account) => (account.signInEndsAt !== null && account.signInEndsAt > now && osloDaysBetween(now, account.signInEndsAt) <= 1 ? [{ ...account, signInEndsAt: account.signInEndsAt }] : []))
  return soon.toSorted((a, b) => a.signInEndsAt - b.signInEndsAt)[0] ?? null
}

/** The names of identities, for a sentence. */
export const namesOf = (accounts: readonly AccountView[]): string => accounts.map(({ name }) => name).join(', ')

/** Gets messages with every identity; what goes wrong is told by each identity's own state. */
export function getMessages(engine: EngineClient, accounts: readonly AccountView[]): void {
  for (const { accountUuid } of accounts) void engine.call('sync.run', { accountUuid })
}
