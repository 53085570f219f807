import { type ReactElement, useCallback, useEffect, useRef, useState } from 'react'
import type { SafeLetterView } from '../../preload/contract/index.ts'
import { markedRanges } from '../search/marks.ts'
import { useWords } from '../texts/words.ts'
import { FindBar } from './FindBar.tsx'
import { giveFont, letterDocument, unhide } from './letter-document.ts'
import { LinkStatus } from './LinkStatus.tsx'
import { findPattern, rangesOf } from './find.ts'
import { setLetter } from './trusted.ts'

/** A frame grows with its letter, but never without end: a letter could ask to be taller than the frame it is in. */
const maxHeight = 30_000
const measuresALoad = 3

/** Every key but those that move inside the letter goes to the window, which knows what it means. */
function passKey(event: KeyboardEvent): void {
  const { key, code, ctrlKey, shiftKey, altKey, metaKey } = event
  if (['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', ' ', 'Tab'].includes(key)) return
  if ((ctrlKey || metaKey) && ['c', 'a', 'C', 'A'].includes(key)) return
  event.preventDefault()
  document.dispatchEvent(new KeyboardEvent('keydown', { key, code, ctrlKey, shiftKey, altKey, metaKey, bubbles: true, cancelable: true }))
}

/** Tables wider than the letter scroll by themselves and can be reached with the keyboard. */
function wrapWideTables(inside: Document, name: string): void {
  for (const table of inside.querySelectorAll('table')) {
    if (table.parentElement?.closest('table, .mb-scroll') != null || table.scrollWidth <= inside.body.clientWidth) continue
    const region = inside.createElement('div')
    region.className = 'mb-scroll'
    region.tabIndex = 0
    region.setAttribute('role', 'region')
    region.setAttribute('aria-label', name)
    table.replaceWith(region)
    region.append(table)
  }
}

/** A language as HTML names it; letters of the old Altinn say all sorts of things (altinn3.md 2.4). */
const languageTag = (language: string | null): string | null => (language !== null && /^[a-z]{2}$/i.test(language) ? (language.toLowerCase() === 'no' ? 'nb' : language.toLowerCase()) : null)

type Highlights = Window & { readonly CSS: { readonly highlights: Map<string, unknown> }; readonly Highlight: new (...ranges: readonly Range[]) => unknown }

export interface LetterFrameProps {
  readonly letter: SafeLetterView
  readonly title: string
  /** light or dark, so that the letter is drawn anew when it changes. */
  readonly scheme: string
  /** Words and "phrases" of the search, to be marked (search/marks.ts). */
  readonly search: string
  /** The letter's own language; left out: the window's. */
  readonly language?: string | null
  readonly onLink: (link: number) => void
  readonly onHits: (ranges: readonly Range[]) => void
  readonly onReady: () => void
}

/**
 * A letter in a frame that can run nothing and fetch nothing (security.md 4). The window measures it, listens to it and
 * marks in it; links are spans with numbers, so no click can lead anywhere by itself.
 */
