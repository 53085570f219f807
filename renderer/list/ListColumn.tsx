import { CheckmarkCircleIcon, ClockIcon, CloudSlashIcon, Density3Icon, ExclamationmarkTriangleIcon, FunnelIcon, MinusCircleIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useEffect, useState } from 'react'
import { countedHits } from '../../preload/contract/index.ts'
import { signInText } from '../../resources/locales/sign-in-text.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { endingSoon, getMessages, namesOf, worstOf } from '../app/accounts.ts'
import { Divider } from '../app/Divider.tsx'
import { hasOneRecipient, useShared } from '../app/shared.ts'
import { isSearch, type ListView, usePlace } from '../app/state.ts'
import { asLine } from '../search/chips.ts'
import { SaveSearch } from '../search/SaveSearch.tsx'
import { SearchBar, Stopped } from '../search/SearchBar.tsx'
import { errorText, shown, until, useWords, type Words } from '../texts/words.ts'
import { MessageList } from './MessageList.tsx'
import { MovedStrip } from './MovedStrip.tsx'
import type { Rows } from './rows.ts'

/** The worst thing the user should know about what they see; one at a time. */
function Banner(): ReactElement | null {
  const words = useWords()
  const engine = useEngine()
  const { profile, accounts, now } = useShared()
  const [, go] = usePlace()
  const { t } = words
  const account = worstOf(accounts)
  // Whose it is, where others get through.
  const name = accounts.length > 1 && account !== null && accounts.some(({ trouble }) => trouble !== account.trouble) ? shown(account.name) : null
  const named = name === null ? '' : ` ${t('identity.banner.named', { name })}`
  const retry = <button type="button" className="text-link" onClick={() => { getMessages(engine, accounts) }}>{t('do.try-now')}</button>
  if (profile?.readOnly === true) return <p className="banner" data-tone="warning"><ExclamationmarkTriangleIcon aria-hidden /><span><b>{t('banner.read-only')}</b> {t('banner.read-only.more')}</span></p>
  switch (account?.trouble ?? null) {
    case 'disk-full':
      return <p className="banner" data-tone="warning"><ExclamationmarkTriangleIcon aria-hidden /><span><b>{t('banner.disk-full')}</b> {t('banner.disk-full.more')}</span>{retry}</p>
    case 'sign-in':
      return <p className="banner" data-tone="warning"><ExclamationmarkTriangleIcon aria-hidden /><span><b>{name === null ? t('banner.sign-in') : t('identity.banner.sign-in', { name })}</b> {t('banner.sign-in.more')}{account?.signIn != null && <> {signInText(t, account.signIn)}</>}<span className="banner-do">{profile?.environment !== 'demo' && <button type="button" className="text-link" onClick={() => { go({ to: 'page', page: 'connect', connection: account?.accountUuid ?? null }) }}>{t(account?.kind === 'person' ? 'connect.login.again' : 'identity.put-right')}</button>}{retry}</span></span></p>
    case 'internal':
      return <p className="banner" data-tone="warning"><ExclamationmarkTriangleIcon aria-hidden /><span><b>{t('banner.internal')}</b> {t('banner.internal.more')}{named}</span>{retry}</p>
    case 'offline':
    case 'service': {
      const when = account?.lastDoneAt == null ? t('banner.never') : words.moment(account.lastDoneAt, now)
      return <p className="banner"><CloudSlashIcon aria-hidden /><span><b>{t(account?.trouble === 'offline' ? 'banner.offline' : 'banner.service')}</b> {t('banner.offline.more', { when })}{named}</span></p>
    }
    case null: {
      const ending = endingSoon(accounts, now)
      if (ending === null) return null
      return <p className="banner"><ClockIcon aria-hidden /><span><b>{t('identity.banner.ends', { name: shown(ending.name), when: until(words, ending.signInEndsAt, now) })}</b> {t('identity.banner.ends.more')}<span className="banner-do"><button type="button" className="text-link" onClick={() => { go({ to: 'page', page: 'connect', connection: ending.accountUuid }) }}>{t('connect.login.again')}</button></span></span></p>
    }
  }
}

