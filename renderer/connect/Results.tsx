import { CheckmarkCircleFillIcon, CircleBrokenIcon, ExclamationmarkTriangleFillIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import type { ReactElement } from 'react'
import type { ConnectionView, ConnectProblem, StepResultView } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { useEngine } from '../engine/hooks.ts'
import { useWords } from '../texts/words.ts'
import { useAction } from './action.ts'
import { ErrorLine } from './parts.tsx'
import { problemText } from '../../resources/locales/sign-in-text.ts'
import type { StepName } from './steps.ts'

/** Which parts of the test tell of a step. */
const parts: Readonly<Record<StepName, readonly StepResultView['step'][]>> = {
  organisation: ['grant'],
  access: ['grant'],
  client: ['grant'],
  key: ['key', 'grant'],
  'system-user': ['grant', 'exchange'],
  clients: ['parties'],
  login: ['grant', 'exchange'],
  finish: ['key', 'grant', 'exchange', 'parties', 'dialogporten', 'correspondence'],
}

/** The parts of a test that a step shows: its own, and before them what kept the test from getting there. */
export function resultsOf(step: StepName, results: readonly StepResultView[]): readonly StepResultView[] {
  const own = results.filter((one) => parts[step].includes(one.step))
  const stop = results.find(({ result }) => result === 'failed')
  return stop === undefined || own.includes(stop) || own.every(({ result }) => result !== 'not-reached') ? own : [stop, ...own]
}

const icons = { ok: CheckmarkCircleFillIcon, 'nothing-to-try': CheckmarkCircleFillIcon, failed: ExclamationmarkTriangleFillIcon, 'not-reached': CircleBrokenIcon } as const

interface ResultsProps {
  readonly connection: ConnectionView
  readonly step: StepName
  /** A problem that stands above already. */
  readonly told: ConnectProblem | null
}

/** What the last test says of a step, and the button that tests anew. */
export function Results({ connection, step, told }: ResultsProps): ReactElement {
  const { t, number, moment } = useWords()
  const engine = useEngine()
  const { now, profile } = useShared()
  const { busy, error, run } = useAction()
  const { checked, uuid } = connection
  const shown = checked === null ? [] : resultsOf(step, checked.results)
  return (
    <div className="results">
      {shown.length > 0 && (
        <ul>
          {shown.map(({ step: part, result, count, problem }) => {
            const Icon = icons[result]
            return (
              <li key={part} data-result={result}>
                <Icon aria-hidden />
                <span>
                  <b>{t(`sign-in.step.${part}`)}</b>: {t(`sign-in.result.${result}`)}{count !== null && result === 'ok' && <span className="quiet"> · {t('connect.found', { number: number(count) })}</span>}
                  {problem !== null && problem !== told && <span className="result-problem">{problemText(t, problem)}</span>}
                </span>
              </li>
            )
          })}
        </ul>
      )}
      <span className="buttons">
        <Button type="button" variant="secondary" data-size="sm" aria-disabled={busy || profile?.readOnly === true} onClick={() => { if (profile?.readOnly !== true) void run(() => engine.call('connect.check', { uuid })) }}>{t(checked === null ? 'connect.test' : 'connect.test.again')}</Button>
        <span role="status" className="quiet">{busy ? t('connect.testing') : checked === null ? '' : t('connect.tested', { when: moment(checked.at, now) })}</span>
      </span>
      <ErrorLine error={error} />
    </div>
  )
}
