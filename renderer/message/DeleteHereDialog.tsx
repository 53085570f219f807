import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useState } from 'react'
import type { EngineError, MessageView } from '../../preload/contract/index.ts'
import { useModal } from '../app/modal.ts'
import { usePlace } from '../app/state.ts'
import { useEngine } from '../engine/hooks.ts'
import { titleOf } from '../list/Row.tsx'
import { errorText, useWords } from '../texts/words.ts'

/** Deleting the copy here cannot be undone, and may be the last one there is: that is said first, and cancelling is the easy way. */
export function DeleteHereDialog({ message, onClose }: { readonly message: MessageView; readonly onClose: () => void }): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const dialog = useModal()
  const [, go] = usePlace()
  const [error, setError] = useState<EngineError | null>(null)
  const { t } = words
  const isLast = message.removedAt !== null
  const mustConfirm = message.needsConfirmation && message.confirmedAt === null
  const remove = async (): Promise<void> => {
    const result = await engine.call('messages.delete-here', { id: message.id })
    if (!result.ok) {
      setError(result.error)
      return
    }
    dialog.current?.close()
    go({ to: 'open', id: null })
    requestAnimationFrame(() => document.getElementById('message-list')?.focus({ preventScroll: true }))
  }
  return (
    <dialog ref={dialog} role="alertdialog" className="dialog" aria-labelledby="delete-title" aria-describedby="delete-text" onClose={onClose}>
      <h2 id="delete-title">{t('delete-here.title')}</h2>
      <p className="quoted"><bdi>{titleOf(words, message)}</bdi></p>
      <ul id="delete-text" className="points">
        <li>{t('delete-here.lasting')}</li>
        {!isLast && <li>{t('delete-here.altinn')}</li>}
        <li>{t('delete-here.copies')}</li>
      </ul>
      {isLast && <p role="alert" className="notice">{t('delete-here.last')}</p>}
      {mustConfirm && <p role="alert" className="notice">{t('delete-here.must-confirm')}</p>}
      {error !== null && <p role="alert" className="error-text">{errorText(t, error)}</p>}
      <div className="buttons end">
        <Button variant="tertiary" data-color="danger" onClick={() => void remove()}>{t('delete-here.yes')}</Button>
        <Button variant="secondary" data-first onClick={() => { dialog.current?.close() }}>{t('do.cancel')}</Button>
      </div>
    </dialog>
  )
}
