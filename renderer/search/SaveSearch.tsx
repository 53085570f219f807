import { StarFillIcon, StarIcon } from '@navikt/aksel-icons'
import { type ReactElement, useState } from 'react'
import type { EngineError } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { usePlace } from '../app/state.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { errorText, useWords } from '../texts/words.ts'
import { asLine } from './chips.ts'

/** Saves the search that is shown, with its filters, or takes it away again. */
export function SaveSearch(): ReactElement | null {
  const { t } = useWords()
  const engine = useEngine()
  const { profile } = useShared()
  const [place] = usePlace()
  const [refused, setRefused] = useState<{ readonly line: string; readonly error: EngineError } | null>(null)
  const canSave = profile?.readOnly === false
  const { value } = useAsk('searches.saved', canSave ? {} : null, ['searches.changed'])
  const line = asLine(place)
  if (!canSave || line === '' || value === null) return null
  const isSaved = value.saved.includes(line)
  const save = async (): Promise<void> => {
    const result = await engine.call('searches.save', { text: line, saved: !isSaved })
    setRefused(result.ok ? null : { line, error: result.error })
  }
  return (
    <>
      <button type="button" className="tool" aria-pressed={isSaved} onClick={() => void save()}>{isSaved ? <StarFillIcon aria-hidden /> : <StarIcon aria-hidden />}<span className="tool-text">{t(isSaved ? 'search.saved' : 'search.save')}</span></button>
      {refused?.line === line && <span role="alert" className="error-text">{errorText(t, refused.error)}</span>}
    </>
  )
}
