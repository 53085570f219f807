import { describe, expect, it } from 'vitest'
import type { ConnectionView, ConnectProblem, StepResultView } from '../../preload/contract/index.ts'
import { letterText } from '../../renderer/connect/letter.ts'
import { numberProblem, plainNumber } from '../../renderer/connect/organisation-number.ts'
import { wordsIn } from '../../renderer/connect/packages.ts'
import { problemText } from '../../resources/locales/sign-in-text.ts'
import { resultsOf } from '../../renderer/connect/Results.tsx'
import { checklist, isFilled, nextStep, partiesFound, type Step } from '../../renderer/connect/steps.ts'
import { endingSoon, freshSince, worstOf } from '../../renderer/app/accounts.ts'
import type { AccountView } from '../../preload/contract/index.ts'
import { translator } from '../../resources/locales/index.ts'
import { until, wordsOf } from '../../renderer/texts/words.ts'

const now = Date.parse('2026-11-23T08:12:00Z')
const empty: ConnectionView = {
  uuid: '11111111-1111-4111-8111-111111111111', way: 'own', name: 'Nordlys', connected: false, organisation: null, clientId: null, kid: null, key: null, systemId: null, externalRef: null, packages: [], resources: [], request: null, login: null, checked: null,
}
const filled: ConnectionView = { ...empty, organisation: '310000264', clientId: 'klient', key: { kid: 'en', certificate: null } }
const order: readonly StepResultView['step'][] = ['key', 'grant', 'exchange', 'parties', 'dialogporten', 'correspondence']
type SignIn = Extract<ConnectProblem, { kind: 'sign-in' }>['problem']
const signIn = (code: SignIn['code'], scopes: readonly string[] = []): ConnectProblem => ({ kind: 'sign-in', problem: { code, supportCode: 'MP-1', traceId: null, scopes: [...scopes] } })

/** A test that failed at a step with a problem, or at none. */
function tested(at: StepResultView['step'] | null, problem: ConnectProblem | null, parties = 214): ConnectionView['checked'] {
  const stop = at === null ? order.length : order.indexOf(at)
  return { at: now, results: order.map((step, n) => ({ step, result: n < stop ? 'ok' : n === stop ? 'failed' : 'not-reached', count: step === 'parties' && n < stop ? parties : null, problem: n === stop ? problem : null })) }
}
const states = (steps: readonly Step[]): string => steps.map(({ name, state }) => `${name} ${state}`).join(', ')

describe('organisation numbers', () => {
  it.each([['310 000 264', null], ['310000221', null], ['31000022', 'length'], ['310000222', 'check'], ['31000022a', 'length'], ['', 'length']] as const)('%s: %s', (typed, problem) => {
    expect(numberProblem(typed)).toBe(problem)
  })

  it('are sent without the spaces they are shown with', () => {
    expect(plainNumber(' 310\u00a0000 264 ')).toBe('310000264')
  })
})

describe('the checklist', () => {
  it('begins with what a person can do, and leaves for later what stands on it', () => {
    expect(states(checklist(empty, true))).toBe('organisation to-do, access to-do, client to-do, key to-do, system-user not-reached, finish not-reached')
    expect(nextStep(checklist(empty, true))).toBe('organisation')
    expect(nextStep(checklist({ ...empty, organisation: '310000264' }, true))).toBe('access')
    expect(nextStep(checklist({ ...empty, organisation: '310000264', clientId: 'klient' }, true))).toBe('key')
    expect(nextStep(checklist(filled, true))).toBe('system-user')
    expect([isFilled(empty), isFilled(filled)]).toEqual([false, true])
  })

  it.each([
    ['wrong-key', 'key failed'], ['unknown-client', 'client failed'], ['scope-not-granted', 'access waiting'], ['wrong-organisation', 'organisation failed'], ['maskinporten-down', 'finish failed'],
  ] as const)('%s is put right at its step', (code, said) => {
    const steps = checklist({ ...filled, checked: tested('grant', signIn(code)) }, true)
    expect(states(steps)).toContain(said)
    expect(steps.filter(({ problem }) => problem !== null)).toHaveLength(1)
  })

  it('does not call it wrong that a system user is not asked for yet, and says what became of one that was', () => {
    const checked = tested('grant', signIn('no-system-user'))
    const asked = (state: 'waiting' | 'accepted' | 'refused' | 'timed-out'): string => states(checklist({ ...filled, checked, request: { state, askedAt: now, seenAt: null, confirmUrl: null } }, true))
    expect(states(checklist({ ...filled, checked }, true))).toContain('system-user to-do')
    expect(asked('waiting')).toContain('system-user waiting')
    expect(asked('refused')).toContain('system-user failed')
    expect(asked('timed-out')).toContain('system-user failed')
    expect(states(checklist({ ...filled, checked, request: { state: 'accepted', askedAt: now, seenAt: now + 1, confirmUrl: null } }, true))).toContain('system-user done')
  })

  it('counts clients, and waits for the client administrator where there are none', () => {
    const clients = (parties: number): ConnectionView => ({ ...filled, way: 'clients', checked: tested(null, null, parties) })
    expect(states(checklist(clients(214), true))).toBe('organisation done, access done, client done, key done, system-user done, clients done, finish to-do')
    expect(states(checklist(clients(0), true))).toContain('clients waiting')
    expect([partiesFound(clients(214)), partiesFound(filled)]).toEqual([214, null])
    expect(states(checklist({ ...clients(1), connected: true }, true))).toContain('finish done')
  })

  it('of a person is the login; without a client of the environment it says so', () => {
    const person = (state: 'none' | 'in' | 'over'): ConnectionView => ({ ...empty, way: 'person', login: { state, endsAt: null, address: null } })
    expect(states(checklist(person('none'), true))).toBe('login to-do, finish not-reached')
    expect(states(checklist(person('in'), true))).toBe('login done, finish to-do')
    expect(states(checklist(person('over'), true))).toContain('login failed')
    expect(states(checklist(person('none'), false))).toContain('login failed')
  })

  it('shows of a test what tells of a step, and what kept the test from it', () => {
    const { results } = tested('grant', signIn('wrong-key')) ?? { results: [] }
    expect(resultsOf('clients', results).map(({ step }) => step)).toEqual(['grant', 'parties'])
    expect(resultsOf('key', results).map(({ step }) => step)).toEqual(['key', 'grant'])
    expect(resultsOf('finish', results)).toHaveLength(6)
  })
})

