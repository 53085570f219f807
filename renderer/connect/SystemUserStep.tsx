import { ExternalLinkIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, type SyntheticEvent, useState } from 'react'
import type { ConnectionView, ConnectProblem, Result } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { useEngine } from '../engine/hooks.ts'
import { useWords } from '../texts/words.ts'
import { type Action, useAction } from './action.ts'
import { knownPackages, wordsIn } from './packages.ts'
import { CopyButton, ErrorLine, Field } from './parts.tsx'
import { problemText } from '../../resources/locales/sign-in-text.ts'
import { isFilled, passed } from './steps.ts'

interface Asking {
  readonly action: Action
  readonly problem: ConnectProblem | null
  readonly ask: (work: () => Promise<Result<{ readonly problem: ConnectProblem | null }>>) => Promise<void>
}

/** Something that is asked of Altinn about the request, with what stood in its way. */
function useAsking(): Asking {
  const action = useAction()
  const [problem, setProblem] = useState<ConnectProblem | null>(null)
  return {
    action,
    problem,
    ask: async (work) => {
      const answer = await action.run(work)
      setProblem(answer?.problem ?? null)
    },
  }
}

function Problem({ asking: { action, problem } }: { readonly asking: Asking }): ReactElement {
  const { t } = useWords()
  return <>{problem !== null && <p role="alert" className="error-text">{problemText(t, problem)}</p>}<ErrorLine error={action.error} /></>
}

/** A request that somebody at the organisation has to approve: its address, and what has become of it. */
function Waiting({ connection, asking }: { readonly connection: ConnectionView; readonly asking: Asking }): ReactElement | null {
  const { t, moment } = useWords()
  const engine = useEngine()
  const { now } = useShared()
  const { uuid, request } = connection
  const opening = useAction()
  if (request === null) return null
  const { confirmUrl } = request
  const { busy } = asking.action
  return (
    <>
      <p>{t('connect.system.waiting')}</p>
      <p role="status" className="quiet">{t('connect.system.asked', { when: moment(request.askedAt, now) })} {request.seenAt !== null && t('connect.system.seen', { when: moment(request.seenAt, now) })}</p>
      {confirmUrl === null ? <p>{t('system-user.no-page')}</p> : (
        <>
          <p className="address" role="group" aria-label={t('connect.system.address')}><bdi>{confirmUrl}</bdi></p>
          <div className="buttons">
            <Button type="button" data-size="sm" onClick={() => void opening.run(() => engine.call('connect.open-approval', { uuid }))}><ExternalLinkIcon aria-hidden />{t('connect.system.open')}</Button>
            <CopyButton text={confirmUrl} label="connect.access.copy-address" name={t('connect.system.address')} />
          </div>
        </>
      )}
      <ErrorLine error={opening.error} />
      <div className="buttons">
        <Button type="button" variant="secondary" data-size="sm" aria-disabled={busy} onClick={() => void asking.ask(() => engine.call('connect.look', { uuid }))}>{t('connect.system.look')}</Button>
        <Button type="button" variant="tertiary" data-size="sm" aria-disabled={busy} onClick={() => void asking.ask(() => engine.call('connect.withdraw', { uuid }))}>{t('connect.system.withdraw')}</Button>
      </div>
      <Problem asking={asking} />
    </>
  )
}

/** What is asked for: of which system, and with which rights. */
function Form({ connection, asking }: { readonly connection: ConnectionView; readonly asking: Asking }): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const { uuid, way, request } = connection
  const [systemId, setSystemId] = useState(connection.systemId ?? '')
  const [ref, setRef] = useState(connection.externalRef ?? '')
  const [packages, setPackages] = useState(connection.packages.join('\n'))
  const [resources, setResources] = useState(connection.resources.join('\n'))
  const [missing, setMissing] = useState<'no-id' | 'nothing' | null>(null)
  const known = way === 'person' ? [] : knownPackages[way]
  const chosen = wordsIn(packages)
  const again = request !== null
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    const services = way === 'own' ? wordsIn(resources) : []
    const lack = systemId.trim() === '' ? 'no-id' : chosen.length + services.length === 0 ? 'nothing' : null
    setMissing(lack)
    if (lack !== null) return
    await asking.ask(async () => {
      const changed = await engine.call('connect.change', { uuid, systemId: systemId.trim(), externalRef: ref.trim() === '' ? null : ref.trim(), packages: [...chosen], resources: [...services] })
      return changed.ok ? await engine.call('connect.ask', { uuid }) : changed
    })
  }
  const lines = { rows: 3, autoComplete: 'off', autoCapitalize: 'off', spellCheck: false } as const
  return (
    <form className="fields" noValidate onSubmit={(event) => void submit(event)}>
      <p>{t('connect.system.why')}</p>
      <Field label={t('connect.system.id')} more={t('connect.system.id.more')} problem={missing === 'no-id' ? t('connect.system.no-id') : null}>
        {(props) => <input {...props} autoComplete="off" autoCapitalize="off" spellCheck={false} maxLength={200} value={systemId} onChange={(event) => { setSystemId(event.target.value); setMissing(null) }} />}
      </Field>
      <Field label={t('connect.system.packages')} more={t('connect.system.packages.more')} problem={missing === 'nothing' ? t('connect.system.nothing') : null}>
        {(props) => <textarea {...props} {...lines} value={packages} onChange={(event) => { setPackages(event.target.value); setMissing(null) }} />}
      </Field>
      <div className="chips" role="group" aria-label={t('connect.system.known')}>
        {known.map(({ urn, text }) => <button key={urn} type="button" className="chip" aria-pressed={chosen.includes(urn)} onClick={() => { setPackages((chosen.includes(urn) ? chosen.filter((one) => one !== urn) : [...chosen, urn]).join('\n')); setMissing(null) }}>{t(text)}</button>)}
      </div>
      {way === 'own' && (
        <Field label={t('connect.system.resources')} more={t('connect.system.resources.more')}>
          {(props) => <textarea {...props} {...lines} value={resources} onChange={(event) => { setResources(event.target.value); setMissing(null) }} />}
        </Field>
      )}
      <Field label={t('connect.system.ref')} more={t('connect.system.ref.more')}>
        {(props) => <input {...props} autoComplete="off" autoCapitalize="off" spellCheck={false} maxLength={200} value={ref} onChange={(event) => { setRef(event.target.value) }} />}
      </Field>
      <Problem asking={asking} />
      <div className="buttons"><Button type="submit" data-size="sm" aria-disabled={asking.action.busy}>{t(again ? 'connect.system.ask-again' : 'connect.system.ask')}</Button></div>
    </form>
  )
}

/** The system user: asked for here, approved by somebody of the organisation in Altinn, looked at by itself meanwhile. */
export function SystemUserStep({ connection }: { readonly connection: ConnectionView }): ReactElement {
  const { t } = useWords()
  // One for both, so that what Altinn said of a request outlives the change from one to the other.
  const asking = useAsking()
  const { request } = connection
  if (passed(connection, 'grant')) return <p>{t('connect.system.works')}</p>
  // Of an identity in use only name, client and key can be changed: another system user is another identity.
  if (connection.connected) return <p>{t('connect.system.connected')}</p>
  if (request?.state === 'accepted') return <p role="status">{t('connect.system.accepted')}</p>
  if (!isFilled(connection)) return <p>{t('connect.system.first')}</p>
  if (request?.state === 'waiting') return <Waiting connection={connection} asking={asking} />
  return (
    <>
      {request !== null && <p role="alert" className="step-problem">{t(`system-user.${request.state}`)}</p>}
      <Form connection={connection} asking={asking} />
    </>
  )
}
