import { ExclamationmarkTriangleIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import type { EngineError, MessageView, OutgoingRow } from '../../preload/contract/index.ts'
import { refusalText } from '../../resources/locales/refusal-text.ts'
import { DueBadge } from '../list/badges.tsx'
import { useEngine } from '../engine/hooks.ts'
import { useShared } from '../app/shared.ts'
import { usePlace } from '../app/state.ts'
import { errorText, shown, useWords } from '../texts/words.ts'
import { ReceiptDialog } from '../outgoing/ReceiptDialog.tsx'
import { shownKey, useWhole } from './shown.ts'
import { useModal } from '../app/modal.ts'

/** How long a report can be undone before it is sent, ms (design.md section 6). */
export const undoMs = 10_000
/** A click that was meant for what stood here before is not taken for a confirmation (security.md 7). */
const guardMs = 500

/** Seconds left until a moment, counting down by itself; 0 when it has passed. */
export function useCountdown(until: number | null): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (until === null) return undefined
    const timer = setInterval(() => { setNow(Date.now()) }, 250)
    return () => { clearInterval(timer) }
  }, [until])
  return until === null ? 0 : Math.max(0, Math.ceil((until - now) / 1000))
}

interface BarProps {
  readonly message: MessageView
  /** The newest confirmation of this message, or null. */
  readonly receipt: OutgoingRow | null
  readonly isLetterShown: boolean
}

