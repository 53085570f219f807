import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useState } from 'react'
import type { EngineError, Place } from '../../preload/contract/index.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { errorText, useWords } from '../texts/words.ts'
import { useModal } from '../app/modal.ts'

/** Shows where a link really leads before anything is opened; opened outside, never by the window itself (security.md 6). */
export function AddressDialog({ place, onClose }: { readonly place: Place; readonly onClose: () => void }): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const dialog = useModal()
  const { value } = useAsk('letters.address', { place })
  const [error, setError] = useState<EngineError | null>(null)
  const [copied, setCopied] = useState(false)
  const link = value?.link ?? null
  const open = async (): Promise<void> => {
    const result = await engine.call('letters.open', { place })
    if (result.ok) dialog.current?.close()
    else setError(result.error)
  }
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="address-title" onClose={onClose}>
      <h2 id="address-title">{link === null ? t('address.none') : t(link.kind === 'mailto' ? 'address.mail' : link.kind === 'tel' ? 'address.phone' : 'address.title', { host: link.mixedLetters ? (link.ascii ?? link.display) : link.display })}</h2>
      {link !== null && (
        <>
          <p className="address"><bdi>{link.address}</bdi></p>
          {link.ascii !== null && <p className={link.mixedLetters ? 'error-text' : 'quiet'}>{t('address.other-letters', { ascii: link.ascii })}</p>}
          {link.mixedLetters && <p className="error-text">{t('link.mixed')}</p>}
          {link.textDisagrees && <p className="error-text">{t('address.disagrees')}</p>}
          {link.kind === 'http' && place.kind !== 'sender-page' && <p className="error-text">{t('address.http')}</p>}
        </>
      )}
      {error !== null && <p role="alert" className="error-text">{errorText(t, error)}</p>}
      <div className="buttons end">
        {link !== null && <Button variant="tertiary" onClick={() => { void navigator.clipboard.writeText(link.address).then(() => { setCopied(true) }, () => { setCopied(false) }) }}>{t(copied ? 'address.copied' : 'address.copy')}</Button>}
        {link !== null && <Button variant="tertiary" onClick={() => void open()}>{t('address.open')}</Button>}
        <Button variant="secondary" data-first onClick={() => { dialog.current?.close() }}>{t('do.cancel')}</Button>
      </div>
    </dialog>
  )
}
