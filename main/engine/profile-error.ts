import type { startProblem } from '../../preload/contract/errors.ts'
import type { z } from 'zod'

/** What can be wrong with a profile or with what makes one; shells word it by `error.<code>`. */
export type ProfileProblem =
  | z.infer<typeof startProblem>
  | 'no-profile' | 'no-demo' | 'profile-exists' | 'profile-name' | 'organisation' | 'addresses' | 'no-file' | 'passphrase' | 'keychain' | 'needs-passphrase' | 'last-way' | 'no-way' | 'demo-keys'
  | 'host-secret-absent' | 'host-secret-denied' | 'host-secret-late' | 'host-secret-weak' | 'wrong-host-secret' | 'needs-host-secret' | 'no-host-secret'

export class ProfileError extends Error {
  override readonly name = 'ProfileError'
  readonly code: ProfileProblem
  readonly values: Readonly<Record<string, string>>
  constructor(code: ProfileProblem, values: Readonly<Record<string, string>> = {}) {
    super(code)
    this.code = code
    this.values = values
  }
}
