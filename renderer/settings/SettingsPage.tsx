import { Button, Switch } from '@digdir/designsystemet-react'
import { type ReactElement, useState } from 'react'
import type { EngineError, Settings } from '../../preload/contract/index.ts'
import type { TextKey } from '../../resources/locales/index.ts'
import { useShared } from '../app/shared.ts'
import { usePlace } from '../app/state.ts'
import { useEngine } from '../engine/hooks.ts'
import { Profiles } from '../connect/Profiles.tsx'
import { TemplatesSection } from '../forms/TemplatesSection.tsx'
import { AddressDialog } from '../message/AddressDialog.tsx'
import { errorText, shown, useWords } from '../texts/words.ts'
import { Chosen } from './Chosen.tsx'
import { LanguageChoice } from './LanguageChoice.tsx'
import { SearchableFiles } from './SearchableFiles.tsx'
import { WaysIn } from './WaysIn.tsx'

const themes: readonly Settings['theme'][] = ['system', 'light', 'dark']

/** What a person chooses; kept in the encrypted ledger, never in the browser. */
export function SettingsPage({ onConsent, onCodeLeft }: { readonly onConsent: (accountUuid: string) => void; readonly onCodeLeft: (text: TextKey) => void }): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const { settings, profile, recipients, accounts } = useShared()
  const [, go] = usePlace()
  const [error, setError] = useState<EngineError | null>(null)
  const [asked, setAsked] = useState(false)
  const [page, setPage] = useState(false)
  const set = async (wanted: Partial<Settings>): Promise<void> => {
    const result = await engine.call('settings.set', wanted)
    setError(result.ok ? null : result.error)
  }
  const toggle = (name: 'letterKeys' | 'notifications' | 'reportOwnAsRead', more: string): ReactElement => <Switch label={t(`settings.${name}`)} description={more} checked={settings[name]} onChange={(event) => void set({ [name]: event.target.checked })} />
  const allowed = recipients.filter((row) => settings.confirmFor.includes(row.party))
  return (
    <main className="full-page" id="message" tabIndex={-1} aria-labelledby="page-title">
      <header className="column-head"><h1 id="page-title">{t('nav.settings')}</h1></header>
      <div className="settings">
        {error !== null && <p role="alert" className="error-text">{errorText(t, error)}</p>}
        <section>
          <h2>{t('settings.appearance')}</h2>
          <p className="setting"><label htmlFor="settings-language">{t('settings.language')}</label><LanguageChoice id="settings-language" /></p>
          <p className="setting"><label htmlFor="theme">{t('settings.theme')}</label>
            <select id="theme" className="plain-select" value={settings.theme} onChange={(event) => { const theme = themes.find((one) => one === event.target.value); if (theme !== undefined) void set({ theme }) }}>
              {themes.map((one) => <option key={one} value={one}>{t(`settings.theme.${one}`)}</option>)}
            </select>
          </p>
          <p className="setting"><label htmlFor="density">{t('settings.density')}</label>
            <select id="density" className="plain-select" value={settings.density} onChange={(event) => { void set({ density: event.target.value === 'compact' ? 'compact' : 'normal' }) }}>
              <option value="normal">{t('settings.density.normal')}</option><option value="compact">{t('list.compact')}</option>
            </select>
          </p>
          {toggle('letterKeys', t('settings.letterKeys.more'))}
        </section>
        <section>
          <h2>{t('search.settings')}</h2>
          <Switch label={t('search.keepSearches')} description={t('search.keepSearches.more')} checked={settings.keepSearches} onChange={(event) => void set({ keepSearches: event.target.checked })} />
        </section>
        <section>
          <h2>{t('settings.reports')}</h2>
          {toggle('reportOwnAsRead', t('settings.reportOwnAsRead.more'))}
          <h3>{t('settings.confirm-for')}</h3>
          {allowed.length === 0 ? <p className="quiet">{t('settings.confirm-for.none')}</p> : (
            <ul className="plain-list">{allowed.map((row) => <li key={row.party}><bdi>{shown(row.name)}</bdi><button type="button" className="text-link" onClick={() => void set({ confirmFor: settings.confirmFor.filter((party) => party !== row.party) })}>{t('settings.turn-off')}</button></li>)}</ul>
          )}
        </section>
        <section>
          <h2>{t('settings.reminders')}</h2>
          {toggle('notifications', t('settings.notifications.more'))}
          <p className="quiet">{t(profile?.closing === 'goes-on' ? 'settings.closing.goes-on' : 'settings.closing.stops')}</p>
        </section>
        <section>
          <h2>{t('settings.fetching')}</h2>
          {accounts.length === 0 ? <p className="quiet">{t('connect.none.title')}</p> : accounts.map((account) => <Chosen key={account.accountUuid} account={account} isNamed={accounts.length > 1} onConsent={onConsent} />)}
        </section>
        <section>
          <h2>{t('connect.identities')}</h2>
          {accounts.length > 0 && <ul className="plain-list">{accounts.map(({ accountUuid, name }) => <li key={accountUuid}><bdi>{shown(name)}</bdi>{profile?.environment !== 'demo' && <button type="button" className="text-link" aria-label={`${t('connect.show')}: ${shown(name)}`} onClick={() => { go({ to: 'page', page: 'connect', connection: accountUuid }) }}>{t('connect.show')}</button>}</li>)}</ul>}
          <Button variant="secondary" data-size="sm" onClick={() => { go({ to: 'page', page: 'connect' }) }}>{t('nav.connect')}</Button>
        </section>
        <Profiles isDemo={false} />
        <SearchableFiles />
        <TemplatesSection readOnly={profile?.readOnly !== false} />
        {profile !== null && profile.environment !== 'demo' && <WaysIn readOnly={profile.readOnly} onLeft={onCodeLeft} />}
        {profile?.environment === 'demo' && !profile.readOnly && (
          <section>
            <h2>{t('top.demo')}</h2>
            <p className="quiet">{t('settings.demo.more')}</p>
            <div className="buttons">
              <Button variant="secondary" data-size="sm" onClick={() => { setPage(true) }}>{t('do.sender-page')}</Button>
              {asked ? (
                <><span role="alert">{t('settings.reset.sure')}</span><Button variant="secondary" data-color="danger" data-size="sm" onClick={() => { go({ to: 'page', page: 'inbox' }); void engine.call('profile.reset-demo', {}) }}>{t('settings.reset.yes')}</Button><Button variant="tertiary" data-size="sm" autoFocus onClick={() => { setAsked(false) }}>{t('do.cancel')}</Button></>
              ) : <Button variant="tertiary" data-size="sm" onClick={() => { setAsked(true) }}>{t('settings.reset')}</Button>}
            </div>
          </section>
        )}
      </div>
      {page && <AddressDialog place={{ kind: 'sender-page' }} onClose={() => { setPage(false) }} />}
    </main>
  )
}
