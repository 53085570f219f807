import { createContext, type Dispatch, useContext } from 'react'

/** Views that are lists of messages. */
export const listViews = ['inbox', 'needs-confirmation', 'due', 'unread', 'handled', 'archive', 'bin'] as const
export type ListView = (typeof listViews)[number]
export type Page = ListView | 'outgoing' | 'recipients' | 'settings' | 'connect'
export type Tab = 'letter' | { readonly attachmentId: string; /** Where a hit of a search is, and its word. */ readonly page?: number | null; readonly search?: string }

/** Messages that were just moved from the list, said where they were until it can no longer be undone. */
export interface Moved {
  readonly kind: 'archive' | 'bin' | 'restore'
  /** Their receipts, by which they are undone. */
  readonly uuids: readonly string[]
  readonly ids: readonly number[]
  /** The title of a single one. */
  readonly title: string | null
  /** The row that stood before them; null at the top. */
  readonly after: number | null
  /** When they are sent, ms since 1970 UTC. */
  readonly until: number
}

/** Where the user is. Nothing of it is in an address or in the browser's storage (security.md 14). */
export interface Place {
  readonly page: Page
  /** Party URN; null = all recipients. */
  readonly party: string | null
  readonly search: string
  /** Filters of the search that were chosen, each written as it could be typed. */
  readonly filters: readonly string[]
  /** The row that arrow keys stand on; reports nothing. */
  readonly cursor: number | null
  /** The message that is open in the reading pane. */
  readonly open: number | null
  readonly tab: Tab
  /** Counts the times that the title of the open message was to take the focus. */
  readonly focusTurn: number
  readonly selected: ReadonlySet<number>
  readonly dialog: 'keys' | 'palette' | 'confirm-several' | 'purge' | 'delete-here' | 'forward' | 'print' | null
  /** Only those done with in this office, only the others, or both. */
  readonly handled: boolean | null
  /** The newest move; the one before it can still be undone under Utgående. */
  readonly justMoved: Moved | null
  /** Narrow windows: the drawer with views and recipients. */
  readonly drawer: boolean
  /** The way in to Altinn that is looked at on its page; null: all of them. */
  readonly connection: string | null
}

export const start: Place = { page: 'inbox', party: null, search: '', filters: [], cursor: null, open: null, tab: 'letter', focusTurn: 0, selected: new Set(), dialog: null, handled: null, justMoved: null, drawer: false, connection: null }

export type Move =
  | { readonly to: 'page'; readonly page: Page; readonly connection?: string | null }
  | { readonly to: 'party'; readonly party: string | null }
  /** The filters stay unless others are given. */
  | { readonly to: 'search'; readonly text: string; readonly filters?: readonly string[] }
  | { readonly to: 'cursor'; readonly id: number | null }
  /** Somewhere to stand, where the keys stand nowhere yet. */
  | { readonly to: 'first'; readonly id: number }
  | { readonly to: 'open'; readonly id: number | null; /** The letter where nothing is said. */ readonly tab?: Tab; /** The title takes the focus, as Enter in the list says. */ readonly focus?: true }
  | { readonly to: 'tab'; readonly tab: Tab }
  | { readonly to: 'select'; readonly ids: readonly number[]; readonly on: boolean }
  | { readonly to: 'select-none' }
  | { readonly to: 'dialog'; readonly dialog: Place['dialog'] }
  | { readonly to: 'drawer'; readonly open: boolean }
  | { readonly to: 'handled'; readonly only: boolean | null }
  /** Rows left the list: the keys go on at `next`, and the open message closes. */
  | { readonly to: 'moved'; readonly moved: Moved; readonly next: number | null }
  /** It was undone or sent: nothing more to say. */
  | { readonly to: 'moved-done'; readonly moved: Moved }

const none: ReadonlySet<number> = new Set()

export function moved(place: Place, move: Move): Place {
  switch (move.to) {
    case 'page':
      return { ...place, page: move.page, connection: move.connection ?? null, search: '', filters: [], selected: none, drawer: false, dialog: null, ...(move.page === place.page ? {} : { cursor: null, open: null, tab: 'letter', handled: null, justMoved: null }) }
    case 'party':
      return { ...place, party: move.party, selected: none, drawer: false, dialog: null, cursor: null, open: null, tab: 'letter', page: place.page === 'settings' || place.page === 'recipients' || place.page === 'connect' ? 'inbox' : place.page }
    case 'search':
      // The query stays when a message is opened; a full-width page gives way to the hits.
      return { ...place, search: move.text, filters: move.filters ?? place.filters, selected: none, page: (listViews as readonly Page[]).includes(place.page) ? place.page : 'inbox', cursor: null }
    case 'cursor':
      return { ...place, cursor: move.id }
    case 'first':
      return place.cursor === null ? { ...place, cursor: move.id } : place
    case 'open':
      return { ...place, focusTurn: place.focusTurn + (move.focus === true ? 1 : 0), open: move.id, cursor: move.id ?? place.cursor, tab: move.tab ?? 'letter', dialog: null, page: move.id !== null && !(listViews as readonly Page[]).includes(place.page) ? 'inbox' : place.page }
    case 'tab':
      return { ...place, tab: move.tab }
    case 'select': {
      const selected = new Set(place.selected)
      for (const id of move.ids) {
        if (move.on) selected.add(id)
        else selected.delete(id)
      }
      return { ...place, selected }
    }
    case 'select-none':
      return { ...place, selected: none }
    case 'dialog':
      return { ...place, dialog: move.dialog }
    case 'drawer':
      return { ...place, drawer: move.open }
    case 'handled':
      return { ...place, handled: move.only, selected: none }
    case 'moved':
      return { ...place, justMoved: move.moved, selected: none, open: null, tab: 'letter', dialog: null, cursor: move.next }
    case 'moved-done':
      return place.justMoved === move.moved ? { ...place, justMoved: null } : place
  }
}

/** Whether the list shows what was searched for. */
export const isSearch = ({ search, filters }: Pick<Place, 'search' | 'filters'>): boolean => search !== '' || filters.length > 0

export const PlaceContext = createContext<readonly [Place, Dispatch<Move>]>([start, () => undefined])
export const usePlace = (): readonly [Place, Dispatch<Move>] => useContext(PlaceContext)
