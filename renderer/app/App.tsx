import { type ReactElement, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState, useSyncExternalStore } from 'react'
import { type AccountView, defaultSettings } from '../../preload/contract/index.ts'
import { type Language, languageOf } from '../../resources/locales/index.ts'
import type { EngineClient, LinkState } from '../engine/client.ts'
import { EngineContext, useAsk } from '../engine/hooks.ts'
import { forgetPages } from '../message/known-pages.ts'
import { forgetWhole } from '../message/shown.ts'
import { WordsContext, wordsOf } from '../texts/words.ts'
import { Away } from './Away.tsx'
import { type Kept, keptAfter, nothingKept } from './kept.ts'
import { SharedContext } from './shared.ts'
import { Window } from './Window.tsx'

const prefersDark = window.matchMedia('(prefers-color-scheme: dark)')
const watchDark = (watcher: () => void): (() => void) => {
  prefersDark.addEventListener('change', watcher)
  return () => { prefersDark.removeEventListener('change', watcher) }
}
/** The clock moves the words "i dag" and "om 2 dager" along. */
const tickMs = 20_000
const noOne: ReadonlySet<string> = new Set()
const noAccounts: readonly AccountView[] = []

interface ProfileProps {
  /** Why the engine was started anew under this window, or null. */
  readonly back: Kept['back']
  readonly onSeen: () => void
  readonly onLanguage: (language: Language) => void
}

function Profile({ back, onSeen, onLanguage }: ProfileProps): ReactElement {
  const profile = useAsk('profile.state', {}, ['sync.finished', 'sync.changed'])
  const state = useAsk('sync.state', {}, ['sync.changed', 'sync.finished'])
  const settings = useAsk('settings.get', {}, ['settings.changed'])
  const counts = useAsk('messages.counts', {}, ['messages.changed', 'receipts.changed', 'sync.finished'])
  const recipients = useAsk('recipients.list', {}, ['messages.changed', 'sync.changed', 'sync.finished', 'receipts.changed', 'recipients.changed'])
  const open = useAsk('receipts.list', { open: true }, ['receipts.changed', 'sync.changed'])
  const isDark = useSyncExternalStore(watchDark, () => prefersDark.matches)
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => { setNow(Date.now()) }, tickMs)
    return () => { clearInterval(timer) }
  }, [])
  // What is kept beside the window goes with it.
  useEffect(() => () => { forgetPages(); forgetWhole() }, [])
  const chosen = settings.value ?? defaultSettings
  const language = chosen.language ?? languageOf(navigator.language)
  const words = useMemo(() => wordsOf(language), [language])
  const scheme = chosen.theme === 'system' ? (isDark ? 'dark' : 'light') : chosen.theme
  // Before anything that reads the colours: letters take them over.
  useLayoutEffect(() => {
    document.documentElement.lang = language
    document.documentElement.dataset['colorScheme'] = scheme
  }, [language, scheme])
  useEffect(() => { onLanguage(language) }, [language, onLanguage])
  const accounts = state.value?.accounts ?? noAccounts
  const isNew = state.value !== null && accounts.length === 0
  const inDanger = useMemo(() => {
    const rows = (open.value?.rows ?? []).filter((row) => row.inDanger)
    return rows.length === 0 ? noOne : new Set(rows.map((row) => row.correspondenceId))
  }, [open.value])
  const shared = useMemo(() => ({ profile: profile.value, account: accounts[0] ?? null, accounts, isNew, settings: chosen, counts: counts.value, recipients: recipients.value?.rows ?? [], inDanger, now }), [profile.value, accounts, isNew, chosen, counts.value, recipients.value, inDanger, now])
  // Settings first: nothing is drawn in a language or a theme that is not the chosen one. Beside a writing process there are none.
  if (profile.value === null || (settings.value === null && !profile.value.readOnly)) return <div className="blank" />
  return <WordsContext value={words}><SharedContext value={shared}><Window scheme={scheme} back={back} onSeen={onSeen} /></SharedContext></WordsContext>
}

/** The window's part that waits behind what is said about the engine; what had the focus gets it back. */
function Behind({ away, children }: { readonly away: boolean; readonly children: ReactElement }): ReactElement {
  const focused = useRef<HTMLElement | null>(null)
  useLayoutEffect(() => {
    if (!away) return undefined
    focused.current = document.activeElement instanceof HTMLElement ? document.activeElement : null
    return () => { requestAnimationFrame(() => { focused.current?.focus({ preventScroll: true }) }) }
  }, [away])
  return <div className="behind" inert={away}>{children}</div>
}

/** @param engine null: the page was opened without a good start file */
export function App({ engine }: { readonly engine: EngineClient | null }): ReactElement {
  const [state, setState] = useState<LinkState>(engine?.state ?? { link: 'refused', trouble: null, recovering: null, profile: null, profiles: [] })
  const [kept, keep] = useReducer(keptAfter, nothingKept)
  const [language, setLanguage] = useState<Language>(() => languageOf(navigator.language))
  const isDark = useSyncExternalStore(watchDark, () => prefersDark.matches)
  useEffect(() => {
    if (engine === null) return undefined
    const take = (next: LinkState): void => {
      setState(next)
      keep(next)
    }
    take(engine.state)
    return engine.watch(take)
  }, [engine])
  const words = useMemo(() => wordsOf(language), [language])
  const hasWindow = kept.window !== null
  useEffect(() => {
    if (!hasWindow) document.documentElement.dataset['colorScheme'] = isDark ? 'dark' : 'light'
  }, [isDark, hasWindow])
  const away = engine === null || state.link !== 'ready'
  return (
    <>
      {engine !== null && kept.window !== null && (
        <EngineContext value={engine}>
          <Behind away={away}><Profile key={kept.window} back={kept.back} onSeen={() => { keep('seen') }} onLanguage={setLanguage} /></Behind>
        </EngineContext>
      )}
      {away && <WordsContext value={words}><div className={hasWindow ? 'in-front' : 'blank'}><Away state={state} engine={engine} /></div></WordsContext>}
    </>
  )
}
