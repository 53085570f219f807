import { ArrowsCirclepathIcon, CheckmarkCircleFillIcon, ExclamationmarkTriangleIcon, EyeSlashIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useState } from 'react'
import type { CoverageRow, EngineError, RecipientRow } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { usePlace } from '../app/state.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { DueBadge } from '../list/badges.tsx'
import { errorText, organisationNumber, shown, useWords } from '../texts/words.ts'

type Filter = 'all' | 'trouble' | 'gone' | 'never' | 'list-only'
const filters: readonly Filter[] = ['all', 'trouble', 'gone', 'never', 'list-only']
type Sort = 'name' | 'unread' | 'due'

interface Line {
  readonly row: RecipientRow
  readonly coverage: CoverageRow | null
}

const belongs = ({ row, coverage }: Line, filter: Filter): boolean => {
  if (filter === 'all') return true
  if (filter === 'trouble') return row.troubled
  if (filter === 'gone') return !row.current || coverage?.trouble === 'no-access'
  return filter === 'never' ? row.messages === 0 : coverage !== null && !coverage.fetched
}

function Status({ line }: { readonly line: Line }): ReactElement {
  const { t, number, moment } = useWords()
  const { account, now } = useShared()
  const { row, coverage } = line
  const since = coverage?.troubleSince == null ? null : moment(coverage.troubleSince, now)
  if (!row.current || coverage?.trouble === 'no-access') return <><span className="badge" data-tone="late">{t('coverage.gone')}</span><span className="quiet">{since === null ? t('coverage.gone.more') : t('coverage.gone.since', { when: since })}</span></>
  if (coverage === null) return <span />
  if (coverage.trouble === 'failed') return <><span className="with-icon"><ExclamationmarkTriangleIcon aria-hidden />{t('coverage.failed')}</span><span className="quiet">{since === null ? t('coverage.failed.more') : t('coverage.failed.since', { when: since })}</span></>
  if (coverage.trouble === 'shrunk') return <><span className="badge" data-tone="soon">{t('coverage.shrunk')}</span><span className="quiet">{t('coverage.shrunk.more')}</span></>
  if (!coverage.fetched) return <span className="with-icon"><EyeSlashIcon aria-hidden />{t('coverage.list-only')}</span>
  if (coverage.waiting > 0) return <span className="with-icon"><ArrowsCirclepathIcon aria-hidden />{t(account?.busy === true ? 'coverage.being-fetched' : 'coverage.waiting', { count: coverage.waiting, number: number(coverage.waiting) })}</span>
  return <span className="status-done"><CheckmarkCircleFillIcon aria-hidden />{t('coverage.done')}</span>
}

/** A look through everything: when it last ended, how far it has come, and a way to have it now. */
function FullPass(): ReactElement | null {
  const { t, number, moment } = useWords()
  const engine = useEngine()
  const { account, profile, now } = useShared()
  const [error, setError] = useState<EngineError | null>(null)
  if (account === null) return null
  const { fullPass } = account
  const isRunning = fullPass !== null && fullPass.endedAt === null
  const begin = async (): Promise<void> => {
    const result = await engine.call('sync.full-pass', { accountUuid: account.accountUuid })
    setError(result.ok ? null : result.error)
  }
  const text = fullPass === null ? t('full-pass.never') : isRunning ? t('full-pass.running', { done: number(fullPass.done), total: number(fullPass.total) }) : t('full-pass.ended', { when: moment(fullPass.endedAt ?? 0, now) })
  return (
    <div className="full-pass">
      <div>
        <p><b>{t('full-pass.title')}</b> <span role="status" className="only-read">{t(isRunning ? 'full-pass.under-way' : 'full-pass.idle')}</span><span className="quiet">{text}</span></p>
        <p className="quiet">{t('full-pass.more')}</p>
        {error !== null && <p role="alert" className="error-text">{errorText(t, error)}</p>}
      </div>
      {isRunning && <span className="progress" role="progressbar" aria-label={t('full-pass.title')} aria-valuemin={0} aria-valuemax={Math.max(1, fullPass.total)} aria-valuenow={fullPass.done} aria-valuetext={t('footer.of-recipients', { done: number(fullPass.done), total: number(fullPass.total) })}><span style={{ width: `${String((100 * fullPass.done) / Math.max(1, fullPass.total))}%` }} /></span>}
      {profile?.readOnly === false && account.consented && <Button variant="secondary" data-size="sm" onClick={() => void begin()}><ArrowsCirclepathIcon aria-hidden />{t('full-pass.now')}</Button>}
    </div>
  )
}

