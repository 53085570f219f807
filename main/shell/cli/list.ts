import type { ListRow, RequestOf, ResponseOf } from '../../../preload/contract/index.ts'
import { osloDaysBetween } from '../../../resources/locales/oslo-day.ts'
import { exit } from '../failure.ts'
import { type Options, UsageError } from './options.ts'
import type { Output } from './output.ts'
import { ask, openForReading, type Session } from './session.ts'
import { cut, padded, safe } from './terminal.ts'

type Unclear = ResponseOf<'messages.search'>['understood']['unclear'][number]

/** What was not understood, as a sentence that says what it could be. */
function unclearText(t: Output['t'], { typed, why, field }: Unclear): string {
  const part = safe(typed)
  return why === 'field' && field !== null ? t('search.unclear.near', { part, field: t(`search.field.${field}`) }) : t(`search.unclear.${why}`, { part })
}

type View = RequestOf<'messages.list'>['view']
const views: readonly View[] = ['inbox', 'needs-confirmation', 'due', 'unread', 'outgoing', 'handled', 'archive', 'bin', 'all']

/** The due date as the row says it: late, today, in some days, or the date (terms.md 43-45). */
export function dueText({ t, dates }: Output, dueAt: number, now: number): string {
  if (dueAt < now) return t('due.overdue', { date: dates.short(dueAt) })
  const days = osloDaysBetween(now, dueAt)
  if (days === 0) return t('due.today', { time: dates.time(dueAt) })
  return days <= 14 ? t('due.days', { count: days }) : t('due.on', { date: dates.short(dueAt) })
}

/** What a row says of its state in words: at most two, the most urgent first. */
function stateText(output: Output, row: ListRow, now: number): string {
  const { t } = output
  const words: string[] = []
  if (row.kind === 'other') words.push(t('word.other-in-altinn'))
  else if (row.state !== 'fetched') words.push(t('word.only-in-altinn'))
  if (row.confirmedAt !== null) words.push(t('fact.confirmed'))
  else {
    if (row.confirmReceipt !== null && row.confirmReceipt.state !== 'undone') words.push(t(`receipt.${row.confirmReceipt.state}`))
    else if (row.needsConfirmation) words.push(t('fact.needs-confirmation'))
    if (row.dueAt !== null) words.push(dueText(output, row.dueAt, now))
  }
  return words.slice(0, 2).join(', ')
}

/** Two lines a message that fit 80 columns: number, date, sender and title; then recipient and state. */
export function rowLines(output: Output, row: ListRow, now: number): readonly string[] {
  const { t, dates } = output
  const title = row.title === null ? t('word.confidential') : row.title === '' ? t('word.no-title') : safe(row.title)
  const mark = row.unread ? '•' : ' '
  const state = stateText(output, row, now)
  return [
    `${mark} ${padded(String(row.id), 6)} ${dates.short(row.sortAt)}  ${padded(safe(row.sender), 22)}  ${cut(title, 36)}`,
    cut(`         ${safe(row.partyName)}${state === '' ? '' : `  –  ${state}`}`, 80),
  ]
}

interface Page {
  readonly rows: readonly ListRow[]
  /** What `--after` takes for the next page. */
  readonly key: string | null
  /** Parts of a search that were not understood. */
  readonly unclear?: readonly string[]
}

interface PageKey {
  readonly at: number
  readonly id: number
}

const keyText = ({ at, id }: PageKey): string => `${String(at)}:${String(id)}`

async function page({ engine, folder }: Session, request: RequestOf<'messages.list'>): Promise<Page> {
  const { rows, next } = await ask(engine, folder, 'messages.list', request)
  return { rows, key: next === null ? null : keyText(next) }
}

/** What could not be understood is said beside the result, which holds its words. */
async function hits({ engine, folder }: Session, text: string, limit: number, before: number | PageKey | null, party: { readonly party?: string }, output: Output): Promise<Page> {
  const { rows, next, stopped, understood } = await ask(engine, folder, 'messages.search', { text, limit, ...party, ...(before === null ? {} : { before }) })
  for (const one of understood.unclear) output.say(unclearText(output.t, one))
  if (stopped !== null) output.say(output.t('search.stopped', { number: stopped.looked, date: output.dates.short(stopped.reachedAt) }))
  return { rows, key: next === null ? null : typeof next === 'number' ? String(next) : keyText(next), unclear: understood.unclear.map(({ typed }) => typed) }
}

/** `list`: reads beside a running process, and without Altinn. */
export async function list(options: Options, output: Output, failed: (error: unknown) => void): Promise<number> {
  const view = views.find((one) => one === options.view)
  if (view === undefined) throw new UsageError(`--view: ${views.join(' | ')}.`)
  const pair = /^(-?\d+):(\d+)$/.exec(options.after ?? '')
  const after = pair === null ? null : { at: Number(pair[1]), id: Number(pair[2]) }
  const before = options.after !== null && /^\d+$/.test(options.after) ? Number(options.after) : null
  if (options.after !== null && after === null && (before === null || options.search === null)) throw new UsageError('--after: <key>.')
  const recipient = options.recipient === null ? null : /^\d{9}$/.test(options.recipient) ? `urn:altinn:organization:identifier-no:${options.recipient}` : options.recipient
  const session = await openForReading(options, failed)
  try {
    const party = recipient === null ? {} : { party: recipient }
    const { rows, key, unclear } = options.search === null ? await page(session, { view, limit: options.limit, ...party, ...(after === null ? {} : { after }) }) : await hits(session, options.search, options.limit, after ?? before, party, output)
    if (output.json) {
      output.out(JSON.stringify({ rows, next: key, ...(unclear === undefined ? {} : { notUnderstood: unclear }) }))
      return exit.done
    }
    if (rows.length === 0) output.say(output.t('list.empty'))
    for (const row of rows) for (const line of rowLines(output, row, Date.now())) output.out(line)
    if (key !== null) output.say(output.t('list.more', { key }))
    return exit.done
  } finally {
    await session.close()
  }
}
