import { CheckmarkCircleIcon, ExclamationmarkTriangleIcon, HourglassIcon } from '@navikt/aksel-icons'
import { type ReactElement, useState } from 'react'
import type { EngineError, OutgoingRow } from '../../preload/contract/index.ts'
import { refusalText } from '../../resources/locales/refusal-text.ts'
import { useShared } from '../app/shared.ts'
import { useEngine } from '../engine/hooks.ts'
import { ReceiptDialog } from '../outgoing/ReceiptDialog.tsx'
import { errorText, shown, useWords, type Words } from '../texts/words.ts'
import { useCountdown } from './ConfirmBar.tsx'
import { mayForwardAgain } from './forward.ts'

/** How a move, a deletion or a forwarding stands, in words; null when there is nothing to say any more. */
function standing(words: Words, row: OutgoingRow, seconds: number, now: number): string | null {
  const { t, moment } = words
  switch (row.state) {
    case 'waiting':
      return seconds > 0 ? t('strip.soon', { count: seconds }) : t('strip.waiting')
    case 'sending':
      return t('strip.sending')
    case 'accepted':
      return t('strip.accepted')
    case 'undecided':
      return t('strip.undecided')
    case 'refused':
      return refusalText(t, row)
    case 'proven':
    case 'done-elsewhere':
      // That a letter lies elsewhere is seen by where it lies.
      if (row.kind === 'purge') return t('strip.purged', { when: row.provenAt === null ? '' : moment(row.provenAt, now) })
      return row.kind === 'forward' ? t('strip.forwarded', { address: shown(row.forwardTo ?? ''), when: row.provenAt === null ? '' : moment(row.provenAt, now) }) : null
    case 'undone':
      return null
  }
}

interface ReceiptStripProps {
  readonly row: OutgoingRow
  /** Opens the dialog that forwards; null where the letter cannot be forwarded. */
  readonly onForward: (() => void) | null
}

/** What became of a move, a deletion or a forwarding of the open message, with what can be done about it. */
export function ReceiptStrip({ row, onForward }: ReceiptStripProps): ReactElement | null {
  const words = useWords()
  const engine = useEngine()
  const { now, profile } = useShared()
  const [error, setError] = useState<EngineError | null>(null)
  const [receipt, setReceipt] = useState(false)
  const seconds = useCountdown(row.state === 'waiting' ? row.notBeforeAt : null)
  const { t } = words
  const text = standing(words, row, seconds, now)
  if (text === null) return null
  const call = async (name: 'receipts.undo' | 'receipts.send-again' | 'receipts.give-up'): Promise<void> => {
    const result = await engine.call(name, { uuid: row.uuid })
    setError(result.ok ? null : result.error)
  }
  const isDone = row.state === 'proven' || row.state === 'done-elsewhere'
  const Icon = row.state === 'refused' ? ExclamationmarkTriangleIcon : isDone ? CheckmarkCircleIcon : HourglassIcon
  const writable = profile?.readOnly === false
  return (
    <div className="strip" data-tone={row.state === 'refused' && row.reason !== 'given-up' ? 'late' : 'quiet'} data-kind={row.kind}>
      <Icon aria-hidden />
      <div>
        {/* The seconds are not read out one by one. */}
        <p><b>{t(`act.${row.kind}`)}{row.kind === 'forward' && row.forwardTo !== null && !isDone && <> <bdi className="strip-to">{shown(row.forwardTo)}</bdi></>}</b>: <span>{text}</span></p>
        {error !== null && <p role="alert" className="error-text">{errorText(t, error)}</p>}
      </div>
      {writable && row.state === 'waiting' && <button type="button" className="text-link" onClick={() => void call('receipts.undo')}>{t('do.undo')}</button>}
      {writable && row.state === 'undecided' && (
        <>
          <button type="button" className="text-link" onClick={() => void call('receipts.send-again')}>{t('outgoing.send-again')}</button>
          <button type="button" className="text-link" onClick={() => void call('receipts.give-up')}>{t('outgoing.give-up')}</button>
        </>
      )}
      {writable && onForward !== null && mayForwardAgain(row) && <button type="button" className="text-link" onClick={onForward}>{t('forward.again')}</button>}
      {(isDone || row.state === 'refused') && <button type="button" className="text-link" onClick={() => { setReceipt(true) }}>{t('outgoing.see-receipt')}</button>}
      {receipt && <ReceiptDialog row={row} onClose={() => { setReceipt(false) }} />}
    </div>
  )
}
