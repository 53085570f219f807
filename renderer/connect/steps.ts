import type { ConnectionView, ConnectProblem, StepResultView } from '../../preload/contract/index.ts'

/** What a person does or waits for on a way in, in its order. `access`: Altinn's permission; `finish`: the test and the use. */
export type StepName = 'organisation' | 'access' | 'client' | 'key' | 'system-user' | 'clients' | 'login' | 'finish'
export type StepState = 'done' | 'to-do' | 'waiting' | 'failed' | 'not-reached'

export interface Step {
  readonly name: StepName
  readonly state: StepState
  /** Why it failed, or what is waited for. */
  readonly problem: ConnectProblem | null
}

export const stepsOf: Readonly<Record<ConnectionView['way'], readonly StepName[]>> = {
  person: ['login', 'finish'],
  own: ['organisation', 'access', 'client', 'key', 'system-user', 'finish'],
  clients: ['organisation', 'access', 'client', 'key', 'system-user', 'clients', 'finish'],
}

type SignInCode = Extract<ConnectProblem, { kind: 'sign-in' }>['problem']['code']

/** What a person has to look at when signing in fails; services and the network are nobody's step, so the test tells of them. */
const signInSteps: Partial<Record<SignInCode, StepName>> = {
  'wrong-key': 'key', 'other-client-key': 'key', 'expired-key': 'key', 'invalid-certificate': 'key', 'expired-certificate': 'key',
  'unknown-client': 'client', 'scope-not-granted': 'access', 'no-system-user': 'system-user', 'system-user-exists': 'system-user', 'unknown-system': 'system-user', 'rights-not-offered': 'system-user', 'request-stands': 'system-user', revoked: 'system-user', 'wrong-organisation': 'organisation',
  'token-refused': 'login', 'login-ended': 'login', 'login-refused': 'login', 'login-invalid': 'login', 'login-level': 'login', 'login-timed-out': 'login', 'login-replaced': 'login', 'login-not-configured': 'login',
}

/** The step of a way in that puts right what a result of the test says. */
export function stepOf(way: ConnectionView['way'], { step, problem }: Pick<StepResultView, 'step' | 'problem'>): StepName {
  const wanted = problem === null ? 'finish'
    : problem.kind === 'sign-in' ? (signInSteps[problem.problem.code] ?? 'finish')
      : problem.kind === 'key' ? (problem.code === 'other-organisation' ? 'organisation' : 'key')
        : problem.kind === 'no-access' && step !== 'correspondence' ? 'system-user' : 'finish'
  return stepsOf[way].includes(wanted) ? wanted : 'finish'
}

const resultOf = ({ checked }: ConnectionView, step: StepResultView['step']): StepResultView | null => checked?.results.find((one) => one.step === step) ?? null

/** Whether the last test got past a step. */
export const passed = (connection: ConnectionView, step: StepResultView['step']): boolean => {
  const result = resultOf(connection, step)?.result
  return result === 'ok' || result === 'nothing-to-try'
}

/** The first thing that failed in the last test; null where nothing did, or there was none. */
export const failureOf = ({ checked }: ConnectionView): StepResultView | null => checked?.results.find(({ result }) => result === 'failed') ?? null

/** Everything that no way to a token can do without is there. */
export const isFilled = (connection: ConnectionView): boolean =>
  connection.way === 'person' ? connection.login?.state === 'in' : connection.organisation !== null && connection.clientId !== null && connection.key !== null

/** How many recipients the last test found; null before it got that far. */
export const partiesFound = (connection: ConnectionView): number | null => (passed(connection, 'parties') ? (resultOf(connection, 'parties')?.count ?? 0) : null)

function stateOf(connection: ConnectionView, name: StepName, personClient: boolean): StepState {
  const { way, request, login } = connection
  switch (name) {
    case 'organisation':
      return connection.organisation === null ? 'to-do' : 'done'
    case 'access':
      return passed(connection, 'grant') ? 'done' : 'to-do'
    case 'client':
      return connection.clientId === null ? 'to-do' : 'done'
    case 'key':
      return connection.key === null ? 'to-do' : 'done'
    case 'system-user':
      if (passed(connection, 'grant') || request?.state === 'accepted') return 'done'
      if (request?.state === 'waiting') return 'waiting'
      if (request?.state === 'refused' || request?.state === 'timed-out') return 'failed'
      return isFilled(connection) ? 'to-do' : 'not-reached'
    case 'clients': {
      const found = partiesFound(connection)
      return found === null ? 'not-reached' : found > 0 ? 'done' : 'waiting'
    }
    case 'login':
      if (login?.state === 'in') return 'done'
      return login?.state === 'over' || !personClient ? 'failed' : 'to-do'
    case 'finish':
      return connection.connected ? 'done' : isFilled(connection) && (way === 'person' || passed(connection, 'grant')) ? 'to-do' : 'not-reached'
  }
}

/** The checklist of a way in, from what is filled in, what was answered, and the last test. */
export function checklist(connection: ConnectionView, personClient: boolean): readonly Step[] {
  const { checked, request } = connection
  const found = failureOf(connection)
  // Approved since the test: what that said of the system user is over.
  const isOver = found !== null && checked !== null && stepOf(connection.way, found) === 'system-user' && request?.state === 'accepted' && (request.seenAt ?? 0) >= checked.at
  const failure = isOver ? null : found
  const failed = failure === null ? null : stepOf(connection.way, failure)
  return stepsOf[connection.way].map((name) => {
    const state = stateOf(connection, name, personClient)
    if (failure?.problem == null || name !== failed || state === 'to-do' && name !== 'access' && name !== 'finish') return { name, state, problem: null }
    // While somebody else has the word, that is what there is to say; scopes are granted by Altinn's people, on request.
    if (state === 'waiting') return { name, state, problem: null }
    return { name, state: name === 'access' ? 'waiting' : 'failed', problem: failure.problem }
  })
}

/** Where a person goes on: what failed, else the first thing to do; what only waits for others comes last. */
export function nextStep(steps: readonly Step[]): StepName {
  const at = (...states: readonly StepState[]): Step | undefined => steps.find(({ state }) => states.includes(state))
  // The text to Altinn stands in nobody's way: who has come further has sent it.
  const beyond = steps.find(({ name, state }) => name !== 'access' && state === 'to-do')
  const access = steps.find(({ name }) => name === 'access')
  const isEarly = access?.state === 'to-do' && steps.find(({ name }) => name === 'client')?.state === 'to-do' && steps.find(({ name }) => name === 'organisation')?.state === 'done'
  return (at('failed') ?? (isEarly ? access : beyond) ?? at('waiting') ?? steps.at(-1))?.name ?? 'finish'
}