/** The only place with a primary button in the reading pane; pressing it never moves to another message. */
export function ConfirmBar({ message, receipt, isLetterShown }: BarProps): ReactElement | null {
  const words = useWords()
  const engine = useEngine()
  const { now, account, accounts, settings, profile } = useShared()
  const [, go] = usePlace()
  const whole = useWhole()
  const [error, setError] = useState<EngineError | null>(null)
  const [dialog, setDialog] = useState<'allow' | 'receipt' | null>(null)
  const appeared = useRef(0)
  useEffect(() => {
    appeared.current = performance.now()
  }, [message.id, isLetterShown])
  const seconds = useCountdown(receipt?.state === 'waiting' ? receipt.notBeforeAt : null)
  const { t, moment, weekday, time } = words
  const sender = shown(message.sender)
  const recipient = shown(message.partyName)
  if (!message.needsConfirmation && message.confirmedAt === null && receipt === null) return null

  const confirm = async (): Promise<void> => {
    if (performance.now() - appeared.current < guardMs) return
    setError(null)
    const result = await engine.call('receipts.confirm', { id: message.id, waitMs: undoMs, versionShown: message.version })
    if (!result.ok) setError(result.error)
  }
  const call = async (name: 'receipts.undo' | 'receipts.send-again' | 'receipts.give-up'): Promise<void> => {
    if (receipt === null) return
    const result = await engine.call(name, { uuid: receipt.uuid })
    setError(result.ok ? null : result.error)
  }
  const bar = (title: string, text: string, action: ReactElement | null, badges: ReactElement | null = null, quiet = ''): ReactElement => (
    <section className="confirm-bar" aria-label={t('region.confirm')}>
      <div>
        {badges !== null && <p className="confirm-badges">{badges}</p>}
        <h3>{title}</h3>
        <p>{text}{quiet !== '' && <span className="quiet"> {quiet}</span>}</p>
        {receipt?.inDanger === true && <p className="danger-note"><ExclamationmarkTriangleIcon aria-hidden />{t('danger.more')}</p>}
        {error !== null && <p role="alert" className="error-text">{errorText(t, error)}</p>}
      </div>
      <div className="confirm-actions">{action}</div>
      {dialog === 'receipt' && receipt !== null && <ReceiptDialog row={receipt} onClose={() => { setDialog(null) }} />}
      {dialog === 'allow' && <AllowDialog recipient={recipient} onClose={() => { setDialog(null) }} onAllow={() => { void engine.call('settings.set', { confirmFor: [...settings.confirmFor, message.party] }); setDialog(null) }} />}
    </section>
  )
  const due = message.dueAt === null ? null : <DueBadge dueAt={message.dueAt} now={now} wide />
  const seeReceipt = receipt === null ? null : <Button variant="tertiary" onClick={() => { setDialog('receipt') }}>{t('outgoing.see-receipt')}</Button>
  const undoButton = <Button variant="secondary" onClick={() => void call('receipts.undo')}>{t('do.undo')}</Button>

  if (message.confirmedAt !== null) {
    const ours = message.confirmedBy !== 'elsewhere'
    return bar(t(ours ? 'confirm.bar.done' : 'confirm.bar.elsewhere', { date: moment(message.confirmedAt, now) }), ours ? t('confirm.bar.done.more', { name: receipt?.accountName ?? account?.name ?? '', recipient }) : t('confirm.bar.elsewhere.more'), seeReceipt)
  }
  switch (receipt?.state) {
    case 'waiting':
      if (seconds > 0) return bar(t('confirm.bar.sending', { count: seconds }), t('confirm.bar.sending.more', { sender }), undoButton)
      return bar(t('confirm.bar.waiting'), t(accounts.some(({ trouble }) => trouble === 'offline') ? 'confirm.bar.waiting.offline' : 'confirm.bar.waiting.more', { sender }), undoButton, due)
    case 'sending':
      return bar(t('confirm.bar.in-flight'), t('confirm.bar.in-flight.more'), null, due)
    case 'accepted':
      return bar(t('confirm.bar.sent'), t('confirm.bar.sent.more', { sender }), null, due)
    case 'undecided':
      return bar(
        t('confirm.bar.undecided'), t('confirm.bar.undecided.more'),
        <>
          <Button variant="tertiary" onClick={() => void call('receipts.give-up')}>{t('outgoing.give-up')}</Button>
          <Button variant="secondary" onClick={() => void call('receipts.send-again')}>{t('outgoing.send-again')}</Button>
        </>,
        due,
      )
    case 'proven':
    case 'done-elsewhere':
      return bar(t('confirm.bar.done', { date: receipt.provenAt === null ? '' : moment(receipt.provenAt, now) }), t('confirm.bar.done.more', { name: receipt.accountName, recipient }), seeReceipt)
    case 'refused':
      return bar(
        t('confirm.bar.refused'), `${refusalText(t, receipt)} ${t('confirm.bar.refused.more')}`,
        <>
          <Button variant="tertiary" onClick={() => void engine.call('letters.open', { place: { kind: 'altinn', id: message.id } })}>{t('do.open-in-altinn')}</Button>
          <Button variant="secondary" onClick={() => void confirm()}>{t('do.try-again')}</Button>
        </>,
        <><span className="badge" data-tone="late">{t('badge.refused')}</span>{due}</>,
      )
    case 'undone':
    case undefined:
      break
  }
  if (profile?.readOnly === true) return bar(t('confirm.bar.read-only'), t('banner.read-only.more'), null, due)
  if (message.reporting.confirm === 'off-for-client') {
    return bar(t('confirm.bar.off', { recipient }), t('confirm.bar.off.more'), <Button variant="secondary" onClick={() => { setDialog('allow') }}>{t('confirm.bar.allow')}</Button>, message.dueAt !== null && message.dueAt < now ? due : null)
  }
  if (!whole.has(shownKey(message.id, message.version))) {
    return bar(t('confirm.bar.show-first'), t(isLetterShown ? 'confirm.bar.show-first.scroll' : 'confirm.bar.show-first.more'), isLetterShown ? null : <Button variant="secondary" onClick={() => { go({ to: 'tab', tab: 'letter' }) }}>{t('confirm.bar.show')}</Button>)
  }
  const late = message.dueAt !== null && message.dueAt < now
  const title = message.dueAt === null ? t('confirm.bar.ready.undated') : t(late ? 'confirm.bar.late' : 'confirm.bar.ready', { date: weekday(message.dueAt), time: time(message.dueAt) })
  return bar(
    title,
    late ? t('confirm.bar.late.more', { sender }) : t('confirm.bar.ready.more', { recipient, sender }),
    <Button id="confirm-button" className="confirm-button" onClick={() => void confirm()}>{t('confirm.button')}<kbd aria-hidden>c</kbd></Button>,
    late ? due : null,
    message.reporting.as === null ? '' : t('confirm.bar.as', { name: message.reporting.as }),
  )
}

/** The client must have allowed it; who said so and when is kept. */
function AllowDialog({ recipient, onClose, onAllow }: { readonly recipient: string; readonly onClose: () => void; readonly onAllow: () => void }): ReactElement {
  const { t } = useWords()
  const dialog = useModal()
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="allow-title" onClose={onClose}>
      <h2 id="allow-title">{t('allow.title', { recipient })}</h2>
      <p>{t('allow.more', { recipient })}</p>
      <div className="buttons end">
        <Button variant="tertiary" onClick={onAllow}>{t('allow.yes')}</Button>
        <Button variant="secondary" data-first onClick={() => { dialog.current?.close() }}>{t('do.cancel')}</Button>
      </div>
    </dialog>
  )
}
