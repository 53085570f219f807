import { PadlockLockedIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import { type SubmitEvent, type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react'
import type { Trouble } from '../../preload/contract/frames.ts'
import type { EngineClient } from '../engine/client.ts'
import { useWords } from '../texts/words.ts'

export type Way = 'passphrase' | 'recovery-code'
const slips = ['length', 'sign', 'check'] as const

/** The ways in that typing opens; null when the trouble is none that a key helps against. */
export function waysOf(trouble: Trouble | null): readonly Way[] | null {
  const typed = trouble?.values['typed']
  return typed === undefined ? null : (['passphrase', 'recovery-code'] as const).filter((way) => typed.split(' ').includes(way))
}

interface LockedProps {
  readonly engine: EngineClient
  readonly trouble: Trouble | null
  readonly ways: readonly Way[]
  /** What was typed is being tried. */
  readonly busy: boolean
  /** How it was tried last, or null. */
  readonly tried: Way | null
  readonly onTry: (way: Way) => void
  /** What else there is to do. */
  readonly children?: ReactNode
}

/**
 * The profile's key is not to be had without a person. What is typed is read from the field once, handed to the shell, and
 * wiped; it is never part of what this window remembers.
 */
export function Locked({ engine, trouble, ways, busy, tried, onTry, children }: LockedProps): ReactElement {
  const { t } = useWords()
  const [chosen, setChosen] = useState<Way | null>(tried ?? ways[0] ?? null)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => { if (!busy) field.current?.focus() }, [busy, chosen, trouble])
  useEffect(() => {
    const input = field.current
    return () => { if (input !== null) input.value = '' }
  }, [chosen])
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const input = field.current
    if (input === null || busy || chosen === null) return
    const secret = input.value
    input.value = ''
    if (secret === '') return
    onTry(chosen)
    engine.unlock(chosen, secret)
  }
  const hasKeychain = trouble?.values['keychain'] === 'yes'
  const keychain = trouble?.code === 'keychain-closed' || trouble?.code === 'keychain-or' ? 'closed' : trouble?.code === 'keychain-changed' || trouble?.code === 'keychain-lost' ? 'changed' : null
  const slip = slips.find((why) => trouble?.code === 'recovery-code' && trouble.values['slip'] === why) ?? null
  const wrong = tried === null || busy || chosen !== tried ? null : slip !== null ? t(`locked.slip.${slip}`) : trouble?.code === 'wrong-passphrase' ? t('locked.wrong.passphrase') : trouble?.code === 'wrong-recovery-code' ? t('locked.wrong.code') : null
  const other = ways.find((way) => way !== chosen) ?? null
  return (
    <main className="locked">
      <h1><PadlockLockedIcon aria-hidden />{t('locked.title')}</h1>
      <p>{t('locked.more')}</p>
      {keychain !== null && <p role="status">{t(`locked.keychain.${keychain}`)}</p>}
      {chosen === null ? <p>{t(keychain === 'changed' ? 'locked.lost' : 'locked.no-way')}</p> : (
        <form onSubmit={submit} autoComplete="off">
          <label htmlFor="secret">{t(chosen === 'passphrase' ? 'locked.passphrase' : 'locked.code')}</label>
          <input
            id="secret" key={chosen} ref={field} className="plain-field secret" type={chosen === 'passphrase' ? 'password' : 'text'} data-way={chosen} autoComplete="off" autoCorrect="off" autoCapitalize="off" spellCheck={false} maxLength={1000}
            aria-invalid={wrong !== null} aria-describedby={wrong === null ? 'secret-help' : 'secret-wrong'} readOnly={busy}
          />
          {wrong === null ? <p id="secret-help" className="quiet">{chosen === 'recovery-code' ? t('locked.code.help') : ''}</p> : <p id="secret-wrong" role="alert" className="error-text">{wrong}</p>}
          <div className="buttons">
            <Button type="submit" loading={busy}>{t('locked.unlock')}</Button>
            {other !== null && <Button type="button" variant="tertiary" disabled={busy} onClick={() => { setChosen(other) }}>{t(other === 'passphrase' ? 'locked.use-passphrase' : 'locked.use-code')}</Button>}
          </div>
        </form>
      )}
      {hasKeychain && <div className="buttons"><Button variant={chosen === null ? 'primary' : 'secondary'} disabled={busy} onClick={() => { engine.restart() }}>{t('locked.keychain.again')}</Button></div>}
      {children}
    </main>
  )
}
