import { Button, Radio } from '@digdir/designsystemet-react'
import { type ReactElement, useState } from 'react'
import type { ConnectionView, ConnectProblem } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { useEngine } from '../engine/hooks.ts'
import { until, useWords } from '../texts/words.ts'
import { useAction } from './action.ts'
import { CopyButton, ErrorLine } from './parts.tsx'
import { problemText } from '../../resources/locales/sign-in-text.ts'

type Level = 'substantial' | 'high'
const levels: readonly Level[] = ['substantial', 'high']

/** Logging in in the person's own browser: the level, the wait, and how it ended. */
export function LoginStep({ connection, personClient }: { readonly connection: ConnectionView; readonly personClient: boolean }): ReactElement {
  const words = useWords()
  const { t, language } = words
  const engine = useEngine()
  const { now } = useShared()
  const login = useAction()
  const other = useAction()
  const [level, setLevel] = useState<Level>('substantial')
  const [problem, setProblem] = useState<ConnectProblem | null>(null)
  const { uuid } = connection
  const { state, endsAt, address } = connection.login ?? { state: 'none', endsAt: null, address: null }
  if (!personClient && state === 'none') return <><p>{t('connect.no-person-client')}</p><p>{t('connect.no-person-client.do')}</p></>
  const begin = async (): Promise<void> => {
    setProblem(null)
    const answer = await login.run(() => engine.call('connect.login', { uuid, level, language }))
    setProblem(answer?.problem ?? null)
  }
  if (state === 'under-way') {
    return (
      <>
        <p role="status"><b>{t('connect.login.under-way')}</b></p>
        {address !== null && <><p>{t('connect.login.address')}</p><p className="address" role="group" aria-label={t('connect.login.address-name')}><bdi>{address}</bdi></p></>}
        <div className="buttons">
          {address !== null && <CopyButton text={address} label="connect.access.copy-address" />}
          <Button type="button" variant="secondary" data-size="sm" onClick={() => void other.run(() => engine.call('connect.cancel-login', { uuid }))}>{t('do.cancel')}</Button>
        </div>
        <ErrorLine error={other.error} />
      </>
    )
  }
  const isIn = state === 'in'
  return (
    <>
      <p>{t('connect.login.why')}</p>
      <p role="status">{isIn ? <b>{t('connect.login.in')}</b> : state === 'over' ? <b>{t('connect.login.over')}</b> : ''} {isIn && endsAt !== null && t('connect.login.ends', { when: until(words, endsAt, now) })}</p>
      <div role="radiogroup" aria-label={t('connect.login.level')} className="choices">
        {levels.map((one) => <Radio key={one} name="level" value={one} label={t(`connect.login.${one}`)} description={t(`connect.login.${one}.more`)} checked={level === one} onChange={() => { setLevel(one) }} />)}
      </div>
      {problem !== null && <p role="alert" className="error-text">{problemText(t, problem)}</p>}
      <ErrorLine error={login.error ?? other.error} />
      <div className="buttons">
        <Button type="button" data-size="sm" variant={isIn ? 'secondary' : 'primary'} aria-disabled={login.busy} onClick={() => void begin()}>{t(isIn || state === 'over' ? 'connect.login.again' : 'connect.login.begin')}</Button>
        {isIn && <Button type="button" variant="tertiary" data-size="sm" onClick={() => void other.run(() => engine.call('connect.log-out', { uuid }))}>{t('connect.login.out')}</Button>}
      </div>
    </>
  )
}
