import { createContext, useContext } from 'react'
import { type AccountView, type Counts, defaultSettings, type ListRow, type ProfileState, type RecipientRow, type Settings } from '../../preload/contract/index.ts'

/** What the whole window knows of the profile; asked once and kept fresh. */
export interface Shared {
  readonly profile: ProfileState | null
  /** The first identity; what holds of all of them is asked of `accounts`. */
  readonly account: AccountView | null
  /** The identities that mail is fetched with. */
  readonly accounts: readonly AccountView[]
  /** No identity is connected yet. */
  readonly isNew: boolean
  readonly settings: Settings
  readonly counts: Counts | null
  readonly recipients: readonly RecipientRow[]
  /** Correspondences whose waiting confirmation will hardly reach Altinn before its due date. */
  readonly inDanger: ReadonlySet<string>
  /** The engine's clock at the last answer, moved on by ours: ms since 1970 UTC. */
  readonly now: number
}

export const SharedContext = createContext<Shared>({ profile: null, account: null, accounts: [], isNew: false, settings: defaultSettings, counts: null, recipients: [], inDanger: new Set(), now: 0 })
export const useShared = (): Shared => useContext(SharedContext)

/** The rows of the list beside the open message: where the keys go on after a message left it. */
export const RowsContext = createContext<readonly ListRow[]>([])

/** The identity acts for one organisation only: no rail (window without recipients). */
export const hasOneRecipient = ({ recipients }: Shared): boolean => recipients.filter((row) => row.current).length === 1
