import type { AltinnClient } from '../altinn/client.ts'
import type { SystemUserGrant } from '../altinn/maskinporten.ts'
import type { Failure, Outcome } from '../altinn/outcome.ts'
import type { IdentityTokens } from '../altinn/tokens.ts'
import { signInProblem, type SignInProblem } from '../altinn/sign-in-problem.ts'
import { KeyFileError, type KeyProblemCode } from './key-problem.ts'
import { isOrganisationNumber } from './signing-key.ts'

/** The steps from a key to a letter, in their order; a person's login begins with the exchange. */
export const checkSteps = ['key', 'grant', 'exchange', 'parties', 'dialogporten', 'correspondence'] as const
export type CheckStep = (typeof checkSteps)[number]

export type StepResult =
  | { readonly step: CheckStep; readonly result: 'ok'; /** How many were found, where the step finds something. */ readonly count: number | null }
  /** There is nothing to try it on: no letter of any recipient yet. */
  | { readonly step: CheckStep; readonly result: 'nothing-to-try' }
  /** An earlier step failed. */
  | { readonly step: CheckStep; readonly result: 'not-reached' }
  | { readonly step: CheckStep; readonly result: 'failed'; readonly problem: CheckProblem }

/** Why a step failed, as a person can act on it. */
export type CheckProblem =
  | { readonly kind: 'key'; readonly code: KeyProblemCode; readonly detail: string }
  | { readonly kind: 'sign-in'; readonly problem: SignInProblem }
  /** The token is taken, but not for this. */
  | { readonly kind: 'no-access' | 'no-answer'; readonly supportCode: string; readonly traceId: string | null }

export interface CheckOptions {
  readonly client: Pick<AltinnClient, 'grant' | 'exchange' | 'systemUser' | 'parties' | 'searchDialogs' | 'listCorrespondences'>
  /** Gives what signs, or throws a KeyFileError; null when it cannot be had. */
  readonly grant: () => Promise<SystemUserGrant | null>
  /** Told of each step as it ends. */
  readonly told?: (result: StepResult) => void
}

/** Why a call failed, as a person can act on it; `step` names it for support. */
export function problemOf(step: string, { signIn, kind, status, errorCode, problemCode, code, traceId }: Failure): Exclude<CheckProblem, { readonly kind: 'key' }> {
  if (signIn !== undefined) return { kind: 'sign-in', problem: signIn }
  const supportCode = [status === null ? (code ?? 'NO ANSWER') : `HTTP ${String(status)}`, errorCode ?? problemCode, step].filter((one) => one !== undefined).join(' ')
  return { kind: kind === 'no-access' || kind === 'token' || kind === 'refused' ? 'no-access' : 'no-answer', supportCode, traceId }
}

/** What a client was granted less than it asked for. */
const missing = (asked: readonly string[], granted: readonly string[] | null): readonly string[] => (granted === null ? [] : asked.filter((scope) => !granted.includes(scope)))

const correspondencePart = 'urn:altinn:resource:'

/** The steps as they are told; what comes after one that failed was not reached. */
class Told {
  readonly results: StepResult[] = []
  readonly #told: CheckOptions['told']

  constructor(told: CheckOptions['told']) {
    this.#told = told
  }

  add(result: StepResult): void {
    this.results.push(result)
    this.#told?.(result)
  }

  failed(step: CheckStep, problem: CheckProblem): readonly StepResult[] {
    this.add({ step, result: 'failed', problem })
    for (const later of checkSteps.slice(checkSteps.indexOf(step) + 1)) this.add({ step: later, result: 'not-reached' })
    return this.results
  }

  /** Notes a step; null when it failed. */
  step<T>(name: CheckStep, outcome: Outcome<T>, count: (value: T) => number | null = () => null): { readonly value: T } | null {
    if (!outcome.ok) return this.failed(name, problemOf(name, outcome.failure)), null
    this.add({ step: name, result: 'ok', count: count(outcome.value) })
    return { value: outcome.value }
  }
}

