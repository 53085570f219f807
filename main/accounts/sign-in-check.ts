import type { AltinnClient } from '../altinn/client.ts'
import type { SystemUserGrant } from '../altinn/maskinporten.ts'
import type { Failure, Outcome } from '../altinn/outcome.ts'
import { signInProblem, type SignInProblem } from '../altinn/sign-in-problem.ts'
import { KeyFileError, type KeyProblemCode } from './key-problem.ts'

/** The steps from a key to a letter, in their order. */
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

function problemOf(step: CheckStep, { signIn, kind, status, errorCode, code, traceId }: Failure): CheckProblem {
  if (signIn !== undefined) return { kind: 'sign-in', problem: signIn }
  const supportCode = [status === null ? (code ?? 'NO ANSWER') : `HTTP ${String(status)}`, ...(errorCode === null ? [] : [String(errorCode)]), step].join(' ')
  return { kind: kind === 'no-access' || kind === 'token' || kind === 'refused' ? 'no-access' : 'no-answer', supportCode, traceId }
}

/** What a client was granted less than it asked for. */
const missing = (asked: readonly string[], granted: readonly string[] | null): readonly string[] => (granted === null ? [] : asked.filter((scope) => !granted.includes(scope)))

const correspondencePart = 'urn:altinn:resource:'

/**
 * Tries what is there, step by step, without touching any letter: nothing here is seen by a sender (altinn3.md 2.3: search and
 * list have no side effects). Stops at the first step that fails; the rest is told as not reached.
 */
export async function checkSignIn({ client, grant: grantOf, told }: CheckOptions): Promise<readonly StepResult[]> {
  const results: StepResult[] = []
  const add = (result: StepResult): void => {
    results.push(result)
    told?.(result)
  }
  const failed = (step: CheckStep, problem: CheckProblem): readonly StepResult[] => {
    add({ step, result: 'failed', problem })
    for (const later of checkSteps.slice(checkSteps.indexOf(step) + 1)) add({ step: later, result: 'not-reached' })
    return results
  }
  /** Notes a step; null when it failed. */
  const step = <T>(name: CheckStep, outcome: Outcome<T>, count: (value: T) => number | null = () => null): { readonly value: T } | null => {
    if (!outcome.ok) return failed(name, problemOf(name, outcome.failure)), null
    add({ step: name, result: 'ok', count: count(outcome.value) })
    return { value: outcome.value }
  }

  let grant: SystemUserGrant | null
  try {
    grant = await grantOf()
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error
    return failed('key', { kind: 'key', code: error.code, detail: error.detail })
  }
  if (grant === null) return failed('key', { kind: 'key', code: 'no-private-key', detail: '' })
  add({ step: 'key', result: 'ok', count: null })

  const granted = await client.grant(grant)
  const lacking = granted.ok ? missing(grant.scopes, granted.value.scopes) : []
  if (lacking.length > 0) return failed('grant', { kind: 'sign-in', problem: signInProblem('scope-not-granted', 'HTTP 200 maskinporten/token', { scopes: lacking }) })
  const grantStep = step('grant', granted)
  if (grantStep === null) return results
  if (step('exchange', await client.exchange(grantStep.value.token)) === null) return results

  const identity = client.systemUser('check', grant)
  const parties = step('parties', await client.parties(identity), (all) => all.filter(({ hasOnlyAccessToSubParties }) => !hasOnlyAccessToSubParties).length)
  if (parties === null) return results
  const searched = parties.value.filter(({ partyType, isDeleted, hasOnlyAccessToSubParties }) => partyType === 'Organization' && !isDeleted && !hasOnlyAccessToSubParties).slice(0, 100).map(({ party }) => party)
  if (searched.length === 0) {
    for (const name of ['dialogporten', 'correspondence'] as const) add({ step: name, result: 'nothing-to-try' })
    return results
  }
  const dialogs = step('dialogporten', await client.searchDialogs(identity, { parties: searched, limit: 100 }), ({ items }) => items.length)
  if (dialogs === null) return results
  const letter = dialogs.value.items.find(({ serviceResource }) => serviceResource.startsWith(correspondencePart))
  if (letter === undefined) {
    add({ step: 'correspondence', result: 'nothing-to-try' })
    return results
  }
  step('correspondence', await client.listCorrespondences(identity, { resourceId: letter.serviceResource.slice(correspondencePart.length), onBehalfOf: letter.party }), (ids) => ids.length)
  return results
}
