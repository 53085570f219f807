import { ArchiveIcon, Buildings3Icon, CalendarIcon, CheckmarkCircleIcon, EnvelopeClosedIcon, InboxIcon, LinkIcon, MagnifyingGlassIcon, PaperplaneIcon, StarFillIcon, StarIcon, TasklistIcon, TrashIcon } from '@navikt/aksel-icons'
import { type ReactElement, useState } from 'react'
import type { RecipientRow } from '../../preload/contract/index.ts'
import { useEngine } from '../engine/hooks.ts'
import { organisationNumber, shown, useWords } from '../texts/words.ts'
import { Divider } from './Divider.tsx'
import { type Shared, useShared } from './shared.ts'
import { isSearch, usePlace } from './state.ts'

const icons = { inbox: InboxIcon, 'needs-confirmation': CheckmarkCircleIcon, due: CalendarIcon, unread: EnvelopeClosedIcon, outgoing: PaperplaneIcon, handled: TasklistIcon, archive: ArchiveIcon, bin: TrashIcon } as const
export type ViewName = keyof typeof icons
export const views = Object.keys(icons) as ViewName[]

interface Number {
  /** How many. */
  readonly count: number | null
  /** Of those: late or refused, else due within three days. */
  readonly pill: { readonly count: number; readonly tone: 'late' | 'soon' } | null
}

/**
 * The number beside a view: how many, and before it how many of them press.
 * @param inDanger waiting confirmations that will hardly reach Altinn before their due date
 */
export function numberOf(view: ViewName, counts: Shared['counts'], inDanger = 0): Number {
  if (counts === null) return { count: null, pill: null }
  const pressing = ({ count, late, soon }: { readonly count: number; readonly late: number; readonly soon: number }): Number => ({ count, pill: late > 0 ? { count: late, tone: 'late' } : soon > 0 ? { count: soon, tone: 'soon' } : null })
  switch (view) {
    case 'needs-confirmation':
      return pressing(counts.needsConfirmation)
    case 'due':
      return pressing(counts.due)
    case 'unread':
      return { count: counts.unread, pill: null }
    case 'outgoing':
      return { count: counts.outgoing.open + counts.outgoing.refused, pill: counts.outgoing.refused + inDanger > 0 ? { count: counts.outgoing.refused + inDanger, tone: 'late' } : null }
    case 'handled':
      return { count: counts.handled, pill: null }
    case 'inbox':
    case 'archive':
    case 'bin':
      return { count: null, pill: null }
  }
}

function Numbers({ view }: { readonly view: ViewName }): ReactElement {
  const words = useWords()
  const { counts, inDanger } = useShared()
  const { count, pill } = numberOf(view, counts, inDanger.size)
  return (
    <span className="nav-numbers">
      {pill !== null && <span className="pill" data-tone={pill.tone}>{words.number(pill.count)}<span className="only-read"> {words.t(view === 'outgoing' ? (inDanger.size > 0 ? 'nav.pressing' : 'nav.refused') : pill.tone === 'late' ? 'nav.late' : 'nav.soon', { count: pill.count })}</span></span>}
      {count !== null && count > 0 && pill?.count !== count && <span className="nav-count">{words.number(count)}</span>}
    </span>
  )
}

