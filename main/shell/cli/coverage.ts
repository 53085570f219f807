import type { ResponseOf } from '../../../preload/contract/index.ts'
import { exit } from '../failure.ts'
import type { Options } from './options.ts'
import type { Output } from './output.ts'
import { ask, openForReading } from './session.ts'
import { cut, padded, safe } from './terminal.ts'

type Coverage = ResponseOf<'recipients.coverage'>
type Recipient = ResponseOf<'recipients.list'>['rows'][number]

/** National numbers of persons stay hidden unless they are asked for. */
const shownParty = (party: string, personNumbers: boolean): string => (party.startsWith('urn:altinn:person:') && !personNumbers ? party.replace(/\d{5}$/, '*****') : party)

function stateText({ t, dates }: Output, recipient: Recipient, row: Coverage['rows'][number] | undefined): string {
  const loss = row?.loss ?? null
  if (!recipient.current) return loss === null ? t('coverage.gone') : t('coverage.no-access-since', { when: dates.day(loss.since) })
  if (loss?.kind === 'unlisted') return t('coverage.unlisted')
  if (loss !== null && !loss.seen) return t('coverage.fewer')
  return row?.lastMessageAt == null ? t('coverage.no-message') : t('coverage.last', { when: dates.day(row.lastMessageAt) })
}

/** One line a recipient: sub-units follow their main unit, indented. */
function lines(output: Output, recipients: readonly Recipient[], coverage: Coverage): readonly string[] {
  const { t } = output
  const rows = new Map(coverage.rows.map((row) => [row.party, row]))
  const known = new Set(recipients.map(({ party }) => party))
  const below = Map.groupBy(recipients.filter(({ parent }) => parent !== null && known.has(parent)), ({ parent }) => parent ?? '')
  const line = (one: Recipient, indent: string): string => {
    const row = rows.get(one.party)
    const sees = row?.sees ?? null
    const count = !one.current ? t('coverage.no-access-now') : sees === null ? t('coverage.services', { count: row?.services ?? 0, number: row?.services ?? 0 }) : t('coverage.sees', { count: sees, number: sees })
    return `${padded(cut(`${indent}${safe(one.name)}`, 36), 36)}  ${padded(count, 20)}  ${stateText(output, one, row)}`
  }
  return recipients.filter(({ party, parent }) => parent === null || !known.has(parent) || party === parent).flatMap((one) => [line(one, ''), ...(below.get(one.party) ?? []).map((sub) => line(sub, '  '))])
}

/** `coverage`: what identities see of each recipient, and what was taken away; reads beside a running process, and without Altinn. */
export async function coverage(options: Options, output: Output, failed: (error: unknown) => void): Promise<number> {
  const session = await openForReading(options, failed)
  try {
    const { engine, folder } = session
    const { personNumbers } = options
    if (options.csv) {
      const { csv } = await ask(engine, folder, 'recipients.csv', { language: output.language, personNumbers })
      output.write(csv)
      return exit.done
    }
    const { rows: recipients } = await ask(engine, folder, 'recipients.list', {})
    const found = await ask(engine, folder, 'recipients.coverage', {})
    if (output.json) {
      const rows = new Map(found.rows.map((row) => [row.party, row]))
      const all = recipients.map(({ party, name, kind, parent, isDeleted, current, messages, unread }) => {
        const { sees = null, services = 0, lastMessageAt = null, askedAt = null, lastUpdatedAt = null, loss = null } = rows.get(party) ?? {}
        return { party: shownParty(party, personNumbers), name, kind, parent: parent === null ? null : shownParty(parent, personNumbers), isDeleted, current, sees, services, messages, unread, lastMessageAt, lastUpdatedAt, askedAt, loss }
      })
      output.out(JSON.stringify({ recipients: all, available: found.available }))
      return exit.done
    }
    if (recipients.length === 0) output.say(output.t('coverage.empty'))
    for (const text of lines(output, recipients, found)) output.out(text)
    const { clients } = found.available
    if (clients.length > 0) output.say(output.t('coverage.available', { count: clients.length, number: clients.length }))
    for (const { organisation, name } of clients) output.out(`${padded(cut(safe(name), 36), 36)}  ${padded(organisation, 20)}  ${output.t('coverage.can-be-added')}`)
    return exit.done
  } finally {
    await session.close()
  }
}
