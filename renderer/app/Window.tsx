import { type CSSProperties, type ReactElement, useEffect, useMemo, useReducer, useState } from 'react'
import type { TextKey } from '../../resources/locales/index.ts'
import { useEngine } from '../engine/hooks.ts'
import { ConnectPage } from '../connect/ConnectPage.tsx'
import { Consent } from '../consent/Consent.tsx'
import { ListColumn } from '../list/ListColumn.tsx'
import { useRows } from '../list/rows.ts'
import { MessagePane } from '../message/MessagePane.tsx'
import { SeveralPane } from '../message/SeveralPane.tsx'
import { tellReminders } from '../notifications/notify.ts'
import { Outgoing } from '../outgoing/Outgoing.tsx'
import { Coverage } from '../recipients/Coverage.tsx'
import { markLine, MarksContext } from '../search/marks.ts'
import { SettingsPage } from '../settings/SettingsPage.tsx'
import { useWords } from '../texts/words.ts'
import { Footer } from './Footer.tsx'
import { useUndecided } from '../consent/undecided.ts'
import { useKeyboard } from './keyboard.ts'
import type { Kept } from './kept.ts'
import { KeysDialog } from './KeysDialog.tsx'
import { Notices } from './Notices.tsx'
import { Palette } from './Palette.tsx'
import { Rail, Views } from './Rail.tsx'
import { hasOneRecipient, RowsContext, useShared } from './shared.ts'
import { type ListView, listViews, moved, PlaceContext, start } from './state.ts'
import { TopBar } from './TopBar.tsx'
import { useWakes } from './wakes.ts'

const isList = (page: string): page is ListView => (listViews as readonly string[]).includes(page)

/** The window of an open profile: consent first, then list and reading pane, or a page of full width. */
export function Window({ scheme, back, onSeen }: { readonly scheme: 'light' | 'dark'; readonly back: Kept['back']; readonly onSeen: () => void }): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const shared = useShared()
  const [place, go] = useReducer(moved, start)
  const { page, party, selected, open, dialog, drawer, handled } = place
  const view: ListView = isList(page) ? page : 'inbox'
  const rows = useRows(view, party, place, handled)
  const { accounts, isNew, profile, settings } = shared
  const marks = markLine(rows.understood)
  /** The identity whose choice is looked at anew, from the settings. */
  const [asksConsent, setAsksConsent] = useState<string | null>(null)
  const undecided = useUndecided(accounts, profile?.readOnly === false)
  /** A new recovery code was left before it counted. */
  const [codeLeft, setCodeLeft] = useState<TextKey | null>(null)
  useKeyboard(engine, shared, place, go, rows.rows)
  useWakes(profile?.readOnly === false)

  // Without an identity there is nothing to see but the ways to one.
  useEffect(() => {
    if (isNew && profile?.readOnly === false) go({ to: 'page', page: 'connect' })
  }, [isNew, profile?.readOnly])
  useEffect(() => {
    if (!settings.notifications || profile?.readOnly !== false) return undefined
    const tell = (): void => { tellReminders(engine, t, (id) => { go({ to: 'open', id }) }) }
    tell()
    return engine.on('reminders.changed', tell)
  }, [engine, profile?.readOnly, settings.notifications, t])
  useEffect(() => {
    const opened = (event: Event): void => {
      if (event instanceof CustomEvent && typeof event.detail === 'number') go({ to: 'open', id: event.detail })
    }
    window.addEventListener('meldingsboks-open', opened)
    return () => { window.removeEventListener('meldingsboks-open', opened) }
  }, [])
  useEffect(() => {
    const stop = (event: DragEvent): void => { event.preventDefault() }
    for (const name of ['dragover', 'drop', 'dragstart'] as const) document.addEventListener(name, stop)
    return () => { for (const name of ['dragover', 'drop', 'dragstart'] as const) document.removeEventListener(name, stop) }
  }, [])
  const several = useMemo(() => rows.rows.filter((row) => selected.has(row.id)), [rows.rows, selected])

  const asked = accounts.find(({ accountUuid }) => accountUuid === asksConsent) ?? undecided.account
  // Connecting goes before: in the demo, and where another identity is wanted first.
  if (asked !== null && page !== 'connect') {
    return (
      <PlaceContext value={[place, go]}>
        <Consent key={asked.accountUuid} account={asked} onDone={() => { setAsksConsent(null); undecided.again() }} />
      </PlaceContext>
    )
  }
  const one = hasOneRecipient(shared)
  const columns = { ...(settings.railWidth === null ? {} : { '--rail': `${String(settings.railWidth)}rem` }), ...(settings.listWidth === null ? {} : { '--list': `${String(settings.listWidth)}rem` }) }
  const body = page === 'outgoing' ? <Outgoing /> : page === 'recipients' ? <Coverage /> : page === 'connect' ? <ConnectPage /> : page === 'settings' ? <SettingsPage onConsent={setAsksConsent} onCodeLeft={setCodeLeft} /> : (
    <>
      <ListColumn view={view} rows={rows} />
      {several.length > 0 ? <SeveralPane rows={several} /> : <MessagePane scheme={scheme} />}
    </>
  )
  return (
    <PlaceContext value={[place, go]}><RowsContext value={rows.rows}><MarksContext value={marks}>
      <a className="skip-link" href="#message" onClick={(event) => { event.preventDefault(); document.getElementById('message')?.focus() }}>{t('region.skip')}</a>
      <div className="shell" data-one={one} data-full={!isList(page)} data-open={open !== null || several.length > 0} data-drawer={drawer} style={columns as CSSProperties}>
        <TopBar />
        <Notices back={back} left={codeLeft} onSeen={() => { setCodeLeft(null); onSeen() }} />
        {one ? <nav className="tab-bar" aria-label={t('region.nav')}><Views className="views" /></nav> : <Rail />}
        {body}
        <Footer />
      </div>
      {dialog === 'keys' && <KeysDialog />}
      {dialog === 'palette' && <Palette />}
    </MarksContext></RowsContext></PlaceContext>
  )
}