/** What the identity can see here, and a way on: an empty list must never look like "no mail". */
function Empty({ view, rows }: { readonly view: ListView; readonly rows: Rows }): ReactElement {
  const words = useWords()
  const { accounts, isNew, recipients, counts, now } = useShared()
  const [place, go] = usePlace()
  const { party, search, handled } = place
  const { value } = useAsk('recipients.coverage', {}, ['sync.finished', 'recipients.changed'])
  const { t } = words
  if (isNew) return <div className="empty"><h2>{t('connect.none.title')}</h2><p>{t('connect.none.more')}</p><Button variant="secondary" data-size="sm" onClick={() => { go({ to: 'page', page: 'connect' }) }}>{t('connect.title')}</Button></div>
  if (handled !== null) return <div className="empty"><h2>{t(handled ? 'empty.filter.handled' : 'empty.filter.not-handled')}</h2><p><button type="button" className="text-link" onClick={() => { go({ to: 'handled', only: null }) }}>{t('empty.filter.all')}</button></p></div>
  if (isSearch(place)) {
    return rows.stopped === null ? <div className="empty"><h2>{t('empty.search', { text: shown(asLine(place)) })}</h2>{search !== '' && <p>{t('empty.search.more')}</p>}</div> : <div className="empty"><h2>{t('search.stopped.none')}</h2><Stopped rows={rows} /></div>
  }
  const covered = (value?.rows ?? []).filter((row) => party === null || row.party === party)
  const seen = covered.map((row) => row.sees ?? row.services)
  const services = party === null ? Math.max(0, ...seen) : (seen[0] ?? 0)
  const last = Math.max(0, ...covered.map((row) => row.lastMessageAt ?? 0))
  const who = party === null ? t('list.all-recipients') : shown(recipients.find((row) => row.party === party)?.name ?? '')
  const isConsented = accounts.length > 0 && accounts.every(({ consented }) => consented)
  const notFetched = covered.filter((row) => !row.fetched).length
  return (
    <div className="empty">
      <h2>{t(`empty.${view}`)}</h2>
      <p>{t('empty.identity', { name: shown(namesOf(accounts)), services, recipient: who, count: services })}</p>
      <ul className="facts-list">
        {isConsented && notFetched === 0 && <li><CheckmarkCircleIcon aria-hidden />{t('empty.covered')}</li>}
        {(!isConsented || notFetched > 0) && <li><MinusCircleIcon aria-hidden />{t('empty.not-fetched')}</li>}
        <li><MinusCircleIcon aria-hidden />{t('empty.not-covered')}</li>
        <li><ClockIcon aria-hidden />{last === 0 ? t('empty.no-last') : t('empty.last', { date: words.day(last, now) })}</li>
      </ul>
      <div className="buttons">
        {view !== 'archive' && (counts?.archive ?? 0) > 0 && <Button variant="secondary" data-size="sm" onClick={() => { go({ to: 'page', page: 'archive' }) }}>{t('empty.see-archive')}</Button>}
        <Button variant="tertiary" data-size="sm" onClick={() => { go({ to: 'page', page: 'recipients' }) }}>{t('nav.recipients')}</Button>
      </div>
    </div>
  )
}

/** Views that hold both what is done with in this office and what is not. */
const mixed: readonly ListView[] = ['inbox', 'unread', 'archive', 'bin']

/** Both, or only one of them. */
function HandledChips(): ReactElement {
  const { t } = useWords()
  const [{ handled }, go] = usePlace()
  return (
    <div className="chips filter-row" role="group" aria-label={t('list.filter')}>
      {([null, false, true] as const).map((only) => (
        <button key={String(only)} type="button" className="chip" aria-pressed={handled === only} onClick={() => { go({ to: 'handled', only }) }}>{t(only === null ? 'list.filter.all' : only ? 'list.filter.handled' : 'list.filter.not-handled')}</button>
      ))}
    </div>
  )
}

