import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useState } from 'react'
import type { ConnectionView } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { useEngine } from '../engine/hooks.ts'
import { shown, useWords } from '../texts/words.ts'
import { useAction } from './action.ts'
import { ErrorLine } from './parts.tsx'

/** Takes a way in away; asks first, and says what stays. */
export function Remove({ connection, onRemoved }: { readonly connection: ConnectionView; readonly onRemoved: () => void }): ReactElement | null {
  const { t } = useWords()
  const engine = useEngine()
  const { profile } = useShared()
  const { busy, error, run } = useAction()
  const [asked, setAsked] = useState(false)
  const name = shown(connection.name)
  if (profile?.readOnly === true) return null
  if (!asked) return <div className="buttons"><Button type="button" variant="tertiary" data-size="sm" onClick={() => { setAsked(true) }}>{t('connect.remove')}</Button></div>
  const remove = async (): Promise<void> => {
    if ((await run(() => engine.call('connect.remove', { uuid: connection.uuid }))) !== null) onRemoved()
  }
  return (
    <div className="notice" role="group" aria-label={t('connect.remove')}>
      <p role="alert">{t(connection.connected ? 'connect.remove.connected' : 'connect.remove.begun', { name })}{connection.request?.state === 'waiting' && ` ${t('connect.remove.waiting')}`}</p>
      {error !== null && error.code === 'not-possible' ? <p role="alert" className="error-text">{t('connect.remove.under-way', { name })}</p> : <ErrorLine error={error} />}
      <div className="buttons">
        <Button type="button" variant="secondary" data-color="danger" data-size="sm" aria-disabled={busy} onClick={() => void remove()}>{t('connect.remove.yes')}</Button>
        <Button type="button" variant="tertiary" data-size="sm" autoFocus onClick={() => { setAsked(false) }}>{t('do.cancel')}</Button>
      </div>
    </div>
  )
}
