import { Button } from '@digdir/designsystemet-react'
import { type SubmitEvent, type ReactElement, useState } from 'react'
import type { EngineError, MessageView, OutgoingRow } from '../../preload/contract/index.ts'
import type { TextKey } from '../../resources/locales/index.ts'
import { refusalText } from '../../resources/locales/refusal-text.ts'
import { useEngine } from '../engine/hooks.ts'
import { titleOf } from '../list/Row.tsx'
import { errorText, shown, useWords } from '../texts/words.ts'
import { undoMs } from './ConfirmBar.tsx'
import { forwardProblem, maxForwardText } from './forward.ts'
import { isUnderWay, type Receipts } from './receipts.ts'
import { useModal } from '../app/modal.ts'

interface ForwardDialogProps {
  readonly message: MessageView
  readonly receipts: Receipts
  /** What was refused before and is asked for anew, filled in; null where it is the first time. */
  readonly before: OutgoingRow | null
  readonly onClose: () => void
}

/** Why the letter cannot be forwarded now, or null. One forwarding at a time: while one is under way nothing else is sent (0014). */
function obstacleTo(message: MessageView, receipts: Receipts): TextKey | null {
  if (isUnderWay(receipts.forward)) return 'forward.under-way'
  if (message.removedAt !== null) return 'reason.not-found'
  if (message.state !== 'fetched') return 'error.not-here'
  return message.allowForwarding ? null : 'reason.no-forwarding'
}

/** Altinn e-mails a copy: out of the secure channel, seen by the sender, and only after the letter was reported as read. */
export function ForwardDialog({ message, receipts, before, onClose }: ForwardDialogProps): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const dialog = useModal()
  const [to, setTo] = useState(before?.forwardTo ?? '')
  const [text, setText] = useState(before?.forwardText ?? '')
  const [tried, setTried] = useState(false)
  const [error, setError] = useState<EngineError | null>(null)
  const { t, number } = words
  const isRead = message.readAt !== null
  const readUnderWay = isUnderWay(receipts.read)
  const problem = forwardProblem(to, text)
  const obstacle = obstacleTo(message, receipts)
  const report = async (): Promise<void> => {
    const result = await engine.call('receipts.read', { id: message.id, waitMs: 0, versionShown: message.version })
    setError(result.ok ? null : result.error)
  }
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    setTried(true)
    if (problem !== null || obstacle !== null || !isRead) return
    const result = await engine.call('receipts.forward', { id: message.id, waitMs: undoMs, to: to.trim(), text: text.trim() === '' ? null : text.trim() })
    if (result.ok) dialog.current?.close()
    else setError(result.error)
  }
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="forward-title" onClose={onClose}>
      <h2 id="forward-title">{t('act.forward')}</h2>
      <p className="quoted"><bdi>{titleOf(words, message)}</bdi></p>
      <p>{t('forward.more', { sender: shown(message.sender) })}</p>
      {before !== null && <p className="notice">{t('forward.before', { why: refusalText(t, before) })}{before.reason === 'given-up' && <> {t('forward.maybe-sent')}</>}</p>}
      {obstacle !== null && <p className="notice" role="status">{t(obstacle)}</p>}
      {obstacle === null && !isRead && (
        <div className="notice">
          <p role="status">{t(readUnderWay ? 'forward.read-under-way' : 'forward.read-first', { sender: shown(message.sender) })}</p>
          {!readUnderWay && <Button variant="secondary" data-size="sm" onClick={() => void report()}>{t('do.report-read')}</Button>}
        </div>
      )}
      <form className="fields" noValidate autoComplete="off" onSubmit={(event) => void send(event)}>
        <div>
          <label htmlFor="forward-to">{t('forward.to')}</label>
          <input id="forward-to" className="plain-field" type="email" inputMode="email" data-first autoComplete="off" spellCheck={false} maxLength={1000} value={to} aria-invalid={tried && problem === 'address'} aria-describedby={tried && problem === 'address' ? 'forward-to-wrong' : undefined} onChange={(event) => { setTo(event.target.value) }} />
          {tried && problem === 'address' && <p id="forward-to-wrong" role="alert" className="error-text">{t('forward.wrong-address')}</p>}
        </div>
        <div>
          <label htmlFor="forward-text">{t('forward.text')}</label>
          <textarea id="forward-text" className="plain-field" rows={3} value={text} aria-invalid={problem === 'text' || problem === 'markup'} aria-describedby="forward-text-help" onChange={(event) => { setText(event.target.value) }} />
          <p id="forward-text-help" className={problem === 'text' || (tried && problem === 'markup') ? 'error-text' : 'quiet'}>{problem === 'markup' ? t('forward.markup') : t('forward.left', { count: number(text.length), most: number(maxForwardText) })}</p>
        </div>
        {error !== null && <p role="alert" className="error-text">{errorText(t, error)}</p>}
        <div className="buttons end">
          <Button type="button" variant="tertiary" onClick={() => { dialog.current?.close() }}>{t('do.cancel')}</Button>
          <Button type="submit" variant="secondary" disabled={!isRead || obstacle !== null}>{t('forward.send')}</Button>
        </div>
      </form>
    </dialog>
  )
}
