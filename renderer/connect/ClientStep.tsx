import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, type SyntheticEvent, useState } from 'react'
import type { ConnectionView } from '../../preload/contract/index.ts'
import { useEngine } from '../engine/hooks.ts'
import { useWords } from '../texts/words.ts'
import { useAction } from './action.ts'
import { ErrorLine, Field } from './parts.tsx'
import { keepAndTest } from './saved.ts'

/** The client at Maskinporten, by its id. */
export function ClientStep({ connection }: { readonly connection: ConnectionView }): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const { busy, error, run } = useAction()
  const { clientId } = connection
  const [typed, setTyped] = useState(clientId ?? '')
  const [isWrong, setWrong] = useState(false)
  const save = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    const wanted = typed.trim()
    const wrong = wanted === '' || /\s/.test(wanted)
    setWrong(wrong)
    if (!wrong) await run(() => keepAndTest(engine, connection, { clientId: wanted }))
  }
  return (
    <form className="fields" noValidate onSubmit={(event) => void save(event)}>
      <p>{t('connect.client.why')}</p>
      <Field label={t('connect.client.field')} problem={isWrong ? t('connect.client.space') : null}>
        {(props) => <input {...props} autoComplete="off" autoCapitalize="off" spellCheck={false} maxLength={200} value={typed} onChange={(event) => { setTyped(event.target.value); setWrong(false) }} />}
      </Field>
      <ErrorLine error={error} />
      <div className="buttons"><Button type="submit" data-size="sm" aria-disabled={busy}>{t('do.save')}</Button></div>
    </form>
  )
}
