import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useState } from 'react'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { NewProfile } from '../settings/NewProfile.tsx'
import { shown, useWords } from '../texts/words.ts'
import { ErrorLine } from './parts.tsx'

/** The profiles of this machine, each one click away, and the way to a new one; in the demo that comes first. */
export function Profiles({ isDemo }: { readonly isDemo: boolean }): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const { value, error } = useAsk('profiles.list', {})
  const [asked, setAsked] = useState(isDemo)
  const profiles = value?.profiles ?? []
  const others = isDemo ? profiles.filter(({ current }) => !current) : profiles
  return (
    <>
      {isDemo && <section><h2>{t('connect.profile.new')}</h2><NewProfile /></section>}
      {(others.length > 0 || !isDemo) && (
        <section>
          <h2>{t('connect.profiles')}</h2>
          <p className="quiet">{t('connect.profiles.more')}</p>
          <ErrorLine error={error} />
          <ul className="connections">
            {others.map(({ name, environment, environmentName, current }) => (
              <li key={name}>
                <span className="connection-name"><bdi>{shown(name)}</bdi><span className="quiet">{environment === 'other' ? shown(environmentName) : t(`connect.environment.${environment}`)}</span></span>
                {current ? <span className="quiet connection-state">{t('connect.profile.current')}</span> : <button type="button" className="text-link" aria-label={`${t('connect.profile.open')}: ${shown(name)}`} onClick={() => { engine.openProfile(name) }}>{t('connect.profile.open')}</button>}
              </li>
            ))}
          </ul>
          {!isDemo && !asked && <Button type="button" variant="secondary" data-size="sm" onClick={() => { setAsked(true) }}>{t('connect.profile.new')}</Button>}
          {!isDemo && asked && <NewProfile />}
        </section>
      )}
    </>
  )
}
