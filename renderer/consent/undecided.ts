import { useState } from 'react'
import type { AccountView } from '../../preload/contract/index.ts'
import { useAsk } from '../engine/hooks.ts'

export interface Undecided {
  /** The first identity of which nobody said yet what may be fetched; null: there is none, or it is not known yet. */
  readonly account: AccountView | null
  readonly again: () => void
}

const none: ReadonlySet<string> = new Set()

/** Each identity is asked about once, one after the other; from the settings its choice is opened again. */
export function useUndecided(accounts: readonly AccountView[], isOn: boolean): Undecided {
  const [decided, setDecided] = useState(none)
  const candidate = accounts.find(({ accountUuid, consented }) => !consented && !decided.has(accountUuid)) ?? null
  const { value, again } = useAsk('consent.state', candidate === null || !isOn ? null : { accountUuid: candidate.accountUuid }, ['sync.finished'])
  if (candidate !== null && value !== null && (value.givenAt !== null || value.declinedAt !== null)) setDecided(new Set([...decided, candidate.accountUuid]))
  return { account: candidate !== null && value !== null && value.givenAt === null && value.declinedAt === null ? candidate : null, again }
}
