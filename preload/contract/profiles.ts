import { z } from 'zod'

/** tt02 and prod are known; anything else is a file of addresses, handed over as its text (JSON, docs/decisions/0023). */
export const chosenEnvironment = z.union([z.enum(['tt02', 'prod']), z.object({ addresses: z.string().max(100_000) })])

/** Profiles of this machine's user: one environment, one folder each. */
export const profileRow = z.object({ name: z.string(), environment: z.enum(['demo', 'tt02', 'prod', 'other']), current: z.boolean() })
export type ProfileRow = z.infer<typeof profileRow>

export const profilesRequests = {
  'profiles.list': {
    request: z.object({}),
    response: z.object({
      profiles: z.array(profileRow),
      /** Whether the system's keychain can hold a profile's key now. */
      keychain: z.enum(['available', 'locked', 'absent', 'denied']),
    }),
  },
  /**
   * Makes an empty profile; it is opened by the shell on the window's frame `profile`. `problem` is worded by
   * `profile.problem.<problem>`: a name that is taken or cannot be one, addresses that cannot be used, a passphrase that is
   * too short, a keychain that does not take the key.
   */
  'profiles.make': {
    request: z.object({
      name: z.string().max(100),
      environment: chosenEnvironment,
      protect: z.discriminatedUnion('by', [z.object({ by: z.literal('keychain') }), z.object({ by: z.literal('passphrase'), passphrase: z.string().max(1000) })]),
    }),
    response: z.object({ problem: z.enum(['name', 'exists', 'addresses', 'passphrase', 'keychain']).nullable(), detail: z.string() }),
  },
} as const
