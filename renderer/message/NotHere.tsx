import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useState } from 'react'
import type { EngineError, MessageView } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { useEngine } from '../engine/hooks.ts'
import { errorText, useWords } from '../texts/words.ts'

/** What is only in Altinn: said plainly; fetching it is a person's word, because the sender sees it. */
export function NotHere({ message }: { readonly message: MessageView }): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const { now, profile } = useShared()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<EngineError | null>(null)
  const { t } = words
  const fetch = async (): Promise<void> => {
    setBusy(true)
    const result = await engine.call('messages.fetch', { id: message.id })
    setBusy(false)
    setError(result.ok ? null : result.error)
  }
  const { deferral } = message
  return (
    <div className="tab-message">
      <h3>{t(message.kind === 'other' ? 'not-here.other' : message.confidential ? 'not-here.confidential' : 'not-here.title')}</h3>
      <p>{t(message.kind === 'other' ? 'not-here.other.more' : message.confidential ? 'not-here.confidential.more' : 'not-here.more')}</p>
      {deferral !== null && <p className="quiet">{t('not-here.tried', { when: words.moment(deferral.nextTryAt, now) })}</p>}
      {error !== null && <p role="alert" className="error-text">{errorText(t, error)}</p>}
      {message.kind !== 'other' && profile?.readOnly !== true && <Button variant="secondary" loading={busy} onClick={() => void fetch()}>{t('not-here.fetch')}</Button>}
    </div>
  )
}
