import { ArchiveIcon, CheckmarkCircleIcon, EyeIcon, InboxIcon, PrinterSmallIcon, TasklistIcon, TrashIcon, XMarkIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useState } from 'react'
import type { EngineError, ListRow } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { usePlace } from '../app/state.ts'
import { useEngine } from '../engine/hooks.ts'
import { DueBadge, isPressing } from '../list/badges.tsx'
import { titleOf } from '../list/Row.tsx'
import { errorText, organisationNumber, shown, useWords } from '../texts/words.ts'
import { useMove } from './actions.ts'
import { undoMs } from './ConfirmBar.tsx'
import { useModal } from '../app/modal.ts'
import { PrintDialog } from '../print/PrintDialog.tsx'

/** As many as a person can read through before saying yes (design.md section 6). */
const maxAtOnce = 50

/** Why several cannot be confirmed together, or null when they can: one sender, each opened here, each allowed. */
function obstacle(rows: readonly ListRow[], allowed: (party: string) => boolean): 'sender' | 'opened' | 'many' | 'client' | 'not-needed' | null {
  if (rows.some((row) => !row.needsConfirmation || row.confirmedAt !== null || row.confirmReceipt !== null && row.confirmReceipt.state !== 'undone' && row.confirmReceipt.state !== 'refused')) return 'not-needed'
  if (new Set(rows.map((row) => row.sender)).size > 1) return 'sender'
  if (rows.some((row) => row.openedHereAt === null)) return 'opened'
  if (rows.some((row) => !allowed(row.party))) return 'client'
  return rows.length > maxAtOnce ? 'many' : null
}

function ConfirmSeveral({ rows, onConfirm, onClose }: { readonly rows: readonly ListRow[]; readonly onConfirm: () => void; readonly onClose: () => void }): ReactElement {
  const words = useWords()
  const { accounts } = useShared()
  const dialog = useModal()
  const { t } = words
  const sender = shown(rows[0]?.sender ?? '')
  return (
    <dialog ref={dialog} role="alertdialog" className="dialog" aria-labelledby="several-title" aria-describedby="several-text" onClose={onClose}>
      <h2 id="several-title">{t('several.confirm.title', { count: rows.length, sender })}</h2>
      <p id="several-text">{t('several.confirm.more', { sender })}</p>
      <ul className="several-list">
        {rows.map((row) => (
          <li key={row.id}><span><b><bdi>{shown(row.partyName)}</bdi></b><span className="quiet">{t('head.number', { number: organisationNumber(row.party) ?? '' })}</span></span><span className="several-right"><bdi>{titleOf(words, row)}</bdi>{row.dueAt !== null && <span className="quiet">{t('badge.full', { day: words.weekday(row.dueAt), time: words.time(row.dueAt) })}</span>}</span></li>
        ))}
      </ul>
      {/* Of several, the engine takes the one with proven right, message by message; the receipts name it. */}
      {accounts.length === 1 && <p className="quiet">{t('several.confirm.as', { name: shown(accounts[0]?.name ?? ''), count: rows.length })}</p>}
      <div className="buttons end">
        <Button variant="tertiary" onClick={() => { onConfirm(); dialog.current?.close() }}>{t('several.confirm.yes', { count: rows.length })}</Button>
        <Button variant="secondary" data-first onClick={() => { dialog.current?.close() }}>{t('do.cancel')}</Button>
      </div>
    </dialog>
  )
}