describe('texts of connecting', () => {
  it('ask Altinn in bokmål with the exact scopes, number and environment', () => {
    const text = letterText('nb', { organisation: '310000264', environment: 'tt02', environmentName: 'tt02', scopes: { receive: ['altinn:correspondence.read', 'digdir:dialogporten'], ask: ['altinn:authentication/systemuser.request.write'] } })
    expect(text).toContain('\n\naltinn:correspondence.read\ndigdir:dialogporten\n\n')
    expect(text).toContain('altinn:authentication/systemuser.request.write')
    expect(text).toContain('Organisasjonsnummer: 310 000 264\nMiljø: test (TT02)')
    expect(text).not.toContain('correspondence.write')
  })

  it('say what stands in the way with the code for support', () => {
    expect(problemText(translator('nb'), signIn('scope-not-granted', ['digdir:dialogporten']))).toBe('Klienten mangler tilgang til: digdir:dialogporten. Be Altinn om tilgangen (servicedesk@altinn.no), og legg den deretter til på klienten. Kode: MP-1')
    expect(problemText(translator('en'), { kind: 'key', code: 'wrong-password', detail: '' })).toBe('The password of the key is wrong.')
    expect(problemText(translator('nb'), { kind: 'no-access', supportCode: 'E-403', traceId: 'x' })).toContain('Kode: E-403, sporing: x')
  })

  it('take words one a line or side by side, each once', () => {
    expect(wordsIn('a\n b, c;a\n')).toEqual(['a', 'b', 'c'])
  })
})

describe('several identities', () => {
  const account = (name: string, more: Partial<AccountView> = {}): AccountView => ({
    accountUuid: empty.uuid, name, kind: 'system-user', organisation: '310000264', signInEndsAt: null, consented: true, busy: false, lastEndedAt: now, trouble: null, signIn: null, lastDoneAt: now, nextAt: null, fullPass: null, ...more,
  })

  it('are spoken of by the worst, and are as fresh as the one reached longest ago', () => {
    expect(worstOf([account('a'), account('b', { trouble: 'offline' }), account('c', { trouble: 'sign-in' })])?.name).toBe('c')
    expect(worstOf([account('a')])).toBeNull()
    expect(freshSince([account('a'), account('b', { lastDoneAt: now - 5 }), account('c', { lastDoneAt: null })])).toBe(now - 5)
    expect(freshSince([])).toBeNull()
  })

  it('tell a login that ends today or tomorrow, in Norwegian days', () => {
    const ends = (text: string): AccountView => account(text, { kind: 'person', organisation: null, signInEndsAt: Date.parse(text) })
    expect(endingSoon([ends('2026-11-25T09:00:00Z')], now)).toBeNull()
    expect(endingSoon([ends('2026-11-24T22:59:00Z'), ends('2026-11-24T07:00:00Z')], now)?.name).toBe('2026-11-24T07:00:00Z')
    expect(endingSoon([ends('2026-11-23T08:00:00Z')], now)).toBeNull()
    expect(until(wordsOf('nb'), Date.parse('2026-11-24T07:00:00Z'), now).replace(/\u00a0/g, ' ')).toBe('i morgen kl. 08.00')
  })
})
