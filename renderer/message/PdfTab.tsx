import { ChevronDownIcon, ChevronUpIcon, DownloadIcon, FileSearchIcon, MinusIcon, PlusIcon } from '@navikt/aksel-icons'
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react'
import { useEngine } from '../engine/hooks.ts'
import { type FromPdf, isFromPdf, type ToPdf } from '../pdf/protocol.ts'
import { useWords } from '../texts/words.ts'

interface PdfState {
  readonly pages: number
  readonly page: number
  readonly percent: number
  readonly found: { readonly at: number; readonly count: number } | null
  readonly failed: 'password' | 'damaged' | null
}

const empty: PdfState = { pages: 0, page: 1, percent: 100, found: null, failed: null }

function next(state: PdfState, message: FromPdf): PdfState {
  switch (message.kind) {
    case 'opened':
      return { ...state, pages: message.pages }
    case 'page':
      return { ...state, page: message.page }
    case 'zoom':
      return { ...state, percent: message.percent }
    case 'found':
      return { ...state, found: { at: message.at, count: message.count } }
    case 'failed':
      return { ...state, failed: message.reason }
    case 'ready':
    case 'key':
      return state
  }
}

/** A PDF in an origin of its own; the window hands over the bytes and keeps the buttons (security.md 9). */
export function PdfTab({ name, page, search, note, pieces, bytes, scheme, onOpened, onSave }: {
  readonly name: string
  /** Where to begin, and the word that is looked for there. */
  readonly page: number | null
  readonly search: string
  /** What is to be said of its text, or null. */
  readonly note: ReactNode
  readonly pieces: readonly Uint8Array<ArrayBuffer>[]
  readonly bytes: number
  readonly scheme: 'light' | 'dark'
  readonly onOpened: () => void
  readonly onSave: () => void
}): ReactElement {
  const { t, number, language } = useWords()
  const origin = useEngine().pdfOrigin
  const frame = useRef<HTMLIFrameElement>(null)
  const [state, setState] = useState(empty)
  const [find, setFind] = useState<string | null>(search === '' ? null : search)
  const begun = useRef(false)
  const post = (message: ToPdf, transfer: Transferable[] = []): void => { frame.current?.contentWindow?.postMessage(message, origin, transfer) }

  useEffect(() => {
    const listen = (event: MessageEvent<unknown>): void => {
      const inside = frame.current?.contentWindow
      if (event.source !== inside || event.origin !== origin || !isFromPdf(event.data)) return
      const message = event.data
      if (message.kind === 'ready') {
        const send = (one: ToPdf, transfer: Transferable[] = []): void => { inside?.postMessage(one, origin, transfer) }
        send({ kind: 'begin', bytes, scheme, language })
        // Copies go over: the window keeps its own in case the page is loaded anew.
        for (const piece of pieces) {
          const data = piece.slice().buffer
          send({ kind: 'piece', data }, [data])
        }
      } else if (message.kind === 'key') document.dispatchEvent(new KeyboardEvent('keydown', { key: message.key, ctrlKey: message.ctrlKey, shiftKey: message.shiftKey, bubbles: true, cancelable: true }))
      else {
        if (message.kind === 'opened') onOpened()
        // The first zoom says that the pages are laid out; a search begins at the page that is in sight.
        if (message.kind === 'zoom' && !begun.current) {
          begun.current = true
          if (page !== null) inside?.postMessage({ kind: 'go', page } satisfies ToPdf, origin)
          if (search !== '') inside?.postMessage({ kind: 'find', text: search, again: null } satisfies ToPdf, origin)
        }
        setState((before) => next(before, message))
      }
    }
    window.addEventListener('message', listen)
    return () => { window.removeEventListener('message', listen) }
  }, [bytes, language, onOpened, origin, page, pieces, scheme, search])

  if (state.failed !== null) return <p className="tab-message" role="alert">{t(`pdf.${state.failed}`)}</p>
  return (
    <div className="pdf-tab">
      <div className="pdf-bar" role="toolbar" aria-label={t('pdf.toolbar')}>
        <button type="button" className="icon-button" aria-label={t('pdf.previous')} title={t('pdf.previous')} disabled={state.page <= 1} onClick={() => { post({ kind: 'go', page: state.page - 1 }) }}><ChevronUpIcon aria-hidden /></button>
        <button type="button" className="icon-button" aria-label={t('pdf.next')} title={t('pdf.next')} disabled={state.page >= state.pages} onClick={() => { post({ kind: 'go', page: state.page + 1 }) }}><ChevronDownIcon aria-hidden /></button>
        <label className="pdf-page">{t('pdf.page')} <input inputMode="numeric" autoComplete="off" value={state.page} onChange={(event) => { const page = Number(event.target.value); if (Number.isSafeInteger(page) && page > 0) post({ kind: 'go', page }) }} /></label>
        <span>{t('pdf.of', { count: number(state.pages) })}</span>
        {note}
        <span className="bar-space" />
        <button type="button" className="icon-button" aria-label={t('pdf.smaller')} title={t('pdf.smaller')} onClick={() => { post({ kind: 'zoom', to: 'out' }) }}><MinusIcon aria-hidden /></button>
        <button type="button" className="text-button" title={t('pdf.width')} onClick={() => { post({ kind: 'zoom', to: 'width' }) }}>{state.percent} %</button>
        <button type="button" className="icon-button" aria-label={t('pdf.larger')} title={t('pdf.larger')} onClick={() => { post({ kind: 'zoom', to: 'in' }) }}><PlusIcon aria-hidden /></button>
        <button type="button" className="tool" aria-expanded={find !== null} onClick={() => { setFind(find === null ? '' : null) }}><FileSearchIcon aria-hidden /><span className="tool-text">{t('pdf.find')}</span></button>
        <button type="button" className="tool" onClick={onSave}><DownloadIcon aria-hidden /><span className="tool-text">{t('do.save')}</span></button>
      </div>
      {find !== null && (
        <form className="pdf-find" onSubmit={(event) => { event.preventDefault(); post({ kind: 'find', text: find, again: 'next' }) }}>
          <input autoFocus={search === ''} autoComplete="off" spellCheck={false} maxLength={200} aria-label={t('pdf.find')} placeholder={t('pdf.find')} value={find} onChange={(event) => { setFind(event.target.value); post({ kind: 'find', text: event.target.value, again: null }) }} />
          <span role="status">{find === '' || state.found === null ? '' : t('pdf.found', { at: number(state.found.at), count: number(state.found.count) })}</span>
          <button type="button" className="icon-button" aria-label={t('hits.previous')} onClick={() => { post({ kind: 'find', text: find, again: 'previous' }) }}><ChevronUpIcon aria-hidden /></button>
          <button type="submit" className="icon-button" aria-label={t('hits.next')}><ChevronDownIcon aria-hidden /></button>
        </form>
      )}
      <iframe ref={frame} className="pdf-frame" title={name} src={`${origin}/`} />
    </div>
  )
}
