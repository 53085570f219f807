import { Button } from '@digdir/designsystemet-react'
import type { ReactElement } from 'react'
import type { ConnectionView } from '../../preload/contract/index.ts'
import { usePlace } from '../app/state.ts'
import { useEngine } from '../engine/hooks.ts'
import { shown, useWords } from '../texts/words.ts'
import { useAction } from './action.ts'
import { ErrorLine } from './parts.tsx'
import { failureOf, isFilled } from './steps.ts'

/** The end of a way in: it becomes an identity, and the question what may be fetched comes next. */
export function FinishStep({ connection }: { readonly connection: ConnectionView }): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const [, go] = usePlace()
  const { busy, error, run } = useAction()
  const { uuid, connected, name } = connection
  if (connected) return <p>{t('connect.finish.done', { name: shown(name) })}</p>
  const isReady = isFilled(connection)
  const finish = async (): Promise<void> => {
    if (isReady && (await run(() => engine.call('connect.finish', { uuid }))) !== null) go({ to: 'page', page: 'inbox' })
  }
  return (
    <>
      <p>{t('connect.finish.why')}</p>
      {!isReady && <p className="quiet">{t('connect.finish.first')}</p>}
      {isReady && failureOf(connection) !== null && <p className="quiet">{t('connect.finish.failed')}</p>}
      {error !== null && error.code === 'not-possible' ? <p role="alert" className="error-text">{t('connect.finish.not-possible')}</p> : <ErrorLine error={error} />}
      <div className="buttons"><Button type="button" aria-disabled={busy || !isReady} onClick={() => void finish()}>{t('connect.finish.do')}</Button></div>
    </>
  )
}
