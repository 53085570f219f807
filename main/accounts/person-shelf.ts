import { z } from 'zod'
import type { PersonSession } from '../altinn/idporten.ts'
import type { ProfileKeys } from '../store/keys.ts'
import { openSecret, removeSecret, sealSecret } from '../store/sealed.ts'

const session = z.object({ accessToken: z.string(), expiresAt: z.number(), refreshToken: z.string().nullable(), /** Logins of before it was known lack it. */ endsAt: z.number().nullable().default(null) })

const nameOf = (accountUuid: string): string => `person-session/${accountUuid}`

/** Where a person's login is kept, so that it outlives a restart of the program but never its own end. */
export interface PersonShelf {
  put(session: PersonSession): Promise<void>
  /** null when there is none, or it is over and cannot be continued. */
  get(): Promise<PersonSession | null>
  remove(): Promise<void>
}

/** Sealed with the profile's own keys, as signing keys are. */
export function sealedSession(folder: string, keys: ProfileKeys, accountUuid: string, now: () => number = Date.now): PersonShelf {
  const remove = (): Promise<void> => removeSecret(folder, nameOf(accountUuid))
  return {
    put: (login) => sealSecret(folder, keys, nameOf(accountUuid), Buffer.from(JSON.stringify(login))),
    get: async () => {
      const bytes = await openSecret(folder, keys, nameOf(accountUuid))
      if (bytes === null) return null
      const login = session.parse(JSON.parse(bytes.toString('utf8')))
      if (login.refreshToken !== null || now() < login.expiresAt) return login
      await remove()
      return null
    },
    remove,
  }
}
