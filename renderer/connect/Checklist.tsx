import { ArrowLeftIcon, CheckmarkCircleFillIcon, ChevronDownIcon, CircleBrokenIcon, CircleIcon, ExclamationmarkTriangleFillIcon, HourglassIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, type SyntheticEvent, useEffect, useRef, useState } from 'react'
import type { ConnectionView, ResponseOf } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { useEngine } from '../engine/hooks.ts'
import { shown, useWords, type Words } from '../texts/words.ts'
import { AccessStep } from './AccessStep.tsx'
import { useAction } from './action.ts'
import { ClientStep } from './ClientStep.tsx'
import { FinishStep } from './FinishStep.tsx'
import { KeyStep } from './KeyStep.tsx'
import { LoginStep } from './LoginStep.tsx'
import { grouped } from './organisation-number.ts'
import { OrganisationStep } from './OrganisationStep.tsx'
import { ErrorLine, Field } from './parts.tsx'
import { problemText } from '../../resources/locales/sign-in-text.ts'
import { Remove } from './Remove.tsx'
import { Results } from './Results.tsx'
import { checklist, nextStep, partiesFound, type Step, type StepName, type StepState } from './steps.ts'
import { StepList } from './StepList.tsx'
import { SystemUserStep } from './SystemUserStep.tsx'

const icons = { done: CheckmarkCircleFillIcon, 'to-do': CircleIcon, waiting: HourglassIcon, failed: ExclamationmarkTriangleFillIcon, 'not-reached': CircleBrokenIcon } as const satisfies Record<StepState, unknown>

type Listed = ResponseOf<'connect.list'>

/** Steps that are done by what a person fills in. */
const filledIn: readonly StepName[] = ['organisation', 'client', 'key', 'login']

/** What a closed step shows of itself. */
function factOf({ number }: Words, connection: ConnectionView, name: StepName): string {
  switch (name) {
    case 'organisation':
      return connection.organisation === null ? '' : grouped(connection.organisation)
    case 'client':
      return connection.clientId ?? ''
    case 'key':
      return connection.key?.kid ?? ''
    case 'system-user':
      return connection.systemId ?? ''
    case 'clients': {
      const found = partiesFound(connection)
      return found === null ? '' : number(found)
    }
    case 'access':
    case 'login':
    case 'finish':
      return ''
  }
}

/** The clients that somebody of the firm delegated. */
function ClientsStep({ connection }: { readonly connection: ConnectionView }): ReactElement {
  const { t, number } = useWords()
  const found = partiesFound(connection)
  return <><p>{t('connect.clients.why')}</p><p role="status">{found === null ? t('connect.clients.first') : found === 0 ? t('connect.clients.none') : <b>{t('connect.clients.count', { count: found, number: number(found) })}</b>}</p></>
}

function Body({ connection, name, listed }: { readonly connection: ConnectionView; readonly name: StepName; readonly listed: Listed }): ReactElement {
  switch (name) {
    case 'organisation':
      return <OrganisationStep connection={connection} />
    case 'access':
      return <AccessStep connection={connection} scopes={listed.scopes} />
    case 'client':
      return <ClientStep connection={connection} />
    case 'key':
      return <KeyStep connection={connection} />
    case 'system-user':
      return <SystemUserStep connection={connection} />
    case 'clients':
      return <ClientsStep connection={connection} />
    case 'login':
      return <LoginStep connection={connection} personClient={listed.personClient} />
    case 'finish':
      return <FinishStep connection={connection} />
  }
}

/** The name, and a field in its place to change it. */
function Name({ connection }: { readonly connection: ConnectionView }): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const { profile } = useShared()
  const { error, run } = useAction()
  const [typed, setTyped] = useState<string | null>(null)
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => { title.current?.focus({ preventScroll: true }) }, [])
  const save = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    const name = typed?.trim() ?? ''
    if (name !== '' && (await run(() => engine.call('connect.change', { uuid: connection.uuid, name }))) !== null) setTyped(null)
  }
  return (
    <div className="connect-name">
      <p className="quiet">{t(`connect.way.${connection.way}`)}</p>
      {typed === null ? (
        <span className="buttons"><h2 ref={title} tabIndex={-1}><bdi>{shown(connection.name)}</bdi></h2>{profile?.readOnly !== true && <button type="button" className="text-link" onClick={() => { setTyped(connection.name) }}>{t('connect.rename')}</button>}</span>
      ) : (
        <form className="fields" onSubmit={(event) => void save(event)}>
          <Field label={t('connect.name')}>{(props) => <input {...props} autoFocus autoComplete="off" maxLength={100} value={typed} onChange={(event) => { setTyped(event.target.value) }} />}</Field>
          <ErrorLine error={error} />
          <div className="buttons"><Button type="submit" data-size="sm">{t('do.save')}</Button><Button type="button" variant="tertiary" data-size="sm" onClick={() => { setTyped(null) }}>{t('do.cancel')}</Button></div>
        </form>
      )}
    </div>
  )
}

