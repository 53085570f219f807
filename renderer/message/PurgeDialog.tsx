import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useState } from 'react'
import type { EngineError, MessageView } from '../../preload/contract/index.ts'
import { useEngine } from '../engine/hooks.ts'
import { titleOf } from '../list/Row.tsx'
import { errorText, shown, useWords } from '../texts/words.ts'
import { undoMs } from './ConfirmBar.tsx'
import { useModal } from '../app/modal.ts'

/** Deleting at Altinn cannot be taken back there: what it does and does not do is said first, and cancelling is the easy way. */
export function PurgeDialog({ message, onClose }: { readonly message: MessageView; readonly onClose: () => void }): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const dialog = useModal()
  const [error, setError] = useState<EngineError | null>(null)
  const { t } = words
  const mustConfirm = message.needsConfirmation && message.confirmedAt === null
  const purge = async (): Promise<void> => {
    const result = await engine.call('receipts.purge', { id: message.id, waitMs: undoMs })
    if (result.ok) dialog.current?.close()
    else setError(result.error)
  }
  return (
    <dialog ref={dialog} role="alertdialog" className="dialog" aria-labelledby="purge-title" aria-describedby="purge-text" onClose={onClose}>
      <h2 id="purge-title">{t('purge.title')}</h2>
      <p className="quoted"><bdi>{titleOf(words, message)}</bdi></p>
      <ul id="purge-text" className="points">
        <li>{t('purge.lasting')}</li>
        <li>{t('purge.everyone', { recipient: shown(message.partyName) })}</li>
        <li>{t('purge.sender', { sender: shown(message.sender) })}</li>
        <li>{t('purge.copy')}</li>
      </ul>
      {mustConfirm && <p role="alert" className="notice">{t('purge.confirm-first')}</p>}
      {error !== null && <p role="alert" className="error-text">{errorText(t, error)}</p>}
      <div className="buttons end">
        <Button variant="tertiary" data-color="danger" disabled={mustConfirm} onClick={() => void purge()}>{t('act.purge')}</Button>
        <Button variant="secondary" data-first onClick={() => { dialog.current?.close() }}>{t('do.cancel')}</Button>
      </div>
    </dialog>
  )
}
