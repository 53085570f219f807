import type { KnownProfile, RequestOf, ResponseOf } from '../../preload/contract/index.ts'
import type { Handlers } from './calls.ts'

/** The profiles of this machine's user, for the window of one of them: the engine itself knows only its own folder. */
export interface Profiles {
  list(): readonly KnownProfile[]
  /** Tries the system's keychain. */
  keychain(): Promise<ResponseOf<'profiles.keychain'>['keychain']>
  /** Makes an empty profile, or says why not. @throws {StoreError} */
  make(wanted: RequestOf<'profiles.make'>): Promise<ResponseOf<'profiles.make'>>
}

/** @param current name of the profile that is open */
export function profilesHandlers(profiles: Profiles, current: string): Handlers {
  return {
    'profiles.list': () => Promise.resolve({ profiles: profiles.list().map((one) => ({ ...one, current: one.name === current })) }),
    'profiles.keychain': async () => ({ keychain: await profiles.keychain() }),
    'profiles.make': (wanted) => profiles.make(wanted),
  }
}
