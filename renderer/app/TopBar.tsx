import { CogIcon, MagnifyingGlassIcon, MenuHamburgerIcon, TerminalIcon, XMarkIcon } from '@navikt/aksel-icons'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { useWords } from '../texts/words.ts'
import { useShared } from './shared.ts'
import { usePlace } from './state.ts'
import { Logo } from './Logo.tsx'

/** Always there where the post is not real or not production. */
export function EnvironmentBadge(): ReactElement | null {
  const { t } = useWords()
  const { profile } = useShared()
  if (profile === null || profile.environment === 'prod') return null
  const full = profile.environment === 'demo' ? t('top.demo') : profile.environment === 'tt02' ? t('top.tt02') : t('top.other', { name: profile.name })
  return <span className="environment"><span className="wide-only">{full}</span><span className="narrow-only">{profile.environment === 'demo' ? t('top.demo.short') : full}</span></span>
}

/** Waits until the typing pauses, so that each letter is no question of its own. */
const typingMs = 120

function SearchField(): ReactElement {
  const { t } = useWords()
  const [{ search }, go] = usePlace()
  const [typed, setTyped] = useState(search)
  const [known, setKnown] = useState(search)
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  // The field follows when the search is cleared elsewhere.
  if (known !== search) {
    setKnown(search)
    setTyped(search)
  }
  useEffect(() => () => { if (timer.current !== null) clearTimeout(timer.current) }, [])
  const change = (text: string): void => {
    setTyped(text)
    if (timer.current !== null) clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      setKnown(text.trim())
      go({ to: 'search', text: text.trim() })
    }, typingMs)
  }
  return (
    <search className="search">
      <MagnifyingGlassIcon aria-hidden />
      <input id="search" type="search" autoComplete="off" spellCheck={false} maxLength={200} aria-label={t('top.search')} placeholder={t('top.search')} value={typed} onChange={(event) => { change(event.target.value) }} />
      {typed === '' ? <kbd aria-hidden>/</kbd> : <button type="button" className="icon-button" aria-label={t('top.clear')} title={t('top.clear')} onClick={() => { change(''); document.getElementById('search')?.focus() }}><XMarkIcon aria-hidden /></button>}
    </search>
  )
}

export function TopBar(): ReactElement {
  const { t } = useWords()
  const { account } = useShared()
  const [place, go] = usePlace()
  return (
    <header className="top-bar">
      <button type="button" className="icon-button menu-button" aria-expanded={place.drawer} aria-label={t('top.menu')} onClick={() => { go({ to: 'drawer', open: !place.drawer }) }}><MenuHamburgerIcon aria-hidden /></button>
      <span className="brand"><Logo /><span className="brand-name">Meldingsboks</span></span>
      <SearchField />
      <EnvironmentBadge />
      {account !== null && <span className="identity"><b>{account.name}</b><span>{t('top.system-user')}</span></span>}
      <button type="button" className="icon-button" aria-label={t('top.palette')} title={`${t('top.palette')} (Ctrl+K)`} onClick={() => { go({ to: 'dialog', dialog: 'palette' }) }}><TerminalIcon aria-hidden /></button>
      <button type="button" className="icon-button" aria-label={t('nav.settings')} title={t('nav.settings')} aria-current={place.page === 'settings' ? 'page' : undefined} onClick={() => { go({ to: 'page', page: 'settings' }) }}><CogIcon aria-hidden /></button>
    </header>
  )
}