interface StepItemProps {
  readonly connection: ConnectionView
  readonly listed: Listed
  readonly step: Step
  readonly at: number
  readonly open: boolean
  readonly onToggle: () => void
}

function StepItem({ connection, listed, step, at, open, onToggle }: StepItemProps): ReactElement {
  const words = useWords()
  const { profile } = useShared()
  const { t } = words
  const { name, state, problem } = step
  const Icon = icons[state]
  const id = `step-${name}`
  const fact = factOf(words, connection, name)
  const isReadOnly = profile?.readOnly === true
  return (
    <li className="step" data-state={state} data-open={open}>
      <h3>
        <button type="button" aria-expanded={open} aria-controls={id} onClick={onToggle}>
          <Icon aria-hidden />
          <span className="step-name"><span className="only-read">{t('connect.step.number', { number: at })}: </span>{t(name === 'system-user' && connection.way === 'clients' ? 'connect.step.agent' : `connect.step.${name}`)}</span>
          {fact !== '' && <bdi className="step-fact">{fact}</bdi>}
          <span className="step-state">{t(`connect.state.${state}`)}</span>
          <ChevronDownIcon aria-hidden className="step-chevron" />
        </button>
      </h3>
      <div id={id} className="step-body" hidden={!open}>
        {open && (
          <>
            {problem !== null && name !== 'finish' && <p className="step-problem" data-state={state}>{problemText(t, problem)}</p>}
            <fieldset disabled={isReadOnly}><Body connection={connection} name={name} listed={listed} /></fieldset>
            <Results connection={connection} step={name} told={name === 'finish' ? null : problem} />
          </>
        )}
      </div>
    </li>
  )
}

interface ChecklistProps {
  readonly connection: ConnectionView
  readonly listed: Listed
  readonly onBack: () => void
}

/** One way in as a list of steps; an identity that is in use shows the same as facts. */
export function Checklist({ connection, listed, onBack }: ChecklistProps): ReactElement {
  const { t, number } = useWords()
  const steps = checklist(connection, listed.personClient)
  const next = connection.connected && steps.every(({ state }) => state !== 'failed') ? null : nextStep(steps)
  /** The step a person opened or closed themselves; until then the next one is open. */
  const [chosen, setChosen] = useState<StepName | 'none' | null>(null)
  const [known, setKnown] = useState({ next, steps })
  // What was just filled in moves on to what is next; what somebody looks at by choice stays, with what its test said.
  if (known.next !== next) {
    const isDone = (list: readonly Step[]): boolean => list.some(({ name, state }) => name === chosen && state === 'done')
    setKnown({ next, steps })
    if (chosen !== null && chosen !== 'none' && filledIn.includes(chosen) && isDone(steps) && !isDone(known.steps)) setChosen(null)
  }
  const open = chosen === null ? next : chosen
  const done = steps.filter(({ state }) => state === 'done').length
  return (
    <>
      <button type="button" className="text-link with-icon" onClick={onBack}><ArrowLeftIcon aria-hidden />{t('connect.all')}</button>
      <div className="connect-head"><Name key={connection.uuid} connection={connection} /><span className="quiet">{connection.connected ? t('connect.in-use') : t('connect.progress', { done: number(done), all: number(steps.length) })}</span></div>
      <StepList state={[open, ...steps.map(({ state }) => state), connection.request?.state, connection.login?.state, connection.key?.kid].join(' ')}>
        {steps.map((step, at) => <StepItem key={step.name} connection={connection} listed={listed} step={step} at={at + 1} open={open === step.name} onToggle={() => { setChosen(open === step.name ? 'none' : step.name) }} />)}
      </StepList>
      <Remove connection={connection} onRemoved={onBack} />
    </>
  )
}
