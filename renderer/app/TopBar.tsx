import { CogIcon, MenuHamburgerIcon, TerminalIcon } from '@navikt/aksel-icons'
import type { ReactElement } from 'react'
import { SearchField } from '../search/SearchField.tsx'
import { shown, useWords } from '../texts/words.ts'
import { namesOf } from './accounts.ts'
import { EnvironmentName } from './EnvironmentName.tsx'
import { useShared } from './shared.ts'
import { usePlace } from './state.ts'
import { Logo } from './Logo.tsx'

/** Always there where the post is not real or not production. */
export function EnvironmentBadge(): ReactElement | null {
  const { profile } = useShared()
  return profile === null ? null : <EnvironmentName environment={profile.environment} environmentName={profile.environmentName} />
}

export function TopBar(): ReactElement {
  const { t } = useWords()
  const { accounts } = useShared()
  const [place, go] = usePlace()
  return (
    <header className="top-bar">
      <button type="button" className="icon-button menu-button" aria-expanded={place.drawer} aria-label={t('top.menu')} onClick={() => { go({ to: 'drawer', open: !place.drawer }) }}><MenuHamburgerIcon aria-hidden /></button>
      <span className="brand"><Logo /><span className="brand-name">Meldingsboks</span></span>
      <SearchField />
      <EnvironmentBadge />
      {accounts.length > 0 && <button type="button" className="identity" title={t('nav.connect')} onClick={() => { go({ to: 'page', page: 'connect', connection: accounts.length === 1 ? (accounts[0]?.accountUuid ?? null) : null }) }}><b>{accounts.length === 1 ? shown(accounts[0]?.name ?? '') : t('identity.several', { count: accounts.length })}</b><span>{accounts.length === 1 ? t(accounts[0]?.kind === 'person' ? 'identity.person' : 'top.system-user') : shown(namesOf(accounts))}</span></button>}
      <button type="button" className="icon-button" aria-label={t('top.palette')} title={`${t('top.palette')} (Ctrl+K)`} onClick={() => { go({ to: 'dialog', dialog: 'palette' }) }}><TerminalIcon aria-hidden /></button>
      <button type="button" className="icon-button" aria-label={t('nav.settings')} title={t('nav.settings')} aria-current={place.page === 'settings' ? 'page' : undefined} onClick={() => { go({ to: 'page', page: 'settings' }) }}><CogIcon aria-hidden /></button>
    </header>
  )
}
