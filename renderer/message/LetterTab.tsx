import { ChevronDownIcon, ChevronUpIcon } from '@navikt/aksel-icons'
import { type ReactElement, useCallback, useState } from 'react'
import { isFormText, type MessageView, type Place, type SafeLetterView } from '../../preload/contract/index.ts'
import type { Asked } from '../engine/hooks.ts'
import { errorText, useWords } from '../texts/words.ts'
import { FormTab } from './FormTab.tsx'
import { LetterFrame } from './LetterFrame.tsx'
import { Replies } from './Replies.tsx'

interface LetterTabProps {
  readonly message: MessageView
  readonly letter: Asked<SafeLetterView>
  readonly scheme: 'light' | 'dark'
  /** Words of the search, to be marked. */
  readonly search: string
  readonly onLink: (link: number) => void
  readonly onReady: () => void
  readonly onPlace: (place: Place) => void
}

/** The panel of the letter itself: what was found in it, its text, what was left out, and how to reply. */
export function LetterTab({ message, letter, scheme, search, onLink, onReady, onPlace }: LetterTabProps): ReactElement {
  const { t } = useWords()
  // The text may be a form of the Altinn II years; then it is shown as one.
  const isForm = message.body !== null && isFormText(message.body)
  const [hits, setHits] = useState<readonly Range[]>([])
  const [hit, setHit] = useState(0)
  const onHits = useCallback((ranges: readonly Range[]) => {
    setHits(ranges)
    setHit(0)
  }, [])
  const showHit = (at: number): void => {
    const wanted = (at + hits.length) % hits.length
    setHit(wanted)
    hits[wanted]?.startContainer.parentElement?.scrollIntoView({ block: 'center' })
  }
  return (
    <>
      {search !== '' && hits.length > 0 && (
        <div className="hits-bar"><span role="status">{t('hits.at', { at: hit + 1, count: hits.length })}</span>
          <button type="button" className="icon-button" aria-label={t('hits.previous')} onClick={() => { showHit(hit - 1) }}><ChevronUpIcon aria-hidden /></button>
          <button type="button" className="icon-button" aria-label={t('hits.next')} onClick={() => { showHit(hit + 1) }}><ChevronDownIcon aria-hidden /></button>
        </div>
      )}
      <div className="letter">
        {isForm && <FormTab message={message} attachmentId={null} scheme={scheme} search={search} onHits={onHits} onShown={onReady} />}
        {!isForm && letter.error !== null && <p role="alert">{errorText(t, letter.error)}</p>}
        {!isForm && letter.value !== null && letter.value.problem !== null && <p className="notice" role="status">{t(`letter.problem.${letter.value.problem}`)}</p>}
        {!isForm && letter.value !== null && <LetterFrame letter={letter.value} title={t('letter.frame')} scheme={scheme} search={search} language={message.language} onLink={onLink} onHits={onHits} onReady={onReady} />}
        {!isForm && letter.value !== null && letter.value.leftOut.length > 0 && <p className="quiet left-out">{t('letter.left-out', { what: letter.value.leftOut.map((what) => t(`letter.left-out.${what}`)).join(', ') })}</p>}
        <div className="replies-inline"><Replies message={message} onPlace={onPlace} /></div>
      </div>
    </>
  )
}
