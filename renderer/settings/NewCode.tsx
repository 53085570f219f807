import { PrinterSmallIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import { type KeyboardEvent, type ReactElement, type SyntheticEvent, useEffect, useId, useRef, useState } from 'react'
import type { EngineError } from '../../preload/contract/index.ts'
import { Paper } from '../app/Paper.tsx'
import { useShared } from '../app/shared.ts'
import { useEngine } from '../engine/hooks.ts'
import { errorText, useWords } from '../texts/words.ts'

/** How an offer ended: the code counts, somebody gave it up, or they went elsewhere while it was shown. */
export type CodeEnd = 'kept' | 'given-up' | 'left'

/**
 * A recovery code that is offered: shown once, and typed back before it counts, so that nobody is left with one they do not
 * have. Whoever leaves before that keeps what they had.
 */
export function NewCode({ replaces, done }: { readonly replaces: boolean; readonly done: (end: CodeEnd) => void }): ReactElement {
  const { t, exact } = useWords()
  const engine = useEngine()
  const { profile, now } = useShared()
  const id = useId()
  const [code, setCode] = useState<string | null>(null)
  const [typed, setTyped] = useState('')
  const [isWrong, setWrong] = useState(false)
  const [failure, setFailure] = useState<EngineError | null>(null)
  /** A code is on the screen, and nobody has said yet how it ends. */
  const isOpen = useRef(false)
  const tell = useRef(done)
  useEffect(() => { tell.current = done }, [done])
  const end = (how: CodeEnd): void => {
    isOpen.current = false
    done(how)
  }
  useEffect(() => {
    let isOver = false
    void engine.call('keys.offer-recovery-code', {}).then((answer) => {
      if (isOver) return
      if (answer.ok) {
        setCode(answer.value.code)
        isOpen.current = true
      } else setFailure(answer.error)
    })
    return () => {
      isOver = true
      // Also when the page is left; what was kept by then is no longer offered.
      void engine.call('keys.give-up-recovery-code', {})
      if (isOpen.current) tell.current('left')
    }
  }, [engine])

  const keep = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    const answer = await engine.call('keys.keep-recovery-code', { typed })
    setFailure(answer.ok ? null : answer.error)
    setWrong(answer.ok && !answer.value.kept)
    if (answer.ok && answer.value.kept) end('kept')
  }
  const press = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    end('given-up')
  }
  const cancel = <Button type="button" variant="tertiary" data-size="sm" onClick={() => { end('given-up') }}>{t('do.cancel')}</Button>
  const problem = failure !== null ? errorText(t, failure) : isWrong ? t('settings.code.wrong') : null
  if (code === null) return <span className="buttons">{failure !== null && <span role="alert" className="error-text">{errorText(t, failure)}</span>}{cancel}</span>
  return (
    <form className="notice new-code" onSubmit={(event) => void keep(event)} onKeyDown={press}>
      <p role="status"><strong>{t('settings.code.shown')}</strong></p>
      <p className="recovery-code" translate="no">{code}</p>
      <p>{t('recovery-code.keep')}</p>
      <p>{t('settings.code.type')} {replaces && t('settings.code.ends')}</p>
      <label htmlFor={id}>{t('settings.code.field')}</label>
      <input
        id={id} className="plain-field" autoFocus autoComplete="off" autoCapitalize="characters" spellCheck={false} maxLength={100} value={typed}
        aria-invalid={problem !== null} aria-describedby={problem === null ? undefined : `${id}-problem`} onChange={(event) => { setTyped(event.target.value) }}
      />
      {problem !== null && <p id={`${id}-problem`} role="alert" className="error-text">{problem}</p>}
      <span className="buttons">
        <Button type="submit" data-size="sm" disabled={typed.trim() === ''}>{t('settings.code.use')}</Button>
        <Button type="button" variant="tertiary" data-size="sm" onClick={() => { window.print() }}><PrinterSmallIcon aria-hidden />{t('do.print')}</Button>
        {cancel}
      </span>
      <Paper title={t('settings.code.title')} footer={t('receipt.printed', { when: exact(now) })}>
        <dl className="receipt">
          <div><dt>{t('settings.code.profile')}</dt><dd>{profile?.name}</dd></div>
          <div><dt>{t('settings.code.title')}</dt><dd className="recovery-code" translate="no">{code}</dd></div>
        </dl>
        <p>{t('settings.code.paper')}</p>
      </Paper>
    </form>
  )
}
