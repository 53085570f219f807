import { ArrowsCirclepathIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useState } from 'react'
import type { AccountView, EngineError } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { useEngine } from '../engine/hooks.ts'
import { errorText, shown, useWords } from '../texts/words.ts'

/** The look through everything that each identity has. */
export function FullPass(): ReactElement {
  const { accounts } = useShared()
  return <>{accounts.map((account) => <OnePass key={account.accountUuid} account={account} isNamed={accounts.length > 1} />)}</>
}

/**
 * A look through everything: when it last ended, how far it has come, and a way to have it now.
 * @param isNamed whether it must be said whose it is
 */
function OnePass({ account, isNamed }: { readonly account: AccountView; readonly isNamed: boolean }): ReactElement {
  const { t, number, moment } = useWords()
  const engine = useEngine()
  const { profile, now } = useShared()
  const [error, setError] = useState<EngineError | null>(null)
  const { fullPass } = account
  const isRunning = fullPass !== null && fullPass.endedAt === null
  const begin = async (): Promise<void> => {
    const result = await engine.call('sync.full-pass', { accountUuid: account.accountUuid })
    setError(result.ok ? null : result.error)
  }
  const text = fullPass === null ? t('full-pass.never') : isRunning ? t('full-pass.running', { done: number(fullPass.done), total: number(fullPass.total) }) : t('full-pass.ended', { when: moment(fullPass.endedAt ?? 0, now) })
  return (
    <div className="full-pass">
      <div>
        <p><b>{t('full-pass.title')}{isNamed && <> · <bdi>{shown(account.name)}</bdi></>}</b> <span role="status" className="only-read">{t(isRunning ? 'full-pass.under-way' : 'full-pass.idle')}</span><span className="quiet">{text}</span></p>
        {!isNamed && <p className="quiet">{t('full-pass.more')}</p>}
        {error !== null && <p role="alert" className="error-text">{errorText(t, error)}</p>}
      </div>
      {isRunning && <span className="progress" role="progressbar" aria-label={t('full-pass.title')} aria-valuemin={0} aria-valuemax={Math.max(1, fullPass.total)} aria-valuenow={fullPass.done} aria-valuetext={t('footer.of-recipients', { done: number(fullPass.done), total: number(fullPass.total) })}><span style={{ width: `${String((100 * fullPass.done) / Math.max(1, fullPass.total))}%` }} /></span>}
      {profile?.readOnly === false && account.consented && <Button variant="secondary" data-size="sm" onClick={() => void begin()}><ArrowsCirclepathIcon aria-hidden />{t('full-pass.now')}</Button>}
    </div>
  )
}
