import { ArrowsCirclepathIcon, ExclamationmarkTriangleIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useState } from 'react'
import type { EngineError } from '../../preload/contract/index.ts'
import { namesOf } from '../app/accounts.ts'
import { useShared } from '../app/shared.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import type { SavedList } from '../outgoing/SaveList.tsx'
import { errorText, shown, useWords } from '../texts/words.ts'
import { Available } from './Available.tsx'
import { CoverageTable } from './CoverageTable.tsx'
import { FullPass } from './FullPass.tsx'
import { SaveTable } from './SaveTable.tsx'
import { belongs, branchesOf, type Filter, filters, isUnseen, type Line, type Sort } from './tree.ts'

/** What was taken away and nobody has seen, above everything else. */
function Lost({ lines, onShow }: { readonly lines: readonly Line[]; readonly onShow: () => void }): ReactElement {
  const { t, number } = useWords()
  const engine = useEngine()
  const { profile } = useShared()
  const [error, setError] = useState<EngineError | null>(null)
  const see = async (): Promise<void> => {
    const result = await engine.call('recipients.seen', { parties: null })
    setError(result.ok ? null : result.error)
  }
  return (
    <div className="banner lost-banner" data-tone="warning" role="status">
      <ExclamationmarkTriangleIcon aria-hidden />
      <span>{t('coverage.lost', { count: lines.length, number: number(lines.length) })}{error !== null && <span role="alert" className="error-text"> {errorText(t, error)}</span>}</span>
      <button type="button" className="text-link" onClick={onShow}>{t('coverage.see-them')}</button>
      {profile?.readOnly === false && <button type="button" className="text-link" onClick={() => void see()}>{t('coverage.seen-all')}</button>}
    </div>
  )
}

/** When Altinn was asked for access, and asking it now. */
function Asked({ askedAt }: { readonly askedAt: number | null }): ReactElement {
  const { t, moment } = useWords()
  const engine = useEngine()
  const { now, profile } = useShared()
  const [state, setState] = useState<'idle' | 'busy' | 'done' | EngineError>('idle')
  const refresh = async (): Promise<void> => {
    setState('busy')
    const result = await engine.call('recipients.refresh', {})
    setState(!result.ok ? result.error : (result.value.failed ?? 'done'))
  }
  return (
    <div className="full-pass">
      <div>
        <p>{askedAt === null ? t('coverage.asked.never') : t('coverage.asked.when', { when: moment(askedAt, now) })} <span role="status" className="quiet inline">{state === 'busy' ? t('coverage.refreshing') : state === 'done' ? t('coverage.refreshed') : ''}</span></p>
        {typeof state === 'object' && <p role="alert" className="error-text">{errorText(t, state)}</p>}
      </div>
      {profile?.readOnly === false && <Button variant="secondary" data-size="sm" disabled={state === 'busy'} onClick={() => void refresh()}><ArrowsCirclepathIcon aria-hidden />{t('coverage.refresh')}</Button>}
    </div>
  )
}

/** Every recipient with its numbers, how fresh its mail is, and what the identities see of it. */
export function Coverage(): ReactElement {
  const { t, number } = useWords()
  const { recipients, accounts, now } = useShared()
  const { value } = useAsk('recipients.coverage', {}, ['sync.changed', 'sync.finished', 'messages.changed', 'recipients.changed'])
  const [filter, setFilter] = useState<Filter | 'can-be-added' | 'lost'>('all')
  const [text, setText] = useState('')
  const [sort, setSort] = useState<Sort>('name')
  const [saved, setSaved] = useState<SavedList>(null)
  const wanted = text.trim().toLowerCase()
  const coverage = new Map((value?.rows ?? []).map((row) => [row.party, row]))
  const all: readonly Line[] = [
    ...recipients.map((row) => ({ party: row.party, name: row.name, isDeleted: row.isDeleted, row, coverage: coverage.get(row.party) ?? null })),
    ...(value?.headings ?? []).map((heading) => ({ ...heading, row: null, coverage: null })),
  ]
  const matches = (line: Line): boolean => wanted === '' || line.name.toLowerCase().includes(wanted) || line.party.includes(wanted.replace(/\s/g, ''))
  const isWanted = (line: Line): boolean => (filter === 'lost' ? isUnseen(line) : filter !== 'can-be-added' && belongs(line, filter)) && matches(line)
  const branches = filter === 'can-be-added' ? [] : branchesOf(all, isWanted, sort, now)
  const lost = all.filter(isUnseen)
  const available = value?.available ?? null
  const chips = [
    ...filters.map((one) => ({ name: one, count: recipients.length === 0 ? 0 : all.filter((line) => line.row !== null && belongs(line, one)).length })),
    ...(available === null || available.state === 'none' ? [] : [{ name: 'can-be-added' as const, count: available.state === 'known' ? available.clients.length : null }]),
  ]
  const asked = (value?.rows ?? []).flatMap(({ askedAt }) => askedAt ?? [])
  const hasAccessPage = value?.hasAccessPage === true
  return (
    <main className="full-page" id="message" tabIndex={-1} aria-labelledby="page-title">
      <header className="column-head">
        <h1 id="page-title">{t('nav.recipients')}</h1>
        <span className="head-detail">{t('footer.recipients', { count: recipients.length, number: number(recipients.length) })}</span>
        <span className="bar-space" />
        <input className="plain-field" type="search" autoComplete="off" spellCheck={false} aria-label={t('coverage.find')} placeholder={t('coverage.find')} value={text} onChange={(event) => { setText(event.target.value) }} />
        <SaveTable hasPersons={recipients.some(({ kind }) => kind === 'person')} onSaved={setSaved} />
      </header>
      {saved === 'under-way' && <p role="status" className="pane-note">{t('outgoing.exporting')}</p>}
      {saved !== null && saved !== 'under-way' && ('path' in saved ? <p role="status" className="pane-note" data-saved>{t('coverage.saved', { path: saved.path })}</p> : <p role="alert" className="pane-error error-text">{errorText(t, saved.error)}</p>)}
      {lost.length > 0 && <Lost lines={lost} onShow={() => { setFilter('lost') }} />}
      <Asked askedAt={asked.length === 0 ? null : Math.max(...asked)} />
      <FullPass />
      <div className="chips filter-row" role="group" aria-label={t('coverage.filter')}>
        {chips.map(({ name, count }) => <button key={name} data-filter={name} type="button" className="chip" aria-pressed={filter === name} onClick={() => { setFilter(name) }}>{t(`coverage.filter.${name}`)} {count !== null && <span className="quiet">{number(count)}</span>}</button>)}
      </div>
      {filter === 'can-be-added' && available !== null ? <Available available={available} wanted={wanted} hasAccessPage={hasAccessPage} /> : (
        <div className="table-scroll" tabIndex={0} role="region" aria-label={t('nav.recipients')}>
          <CoverageTable branches={branches} sort={sort} onSort={setSort} unfolded={wanted !== '' || filter !== 'all'} hasAccessPage={hasAccessPage} />
          {branches.length === 0 && value !== null && <div className="empty"><h2>{t('coverage.empty')}</h2>{accounts.length > 0 && <p>{t('coverage.empty.identity', { name: shown(namesOf(accounts)), count: recipients.length })}</p>}</div>}
        </div>
      )}
    </main>
  )
}
