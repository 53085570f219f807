import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react'
import { useEngine } from '../engine/hooks.ts'
import { type FromPdf, isFromPdf, type ToPdf } from '../pdf/protocol.ts'
import { useWords } from '../texts/words.ts'
import { type PdfFrame, preparePdfFrame, takePdfFrame } from './pdf-frames.ts'
import { PdfBar } from './PdfBar.tsx'
import { PdfPassword } from './PdfPassword.tsx'

export interface PdfState {
  readonly pages: number
  readonly page: number
  readonly percent: number
  readonly found: { readonly at: number; readonly count: number } | null
  readonly failed: boolean
  readonly password: 'needed' | 'wrong' | null
  readonly printing: { readonly done: number; readonly total: number } | null
  readonly printProblem: 'too-many' | 'failed' | null
  readonly drawn: boolean
}

/** From a first page to the time when the next one is made ready, ms: text and marks are drawn meanwhile. */
const restMs = 100

const empty: PdfState = { pages: 0, page: 1, percent: 100, found: null, failed: false, password: null, printing: null, printProblem: null, drawn: false }

function next(state: PdfState, message: FromPdf): PdfState {
  switch (message.kind) {
    case 'opened':
      return { ...state, pages: message.pages, password: null }
    case 'drawn':
      return { ...state, drawn: true }
    case 'page':
      return { ...state, page: message.page }
    case 'zoom':
      return { ...state, percent: message.percent }
    case 'found':
      return { ...state, found: { at: message.at, count: message.count } }
    case 'password':
      return { ...state, password: message.why }
    case 'printing':
      return { ...state, printing: { done: message.done, total: message.total }, printProblem: null }
    case 'printed':
      return { ...state, printing: null, printProblem: message.problem }
    case 'failed':
      return { ...state, failed: true, password: null }
    case 'ready':
    case 'key':
      return state
  }
}

interface PdfTabProps {
  readonly name: string
  /** What is to be said of its text, or null. */
  readonly note: ReactNode
  readonly pieces: readonly Uint8Array<ArrayBuffer>[]
  readonly bytes: number
  readonly scheme: 'light' | 'dark'
  /** The page to begin at; null: the first. */
  readonly page: number | null
  /** Words to find and mark from the beginning. */
  readonly search: string
  readonly onOpened: (pages: number) => void
  readonly onSave: () => void
  /** null where no other program may be given it. */
  readonly onOpen: (() => void) | null
}

/** A PDF in an origin of its own; the window hands over the bytes and keeps the buttons (security.md 9). */
export function PdfTab({ name, pieces, bytes, scheme, page, search, note, onOpened, onSave, onOpen }: PdfTabProps): ReactElement {
  const { t, number, language } = useWords()
  const origin = useEngine().pdfOrigin
  const place = useRef<HTMLDivElement>(null)
  const frame = useRef<PdfFrame | null>(null)
  const [state, setState] = useState(empty)
  const [find, setFind] = useState<string | null>(search === '' ? null : search)
  const begin = useRef({ scheme, language, page, search })
  const post = (message: ToPdf): void => { frame.current?.element.contentWindow?.postMessage(message, origin) }

  useEffect(() => {
    if (place.current === null) return undefined
    const taken = takePdfFrame(origin, place.current)
    frame.current = taken
    const { element } = taken
    element.title = name
    const send = (one: ToPdf, transfer: Transferable[] = []): void => { element.contentWindow?.postMessage(one, origin, transfer) }
    const hand = (): void => {
      send({ kind: 'begin', bytes, ...begin.current, search: begin.current.search.slice(0, 200) })
      // Copies go over: the window keeps its own in case the page is loaded anew.
      for (const piece of pieces) {
        const data = piece.slice().buffer
        send({ kind: 'piece', data }, [data])
      }
    }
    const listen = (event: MessageEvent<unknown>): void => {
      if (event.source !== element.contentWindow || event.origin !== origin || !isFromPdf(event.data)) return
      const message = event.data
      if (message.kind === 'ready') hand()
      else if (message.kind === 'key') {
        if (message.ctrlKey && message.key.toLowerCase() === 'f') setFind((before) => before ?? '')
        else document.dispatchEvent(new KeyboardEvent('keydown', { key: message.key, ctrlKey: message.ctrlKey, shiftKey: message.shiftKey, bubbles: true, cancelable: true }))
      } else {
        if (message.kind === 'opened') onOpened(message.pages)
        setState((before) => next(before, message))
      }
    }
    window.addEventListener('message', listen)
    if (taken.ready) hand()
    return () => {
      window.removeEventListener('message', listen)
      element.remove()
      frame.current = null
    }
  }, [bytes, name, onOpened, origin, pieces])

  useEffect(() => { frame.current?.element.contentWindow?.postMessage({ kind: 'scheme', scheme } satisfies ToPdf, origin) }, [origin, scheme])

  // Who has looked at one PDF often looks at the next.
  const { drawn } = state
  useEffect(() => {
    if (!drawn) return undefined
    const timer = setTimeout(() => { preparePdfFrame(origin) }, restMs)
    return () => { clearTimeout(timer) }
  }, [drawn, origin])

  // Ctrl+P and Ctrl+F mean the document that is shown, not the window around it.
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const key = event.ctrlKey || event.metaKey ? event.key.toLowerCase() : ''
      if ((key !== 'p' && key !== 'f') || document.querySelector('dialog[open]') !== null) return
      event.preventDefault()
      event.stopImmediatePropagation()
      if (key === 'f') setFind((before) => before ?? '')
      else frame.current?.element.contentWindow?.postMessage({ kind: 'print' } satisfies ToPdf, origin)
    }
    document.addEventListener('keydown', press, true)
    return () => { document.removeEventListener('keydown', press, true) }
  }, [origin])

  const stands = state.failed ? 'failed' : state.password !== null ? 'locked' : 'open'
  return (
    <div className="pdf-tab">
      {stands === 'failed' && (
        <div className="tab-message" role="alert">
          <h3>{t('pdf.broken')}</h3>
          <p>{t('pdf.broken.more')}</p>
          <div className="buttons">
            <Button variant="secondary" onClick={onSave}>{t('do.save')}</Button>
            {onOpen !== null && <Button variant="secondary" onClick={onOpen}>{t('file.open')}</Button>}
          </div>
        </div>
      )}
      {stands === 'locked' && <PdfPassword wrong={state.password === 'wrong'} onSave={onSave} onPassword={(text) => { post({ kind: 'password', text }) }} />}
      {stands === 'open' && <PdfBar state={state} note={note} find={find} onFind={setFind} post={post} onSave={onSave} onOpen={onOpen} />}
      {state.printing !== null && (
        <p className="pdf-note" role="status">
          <span>{t('pdf.printing', { at: number(state.printing.done), count: number(state.printing.total) })}</span>
          <button type="button" className="text-link" onClick={() => { post({ kind: 'stop-printing' }) }}>{t('do.stop')}</button>
        </p>
      )}
      {state.printProblem !== null && <p className="pdf-note" role="alert">{t(`pdf.print.${state.printProblem}`)}</p>}
      <div className="pdf-place" ref={place} hidden={stands !== 'open'} data-drawn={state.drawn} />
    </div>
  )
}