/** The views, in a rail or as tabs. */
export function Views({ className }: { readonly className: string }): ReactElement {
  const { t } = useWords()
  const [place, go] = usePlace()
  const { page } = place
  return (
    <ul className={className}>
      {views.map((view) => {
        const Icon = icons[view]
        const current = page === view && !isSearch(place)
        return (
          <li key={view}>
            <button type="button" className="nav-item" aria-current={current ? 'page' : undefined} title={t(`nav.${view}`)} onClick={() => { go({ to: 'page', page: view }) }}>
              <Icon aria-hidden />
              <span className="nav-text">{t(`nav.${view}`)}</span>
              <Numbers view={view} />
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function Recipient({ row }: { readonly row: RecipientRow }): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const [{ party }, go] = usePlace()
  const { t } = words
  return (
    <li className="recipient">
      <button type="button" className="recipient-name" aria-current={party === row.party ? 'true' : undefined} data-unread={row.unread > 0} title={organisationNumber(row.party) ?? undefined} onClick={() => { go({ to: 'party', party: row.party }) }}>
        <bdi>{shown(row.name)}</bdi>
        {row.unread > 0 && <span className="nav-count">{words.number(row.unread)}<span className="only-read"> {t('nav.unread-count', { count: row.unread })}</span></span>}
      </button>
      <button
        type="button" className="star" aria-pressed={row.favourite} aria-label={t('rail.favourite', { name: shown(row.name) })} title={t('rail.favourite', { name: shown(row.name) })}
        onClick={() => { void engine.call('recipients.set-favourite', { party: row.party, favourite: !row.favourite }) }}
      >{row.favourite ? <StarFillIcon aria-hidden /> : <StarIcon aria-hidden />}</button>
    </li>
  )
}

/** Recipients with their counts, favourites first, and a field to find one. */
function Recipients(): ReactElement {
  const words = useWords()
  const { recipients, counts } = useShared()
  const [{ party, page }, go] = usePlace()
  const [wanted, setWanted] = useState('')
  const { t } = words
  const plain = wanted.trim().toLowerCase()
  const current = recipients.filter((row) => row.current || row.messages > 0)
  const found = current.filter((row) => plain === '' || row.name.toLowerCase().includes(plain) || row.party.includes(plain.replace(/\s/g, '')))
  const favourites = found.filter((row) => row.favourite)
  // Beyond this the field finds faster than the eye; everything stays in the table of recipients.
  const others = found.filter((row) => !row.favourite).slice(0, 300)
  const isList = page !== 'recipients' && page !== 'settings' && page !== 'connect'
  return (
    <div className="recipients">
      <div className="rail-head"><h2>{t('rail.recipients')}</h2><span>{words.number(current.length)}</span></div>
      <label className="find">
        <MagnifyingGlassIcon aria-hidden />
        <span className="only-read">{t('rail.find')}</span>
        <input type="search" autoComplete="off" spellCheck={false} placeholder={t('rail.find')} value={wanted} onChange={(event) => { setWanted(event.target.value) }} />
      </label>
      <button type="button" className="recipient-name all" aria-current={party === null && isList ? 'true' : undefined} data-unread={(counts?.unread ?? 0) > 0} onClick={() => { go({ to: 'party', party: null }) }}>
        <span>{t('rail.all')}</span>
        <span className="nav-count">{words.number(counts?.unread ?? 0)}<span className="only-read"> {t('nav.unread-count', { count: counts?.unread ?? 0 })}</span></span>
      </button>
      {favourites.length > 0 && <><h3>{t('rail.favourites')}</h3><ul>{favourites.map((row) => <Recipient key={row.party} row={row} />)}</ul><h3>{t('rail.others')}</h3></>}
      <ul>{others.map((row) => <Recipient key={row.party} row={row} />)}</ul>
      {found.length === 0 && <p className="quiet">{t('rail.none')}</p>}
    </div>
  )
}

export function Rail(): ReactElement {
  const { t, number } = useWords()
  const { settings, recipients, isNew } = useShared()
  const [{ page }, go] = usePlace()
  const troubled = recipients.filter((row) => row.troubled).length
  return (
    <nav className="rail" aria-label={t('region.nav')}>
      <div className="rail-scroll">
        <Views className="views" />
        {(!isNew || recipients.length > 0) && <Recipients />}
      </div>
      <Divider column="rail" width={settings.railWidth} />
      <div className="rail-foot">
        <button type="button" className="nav-item" aria-current={page === 'recipients' ? 'page' : undefined} title={t('nav.recipients')} onClick={() => { go({ to: 'page', page: 'recipients' }) }}>
          <Buildings3Icon aria-hidden /><span className="nav-text">{t('nav.recipients')}</span>
          {troubled > 0 && <span className="nav-numbers"><span className="pill" data-tone="late">{number(troubled)}<span className="only-read"> {t('nav.troubled', { count: troubled })}</span></span></span>}
        </button>
        <button type="button" className="nav-item" aria-current={page === 'connect' ? 'page' : undefined} title={t('nav.connect')} onClick={() => { go({ to: 'page', page: 'connect' }) }}>
          <LinkIcon aria-hidden /><span className="nav-text">{t('nav.connect')}</span>
        </button>
      </div>
    </nav>
  )
}
