import { ArchiveIcon, ArrowForwardIcon, CheckmarkCircleFillIcon, CheckmarkCircleIcon, ExclamationmarkTriangleIcon, EyeIcon, HourglassIcon, InboxIcon, TrashIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useCallback, useState } from 'react'
import { type EngineError, type OutgoingGroup, outgoingGroupOf, outgoingGroups, type OutgoingRow } from '../../preload/contract/index.ts'
import { refusalText } from '../../resources/locales/refusal-text.ts'
import { useShared } from '../app/shared.ts'
import { usePlace } from '../app/state.ts'
import type { EngineClient } from '../engine/client.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { DueBadge } from '../list/badges.tsx'
import { undoMs } from '../message/ConfirmBar.tsx'
import { mayForwardAgain } from '../message/forward.ts'
import { errorText, organisationNumber, shown, useWords } from '../texts/words.ts'
import { ForwardAgain } from './ForwardAgain.tsx'
import { ReceiptDialog } from './ReceiptDialog.tsx'
import { type SavedList, SaveList } from './SaveList.tsx'

const icons = { confirm: CheckmarkCircleIcon, read: EyeIcon, archive: ArchiveIcon, bin: TrashIcon, restore: InboxIcon, purge: TrashIcon, forward: ArrowForwardIcon } as const

function Status({ row }: { readonly row: OutgoingRow }): ReactElement {
  const { t } = useWords()
  switch (outgoingGroupOf(row)) {
    case 'refused':
      return <span className="badge" data-tone="late">{t('badge.refused')}</span>
    case 'given-up':
      return <span className="badge" data-tone="quiet">{t('outgoing.given-up')}</span>
    case 'done':
      return <span className="status-done"><CheckmarkCircleFillIcon aria-hidden />{t(row.state === 'done-elsewhere' ? 'receipt.done-elsewhere' : 'outgoing.registered')}</span>
    case 'waiting':
      return <span className="badge" data-tone="quiet"><HourglassIcon aria-hidden />{t(row.state === 'undecided' ? 'badge.undecided' : row.state === 'waiting' ? 'badge.waiting' : row.state === 'sending' ? 'badge.sending' : 'outgoing.sent')}</span>
  }
}

type Outcome = Promise<{ readonly ok: true } | { readonly ok: false; readonly error: EngineError }>

/** The same once more, after a refusal: a new receipt, with its own time to undo. */
function repeat(engine: EngineClient, kind: Exclude<OutgoingRow['kind'], 'forward'>, id: number): Outcome {
  const letter = { id, waitMs: undoMs }
  switch (kind) {
    case 'confirm':
      return engine.call('receipts.confirm', { ...letter, versionShown: null })
    case 'read':
      return engine.call('receipts.read', { ...letter, versionShown: null })
    case 'archive':
    case 'bin':
      return engine.call('receipts.label', { ...letter, to: kind })
    case 'restore':
      return engine.call('receipts.label', { ...letter, to: 'inbox' })
    case 'purge':
      return engine.call('receipts.purge', letter)
  }
}

