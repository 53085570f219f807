import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useState } from 'react'
import type { EngineError, ResponseOf } from '../../preload/contract/index.ts'
import type { TextKey } from '../../resources/locales/index.ts'
import { useShared } from '../app/shared.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { errorText, useWords } from '../texts/words.ts'
import { type CodeEnd, NewCode } from './NewCode.tsx'
import { Protection } from './Protection.tsx'

type Way = ResponseOf<'keys.ways'>['ways'][number]

interface WaysInProps {
  readonly readOnly: boolean
  /** Somebody went elsewhere while a new code was shown: what to say of it there. */
  readonly onLeft: (text: TextKey) => void
}

/** What opens the profile (security.md 16-21): which ways there are, a new recovery code, and taking a way away. */
export function WaysIn({ readOnly, onLeft }: WaysInProps): ReactElement {
  const { t, moment } = useWords()
  const engine = useEngine()
  const { now } = useShared()
  const ways = useAsk('keys.ways', {})
  const [failure, setFailure] = useState<EngineError | null>(null)
  const error = failure ?? ways.error
  const [offering, setOffering] = useState(false)
  /** What became of the code that was shown last. */
  const [outcome, setOutcome] = useState<TextKey | null>(null)
  const [sure, setSure] = useState<string | null>(null)
  const [protecting, setProtecting] = useState(false)
  const all = ways.value?.ways ?? []
  const hasCode = all.some(({ kind }) => kind === 'recovery-code')
  /** The profile must still open without a code that only stands on paper. */
  const mayGo = (way: Way): boolean => way.kind === 'recovery-code' || all.some(({ id, kind }) => id !== way.id && kind !== 'recovery-code')

  const remove = async (way: Way): Promise<void> => {
    setSure(null)
    const result = await engine.call('keys.remove', { id: way.id })
    setFailure(result.ok ? null : result.error)
    if (result.ok && way.kind === 'recovery-code') setOutcome(null)
    ways.again()
  }
  const ended = (end: CodeEnd): void => {
    const text = end === 'kept' ? 'settings.code.kept' : hasCode ? 'settings.code.still' : 'settings.code.left'
    if (end === 'left') onLeft(text)
    setOffering(false)
    setOutcome(text)
    ways.again()
  }
  const question = (text: string, yes: string, act: () => Promise<void>): ReactElement => (
    <span className="buttons">
      <span role="alert">{text}</span>
      <Button variant="secondary" data-color="danger" data-size="sm" onClick={() => void act()}>{yes}</Button>
      <Button variant="tertiary" data-size="sm" autoFocus onClick={() => { setSure(null) }}>{t('do.cancel')}</Button>
    </span>
  )

  return (
    <section>
      <h2>{t('settings.ways')}</h2>
      <p className="quiet">{t('settings.ways.more')}</p>
      {error !== null && <p role="alert" className="error-text">{errorText(t, error)}</p>}
      <ul className="plain-list">
        {all.map((way) => (
          <li key={way.id}>
            <span className="way">{t(`way.${way.kind}`)} <span className="quiet">{t('settings.way.since', { when: moment(way.createdAt, now) })}</span></span>
            {!readOnly && mayGo(way) && (sure === way.id
              ? question(t('settings.way.sure'), t('settings.way.remove'), () => remove(way))
              : <button type="button" className="text-link" aria-label={`${t('settings.way.remove')}: ${t(`way.${way.kind}`)}`} onClick={() => { setSure(way.id) }}>{t('settings.way.remove')}</button>)}
          </li>
        ))}
      </ul>
      {offering && <NewCode replaces={hasCode} done={ended} />}
      {outcome !== null && <p role="status">{t(outcome)}</p>}
      {!readOnly && ways.value !== null && !offering && <Protection kinds={all.map(({ kind }) => kind)} open={protecting} onOpen={(open) => { setSure(null); setOutcome(null); setProtecting(open) }} onDone={(text) => { setProtecting(false); setOutcome(text); ways.again() }} />}
      {/* Not before it is known whether there is a code that would end. */}
      {!readOnly && ways.value !== null && !offering && !protecting && <Button variant="secondary" data-size="sm" autoFocus={outcome !== null} onClick={() => { setSure(null); setOutcome(null); setOffering(true) }}>{t('settings.code.new')}</Button>}
    </section>
  )
}
