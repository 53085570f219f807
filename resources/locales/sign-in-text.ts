import type { TextKey, Translate } from './index.ts'

type Suffix<Prefix extends string> = TextKey extends infer Key ? (Key extends `${Prefix}${infer Rest}` ? Rest : never) : never

interface Problem {
  readonly code: Suffix<'sign-in.problem.'>
  readonly supportCode: string
  readonly traceId: string | null
  readonly scopes: readonly string[]
}

const support = (t: Translate, code: string, trace: string | null): string => (trace === null ? t('sign-in.support', { code }) : t('sign-in.support.trace', { code, trace }))

/** What stands in the way of signing in and what to do about it, with the code for support. */
export const signInText = (t: Translate, { code, supportCode, traceId, scopes }: Problem): string => `${t(`sign-in.problem.${code}`, { scopes: scopes.join(', ') })} ${support(t, supportCode, traceId)}`

/** What a sentence about a key file names: beside «not a key» it stands in brackets, or not at all. */
export const keyDetail = (code: Suffix<'sign-in.key.'>, detail: string): string => (code === 'not-a-key' && detail !== '' ? ` (${detail})` : detail)

/** Why a key file cannot be used. */
export const keyText = (t: Translate, code: Suffix<'sign-in.key.'>, detail: string): string => t(`sign-in.key.${code}`, { detail: keyDetail(code, detail) })

/** Why a step of the check failed where it is neither the key nor the sign-in. */
export const stepText = (t: Translate, kind: 'no-access' | 'no-answer', supportCode: string, traceId: string | null): string => `${t(`sign-in.result.${kind}`)} ${support(t, supportCode, traceId)}`

type StepProblem =
  | { readonly kind: 'key'; readonly code: Suffix<'sign-in.key.'>; readonly detail: string }
  | { readonly kind: 'sign-in'; readonly problem: Problem }
  | { readonly kind: 'no-access' | 'no-answer'; readonly supportCode: string; readonly traceId: string | null }

/** What stands in the way at a step, what to do about it, and the code for support. */
export function problemText(t: Translate, problem: StepProblem): string {
  switch (problem.kind) {
    case 'key':
      return keyText(t, problem.code, problem.detail)
    case 'sign-in':
      return signInText(t, problem.problem)
    case 'no-access':
    case 'no-answer':
      return stepText(t, problem.kind, problem.supportCode, problem.traceId)
  }
}
