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
  reporting(party: string): Promise<Reporting>
  /** Whether the user chose to have a recipient's messages fetched. */
  isFetched(): Promise<(party: string) => boolean>
  accountUuid(): Promise<string | null>
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

/** What is known of the mail of each recipient, beside what identities see of it. */
export async function mailOfRecipients(reader: Reader, local: LocalFacts): Promise<readonly (CoverageRow & { readonly fetched: boolean })[]> {
  const accountUuid = await local.accountUuid()
  const isFetched = await local.isFetched()
  return (await reader.coverage(accountUuid ?? '')).map((row) => ({ ...row, fetched: isFetched(row.party) }))
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
      return messageView(message, await local.reporting(message.party))
    },
    'recipients.list': async () => {
      const [favourites, troubled] = await Promise.all([local.favourites(), local.troubled()])
      return { rows: (await reader.recipients(moments(now()))).map((row) => ({ ...row, favourite: favourites.has(row.party), troubled: !row.current || troubled.has(row.party) })) }
    },
  }
}
