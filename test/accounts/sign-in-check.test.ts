import { describe, expect, it } from 'vitest'
import { KeyFileError } from '../../main/accounts/key-problem.ts'
import { partiesOf } from '../../main/accounts/parties.ts'
import { checkSignIn, type CheckOptions, type StepResult } from '../../main/accounts/sign-in-check.ts'
import type { AltinnClient } from '../../main/altinn/client.ts'
import { type Failure, failure, type Outcome } from '../../main/altinn/outcome.ts'
import { signInFailure } from '../../main/altinn/sign-in-answers.ts'
import { signInProblem } from '../../main/altinn/sign-in-problem.ts'
import type { IdentityTokens } from '../../main/altinn/tokens.ts'

const exchange = { beganAt: 0, endedAt: 0, serverDateAt: null }
const done = <T>(value: T): Promise<Outcome<T>> => Promise.resolve({ ok: true, value, exchange })
const failed = (reason: Failure): Promise<{ readonly ok: false; readonly failure: Failure; readonly exchange: typeof exchange }> => Promise.resolve({ ok: false, failure: reason, exchange })
const party = { party: 'urn:altinn:organization:identifier-no:310000108', partyUuid: '00000001-0000-4000-8000-00000000000a', name: 'F', partyType: 'Organization', isDeleted: false, hasOnlyAccessToSubParties: false, parent: null }
const scopes = ['altinn:correspondence.read', 'digdir:dialogporten']
const identity = { id: 'check' } as unknown as IdentityTokens

const all: CheckOptions['client'] = {
  grant: () => done({ token: 't', lifetimeMs: 1, scopes }),
  exchange: () => done('t'),
  systemUser: () => identity,
  parties: () => done([party]),
  searchDialogs: () => done({ items: [{ serviceResource: 'urn:altinn:resource:skd-brev', party: party.party }], originals: [], rejected: [], hasNextPage: false, continuationToken: null } as unknown as Awaited<ReturnType<AltinnClient['searchDialogs']>> extends Outcome<infer Page> ? Page : never),
  listCorrespondences: (_identity, query) => (query.resourceId === 'skd-brev' && query.onBehalfOf === party.party ? done(['a', 'b']) : failed(failure('refused', 'wrong question'))),
}
const grant: CheckOptions['grant'] = () => Promise.resolve({ clientId: 'c', kid: 'k', key: {}, organisation: '310000108', scopes })
const short = (results: readonly StepResult[]): readonly string[] => results.map(({ step, result }) => `${step} ${result}`)

describe('the check of what is there', () => {
  it('goes from the key to a letter, and tells each step as it ends', async () => {
    const told: string[] = []
    const results = await checkSignIn({ client: all, grant, told: ({ step }) => told.push(step) })
    expect(results.map((one) => (one.result === 'ok' ? [one.step, one.count] : one))).toEqual([['key', null], ['grant', null], ['exchange', null], ['parties', 1], ['dialogporten', 1], ['correspondence', 2]])
    expect(told).toEqual(results.map(({ step }) => step))
  })

  it.each<readonly [string, Partial<CheckOptions['client']>, Partial<CheckOptions>, object]>([
    ['key', {}, { grant: () => Promise.reject(new KeyFileError('wrong-password')) }, { kind: 'key', code: 'wrong-password' }],
    ['key', {}, { grant: () => Promise.resolve(null) }, { kind: 'key', code: 'no-private-key' }],
    ['grant', { grant: () => failed(signInFailure(signInProblem('no-system-user', 'MP-303'))) }, {}, { kind: 'sign-in', problem: { code: 'no-system-user', supportCode: 'MP-303' } }],
    ['grant', { grant: () => done({ token: 't', lifetimeMs: 1, scopes: ['digdir:dialogporten'] }) }, {}, { kind: 'sign-in', problem: { code: 'scope-not-granted', scopes: ['altinn:correspondence.read'] } }],
    ['exchange', { exchange: () => failed(signInFailure(signInProblem('altinn-down', 'HTTP 503 exchange/maskinporten'))) }, {}, { kind: 'sign-in', problem: { code: 'altinn-down' } }],
    ['dialogporten', { searchDialogs: () => failed(failure('no-access', 'x', { status: 403, traceId: 'tr' })) }, {}, { kind: 'no-access', supportCode: 'HTTP 403 dialogporten', traceId: 'tr' }],
    ['correspondence', { listCorrespondences: () => failed(failure('unreachable', 'x', { code: 'ECONNRESET' })) }, {}, { kind: 'no-answer', supportCode: 'ECONNRESET correspondence' }],
  ])('stops at %s and says why', async (step, client, more, problem) => {
    const results = await checkSignIn({ client: { ...all, ...client }, grant, ...more })
    expect(results.find(({ result }) => result === 'failed')).toMatchObject({ step, problem })
    expect(results.at(-1)?.step).toBe('correspondence')
    expect(new Set(results.slice(results.findIndex((one) => one.step === step) + 1).map(({ result }) => result)).size).toBeLessThanOrEqual(1)
  })

  it('with nothing to try on says so', async () => {
    expect(short(await checkSignIn({ client: { ...all, parties: () => done([]) }, grant }))).toEqual(['key ok', 'grant ok', 'exchange ok', 'parties ok', 'dialogporten nothing-to-try', 'correspondence nothing-to-try'])
  })
})

describe('the parties of an identity', () => {
  const whole = { authorizedParties: () => done([]), parties: () => done([party]) }
  it('come from access management, else from Dialogporten', async () => {
    expect(await partiesOf(whole, identity)).toMatchObject({ ok: true, value: { source: 'access-management', parties: [] } })
    const plain = await partiesOf({ ...whole, authorizedParties: () => failed(failure('no-access', 'x', { status: 403 })) }, identity)
    expect(plain).toMatchObject({ ok: true, value: { source: 'dialogporten', parties: [{ party: party.party, onlyHeading: false, packages: [] }] } })
  })

  it('are not known while access management is away: the shorter list must not look like lost access', async () => {
    for (const kind of ['server', 'unreachable', 'captive-portal', 'schema'] as const) {
      expect(await partiesOf({ ...whole, authorizedParties: () => failed(failure(kind, 'x')) }, identity)).toMatchObject({ ok: false, failure: { kind } })
    }
    expect(await partiesOf({ ...whole, authorizedParties: () => failed(signInFailure(signInProblem('revoked', 'MP-303'))) }, identity)).toMatchObject({ ok: false })
  })
})
