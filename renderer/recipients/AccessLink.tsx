import { ExternalLinkIcon } from '@navikt/aksel-icons'
import { type ReactElement, useState } from 'react'
import type { EngineError } from '../../preload/contract/index.ts'
import { useEngine } from '../engine/hooks.ts'
import { errorText, useWords } from '../texts/words.ts'

/** Opens Altinn's page where access is given, in the person's own browser. */
export function AccessLink(): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const [error, setError] = useState<EngineError | null>(null)
  const open = async (): Promise<void> => {
    const result = await engine.call('recipients.open-access', {})
    setError(result.ok ? null : result.error)
  }
  return (
    <>
      <button type="button" className="text-link with-icon" onClick={() => void open()}>{t('coverage.open-altinn')}<ExternalLinkIcon aria-hidden /></button>
      {error !== null && <span role="alert" className="error-text">{errorText(t, error)}</span>}
    </>
  )
}
