import type { CoverageRow, MessageView as Shown } from '../store/reader/api.ts'
import type { Reader } from '../store/open.ts'
import { osloMidnight } from '../../resources/locales/oslo-day.ts'
import { dueSoonDays } from '../reminders/decide.ts'
import { countedHits, type ResponseOf } from '../../preload/contract/index.ts'
import type { Handlers } from './calls.ts'
import { Refusal } from './errors.ts'
import { askedOf, hintHandlers, understoodOf } from './searches.ts'

export type Reporting = ResponseOf<'messages.show'>['reporting']

/** What only the ledger knows of lists and letters. */
export interface LocalFacts {
  favourites(): Promise<ReadonlySet<string>>
  reporting(message: { readonly id: number; readonly party: string }): Promise<Reporting>
  /** Whether the user chose to have a recipient's messages fetched. */
  isFetched(): Promise<(party: string) => boolean>
  /** Identities, each with the party URNs that it may or might act for. */
  accounts(): Promise<readonly { readonly uuid: string; readonly parties: ReadonlySet<string> }[]>
  outgoing(): Promise<{ readonly open: number; readonly refused: number }>
  /** What identities are called, by their uuid. */
  accountNames(): Promise<ReadonlyMap<string, string>>
  /** Party URNs that something stands in the way of. */
  troubled(): Promise<ReadonlySet<string>>
}

export const moments = (nowAt: number) => ({ nowAt, soonBefore: osloMidnight(nowAt, dueSoonDays + 1), todayFrom: osloMidnight(nowAt, 0) })

function messageView(message: Shown, reporting: Reporting): ResponseOf<'messages.show'> {
  return { ...message, replyOptions: [...message.replyOptions], attachments: [...message.attachments], propertyList: { ...message.propertyList }, reporting }
}

/** A recipient that several identities reach: asked for last by any of them, and in trouble only where none gets through. */
function together(row: CoverageRow, reached: readonly CoverageRow[]): CoverageRow {
  const asked = reached.flatMap(({ lastUpdatedAt }) => lastUpdatedAt ?? [])
  const [first] = reached
  const troubled = first === undefined || reached.some(({ trouble }) => trouble === null) ? null : first
  return { ...row, lastUpdatedAt: asked.length === 0 ? null : Math.max(...asked), trouble: troubled?.trouble ?? null, troubleSince: troubled?.troubleSince ?? null }
}

/** What is known of the mail of each recipient, beside what identities see of it. */
export async function mailOfRecipients(reader: Reader, local: LocalFacts): Promise<readonly (CoverageRow & { readonly fetched: boolean })[]> {
  const [accounts, isFetched] = await Promise.all([local.accounts(), local.isFetched()])
  const each = await Promise.all(accounts.map(async ({ uuid, parties }) => ({ parties, rows: new Map((await reader.coverage(uuid)).map((row) => [row.party, row])) })))
  return (await reader.coverage('')).map((row) => ({ ...together(row, each.flatMap(({ parties, rows }) => (parties.has(row.party) ? (rows.get(row.party) ?? []) : []))), fetched: isFetched(row.party) }))
}

/** What can be asked without writing anything. */
export function readHandlers(reader: Reader, local: LocalFacts, now: () => number): Handlers {
  return {
    'messages.list': async (request) => {
      const { rows, next } = await reader.list(request)
      return { rows: [...rows], next }
    },
    'messages.search': async (request) => {
      const asked = askedOf(request, now())
      const { rows, snippets, ...page } = await reader.search({ ...request, asked })
      return { rows: [...rows], snippets: [...snippets], ...page, understood: understoodOf(asked) }
    },
    'messages.search-count': (request) => reader.searchCount({ ...request, asked: askedOf(request, now()) }, countedHits),
    ...hintHandlers(reader, now),
    'messages.counts': async ({ party }) => {
      const counts = await reader.counts(moments(now()), party ?? null)
      return { ...counts, outgoing: await local.outgoing() }
    },
    'messages.find': async ({ id }) => ({ id: await reader.find(id) }),
    'messages.show': async ({ id }) => {
      const message = await reader.show(id)
      if (message === null) throw new Refusal('not-found', 'There is no such message')
      return messageView(message, await local.reporting(message))
    },
    'recipients.list': async () => {
      const [favourites, troubled, losses, accounts] = await Promise.all([local.favourites(), local.troubled(), reader.losses(), local.accounts()])
      // A loss that a person has seen asks for nothing more.
      const seen = new Map(losses.map((loss) => [loss.party, loss.seen]))
      const asks = ({ party, current }: { readonly party: string; readonly current: boolean }): boolean => troubled.has(party) || !(seen.get(party) ?? current)
      return { rows: (await reader.recipients(moments(now()))).map((row) => ({ ...row, favourite: favourites.has(row.party), troubled: asks(row), accounts: accounts.filter(({ parties }) => parties.has(row.party)).map(({ uuid }) => uuid) })) }
    },
  }
}
