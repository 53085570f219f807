import { CheckmarkCircleFillIcon, CheckmarkCircleIcon, EyeIcon, HourglassIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useState } from 'react'
import type { EngineError, OutgoingRow } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { usePlace } from '../app/state.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { DueBadge } from '../list/badges.tsx'
import { undoMs } from '../message/ConfirmBar.tsx'
import { errorText, organisationNumber, shown, useWords } from '../texts/words.ts'
import { ReceiptDialog } from './ReceiptDialog.tsx'

type Group = 'refused' | 'waiting' | 'done'
const groups: readonly Group[] = ['refused', 'waiting', 'done']
const groupOf = (row: OutgoingRow): Group => (row.state === 'refused' ? 'refused' : row.state === 'proven' || row.state === 'done-elsewhere' ? 'done' : 'waiting')

function Status({ row }: { readonly row: OutgoingRow }): ReactElement {
  const { t } = useWords()
  switch (groupOf(row)) {
    case 'refused':
      return <span className="badge" data-tone="late">{t('badge.refused')}</span>
    case 'done':
      return <span className="status-done"><CheckmarkCircleFillIcon aria-hidden />{t(row.state === 'done-elsewhere' ? 'receipt.done-elsewhere' : 'outgoing.registered')}</span>
    case 'waiting':
      return <span className="badge" data-tone="quiet"><HourglassIcon aria-hidden />{t(row.state === 'undecided' ? 'badge.undecided' : row.state === 'waiting' ? 'badge.waiting' : row.state === 'sending' ? 'badge.undecided' : 'outgoing.sent')}</span>
  }
}

/** Everything reported to senders: what was refused, what waits, what is registered. */
export function Outgoing(): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const { now } = useShared()
  const [{ party }, go] = usePlace()
  const { value } = useAsk('receipts.outgoing', { limit: 500, ...(party === null ? {} : { party }) }, ['receipts.changed', 'messages.changed'])
  const [filter, setFilter] = useState<Group | 'all'>('all')
  const [receipt, setReceipt] = useState<OutgoingRow | null>(null)
  const [error, setError] = useState<EngineError | null>(null)
  const { t, number } = words
  const rows = value?.rows ?? []
  const of = (group: Group): readonly OutgoingRow[] => rows.filter((row) => groupOf(row) === group)
  const again = async (row: OutgoingRow): Promise<void> => {
    if (row.messageId === null) return
    const result = await engine.call(row.kind === 'confirm' ? 'receipts.confirm' : 'receipts.read', { id: row.messageId, waitMs: undoMs, versionShown: null })
    setError(result.ok ? null : result.error)
  }
  const undo = async (row: OutgoingRow): Promise<void> => {
    const result = await engine.call('receipts.undo', { uuid: row.uuid })
    setError(result.ok ? null : result.error)
  }
  const action = (row: OutgoingRow): ReactElement | null => {
    if (groupOf(row) === 'refused') return <Button variant="secondary" data-size="sm" onClick={() => void again(row)}>{t('do.try-again')}</Button>
    if (row.state === 'waiting') return <button type="button" className="text-link" onClick={() => void undo(row)}>{t('do.undo')}</button>
    return groupOf(row) === 'done' ? <button type="button" className="text-link" onClick={() => { setReceipt(row) }}>{t('outgoing.see-receipt')}</button> : null
  }
  const line = (row: OutgoingRow): ReactElement => (
    <tr key={row.uuid}>
      <td><span className="with-icon">{row.kind === 'confirm' ? <CheckmarkCircleIcon aria-hidden /> : <EyeIcon aria-hidden />}{t(row.kind === 'confirm' ? 'do.confirm' : 'do.report-read')}</span></td>
      <td>
        <button type="button" className="table-link" disabled={row.messageId === null} onClick={() => { go({ to: 'open', id: row.messageId }) }}><bdi>{shown(row.title ?? t('word.no-title'))}</bdi></button>
        <span className="quiet"><bdi>{shown(row.sender)}</bdi></span>
        {row.kind === 'confirm' && groupOf(row) === 'waiting' && <span>{row.dueAt !== null && <DueBadge dueAt={row.dueAt} now={now} />} {t(row.state === 'undecided' || row.state === 'sending' ? 'outgoing.asks' : 'outgoing.not-yet')}</span>}
        {groupOf(row) === 'refused' && <span>{t(row.kind === 'confirm' ? 'outgoing.refused.confirm' : 'outgoing.refused.read', { detail: row.reason ?? '' })}</span>}
      </td>
      <td><bdi>{shown(row.partyName)}</bdi><span className="quiet">{organisationNumber(row.party)}</span></td>
      <td><Status row={row} /></td>
      <td className="quiet">{words.moment(row.provenAt ?? row.clickedAt, now)}</td>
      <td className="table-action">{action(row)}</td>
    </tr>
  )
  const shownGroups = groups.filter((group) => (filter === 'all' || filter === group) && of(group).length > 0)
  return (
    <main className="full-page" id="message" tabIndex={-1} aria-labelledby="page-title">
      <header className="column-head">
        <h1 id="page-title">{t('nav.outgoing')}</h1>
        <span className="head-detail">{t('outgoing.detail', { refused: number(of('refused').length), waiting: number(of('waiting').length) })}</span>
        <span className="bar-space" />
        <div className="chips" role="group" aria-label={t('outgoing.filter')}>
          {(['all', ...groups] as const).map((one) => <button key={one} type="button" className="chip" aria-pressed={filter === one} onClick={() => { setFilter(one) }}>{t(`outgoing.group.${one}`)}{one !== 'all' && <span className="quiet"> {number(of(one).length)}</span>}</button>)}
        </div>
      </header>
      {error !== null && <p role="alert" className="pane-error error-text">{errorText(t, error)}</p>}
      {rows.length === 0 ? <div className="empty"><h2>{t('outgoing.empty')}</h2><p>{t('outgoing.empty.more')}</p></div> : (
        <div className="table-scroll" tabIndex={0} role="region" aria-label={t('nav.outgoing')}>
          <table className="table">
            <thead><tr>{(['action', 'message', 'recipient', 'status', 'time'] as const).map((name) => <th key={name} scope="col">{t(`outgoing.column.${name}`)}</th>)}<th scope="col"><span className="only-read">{t('outgoing.column.more')}</span></th></tr></thead>
            {shownGroups.map((group) => (
              <tbody key={group}>
                <tr className="table-group"><th colSpan={6} scope="rowgroup">{t(`outgoing.heading.${group}`)} <span className="quiet">{number(of(group).length)}</span></th></tr>
                {of(group).map(line)}
              </tbody>
            ))}
          </table>
        </div>
      )}
      {receipt !== null && <ReceiptDialog row={receipt} onClose={() => { setReceipt(null) }} />}
    </main>
  )
}
