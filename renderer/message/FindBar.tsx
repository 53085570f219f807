import { ChevronDownIcon, ChevronUpIcon, XMarkIcon } from '@navikt/aksel-icons'
import { type ReactElement, type RefObject } from 'react'
import { useWords } from '../texts/words.ts'

interface FindBarProps {
  readonly input: RefObject<HTMLInputElement | null>
  readonly text: string
  readonly at: number
  readonly count: number
  readonly onText: (text: string) => void
  readonly onStep: (by: 1 | -1) => void
  readonly onClose: () => void
}

/** Finds words in the letter that is open: outside of its frame, which is the sender's. */
export function FindBar({ input, text, at, count, onText, onStep, onClose }: FindBarProps): ReactElement {
  const { t } = useWords()
  return (
    <div
      className="find-bar" role="search" aria-label={t('find.label')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        event.stopPropagation()
        onClose()
      }}
    >
      <input
        ref={input} type="search" className="find-input" aria-label={t('find.label')} placeholder={t('find.label')} autoComplete="off" spellCheck={false} value={text}
        onChange={(event) => { onText(event.target.value) }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          onStep(event.shiftKey ? -1 : 1)
        }}
      />
      <span role="status" className="find-count">{text.trim() === '' ? '' : count === 0 ? t('find.none') : t('find.at', { at: at + 1, count })}</span>
      <button type="button" className="icon-button" disabled={count === 0} aria-label={t('hits.previous')} title={`${t('hits.previous')} (Shift+Enter)`} onClick={() => { onStep(-1) }}><ChevronUpIcon aria-hidden /></button>
      <button type="button" className="icon-button" disabled={count === 0} aria-label={t('hits.next')} title={`${t('hits.next')} (Enter)`} onClick={() => { onStep(1) }}><ChevronDownIcon aria-hidden /></button>
      <button type="button" className="icon-button" aria-label={t('find.close')} title={`${t('find.close')} (Esc)`} onClick={onClose}><XMarkIcon aria-hidden /></button>
    </div>
  )
}
