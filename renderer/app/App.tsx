import { type ReactElement, useEffect, useLayoutEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { Button } from '@digdir/designsystemet-react'
import { defaultSettings } from '../../preload/contract/index.ts'
import { errorCode, startProblem } from '../../preload/contract/errors.ts'
import { languageOf } from '../../resources/locales/index.ts'
import type { EngineClient, LinkState } from '../engine/client.ts'
import { EngineContext, useAsk } from '../engine/hooks.ts'
import { useWords, WordsContext, wordsOf } from '../texts/words.ts'
import { Logo } from './Logo.tsx'
import { SharedContext } from './shared.ts'
import { Window } from './Window.tsx'

const prefersDark = window.matchMedia('(prefers-color-scheme: dark)')
const watchDark = (watcher: () => void): (() => void) => {
  prefersDark.addEventListener('change', watcher)
  return () => { prefersDark.removeEventListener('change', watcher) }
}
/** The clock moves the words "i dag" and "om 2 dager" along. */
const tickMs = 20_000

function Profile(): ReactElement {
  const profile = useAsk('profile.state', {}, ['sync.finished', 'sync.changed'])
  const state = useAsk('sync.state', {}, ['sync.changed', 'sync.finished'])
  const settings = useAsk('settings.get', {}, ['settings.changed'])
  const counts = useAsk('messages.counts', {}, ['messages.changed', 'receipts.changed', 'sync.finished'])
  const recipients = useAsk('recipients.list', {}, ['messages.changed', 'sync.finished', 'receipts.changed'])
  const isDark = useSyncExternalStore(watchDark, () => prefersDark.matches)
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => { setNow(Date.now()) }, tickMs)
    return () => { clearInterval(timer) }
  }, [])
  const chosen = settings.value ?? defaultSettings
  const language = chosen.language ?? languageOf(navigator.language)
  const words = useMemo(() => wordsOf(language), [language])
  const scheme = chosen.theme === 'system' ? (isDark ? 'dark' : 'light') : chosen.theme
  // Before anything that reads the colours: letters take them over.
  useLayoutEffect(() => {
    document.documentElement.lang = language
    document.documentElement.dataset['colorScheme'] = scheme
  }, [language, scheme])
  const [account = null] = state.value?.accounts ?? []
  const shared = useMemo(() => ({ profile: profile.value, account, settings: chosen, counts: counts.value, recipients: recipients.value?.rows ?? [], now }), [profile.value, account, chosen, counts.value, recipients.value, now])
  // Settings first: nothing is drawn in a language or a theme that is not the chosen one. Beside a writing process there are none.
  if (profile.value === null || (settings.value === null && !profile.value.readOnly)) return <div className="blank" />
  return <WordsContext value={words}><SharedContext value={shared}><Window scheme={scheme} /></SharedContext></WordsContext>
}

/** Where there is no engine to talk to: what happened and what to do. */
function Away({ state, engine }: { readonly state: LinkState; readonly engine: EngineClient | null }): ReactElement | null {
  const { t } = useWords()
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => { setLate(true) }, 400)
    return () => { clearTimeout(timer) }
  }, [])
  const { link, trouble } = state
  // Starting takes a moment; a flicker of words would say less than nothing.
  if (!late && link !== 'stopped' && link !== 'refused') return <div className="blank" />
  const code = errorCode.safeParse(trouble?.code)
  const start = startProblem.safeParse(trouble?.code)
  const why = start.success ? t(`error.${start.data}`, trouble?.values ?? {}) : trouble === null || trouble.code === 'engine-gone' ? '' : code.success ? t(`error.${code.data}`, { detail: trouble.values['detail'] ?? '', folder: trouble.values['folder'] ?? '' }) : t(`away.trouble.${trouble.code === 'needs-passphrase' ? 'passphrase' : trouble.code === 'no-profile' ? 'no-profile' : trouble.code === 'demo-start' ? 'demo' : trouble.code === 'keychain' ? 'keychain' : 'other'}`, { detail: trouble.values['detail'] ?? '', name: trouble.values['name'] ?? '' })
  return (
    <div className="away">
      <header className="top-bar"><span className="brand"><Logo /><span className="brand-name">Meldingsboks</span></span></header>
      <main role={link === 'stopped' || link === 'refused' ? 'alert' : 'status'}>
        <h1>{t(`away.${link === 'ready' ? 'starting' : link}`)}</h1>
        <p>{why !== '' ? why : t(`away.${link === 'ready' ? 'starting' : link}.more`)}</p>
        {link === 'stopped' && engine !== null && <Button variant="secondary" onClick={() => { engine.restart() }}>{t('do.try-again')}</Button>}
      </main>
    </div>
  )
}

export function App({ engine }: { readonly engine: EngineClient | null }): ReactElement {
  const [state, setState] = useState<LinkState>(engine?.state ?? { link: 'refused', trouble: null })
  const isDark = useSyncExternalStore(watchDark, () => prefersDark.matches)
  useEffect(() => engine?.watch(setState), [engine])
  const words = useMemo(() => wordsOf(languageOf(navigator.language)), [])
  useEffect(() => {
    if (state.link !== 'ready') document.documentElement.dataset['colorScheme'] = isDark ? 'dark' : 'light'
  }, [isDark, state.link])
  if (engine === null || state.link !== 'ready') return <WordsContext value={words}><Away state={state} engine={engine} /></WordsContext>
  return <EngineContext value={engine}><Profile /></EngineContext>
}
