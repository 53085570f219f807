import type { EngineError } from '../../preload/contract/index.ts'
import type { TextKey, Translate } from '../../resources/locales/index.ts'
import { signInText } from '../../resources/locales/sign-in-text.ts'
import { engineErrorOf } from '../engine/errors.ts'
import { ProfileError } from '../profiles.ts'

/** Exit codes of the command line. */
export const exit = { done: 0, failed: 1, consent: 2, refused: 3, undecided: 4, usage: 64, busy: 75 } as const

/** Something to tell the user in one sentence, with the exit code it ends in. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure'
  readonly key: TextKey
  readonly values: Readonly<Record<string, string>>
  readonly exitCode: number
  /** What stands in the way of signing in: then that is the sentence. */
  readonly signIn: NonNullable<EngineError['signIn']> | null
  constructor(key: TextKey, values: Readonly<Record<string, string>> = {}, exitCode: number = exit.failed, signIn: NonNullable<EngineError['signIn']> | null = null) {
    super(key)
    this.signIn = signIn
    this.key = key
    this.values = values
    this.exitCode = exitCode
  }
}

/** An error of the engine as a sentence. */
export function failureOf(error: EngineError, folder: string): CliFailure {
  const code = error.code === 'busy' ? exit.busy : error.code === 'consent' ? exit.consent : exit.failed
  const key: TextKey = error.code === 'not-possible' ? `error.not-possible.${error.obstacle ?? 'no-message'}` : `error.${error.code}`
  return new CliFailure(key, { detail: error.detail, folder }, code, error.signIn ?? null)
}

/** Whatever was thrown while a profile was opened or used. */
export function asFailure(error: unknown, folder: string): CliFailure | null {
  if (error instanceof CliFailure) return error
  if (error instanceof ProfileError) return new CliFailure(`error.${error.code}`, error.values, error.code === 'needs-passphrase' || error.code === 'profile-name' ? exit.usage : exit.failed)
  const known = engineErrorOf(error)
  // What could be put right has been, when a profile opens; errors of a profile in use come as values.
  if (known?.code === 'damaged') return new CliFailure('error.no-whole-copy', { detail: known.detail, folder })
  if (known !== null) return failureOf(known, folder)
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === 'ENOSPC') return new CliFailure('error.disk-full')
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(code)) return new CliFailure('error.unwritable', { folder })
  return null
}

export const sentence = (t: Translate, failure: CliFailure): string => (failure.signIn === null ? t(failure.key, failure.values) : signInText(t, failure.signIn))
