import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, type SubmitEvent, useRef, useState } from 'react'
import type { EngineError, KeyWayView, ResponseOf } from '../../preload/contract/index.ts'
import type { TextKey } from '../../resources/locales/index.ts'
import { ErrorLine } from '../connect/parts.tsx'
import { useEngine } from '../engine/hooks.ts'
import { useWords } from '../texts/words.ts'
import { emptyPassphrase, NewPassphrase, type PassphraseProblem, takePassphrase } from './NewPassphrase.tsx'

type Problem = NonNullable<ResponseOf<'keys.protect'>['problem']>

interface ProtectionProps {
  /** The ways in there are. */
  readonly kinds: readonly KeyWayView['kind'][]
  /** A new passphrase is being typed. */
  readonly open: boolean
  readonly onOpen: (open: boolean) => void
  readonly onDone: (text: TextKey) => void
}

/** Changes what opens the profile for a person: a new passphrase, or the keychain in place of it, and back. */
export function Protection({ kinds, open, onOpen, onDone }: ProtectionProps): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const [typed, setTyped] = useState<PassphraseProblem | null>(null)
  const [problem, setProblem] = useState<Exclude<Problem, 'passphrase'> | null>(null)
  const [failure, setFailure] = useState<EngineError | null>(null)
  const [busy, setBusy] = useState(false)
  const fields = { first: useRef<HTMLInputElement>(null), again: useRef<HTMLInputElement>(null) }

  const show = (wanted: boolean): void => {
    setTyped(null)
    setProblem(null)
    setFailure(null)
    onOpen(wanted)
  }
  const change = async (protect: { readonly by: 'keychain' } | { readonly by: 'passphrase'; readonly passphrase: string }): Promise<void> => {
    setBusy(true)
    const answer = await engine.call('keys.protect', { protect })
    setBusy(false)
    setFailure(answer.ok ? null : answer.error)
    if (!answer.ok) return
    const { problem: found } = answer.value
    setTyped(found === 'passphrase' ? found : null)
    setProblem(found === 'passphrase' ? null : found)
    if (found === null) onDone(`settings.protect.${protect.by}.done`)
  }
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const taken = takePassphrase(fields)
    setTyped('problem' in taken ? taken.problem : null)
    if ('problem' in taken || busy) return
    emptyPassphrase(fields)
    await change({ by: 'passphrase', ...taken })
  }
  const hasPassphrase = kinds.includes('passphrase')
  const failures = <><ErrorLine error={failure} />{problem !== null && <p role="alert" className="error-text">{t(`profile.problem.${problem}`)}</p>}</>
  if (open) {
    return (
      <form className="fields protection" onSubmit={(event) => void submit(event)} autoComplete="off">
        <p className="quiet">{t('settings.protect.ends')}</p>
        <NewPassphrase fields={fields} problem={typed} autoFocus />
        {failures}
        <div className="buttons">
          <Button type="submit" data-size="sm" loading={busy}>{t('settings.protect.use')}</Button>
          <Button type="button" variant="tertiary" data-size="sm" disabled={busy} onClick={() => { show(false) }}>{t('do.cancel')}</Button>
        </div>
      </form>
    )
  }
  return (
    <>
      {failures}
      <div className="buttons">
        <Button variant="secondary" data-size="sm" disabled={busy} onClick={() => { show(true) }}>{t(hasPassphrase ? 'settings.protect.change-passphrase' : 'settings.protect.to-passphrase')}</Button>
        {(hasPassphrase || !kinds.includes('keychain')) && <Button variant="secondary" data-size="sm" loading={busy} onClick={() => { void change({ by: 'keychain' }) }}>{t('settings.protect.to-keychain')}</Button>}
      </div>
    </>
  )
}