/** Everything told to Altinn: what was refused, what waits, what is registered. */
export function Outgoing(): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const { now, accounts, profile } = useShared()
  const [{ party }, go] = usePlace()
  const { value } = useAsk('receipts.outgoing', { limit: 500, ...(party === null ? {} : { party }) }, ['receipts.changed', 'messages.changed'])
  const [filter, setFilter] = useState<OutgoingGroup | 'all'>('all')
  const [saved, setSaved] = useState<SavedList>(null)
  const [receipt, setReceipt] = useState<OutgoingRow | null>(null)
  const [again, setAgain] = useState<{ readonly row: OutgoingRow; readonly id: number } | null>(null)
  const [error, setError] = useState<EngineError | null>(null)
  const { t, number } = words
  const rows = value?.rows ?? []
  const of = (group: OutgoingGroup): readonly OutgoingRow[] => rows.filter((row) => outgoingGroupOf(row) === group)
  const tell = async (result: Outcome): Promise<void> => {
    const answer = await result
    setError(answer.ok ? null : answer.error)
  }
  const link = (text: string, press: () => void): ReactElement => <button type="button" className="text-link" onClick={press}>{text}</button>
  const button = (text: string, press: () => void): ReactElement => <Button variant="secondary" data-size="sm" onClick={press}>{text}</Button>
  /** Once more after a refusal; what went out by e-mail is looked at before it does so again. */
  const repeated = (row: OutgoingRow, id: number): ReactElement | null => {
    const { kind } = row
    if (kind !== 'forward') return button(t('do.try-again'), () => void tell(repeat(engine, kind, id)))
    return mayForwardAgain(row) ? button(t('forward.again'), () => { setError(null); setAgain({ row, id }) }) : null
  }
  const failed = useCallback((problem: EngineError) => {
    setAgain(null)
    setError(problem)
  }, [])
  const see = (row: OutgoingRow): ReactElement => link(t('outgoing.see-receipt'), () => { setReceipt(row) })
  const action = (row: OutgoingRow): ReactElement | null => {
    if (profile?.readOnly !== false || outgoingGroupOf(row) === 'done') return see(row)
    const { messageId } = row
    if (row.state === 'refused') {
      return (
        <>
          {messageId !== null && repeated(row, messageId)}
          {see(row)}
        </>
      )
    }
    if (row.state === 'waiting') return link(t('do.undo'), () => void tell(engine.call('receipts.undo', { uuid: row.uuid })))
    if (row.state !== 'undecided') return null
    return (
      <>
        {button(t('outgoing.send-again'), () => void tell(engine.call('receipts.send-again', { uuid: row.uuid })))}
        {link(t('outgoing.give-up'), () => void tell(engine.call('receipts.give-up', { uuid: row.uuid })))}
      </>
    )
  }
  const line = (row: OutgoingRow): ReactElement => {
    const Icon = icons[row.kind]
    return (
      <tr key={row.uuid} data-kind={row.kind} data-state={row.state}>
        <td><span className="with-icon"><Icon aria-hidden />{t(`act.${row.kind}`)}</span></td>
        <td>
          <button type="button" className="table-link" disabled={row.messageId === null} onClick={() => { if (row.messageId !== null) go({ to: 'open', id: row.messageId }) }}><bdi>{row.title === null ? t('word.confidential') : shown(row.title)}</bdi></button>
          <span className="quiet"><bdi>{shown(row.sender)}</bdi></span>
          {row.forwardTo !== null && <span className="quiet">{t('outgoing.to')} <bdi>{shown(row.forwardTo)}</bdi></span>}
          {outgoingGroupOf(row) === 'waiting' && row.kind === 'confirm' && <span>{row.dueAt !== null && <DueBadge dueAt={row.dueAt} now={now} />} {t(row.state === 'undecided' || row.state === 'sending' ? 'outgoing.asks' : 'outgoing.not-yet')}</span>}
          {outgoingGroupOf(row) === 'waiting' && row.kind !== 'confirm' && (row.state === 'undecided' || row.state === 'sending') && <span>{t('outgoing.asks')}</span>}
          {row.inDanger && <span className="danger-note"><ExclamationmarkTriangleIcon aria-hidden />{t('danger.more')}</span>}
          {row.state === 'refused' && <span>{refusalText(t, row)}</span>}
        </td>
        <td><bdi>{shown(row.partyName)}</bdi><span className="quiet">{organisationNumber(row.party)}</span></td>
        <td><Status row={row} /></td>
        <td className="quiet when">{words.moment(row.provenAt ?? row.clickedAt, now)}</td>
        <td className="table-action">{action(row)}</td>
      </tr>
    )
  }
  const away = accounts.find(({ trouble }) => trouble === 'offline' || trouble === 'service')
  const why = away?.trouble === 'offline' || away?.trouble === 'service' ? ` · ${t(`banner.${away.trouble}`)}${away.nextAt === null ? '' : ` ${t('outgoing.next', { time: words.time(away.nextAt) })}`}` : ''
  const shownGroups = outgoingGroups.filter((group) => (filter === 'all' || filter === group) && of(group).length > 0)
  return (
    <main className="full-page" id="message" tabIndex={-1} aria-labelledby="page-title">
      <header className="column-head">
        <h1 id="page-title">{t('nav.outgoing')}</h1>
        <span className="head-detail">{t('outgoing.detail', { refused: number(of('refused').length), waiting: number(of('waiting').length) })}</span>
        <span className="bar-space" />
        <div className="chips" role="group" aria-label={t('outgoing.filter')}>
          {(['all', ...outgoingGroups] as const).filter((one) => one !== 'given-up' || of(one).length > 0).map((one) => <button key={one} type="button" className="chip" aria-pressed={filter === one} onClick={() => { setFilter(one); setSaved(null) }}>{t(`outgoing.group.${one}`)}{one !== 'all' && <span className="quiet"> {number(of(one).length)}</span>}</button>)}
        </div>
        <SaveList group={filter} party={party} isEmpty={shownGroups.length === 0} onSaved={setSaved} />
      </header>
      {saved === 'under-way' && <p role="status" className="pane-note">{t('outgoing.exporting')}</p>}
      {saved !== null && saved !== 'under-way' && ('path' in saved ? <p role="status" className="pane-note" data-saved>{t('file.saved', { path: saved.path })}</p> : <p role="alert" className="pane-error error-text">{errorText(t, saved.error)}</p>)}
      {error !== null && <p role="alert" className="pane-error error-text">{errorText(t, error)}</p>}
      {rows.length === 0 ? <div className="empty"><h2>{t('outgoing.empty')}</h2><p>{t('outgoing.empty.more')}</p></div> : (
        <div className="table-scroll" tabIndex={0} role="region" aria-label={t('nav.outgoing')}>
          <table className="table outgoing-table">
            <thead><tr>{(['action', 'message', 'recipient', 'status', 'time'] as const).map((name) => <th key={name} scope="col">{t(`outgoing.column.${name}`)}</th>)}<th scope="col"><span className="only-read">{t('outgoing.column.more')}</span></th></tr></thead>
            {shownGroups.map((group) => (
              <tbody key={group}>
                <tr className="table-group"><th colSpan={6} scope="rowgroup">{t(`outgoing.heading.${group}`)} <span className="quiet">{number(of(group).length)}{group === 'waiting' ? why : ''}</span></th></tr>
                {of(group).map(line)}
              </tbody>
            ))}
          </table>
        </div>
      )}
      {again !== null && <ForwardAgain key={again.row.uuid} row={again.row} id={again.id} onError={failed} onClose={() => { setAgain(null) }} />}
      {receipt !== null && <ReceiptDialog row={receipt} onClose={() => { setReceipt(null) }} />}
    </main>
  )
}
