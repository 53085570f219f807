import { z } from 'zod'
import { guid, time } from './shapes.ts'
import { signInProblem } from './sign-in.ts'

/**
 * Connecting the profile to Altinn: the three ways in, each a list of steps that may take days and survives restarts.
 * Secrets go one way: a key, a password or a passphrase is never answered.
 *
 * - person: ID-porten in the person's own browser
 * - own: a system user of one's own organisation
 * - clients: a system user for client relationships, for accountants
 */
export const connectWay = z.enum(['person', 'own', 'clients'])
export type ConnectWay = z.infer<typeof connectWay>

/** The steps from a key, or a login, to a message, in their order; worded by `sign-in.step.<step>`. */
export const connectStep = z.enum(['key', 'grant', 'exchange', 'parties', 'dialogporten', 'correspondence'])

/** Why a key cannot be used; worded by `sign-in.key.<code>`. */
export const keyProblem = z.object({
  code: z.enum([
    'too-large', 'not-a-key', 'needs-password', 'wrong-password', 'too-costly', 'unsupported', 'public-only', 'no-private-key', 'not-rsa', 'too-small', 'expired-certificate', 'not-yet-valid', 'certificate-of-another-key',
    'other-organisation', 'needs-kid',
  ]),
  detail: z.string(),
})
export type KeyProblem = z.infer<typeof keyProblem>

/** Why a step failed. no-access: the token is taken, but not for this; no-answer: the service fails. */
export const connectProblem = z.discriminatedUnion('kind', [
  keyProblem.extend({ kind: z.literal('key') }),
  z.object({ kind: z.literal('sign-in'), problem: signInProblem }),
  z.object({ kind: z.enum(['no-access', 'no-answer']), supportCode: z.string(), traceId: z.string().nullable() }),
])
export type ConnectProblem = z.infer<typeof connectProblem>

/** How a step went when it was tried last. nothing-to-try: there is no message yet; not-reached: an earlier one failed. */
export const stepResult = z.object({
  step: connectStep,
  result: z.enum(['ok', 'nothing-to-try', 'not-reached', 'failed']),
  /** How many were found, where the step finds something. */
  count: z.number().int().nullable(),
  problem: connectProblem.nullable(),
})
export type StepResultView = z.infer<typeof stepResult>

const organisation = z.string().regex(/^\d{9}$/)
const word = z.string().trim().min(1).max(200).regex(/^\S+$/)

/** One way in: begun, or an identity of the profile. */
export const connection = z.object({
  uuid: guid,
  way: connectWay,
  name: z.string(),
  /** An identity that mail is fetched with; else only begun. */
  connected: z.boolean(),
  organisation: organisation.nullable(),
  clientId: z.string().nullable(),
  /** Key id given by hand; a certificate, or the key's own file, may name the key instead. */
  kid: z.string().nullable(),
  /** The key that is kept for it, by what may be shown. */
  key: z.object({ kid: z.string().nullable(), certificate: z.object({ organisation: organisation.nullable(), notAfter: time }).nullable() }).nullable(),
  systemId: z.string().nullable(),
  externalRef: z.string().nullable(),
  /** What the system user is asked for: URNs of access packages, ids of single services. */
  packages: z.array(z.string()),
  resources: z.array(z.string()),
  /** A system user that was asked for, as it was seen last; `timed-out`: nobody approved it in time. */
  request: z.object({ state: z.enum(['waiting', 'accepted', 'refused', 'timed-out']), askedAt: time, seenAt: time.nullable(), confirmUrl: z.string().nullable() }).nullable(),
  /** A person's login. `endsAt`: from then on the person has to log in again; null where it is not known. `address`: where to go when no browser opened. */
  login: z.object({ state: z.enum(['none', 'under-way', 'in', 'over']), endsAt: time.nullable(), address: z.string().nullable() }).nullable(),
  /** The last test of everything there is. */
  checked: z.object({ at: time, results: z.array(stepResult) }).nullable(),
})
export type ConnectionView = z.infer<typeof connection>

const one = z.object({ uuid: guid })
const problem = z.object({ problem: connectProblem.nullable() })

export const connectRequests = {
  'connect.list': {
    request: z.object({}),
    response: z.object({
      connections: z.array(connection),
      /** Whether the environment has a public client for persons; where it has none the way is shown with what to do about it. */
      personClient: z.boolean(),
      /** The scopes that a Maskinporten client needs to receive, and those to ask for a system user. */
      scopes: z.object({ receive: z.array(z.string()), ask: z.array(z.string()) }),
    }),
  },
  /** Begins a way in; the same way may be begun several times, for several identities. */
  'connect.begin': { request: z.object({ way: connectWay, name: z.string().trim().min(1).max(100) }), response: one },
  /** What is left out stays as it is. Of a connected identity the name, client id and key id may be changed. */
  'connect.change': {
    request: z.object({
      uuid: guid,
      name: z.string().trim().min(1).max(100).optional(),
      organisation: organisation.nullable().optional(),
      clientId: word.nullable().optional(),
      kid: word.nullable().optional(),
      systemId: word.nullable().optional(),
      externalRef: word.nullable().optional(),
      packages: z.array(word).max(50).optional(),
      resources: z.array(word).max(50).optional(),
    }),
    response: z.object({}),
  },
  /** A key file's bytes, or pasted text, in base64, with its password where it has one; it is sealed into the profile and never answered. A `problem` keeps the key of before. */
  'connect.key': { request: z.object({ uuid: guid, data: z.base64().max(1_500_000), password: z.string().max(1000) }), response: z.object({ problem: keyProblem.nullable() }) },
  /** Tries what is there, step by step; no sender sees any of it. */
  'connect.check': { request: one, response: z.object({ results: z.array(stepResult) }) },
  /** Asks for a system user with what is filled in, or anew after a refusal. */
  'connect.ask': { request: one, response: problem },
  /** Looks at the request now; it is also looked at by itself while it waits. */
  'connect.look': { request: one, response: problem },
  'connect.withdraw': { request: one, response: problem },
  /** Opens the page where the request is approved; 'not-opened' where no browser took it. */
  'connect.open-approval': { request: one, response: z.object({}) },
  /** Opens ID-porten in the person's own browser and waits for the answer, five minutes at most. */
  'connect.login': { request: z.object({ uuid: guid, level: z.enum(['substantial', 'high']), language: z.enum(['nb', 'nn', 'en']) }), response: problem },
  'connect.cancel-login': { request: one, response: z.object({}) },
  /** Ends a person's login here and forgets what was kept of it. */
  'connect.log-out': { request: one, response: z.object({}) },
  /** Makes it an identity of the profile; 'not-possible' while something is missing that nothing works without. */
  'connect.finish': { request: one, response: z.object({}) },
  /** Forgets one that was begun, with its key, or an identity: what was fetched stays. 'not-possible' while receipts of it are under way. */
  'connect.remove': { request: one, response: z.object({}) },
} as const

export const connectEvents = { 'connect.changed': z.object({}) } as const
