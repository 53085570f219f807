import type { RunSummary } from '../../../preload/contract/index.ts'
import type { TextKey } from '../../../resources/locales/index.ts'
import { CliFailure, exit, failureOf, sentence } from '../failure.ts'
import type { Options } from './options.ts'
import type { Output } from './output.ts'
import { ask, openForWriting, type Session, tellNotices } from './session.ts'

const skipReasons: readonly string[] = ['expired', 'confidential', 'not-published-yet', 'no-access', 'not-found', 'not-listed']

/** Midnight in Norway of a day written as 2026-01-31, in ms; the earlier one where clocks were put back. */
export function osloMidnight(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text)) || new Date(Date.parse(text)).toISOString().slice(0, 10) !== text) return null
  const oslo = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Oslo', dateStyle: 'short', timeStyle: 'short', hour12: false })
  const utc = Date.parse(`${text}T00:00:00Z`)
  return [2, 1].map((hours) => utc - hours * 3_600_000).find((at) => /^\d{4}-\d{2}-\d{2}, (00|24):00$/.test(oslo.format(at)) && oslo.format(at).startsWith(text)) ?? utc - 3_600_000
}

/** Adds what several identities did into one object about this run. */
function sum(parts: readonly RunSummary[]): RunSummary {
  const [first, ...rest] = parts
  if (first === undefined) throw new CliFailure('error.sign-in', { detail: '0' })
  const addAll = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries([...new Set([...Object.keys(a), ...Object.keys(b)])].map((key) => [key, (a[key] ?? 0) + (b[key] ?? 0)]))
  const counts = (a: RunSummary['total'], b: RunSummary['total']): RunSummary['total'] => ({
    recipients: a.recipients + b.recipients,
    dialogs: a.dialogs + b.dialogs,
    messages: a.messages + b.messages,
    attachments: a.attachments + b.attachments,
    bytes: a.bytes + b.bytes,
    skipped: addAll(a.skipped, b.skipped),
    failed: a.failed + b.failed,
  })
  return rest.reduce((a, b) => ({ ...counts(a, b), requests: a.requests + b.requests, seconds: Math.round((a.seconds + b.seconds) * 100) / 100, total: counts(a.total, b.total) }), first)
}

function tellSummary(output: Output, summary: RunSummary): void {
  const { t } = output
  const { messages, attachments, recipients, skipped, failed, total } = summary
  output.out(t('sync.done', { messages, attachments, recipients, total: total.messages }))
  const list = Object.entries({ ...total.skipped, ...skipped }).filter(([reason]) => skipReasons.includes(reason)).map(([reason, count]) => t(`skip.${reason}` as TextKey, { count: String(count) }))
  if (list.length > 0) output.out(t('sync.skipped', { list: list.join(', ') }))
  if (failed > 0) output.out(t('sync.failed', { count: failed }))
}

/** Without a consent on record nothing is fetched: says what would become visible, and how to agree. */
async function consentFor(session: Session, options: Options, output: Output, accountUuid: string): Promise<boolean> {
  const { engine, folder } = session
  if ((await ask(engine, folder, 'consent.state', { accountUuid })).givenAt !== null) return true
  if (options.acceptFetched) {
    const fromAt = options.since === null ? null : osloMidnight(options.since)
    if (options.since === null || fromAt === null) throw new CliFailure('error.date', { value: options.since ?? '' }, exit.usage)
    await ask(engine, folder, 'consent.give', { accountUuid, fromAt, parties: null, attachments: options.attachments, by: 'command-line' })
    return true
  }
  // Stage 1 only: no sender can see it.
  const { stopped } = await ask(engine, folder, 'sync.run', { accountUuid })
  if (stopped !== null) throw failureOf(stopped, folder)
  const numbers = await ask(engine, folder, 'consent.preview', { accountUuid, fromAt: null, parties: null })
  if (output.json) output.out(JSON.stringify({ consent: 'needed', accountUuid, ...numbers }))
  const { t, dates } = output
  const { messages, senders, recipients, oldestAt, newestAt } = numbers
  output.say(oldestAt === null || newestAt === null ? t('sync.consent.none') : t('sync.consent', { messages, senders, recipients, oldest: dates.day(oldestAt), newest: dates.day(newestAt) }))
  output.say(t('sync.consent.how', { date: new Date(Math.max(oldestAt ?? 0, Date.now() - 550 * 86_400_000)).toISOString().slice(0, 10) }))
  return false
}

/** `sync`: fetches once and ends with one JSON object about this run. */
export async function sync(options: Options, output: Output, failed: (error: unknown) => void): Promise<number> {
  const session = await openForWriting(options, output, failed)
  try {
    const { engine, folder } = session
    await tellNotices(session, output)
    if (session.demo !== null) output.say(output.t('demo.not-protected'))
    engine.on('sync.progress', ({ phase, done }) => {
      output.progress(output.t(`sync.progress.${phase}`, { done }))
    })
    const { held } = await ask(engine, folder, 'recovery.state', {})
    if (held !== null && options.refetch) await ask(engine, folder, 'recovery.agree', {})
    const { accounts } = await ask(engine, folder, 'sync.state', {})
    const summaries: RunSummary[] = []
    let stopped: CliFailure | null = null
    let asksConsent = false
    for (const { accountUuid } of accounts) {
      // An identity that fails, or that nobody has agreed for, does not keep the others from theirs.
      try {
        if (!(await consentFor(session, options, output, accountUuid))) {
          asksConsent = true
          continue
        }
        const run = await ask(engine, folder, 'sync.run', { accountUuid })
        summaries.push(run.summary)
        if (run.stopped !== null) stopped = failureOf(run.stopped, folder)
      } catch (error) {
        if (!(error instanceof CliFailure)) throw error
        stopped = error
      }
    }
    if (summaries.length === 0 && stopped !== null) throw stopped
    if (summaries.length === 0 && asksConsent) return exit.consent
    const summary = sum(summaries)
    if (held !== null && !options.refetch) {
      output.say(output.t(held === 'moved' ? 'recovery.moved' : 'recovery.how'))
      return exit.consent
    }
    if (!output.json) tellSummary(output, summary)
    if (stopped !== null) output.say(sentence(output.t, stopped))
    output.out(JSON.stringify(summary))
    if (asksConsent) return exit.consent
    return summary.failed === 0 && stopped === null ? exit.done : exit.failed
  } finally {
    await session.close()
  }
}
