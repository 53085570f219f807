import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, type SyntheticEvent, useState } from 'react'
import type { ConnectionView } from '../../preload/contract/index.ts'
import { useEngine } from '../engine/hooks.ts'
import { useWords } from '../texts/words.ts'
import { useAction } from './action.ts'
import { grouped, numberProblem, plainNumber } from './organisation-number.ts'
import { ErrorLine, Field } from './parts.tsx'
import { keepAndTest } from './saved.ts'

/** Whose mail it is, or whose clients': a number with a check digit, so that a slip is told before Altinn sees it. */
export function OrganisationStep({ connection }: { readonly connection: ConnectionView }): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const { busy, error, run } = useAction()
  const { way, organisation, connected } = connection
  const [typed, setTyped] = useState(organisation === null ? '' : grouped(organisation))
  const [problem, setProblem] = useState<'length' | 'check' | null>(null)
  const why = t(way === 'clients' ? 'connect.organisation.clients' : 'connect.organisation.own')
  // What an identity stands for is not exchanged under it: that would be another identity.
  if (connected) return <><p>{why}</p><p className="fact">{organisation === null ? '' : grouped(organisation)}</p></>
  const save = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    const wrong = numberProblem(typed)
    setProblem(wrong)
    if (wrong === null) await run(() => keepAndTest(engine, connection, { organisation: plainNumber(typed) }))
  }
  return (
    <form className="fields" noValidate onSubmit={(event) => void save(event)}>
      <p>{why}</p>
      <Field label={t('connect.organisation.field')} problem={problem === null ? null : t(`connect.organisation.${problem}`)}>
        {(props) => <input {...props} data-width="number" inputMode="numeric" autoComplete="off" spellCheck={false} maxLength={20} value={typed} onChange={(event) => { setTyped(event.target.value); setProblem(null) }} />}
      </Field>
      <ErrorLine error={error} />
      <div className="buttons"><Button type="submit" data-size="sm" aria-disabled={busy}>{t('do.save')}</Button></div>
    </form>
  )
}