export function LetterFrame({ letter, title, scheme, search, language = null, onLink, onHits, onReady }: LetterFrameProps): ReactElement {
  const words = useWords()
  const frame = useRef<HTMLIFrameElement>(null)
  const [height, setHeight] = useState(200)
  const [visible, setVisible] = useState(false)
  const measures = useRef(0)
  const html = useRef('')
  const [find, setFind] = useState<string | null>(null)
  const [found, setFound] = useState<readonly Range[]>([])
  const [foundAt, setFoundAt] = useState(0)
  const findInput = useRef<HTMLInputElement>(null)
  const [link, setLink] = useState<number | null>(null)

  const measure = useCallback(() => {
    const inside = frame.current?.contentDocument
    if (inside?.body == null || measures.current >= measuresALoad) return
    measures.current += 1
    const wanted = Math.ceil(inside.body.getBoundingClientRect().height) + 2
    // What is longer than the frame may grow scrolls inside it.
    inside.documentElement.style.overflowY = wanted > maxHeight ? 'auto' : 'hidden'
    setHeight(Math.min(maxHeight, wanted))
  }, [])

  const mark = useCallback(() => {
    const view = frame.current?.contentWindow as Highlights | null | undefined
    const inside = frame.current?.contentDocument
    if (view == null || inside?.body == null) return
    const ranges = markedRanges(inside, search)
    view.CSS.highlights.delete('hit')
    if (ranges.length > 0) view.CSS.highlights.set('hit', new view.Highlight(...ranges))
    onHits(ranges)
  }, [search, onHits])

  /** Marks what is looked for, and the place that is looked at apart from the others. */
  const showFound = useCallback((ranges: readonly Range[], at: number, scrolls: boolean) => {
    const view = frame.current?.contentWindow as Highlights | null | undefined
    if (view == null) return
    for (const name of ['found', 'found-now']) view.CSS.highlights.delete(name)
    const now = ranges[at]
    setFound(ranges)
    setFoundAt(at)
    if (now === undefined) return
    view.CSS.highlights.set('found', new view.Highlight(...ranges))
    view.CSS.highlights.set('found-now', new view.Highlight(now))
    if (scrolls) now.startContainer.parentElement?.scrollIntoView({ block: 'center' })
  }, [])
  const look = useCallback((text: string) => {
    setFind(text)
    const inside = frame.current?.contentDocument
    showFound(inside?.body == null ? [] : rangesOf(inside, findPattern(text)), 0, true)
  }, [showFound])
  const endFind = useCallback(() => {
    setFind(null)
    showFound([], 0, false)
    frame.current?.focus()
  }, [showFound])
  const step = (by: 1 | -1): void => { if (found.length > 0) showFound(found, (foundAt + by + found.length) % found.length, true) }
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 'f' || document.querySelector('dialog[open]') !== null) return
      event.preventDefault()
      // What is selected in the letter is what one looks for.
      const chosen = frame.current?.contentDocument?.getSelection()?.toString().trim().split('\n')[0] ?? ''
      look(chosen !== '' && chosen.length <= 100 ? chosen : (findInput.current?.value ?? ''))
      requestAnimationFrame(() => { findInput.current?.select() })
    }
    document.addEventListener('keydown', press)
    return () => { document.removeEventListener('keydown', press) }
  }, [look])

  const loaded = useCallback(() => {
    const element = frame.current
    const inside = element?.contentDocument
    if (element == null || inside == null) return
    // A document that is not the one we put there is put right again.
    if (element.contentWindow?.location.href !== 'about:srcdoc') {
      setLetter(element, html.current)
      return
    }
    unhide(inside)
    const linkOf = (target: EventTarget | null): number | null => {
      const link = (target as Element | null)?.closest('[data-l]')?.getAttribute('data-l')
      return link == null ? null : Number(link)
    }
    const press = (event: Event): void => {
      const link = linkOf(event.target)
      event.preventDefault()
      if (link !== null && event.type === 'click') onLink(link)
    }
    inside.addEventListener('click', press)
    inside.addEventListener('auxclick', press)
    inside.addEventListener('contextmenu', (event) => { if (linkOf(event.target) !== null) event.preventDefault() })
    for (const name of ['dragover', 'drop', 'submit'] as const) inside.addEventListener(name, (event) => { event.preventDefault() })
    inside.addEventListener('dragstart', (event) => { event.preventDefault() })
    inside.addEventListener('keydown', (event) => {
      const link = linkOf(event.target)
      if (link !== null && (event.key === 'Enter' || event.key === ' ')) {
        event.preventDefault()
        onLink(link)
      } else passKey(event)
    })
    for (const name of ['mouseover', 'focusin'] as const) inside.addEventListener(name, (event) => { setLink(linkOf(event.target)) })
    for (const name of ['mouseleave', 'focusout'] as const) inside.addEventListener(name, () => { setLink(null) })
    inside.documentElement.addEventListener('mouseleave', () => { setLink(null) })
    for (const span of inside.querySelectorAll('[data-l]')) {
      const one = letter.links[Number(span.getAttribute('data-l'))]
      if (one !== undefined) span.setAttribute('aria-description', one.textDisagrees || one.mixedLetters ? `${words.t('link.beware')} ${one.address}` : one.address)
    }
    wrapWideTables(inside, words.t('letter.table'))
    setFind(null)
    setFound([])
    measures.current = 0
    measure()
    mark()
    setVisible(true)
    onReady()
    giveFont(element).then(measure, () => undefined)
  }, [letter, mark, measure, onLink, onReady, words])

  useEffect(() => {
    // Read here and not while drawing: by now the window's colours are those of the scheme.
    html.current = letterDocument(letter.html, { white: letter.ownColours, language: languageTag(language) ?? words.language, scheme })
    if (frame.current !== null) setLetter(frame.current, html.current)
  }, [letter, language, words.language, scheme])
  useEffect(mark, [mark])

  // The width decides how lines break; each width is measured at most three times.
  useEffect(() => {
    const element = frame.current
    if (element === null) return undefined
    let width = element.clientWidth
    const observer = new ResizeObserver(() => {
      if (element.clientWidth === width) return
      width = element.clientWidth
      measures.current = 0
      measure()
    })
    observer.observe(element)
    return () => { observer.disconnect() }
  }, [measure])

  const shownLink = link === null ? null : (letter.links[link] ?? null)
  return (
    <>
    {find !== null && <FindBar input={findInput} text={find} at={foundAt} count={found.length} onText={look} onStep={step} onClose={endFind} />}
    <iframe
      ref={frame} className="letter-frame" title={title} sandbox="allow-same-origin allow-modals" data-white={letter.ownColours} onLoad={loaded}
      style={{ height: `${String(height)}px`, visibility: visible ? 'visible' : 'hidden' }}
    />
    {shownLink !== null && <LinkStatus link={shownLink} />}
    </>
  )
}
