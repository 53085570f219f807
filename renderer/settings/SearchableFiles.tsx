import type { ReactElement } from 'react'
import { useAsk } from '../engine/hooks.ts'
import { useWords } from '../texts/words.ts'

/** How many attachments are found by their words, and which are not; nothing while there are none. */
export function SearchableFiles(): ReactElement | null {
  const { t, number } = useWords()
  const texts = useAsk('texts.state', {}, ['texts.changed', 'sync.finished']).value
  if (texts === null || texts.files === 0) return null
  return (
    <section>
      <h2>{t('texts.heading')}</h2>
      <p>{texts.waiting > 0 ? t('texts.reading', { done: number(texts.files - texts.waiting), total: number(texts.files) }) : t('texts.all')}</p>
      {texts.none > 0 && <p className="quiet">{t('texts.scanned', { count: texts.none, number: number(texts.none) })}</p>}
      {texts.unreadable > 0 && <p className="quiet">{t('texts.unreadable', { count: texts.unreadable, number: number(texts.unreadable) })}</p>}
    </section>
  )
}
