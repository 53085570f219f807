import { type Call, json, type Reply } from '../http.ts'
import type { LocalState } from '../state.ts'
import { dialogTime } from '../times.ts'
import type { Caller } from '../tokens.ts'
import type { Dialog } from './dialog.ts'
import { comparePlaces, type Order, type Place, placeOf, type Row } from './dialogs.ts'
import { searchItem } from './items.ts'
import { pruned } from './language.ts'
import { Merge } from './merge.ts'
import { problem } from './problems.ts'
import { type Query, readQuery } from './query.ts'

const isQuery = (parsed: ReturnType<typeof readQuery>): parsed is Query => 'matches' in parsed && typeof parsed.matches === 'function'

/** First place in sorted rows for which `isPast` holds. */
function firstThat(rows: readonly Row[], isPast: (row: Row) => boolean): number {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const row = rows[middle]
    if (row !== undefined && isPast(row)) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * Dialogs in one order, from where the query may begin: parties are kept sorted, so that a page costs what it shows and
 * not what lies in the archive.
 */
function* inOrder(state: LocalState, query: Query, order: Order, parties: readonly string[]): Generator<Dialog> {
  const range = query.ranges.get(order.key)
  const token: Place | null = query.token === null ? null : { at: query.token.at[0] ?? 0, id: query.token.id }
  const isWithin = (row: Row): boolean => range === undefined || (order.descending ? row.at <= range.to : row.at >= range.from)
  const isBeyond = (row: Row): boolean => range !== undefined && (order.descending ? row.at < range.from : row.at > range.to)
  const merge = new Merge<Row>((a, b) => comparePlaces(order, a, b))
  for (const party of parties) {
    const rows = state.dialogs.sorted(party, order)
    merge.add(rows, firstThat(rows, (row) => isWithin(row) && (token === null || comparePlaces(order, row, token) > 0)))
  }
  for (let row = merge.next(); row !== undefined && !isBeyond(row); row = merge.next()) yield state.dialogs.view(row.entry)
}

/** Dialogs by several keys: all of them, sorted anew. */
function byKeys(state: LocalState, query: Query, parties: readonly string[]): readonly Dialog[] {
  const { orders, token } = query
  const compare = (a: { readonly at: readonly number[]; readonly id: string }, b: typeof a): number => {
    for (const [n, order] of orders.entries()) {
      const [one = 0, other = 0] = [a.at[n], b.at[n]]
      if (one !== other) return one < other === order.descending ? 1 : -1
    }
    return a.id === b.id ? 0 : a.id < b.id ? 1 : -1
  }
  return parties
    .flatMap((party) => state.dialogs.of(party))
    .map((dialog) => ({ dialog, id: dialog.id, at: orders.map((order) => placeOf(dialog, order)) }))
    .filter((entry) => token === null || compare(entry, token) > 0)
    .sort(compare)
    .map(({ dialog }) => dialog)
}

/** `GET /dialogs`: keyset pages of what is visible; parties without rights give nothing, never a refusal (altinn3.md 3.2). */
export function search(state: LocalState, call: Call, caller: Caller): Reply {
  const query = readQuery(call)
  if (!isQuery(query)) return problem(call, 400, query)
  const asked = query.parties.length === 0 ? state.world.parties.map(({ urn }) => urn) : [...new Set(query.parties)]
  const parties = asked.filter((party) => caller.may(party, null))
  const [first] = query.orders
  const candidates = query.orders.length === 1 && first !== undefined ? inOrder(state, query, first, parties) : byKeys(state, query, parties)
  const page: Dialog[] = []
  let hasNextPage = false
  for (const dialog of candidates) {
    if (!dialog.isFound || !query.matches(dialog)) continue
    const { resourceId } = dialog
    if ((query.resources.length > 0 && !query.resources.includes(resourceId)) || !caller.may(dialog.party, resourceId)) continue
    if (page.length === query.limit) {
      hasNextPage = true
      break
    }
    page.push(dialog)
  }
  const last = page.at(-1)
  const value = (dialog: Dialog, order: Order): string => {
    const at = dialog[order.key]
    return at === null ? '' : dialogTime(at)
  }
  const body = {
    items: page.map((dialog) => searchItem(state, dialog, caller)),
    hasNextPage,
    // Present on the last page too, absent on an empty one.
    ...(last === undefined ? {} : { continuationToken: [...query.orders.map((order) => `${order.key.toLowerCase()}_${value(last, order)}`), `id_${last.id}`].join(',') }),
    orderBy: [...query.orders.map(({ key, descending }) => `${key.toLowerCase()}_${descending ? 'desc' : 'asc'}`), 'id_desc'].join(','),
  }
  return json(200, pruned(body, call.headers['accept-language']))
}