/**
 * Tries what is there, step by step, without touching any letter: nothing here is seen by a sender (altinn3.md 2.3: search and
 * list have no side effects). Stops at the first step that fails; the rest is told as not reached.
 */
export async function checkSignIn({ client, grant: grantOf, told }: CheckOptions): Promise<readonly StepResult[]> {
  const steps = new Told(told)
  let grant: SystemUserGrant | null
  try {
    grant = await grantOf()
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error
    return steps.failed('key', { kind: 'key', code: error.code, detail: error.detail })
  }
  if (grant === null) return steps.failed('key', { kind: 'key', code: 'no-private-key', detail: '' })
  steps.add({ step: 'key', result: 'ok', count: null })
  // Neither is asked of Maskinporten when there is nothing to ask with.
  if (grant.clientId === '') return steps.failed('grant', { kind: 'sign-in', problem: signInProblem('unknown-client', 'CONFIG clientId') })
  if (!isOrganisationNumber(grant.organisation)) return steps.failed('grant', { kind: 'sign-in', problem: signInProblem('wrong-organisation', 'CONFIG organisation') })

  const granted = await client.grant(grant)
  const lacking = granted.ok ? missing(grant.scopes, granted.value.scopes) : []
  if (lacking.length > 0) return steps.failed('grant', { kind: 'sign-in', problem: signInProblem('scope-not-granted', 'HTTP 200 maskinporten/token', { scopes: lacking }) })
  const grantStep = steps.step('grant', granted)
  if (grantStep === null) return steps.results
  if (steps.step('exchange', await client.exchange(grantStep.value.token)) === null) return steps.results
  return await checkMail(client, client.systemUser('check', grant), steps, ({ partyType }) => partyType === 'Organization')
}

/** The same for a person who has logged in; null for one who has not. */
export async function checkPerson({ client, identity, told }: Pick<CheckOptions, 'client' | 'told'> & { readonly identity: IdentityTokens | null }): Promise<readonly StepResult[]> {
  const steps = new Told(told)
  if (identity === null) return steps.failed('exchange', { kind: 'sign-in', problem: signInProblem('login-ended', 'EXPIRED idporten') })
  if (steps.step('exchange', await identity.altinnToken()) === null) return steps.results
  return await checkMail(client, identity, steps, ({ partyType }) => partyType === 'Organization' || partyType === 'Person')
}

/** The steps with a token: who may be acted for, what there is for them, and whether it may be had. */
async function checkMail(client: CheckOptions['client'], identity: IdentityTokens, steps: Told, counts: (party: { readonly partyType: string }) => boolean): Promise<readonly StepResult[]> {
  const parties = steps.step('parties', await client.parties(identity), (all) => all.filter(({ hasOnlyAccessToSubParties }) => !hasOnlyAccessToSubParties).length)
  if (parties === null) return steps.results
  const searched = parties.value.filter((party) => counts(party) && !party.isDeleted && !party.hasOnlyAccessToSubParties).slice(0, 100).map(({ party }) => party)
  if (searched.length === 0) {
    for (const name of ['dialogporten', 'correspondence'] as const) steps.add({ step: name, result: 'nothing-to-try' })
    return steps.results
  }
  const dialogs = steps.step('dialogporten', await client.searchDialogs(identity, { parties: searched, limit: 100 }), ({ items }) => items.length)
  if (dialogs === null) return steps.results
  const letter = dialogs.value.items.find(({ serviceResource }) => serviceResource.startsWith(correspondencePart))
  if (letter === undefined) {
    steps.add({ step: 'correspondence', result: 'nothing-to-try' })
    return steps.results
  }
  steps.step('correspondence', await client.listCorrespondences(identity, { resourceId: letter.serviceResource.slice(correspondencePart.length), onBehalfOf: letter.party }), (ids) => ids.length)
  return steps.results
}