/** What can be done with several messages at once. */
export function SeveralPane({ rows }: { readonly rows: readonly ListRow[] }): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const { accounts, settings, now, profile } = useShared()
  const [{ dialog }, go] = usePlace()
  const [error, setError] = useState<EngineError | null>(null)
  const { t, moment } = words
  const senders = [...new Set(rows.map((row) => shown(row.sender)))]
  const allowed = (party: string): boolean => settings.confirmFor.includes(party) || accounts.some(({ organisation }) => organisation !== null && party.endsWith(`:${organisation}`))
  const problem = obstacle(rows, allowed)
  const each = async (work: (row: ListRow) => Promise<{ readonly ok: true } | { readonly ok: false; readonly error: EngineError }>): Promise<void> => {
    setError(null)
    for (const row of rows) {
      const result = await work(row)
      if (!result.ok) setError(result.error)
    }
  }
  const move = useMove()
  const movable = rows.filter((row) => row.kind === 'correspondence' && row.correspondenceId !== null && row.dialogId !== null && row.removedAt === null)
  const moving = (kind: 'archive' | 'bin' | 'restore'): void => { void move(kind, movable.map((row) => ({ id: row.id, title: titleOf(words, row) }))).then(setError) }
  const reportable = rows.filter((row) => row.kind !== 'other' && row.state === 'fetched' && row.readAt === null && row.openedHereAt !== null)
  return (
    <main className="message-pane" id="message" tabIndex={-1} aria-label={t('region.message')}>
      <div className="toolbar"><b>{t('list.selected', { count: rows.length })}</b><span className="bar-space" /><button type="button" className="tool" onClick={() => { go({ to: 'select-none' }) }}><XMarkIcon aria-hidden />{t('several.none')}<kbd aria-hidden>Esc</kbd></button></div>
      <div className="several">
        <h2>{senders.length === 1 ? t('several.title', { count: rows.length, sender: senders[0] ?? '' }) : t('several.title.mixed', { count: rows.length })}</h2>
        <ul className="several-list">
          {rows.map((row) => (
            <li key={row.id}><span><b><bdi>{shown(row.partyName)}</bdi></b><bdi className="quiet">{titleOf(words, row)}</bdi></span><span className="several-right">{row.dueAt !== null && isPressing(row) && <DueBadge dueAt={row.dueAt} now={now} />}<span className="quiet">{row.openedHereAt === null ? t('several.not-opened') : t('several.opened', { when: moment(row.openedHereAt, now) })}</span></span></li>
          ))}
        </ul>
        {error !== null && <p role="alert" className="error-text">{errorText(t, error)}</p>}
        <div className="buttons"><Button variant="secondary" onClick={() => { go({ to: 'dialog', dialog: 'print' }) }}><PrinterSmallIcon aria-hidden />{t('print.several')}</Button></div>
        {profile?.readOnly !== true && (
          <>
            <div className="buttons">
              <Button variant="secondary" disabled={reportable.length === 0} onClick={() => void each((row) => (reportable.includes(row) ? engine.call('receipts.read', { id: row.id, waitMs: undoMs, versionShown: null }) : Promise.resolve({ ok: true })))}><EyeIcon aria-hidden />{t('do.report-read')}</Button>
              <Button variant="secondary" onClick={() => void each((row) => engine.call('messages.set-handled', { id: row.id, handled: true }))}><TasklistIcon aria-hidden />{t('do.handled')}</Button>
            </div>
            <div className="buttons">
              {movable.some((row) => row.archived || row.binned) && <Button variant="secondary" onClick={() => { moving('restore') }}><InboxIcon aria-hidden />{t('act.restore')}</Button>}
              {!movable.every((row) => row.archived) && <Button variant="secondary" onClick={() => { moving('archive') }}><ArchiveIcon aria-hidden />{t('act.archive')}</Button>}
              {!movable.every((row) => row.binned) && <Button variant="secondary" onClick={() => { moving('bin') }}><TrashIcon aria-hidden />{t('act.bin')}</Button>}
            </div>
            <p className="quiet">{t('several.read.more')}</p>
            <hr />
            <Button variant="tertiary" disabled={problem !== null} onClick={() => { go({ to: 'dialog', dialog: 'confirm-several' }) }}><CheckmarkCircleIcon aria-hidden />{t('several.confirm', { count: rows.length })}</Button>
            <p className="quiet">{t(problem === null ? 'several.confirm.what' : `several.problem.${problem}`)}</p>
          </>
        )}
      </div>
      {dialog === 'print' && <PrintDialog ids={rows.map((row) => row.id)} hasFiles={rows.some((row) => row.attachmentCount > 0)} onClose={() => { go({ to: 'dialog', dialog: null }) }} />}
      {dialog === 'confirm-several' && <ConfirmSeveral rows={rows} onClose={() => { go({ to: 'dialog', dialog: null }) }} onConfirm={() => { void each((row) => engine.call('receipts.confirm', { id: row.id, waitMs: undoMs, versionShown: null })) }} />}
    </main>
  )
}