/** Every recipient with its numbers, how fresh its mail is and what the identity gets of it. */
export function Coverage(): ReactElement {
  const words = useWords()
  const { recipients, now } = useShared()
  const [, go] = usePlace()
  const { value } = useAsk('recipients.coverage', {}, ['sync.changed', 'sync.finished', 'messages.changed'])
  const [filter, setFilter] = useState<Filter>('all')
  const [wanted, setWanted] = useState('')
  const [sort, setSort] = useState<Sort>('name')
  const { t, number } = words
  const coverage = new Map((value?.rows ?? []).map((row) => [row.party, row]))
  const all: readonly Line[] = recipients.map((row) => ({ row, coverage: coverage.get(row.party) ?? null }))
  const plain = wanted.trim().toLowerCase()
  const found = all.filter((line) => belongs(line, filter) && (plain === '' || line.row.name.toLowerCase().includes(plain) || line.row.party.includes(plain.replace(/\s/g, ''))))
  const order: Readonly<Record<Sort, (a: Line, b: Line) => number>> = {
    name: (a, b) => a.row.name.localeCompare(b.row.name, 'nb'),
    unread: (a, b) => b.row.unread - a.row.unread,
    due: (a, b) => (a.row.nextDueAt ?? Infinity) - (b.row.nextDueAt ?? Infinity),
  }
  const lines = found.toSorted(order[sort])
  const head = (name: Sort, text: string, className = ''): ReactElement => (
    <th scope="col" className={className} aria-sort={sort === name ? (name === 'unread' ? 'descending' : 'ascending') : undefined}><button type="button" className="sort" onClick={() => { setSort(name) }}>{text}</button></th>
  )
  return (
    <main className="full-page" id="message" tabIndex={-1} aria-labelledby="page-title">
      <header className="column-head">
        <h1 id="page-title">{t('nav.recipients')}</h1>
        <span className="head-detail">{t('footer.recipients', { count: all.length, number: number(all.length) })}</span>
        <span className="bar-space" />
        <input className="plain-field" type="search" autoComplete="off" spellCheck={false} aria-label={t('coverage.find')} placeholder={t('coverage.find')} value={wanted} onChange={(event) => { setWanted(event.target.value) }} />
      </header>
      <FullPass />
      <div className="chips filter-row" role="group" aria-label={t('coverage.filter')}>
        {filters.map((one) => <button key={one} data-filter={one} type="button" className="chip" aria-pressed={filter === one} onClick={() => { setFilter(one) }}>{t(`coverage.filter.${one}`)} <span className="quiet">{number(all.filter((line) => belongs(line, one)).length)}</span></button>)}
      </div>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={t('nav.recipients')}>
        <table className="table">
          <thead>
            <tr>
              {head('name', t('field.recipient'))}{head('unread', t('nav.unread'), 'number')}
              <th scope="col" className="number">{t('nav.needs-confirmation')}</th>{head('due', t('coverage.next-due'))}
              <th scope="col">{t('coverage.updated')}</th><th scope="col">{t('coverage.coverage')}</th><th scope="col">{t('outgoing.column.status')}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => {
              const { row, coverage: one } = line
              return (
                <tr key={row.party}>
                  <td><button type="button" className="table-link" onClick={() => { go({ to: 'party', party: row.party }) }}><bdi>{shown(row.name)}</bdi></button><span className="quiet">{organisationNumber(row.party)}</span></td>
                  <td className="number">{number(row.unread)}</td>
                  <td className="number">{number(row.toConfirm)}</td>
                  <td>{row.nextDueAt === null ? <span className="quiet">{t('coverage.none')}</span> : <DueBadge dueAt={row.nextDueAt} now={now} />}</td>
                  <td className="when">{one?.lastUpdatedAt == null ? t('coverage.never') : words.moment(one.lastUpdatedAt, now)}</td>
                  <td>{t('coverage.services', { count: one?.services ?? 0, number: number(one?.services ?? 0) })}<span className="quiet">{one?.lastMessageAt == null ? t('coverage.no-message') : t('coverage.last', { when: words.day(one.lastMessageAt, now) })}</span></td>
                  <td><Status line={line} /></td>
                </tr>
              )
            })}
          </tbody>
        </table>
        {lines.length === 0 && <div className="empty"><h2>{t('rail.none')}</h2></div>}
      </div>
    </main>
  )
}
