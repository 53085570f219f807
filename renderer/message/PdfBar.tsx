import { ChevronDownIcon, ChevronUpIcon, DownloadIcon, ExternalLinkIcon, FileSearchIcon, MinusIcon, PlusIcon, PrinterSmallIcon, RotateRightIcon, XMarkIcon } from '@navikt/aksel-icons'
import { type ReactElement, type ReactNode, useState } from 'react'
import type { ToPdf } from '../pdf/protocol.ts'
import { useWords } from '../texts/words.ts'
import type { PdfState } from './PdfTab.tsx'

const percents = [50, 75, 100, 125, 150, 200, 300, 400] as const

interface PdfBarProps {
  readonly state: PdfState
  /** What is to be said of its text, or null. */
  readonly note: ReactNode
  /** What is searched for; null while the field is away. */
  readonly find: string | null
  readonly onFind: (text: string | null) => void
  readonly post: (message: ToPdf) => void
  readonly onSave: () => void
  readonly onOpen: (() => void) | null
}

/** The page's number, which a person may write over. */
function PageField({ page, pages, onGo }: { readonly page: number; readonly pages: number; readonly onGo: (page: number) => void }): ReactElement {
  const { t } = useWords()
  const [draft, setDraft] = useState<string | null>(null)
  const leave = (): void => {
    const wanted = Number(draft)
    if (draft !== null && Number.isSafeInteger(wanted) && wanted > 0) onGo(Math.min(wanted, pages))
    setDraft(null)
  }
  return (
    <label className="pdf-page">
      {t('pdf.page')}{' '}
      <input
        inputMode="numeric" autoComplete="off" maxLength={6} value={draft ?? page} style={{ width: `${String(Math.max(2.25, String(pages).length * 0.625 + 1))}rem` }}
        onFocus={(event) => { event.target.select() }} onChange={(event) => { setDraft(event.target.value) }} onBlur={leave} onKeyDown={(event) => { if (event.key === 'Enter') leave() }}
      />
    </label>
  )
}

/** Buttons of a PDF: page, zoom, turn, search, print, save, open elsewhere. */
export function PdfBar({ state, note, find, onFind, post, onSave, onOpen }: PdfBarProps): ReactElement {
  const { t, number } = useWords()
  const off = state.pages === 0
  const icon = (text: string, run: () => void, drawing: ReactNode, disabled = off): ReactElement => <button type="button" className="icon-button" aria-label={text} title={text} disabled={disabled} onClick={run}>{drawing}</button>
  const zoomTo = (value: string): void => {
    if (value === 'width' || value === 'page') post({ kind: 'zoom', to: value })
    else if (value !== 'now') post({ kind: 'scale', percent: Number(value) })
  }
  return (
    <>
      <div className="pdf-bar" role="toolbar" aria-label={t('pdf.toolbar')}>
        {icon(t('pdf.previous'), () => { post({ kind: 'go', page: state.page - 1 }) }, <ChevronUpIcon aria-hidden />, off || state.page <= 1)}
        {icon(t('pdf.next'), () => { post({ kind: 'go', page: state.page + 1 }) }, <ChevronDownIcon aria-hidden />, off || state.page >= state.pages)}
        <PageField page={state.page} pages={state.pages} onGo={(page) => { post({ kind: 'go', page }) }} />
        <span className="pdf-of">{t('pdf.of', { count: number(state.pages) })}</span>
        {note}
        <span className="bar-space" />
        {icon(t('pdf.smaller'), () => { post({ kind: 'zoom', to: 'out' }) }, <MinusIcon aria-hidden />)}
        <select className="pdf-zoom" aria-label={t('pdf.zoom')} title={t('pdf.zoom')} disabled={off} value="now" onChange={(event) => { zoomTo(event.target.value) }}>
          <option value="now" hidden>{state.percent} %</option>
          <option value="width">{t('pdf.width')}</option>
          <option value="page">{t('pdf.whole')}</option>
          {percents.map((one) => <option key={one} value={one}>{one} %</option>)}
        </select>
        {icon(t('pdf.larger'), () => { post({ kind: 'zoom', to: 'in' }) }, <PlusIcon aria-hidden />)}
        {icon(t('pdf.rotate'), () => { post({ kind: 'rotate', by: 90 }) }, <RotateRightIcon aria-hidden />)}
        <span className="tool-line" aria-hidden />
        <button type="button" className="tool" aria-expanded={find !== null} disabled={off} title={t('pdf.find')} onClick={() => { onFind(find === null ? '' : null) }}><FileSearchIcon aria-hidden /><span className="tool-text">{t('pdf.find')}</span></button>
        {icon(t('pdf.print'), () => { post({ kind: 'print' }) }, <PrinterSmallIcon aria-hidden />, off || state.printing !== null)}
        {onOpen !== null && icon(t('file.open'), onOpen, <ExternalLinkIcon aria-hidden />, false)}
        <button type="button" className="tool" title={t('do.save')} onClick={onSave}><DownloadIcon aria-hidden /><span className="tool-text">{t('do.save')}</span></button>
      </div>
      {find !== null && (
        <form className="pdf-find" onSubmit={(event) => { event.preventDefault(); post({ kind: 'find', text: find, again: 'next' }) }}>
          <input
            autoFocus autoComplete="off" spellCheck={false} maxLength={200} aria-label={t('pdf.find')} placeholder={t('pdf.find')} value={find}
            onChange={(event) => { onFind(event.target.value); post({ kind: 'find', text: event.target.value, again: null }) }}
            onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); post({ kind: 'find', text: '', again: null }); onFind(null) } }}
          />
          <span role="status">{find === '' || state.found === null ? '' : t('pdf.found', { at: number(state.found.at), count: number(state.found.count) })}</span>
          <button type="button" className="icon-button" aria-label={t('hits.previous')} onClick={() => { post({ kind: 'find', text: find, again: 'previous' }) }}><ChevronUpIcon aria-hidden /></button>
          <button type="submit" className="icon-button" aria-label={t('hits.next')}><ChevronDownIcon aria-hidden /></button>
          <button type="button" className="icon-button" aria-label={t('do.close')} onClick={() => { post({ kind: 'find', text: '', again: null }); onFind(null) }}><XMarkIcon aria-hidden /></button>
        </form>
      )}
    </>
  )
}
