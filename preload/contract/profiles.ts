import { z } from 'zod'

/** Of which world a profile's post is; worded with a badge everywhere but in production. other: a file of addresses. */
export const environmentKind = z.enum(['demo', 'tt02', 'prod', 'other'])
export type EnvironmentKind = z.infer<typeof environmentKind>

/** tt02 and prod are known; anything else is a file of addresses, handed over as its text (JSON, docs/decisions/0023). */
export const chosenEnvironment = z.union([z.enum(['tt02', 'prod']), z.object({ addresses: z.string().max(2_000_000) })])

/** A profile by what stands in the clear: a shell knows it also while the profile is locked. */
export const knownProfile = z.object({
  name: z.string(),
  environment: environmentKind,
  /** As its addresses call it, to tell one environment of one's own from another; empty where its file cannot be read. */
  environmentName: z.string(),
})
export type KnownProfile = z.infer<typeof knownProfile>

/** Profiles of this machine's user: one environment, one folder each. The demo is always one of them. */
export const profileRow = knownProfile.extend({ current: z.boolean() })
export type ProfileRow = z.infer<typeof profileRow>

/** locked: or nobody answered its question; changed: it does not give back what is put there; denied: it, or the user, refused. */
export const keychainState = z.enum(['available', 'locked', 'absent', 'changed', 'denied'])
export type KeychainState = z.infer<typeof keychainState>

/** Why a profile was not made, worded by `profile.problem.<problem>`. ca-file: the addresses name a file beside them, which a window cannot hand over. */
export const profileProblem = z.enum(['name', 'exists', 'addresses', 'ca-file', 'passphrase', 'keychain-locked', 'keychain-absent', 'keychain-changed', 'keychain-denied'])
export type ProfileMakeProblem = z.infer<typeof profileProblem>

/** What opens a profile for a person. */
export const protection = z.discriminatedUnion('by', [z.object({ by: z.literal('keychain') }), z.object({ by: z.literal('passphrase'), passphrase: z.string().max(1000) })])

/** Characters of a passphrase at least. */
export const shortestPassphrase = 8

export const profilesRequests = {
  'profiles.list': { request: z.object({}), response: z.object({ profiles: z.array(profileRow) }) },
  /** Whether the system's keychain can hold a profile's key now. It is tried, which may raise the system's own question; three seconds at most a step. */
  'profiles.keychain': { request: z.object({}), response: z.object({ keychain: keychainState }) },
  /**
   * Makes an empty profile; it is opened by the shell on the window's frame `profile`. `problem`: a name that is taken or
   * cannot be one, addresses that cannot be used (`detail` names which and why), a passphrase that is too short, a
   * keychain that does not take the key.
   */
  'profiles.make': {
    request: z.object({ name: z.string().max(100), environment: chosenEnvironment, protect: protection }),
    response: z.object({ problem: profileProblem.nullable(), detail: z.string() }),
  },
} as const
