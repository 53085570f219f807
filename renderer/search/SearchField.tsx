import { ClockDashedIcon, MagnifyingGlassIcon, StarIcon, XMarkIcon } from '@navikt/aksel-icons'
import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from 'react'
import { useShared } from '../app/shared.ts'
import { isSearch, usePlace } from '../app/state.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { shown, useWords } from '../texts/words.ts'
import { asLine } from './chips.ts'

/** Waits until the typing pauses, so that each letter is no question of its own. */
const typingMs = 120

/** The searches that are remembered, asked for when the field is entered; a search counts once a person went on from it. */
function useRecent(): { readonly searches: readonly string[]; readonly ask: () => void; readonly keep: (text: string) => void; readonly forget: (text: string | null) => void } {
  const engine = useEngine()
  const [{ open, ...place }] = usePlace()
  const { settings, profile } = useShared()
  const [searches, setSearches] = useState<readonly string[]>([])
  const isOn = settings.keepSearches && profile?.readOnly === false
  const show = (answer: { readonly ok: boolean; readonly value?: { readonly searches: readonly string[] } }): void => { if (answer.value !== undefined) setSearches(answer.value.searches) }
  const keep = (text: string): void => { if (isOn && text !== '') void engine.call('searches.keep', { text }).then(show) }
  const line = asLine(place)
  const latest = useRef({ keep, line })
  useEffect(() => { latest.current = { keep, line } })
  useEffect(() => {
    if (open !== null) latest.current.keep(latest.current.line)
  }, [open])
  return {
    searches: isOn ? searches : [],
    ask: () => { if (isOn) void engine.call('searches.list', {}).then(show) },
    keep,
    forget: (text) => { void engine.call('searches.forget', { text }).then(show) },
  }
}

/** A search that the empty field offers. */
interface Offer {
  readonly text: string
  readonly kind: 'saved' | 'recent'
}

/** The search over everything, as you type; empty, it offers the searches that were saved and those of before (combobox pattern). */
export function SearchField(): ReactElement {
  const { t } = useWords()
  const [place, go] = usePlace()
  const { search } = place
  const [typed, setTyped] = useState(search)
  const [known, setKnown] = useState(search)
  const [focused, setFocused] = useState(false)
  const [at, setAt] = useState(-1)
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const engine = useEngine()
  const { profile } = useShared()
  const { searches, ask, keep, forget } = useRecent()
  const saved = useAsk('searches.saved', profile?.readOnly === false ? {} : null, ['searches.changed']).value?.saved ?? []
  const offers: readonly Offer[] = [...saved.map((text): Offer => ({ text, kind: 'saved' })), ...searches.filter((text) => !saved.includes(text)).map((text): Offer => ({ text, kind: 'recent' }))]
  const drop = ({ text, kind }: Offer): void => {
    if (kind === 'recent') forget(text)
    else void engine.call('searches.save', { text, saved: false })
  }
  // The field follows when the search is changed elsewhere.
  if (known !== search) {
    setKnown(search)
    setTyped(search)
  }
  useEffect(() => () => { if (timer.current !== null) clearTimeout(timer.current) }, [])
  const stop = (): void => { if (timer.current !== null) clearTimeout(timer.current) }
  const change = (text: string): void => {
    setTyped(text)
    setAt(-1)
    stop()
    timer.current = setTimeout(() => {
      setKnown(text.trim())
      go({ to: 'search', text: text.trim() })
    }, typingMs)
  }
  const set = (text: string): void => {
    stop()
    setTyped(text)
    setKnown(text)
    setAt(-1)
    go({ to: 'search', text, filters: [] })
  }
  const isOpen = focused && typed === '' && offers.length > 0
  const chosen = isOpen ? offers[at] : undefined
  const press = (event: KeyboardEvent): void => {
    const handle = (work: () => void): void => {
      event.preventDefault()
      event.stopPropagation()
      work()
    }
    if (isOpen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) handle(() => { setAt(at < 0 && event.key === 'ArrowUp' ? offers.length - 1 : (at + (event.key === 'ArrowDown' ? 1 : -1) + offers.length) % offers.length) })
    else if (chosen !== undefined && event.key === 'Enter') handle(() => { set(chosen.text) })
    else if (chosen !== undefined && event.key === 'Delete') handle(() => { drop(chosen); setAt(Math.min(at, offers.length - 2)) })
    else if (isOpen && event.key === 'Escape') handle(() => { setFocused(false) })
    else if (event.key === 'Enter') keep(asLine({ ...place, search: typed.trim() }))
  }
  return (
    <search className="search" onBlur={(event) => { if (!event.currentTarget.contains(event.relatedTarget)) { setFocused(false); setAt(-1) } }}>
      <MagnifyingGlassIcon aria-hidden />
      <input
        id="search" type="search" role="combobox" autoComplete="off" spellCheck={false} maxLength={300} aria-label={t('top.search')} placeholder={t('top.search')} value={typed}
        aria-expanded={isOpen} aria-controls="search-recent" aria-autocomplete="none" aria-activedescendant={chosen === undefined ? undefined : `search-recent-${String(at)}`} aria-describedby={isSearch(place) ? 'search-notes' : undefined}
        onFocus={() => { setFocused(true); ask() }} onClick={() => { setFocused(true) }} onChange={(event) => { change(event.target.value) }} onKeyDown={press}
      />
      {typed === '' && !isSearch(place) ? <kbd aria-hidden>/</kbd> : <button type="button" className="icon-button" aria-label={t('top.clear')} title={t('top.clear')} onClick={() => { set(''); document.getElementById('search')?.focus() }}><XMarkIcon aria-hidden /></button>}
      <div className="recent" hidden={!isOpen}>
        {/* A press of the mouse must not take the focus from the field before it is a click. */}
        <div id="search-recent" role="listbox" aria-label={t('search.list')} className="recent-list" onMouseDown={(event) => { event.preventDefault() }}>
          {(['saved', 'recent'] as const).filter((kind) => offers.some((one) => one.kind === kind)).map((kind) => (
            <div key={kind} role="group" aria-labelledby={`search-${kind}-head`}>
              <p className="recent-head" id={`search-${kind}-head`}>{t(kind === 'saved' ? 'search.saved.list' : 'search.recent')}</p>
              {offers.map((one, n) => one.kind === kind && (
                <div key={one.text} id={`search-recent-${String(n)}`} role="option" aria-selected={n === at} className="recent-option" onClick={() => { set(one.text) }}>
                  {kind === 'saved' ? <StarIcon aria-hidden /> : <ClockDashedIcon aria-hidden />}<bdi>{shown(one.text)}</bdi>
                  <span aria-hidden className="recent-drop" onClick={(event) => { event.stopPropagation(); drop(one) }}><XMarkIcon /></span>
                </div>
              ))}
            </div>
          ))}
        </div>
        <p className="recent-foot"><span>{t('search.recent.keys')}</span>{searches.length > 0 && <button type="button" className="text-link" onClick={() => { forget(null); document.getElementById('search')?.focus() }}>{t('search.recent.forget')}</button>}</p>
        <p className="recent-foot">{t('search.fields')}</p>
      </div>
    </search>
  )
}
