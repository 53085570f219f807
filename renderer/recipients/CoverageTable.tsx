import { ChevronDownIcon, ChevronRightIcon } from '@navikt/aksel-icons'
import { Fragment, type ReactElement, type ReactNode, useState } from 'react'
import { useShared } from '../app/shared.ts'
import { usePlace } from '../app/state.ts'
import { DueBadge } from '../list/badges.tsx'
import { organisationNumber, shown, useWords } from '../texts/words.ts'
import { Details } from './Details.tsx'
import { Status } from './Status.tsx'
import { type Branch, isPerson, type Line, type Sort, type Totals } from './tree.ts'

const columns = 8

function Row({ line, totals, subs, isOpen, isSub, onFold, hasAccessPage }: {
  readonly line: Line
  readonly totals: Totals
  /** How many sub-units are below it. */
  readonly subs: number
  readonly isOpen: boolean
  readonly isSub: boolean
  readonly onFold: () => void
  readonly hasAccessPage: boolean
}): ReactElement {
  const words = useWords()
  const { now } = useShared()
  const [, go] = usePlace()
  const [details, setDetails] = useState(false)
  const { t, number } = words
  const { row, coverage } = line
  const name = shown(line.name)
  const sees = coverage?.sees ?? null
  const covered = row?.current === false ? t('coverage.no-access-now') : sees === null ? t('coverage.services', { count: coverage?.services ?? 0, number: number(coverage?.services ?? 0) }) : t('coverage.sees', { count: sees, number: number(sees) })
  const about = [organisationNumber(line.party), subs === 0 ? null : t('coverage.sub-units', { count: subs, number: number(subs) }), line.isDeleted ? t('coverage.deleted') : null].filter((part) => part !== null)
  return (
    <>
      <tr data-party={line.party} data-sub={isSub}>
        <td>
          <div className="party-cell">
            {subs > 0 && <button type="button" className="fold" aria-expanded={isOpen} aria-label={t('coverage.open-sub-units', { name })} onClick={onFold}>{isOpen ? <ChevronDownIcon aria-hidden /> : <ChevronRightIcon aria-hidden />}</button>}
            <div>
              {row === null ? <b><bdi>{name}</bdi></b> : <button type="button" className="table-link" onClick={() => { go({ to: 'party', party: line.party }) }}><bdi>{name}</bdi></button>}
              <span className="quiet">{about.join(' · ')}</span>
            </div>
          </div>
        </td>
        <td className="number">{number(totals.unread)}</td>
        <td className="number">{number(totals.toConfirm)}</td>
        <td>{totals.nextDueAt === null ? <span className="quiet">{t('coverage.none')}</span> : <DueBadge dueAt={totals.nextDueAt} now={now} />}</td>
        <td className="when">{row === null ? '' : coverage?.lastUpdatedAt == null ? t('coverage.never') : words.moment(coverage.lastUpdatedAt, now)}</td>
        <td>{row !== null && <>{covered}<span className="quiet">{totals.lastMessageAt === null ? t('coverage.no-message') : t('coverage.last', { when: words.day(totals.lastMessageAt, now) })}</span></>}</td>
        <td><Status line={line} /></td>
        <td className="table-action">{row !== null && <button type="button" className="icon-button" aria-expanded={details} title={t('coverage.open-details', { name })} aria-label={t('coverage.open-details', { name })} onClick={() => { setDetails(!details) }}>{details ? <ChevronDownIcon aria-hidden /> : <ChevronRightIcon aria-hidden />}</button>}</td>
      </tr>
      {details && <tr className="details-row"><td colSpan={columns}><Details line={line} hasAccessPage={hasAccessPage} /></td></tr>}
    </>
  )
}

const own = ({ row, coverage }: Line): Totals => ({ unread: row?.unread ?? 0, toConfirm: row?.toConfirm ?? 0, nextDueAt: row?.nextDueAt ?? null, lastMessageAt: coverage?.lastMessageAt ?? null })

/** Recipients, sub-units below their main units, persons apart from organisations. */
export function CoverageTable({ branches, sort, onSort, unfolded, hasAccessPage }: {
  readonly branches: readonly Branch[]
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
  /** Everything is folded out: a sub-unit was looked for. */
  readonly unfolded: boolean
  readonly hasAccessPage: boolean
}): ReactElement {
  const { t, number } = useWords()
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const head = (name: Sort, text: string, className = ''): ReactElement => (
    <th scope="col" className={className} aria-sort={sort === name ? (name === 'unread' ? 'descending' : 'ascending') : undefined}><button type="button" className="sort" onClick={() => { onSort(name) }}>{text}</button></th>
  )
  const fold = (party: string): void => {
    const next = new Set(open)
    if (!next.delete(party)) next.add(party)
    setOpen(next)
  }
  const rows = ({ line, subs, totals }: Branch): ReactNode => {
    const isOpen = unfolded || open.has(line.party)
    return (
      <Fragment key={line.party}>
        <Row line={line} totals={totals} subs={subs.length} isOpen={isOpen} isSub={false} hasAccessPage={hasAccessPage} onFold={() => { fold(line.party) }} />
        {isOpen && subs.map((sub) => <Row key={sub.party} line={sub} totals={own(sub)} subs={0} isOpen={false} isSub hasAccessPage={hasAccessPage} onFold={() => undefined} />)}
      </Fragment>
    )
  }
  const persons = branches.filter(isPerson)
  const organisations = branches.filter((branch) => !isPerson(branch))
  const group = (title: string, all: readonly Branch[]): ReactNode => all.length > 0 && (
    <tbody key={title}>
      {persons.length > 0 && <tr className="table-group"><th colSpan={columns} scope="rowgroup">{title} <span className="quiet">{number(all.length)}</span></th></tr>}
      {all.map(rows)}
    </tbody>
  )
  return (
    <table className="table coverage-table">
      <thead>
        <tr>
          {head('name', t('field.recipient'))}{head('unread', t('nav.unread'), 'number')}
          <th scope="col" className="number">{t('nav.needs-confirmation')}</th>{head('due', t('coverage.next-due'))}
          <th scope="col">{t('coverage.updated')}</th><th scope="col">{t('coverage.coverage')}</th><th scope="col">{t('outgoing.column.status')}</th><th scope="col"><span className="only-read">{t('coverage.column.details')}</span></th>
        </tr>
      </thead>
      {group(t('coverage.organisations'), organisations)}
      {group(t('coverage.persons'), persons)}
    </table>
  )
}