/** Drawn only after a moment, so that what is quick does not flicker. */
function Skeleton(): ReactElement | null {
  const words = useWords()
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => { setLate(true) }, 150)
    return () => { clearTimeout(timer) }
  }, [])
  if (!late) return null
  return (
    <div className="skeleton" role="status">
      <span className="only-read">{words.t('list.opening')}</span>
      {Array.from({ length: 6 }, (_, at) => <div key={at} aria-hidden><i /><i /><i /></div>)}
    </div>
  )
}

/** How many hits there are; while that is being counted, at least how many. */
function hitsText({ t, number }: Words, { rows, total, loaded, stopped }: Rows): string {
  if (!loaded) return t('search.searching')
  if (rows.length === 0 && stopped !== null) return t('search.stopped.none')
  const most = total === null ? rows.length : total >= countedHits ? countedHits : null
  return most === null || rows.length === 0 ? t('search.hits', { count: total ?? 0, number: number(total ?? 0) }) : t('search.more-than', { number: number(most) })
}

/** The list with its heading, banner and states. */
export function ListColumn({ view, rows }: { readonly view: ListView; readonly rows: Rows }): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const shared = useShared()
  const { counts, recipients, settings } = shared
  // With one recipient its name goes without saying.
  const one = hasOneRecipient(shared)
  const [place, go] = usePlace()
  const { party, selected, handled } = place
  const searches = isSearch(place)
  const [filters, setFilters] = useState(false)
  const { t } = words
  const canFilter = searches || mixed.includes(view)
  const who = party === null ? t('list.all-recipients') : shown(recipients.find((row) => row.party === party)?.name ?? '')
  const unread = party === null ? (counts?.unread ?? 0) : (recipients.find((row) => row.party === party)?.unread ?? 0)
  const detail =
    searches ? t('search.newest') : view === 'needs-confirmation' || view === 'due' ? t('list.by-due') : view === 'inbox' || view === 'unread' ? [t('list.unread', { count: unread }), ...(one ? [] : [who])].join(' · ') : one ? '' : who
  const heading = searches ? hitsText(words, rows) : t(`nav.${view}`)
  return (
    <section className="list-column" aria-label={t('region.list')}>
      <Divider column="list" width={settings.listWidth} />
      <header className="column-head">
        <h1 id="view-heading">{heading}</h1>
        <span className="head-detail">{detail}</span>
        {selected.size > 0 && <button type="button" className="text-link" onClick={() => { go({ to: 'select-none' }) }}>{t('list.selected', { count: selected.size })}</button>}
        {searches && <SaveSearch />}
        {canFilter && <button type="button" className="icon-button" aria-expanded={filters || handled !== null} title={t('list.filter')} aria-label={t('list.filter')} onClick={() => { setFilters(!filters && handled === null); if (handled !== null) go({ to: 'handled', only: null }) }}><FunnelIcon aria-hidden /></button>}
        <button
          type="button" className="icon-button" aria-pressed={settings.density === 'compact'} title={t('list.compact')} aria-label={t('list.compact')}
          onClick={() => { void engine.call('settings.set', { density: settings.density === 'compact' ? 'normal' : 'compact' }) }}
        ><Density3Icon aria-hidden /></button>
      </header>
      {canFilter && (filters || handled !== null) && <HandledChips />}
      {searches && <SearchBar rows={rows} />}
      <Banner />
      {rows.error !== null ? (
        <div className="empty" role="alert"><h2>{t('list.error')}</h2><p>{errorText(t, rows.error)}</p></div>
      ) : !rows.loaded ? <Skeleton /> : rows.rows.length === 0 ? <><MovedStrip /><Empty view={view} rows={rows} /></> : <MessageList view={view} rows={rows} name={heading} />}
    </section>
  )
}
