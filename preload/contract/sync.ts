import { z } from 'zod'
import { engineError } from './errors.ts'
import { guid, time } from './shapes.ts'
import { signInProblem } from './sign-in.ts'

const counts = {
  recipients: z.number().int(),
  dialogs: z.number().int(),
  messages: z.number().int(),
  attachments: z.number().int(),
  bytes: z.number(),
  skipped: z.record(z.string(), z.number().int()),
  failed: z.number().int(),
}

/** One run of sync: what it did, and all there is now under `total`. A message is a correspondence whose content is stored. */
export const runSummary = z.object({ ...counts, requests: z.number().int(), seconds: z.number(), total: z.object(counts) })
export type RunSummary = z.infer<typeof runSummary>

export const syncProgress = z.object({
  accountUuid: guid,
  phase: z.enum(['recipients', 'discover', 'link', 'fetch', 'attachments', 'full-pass']),
  done: z.number().int(),
  total: z.number().int().nullable(),
  party: z.string().nullable(),
})
export type SyncProgressView = z.infer<typeof syncProgress>

export const accountView = z.object({
  accountUuid: guid,
  name: z.string(),
  kind: z.enum(['system-user', 'person']),
  /** Whose system user it is, 9 digits; null for a person. */
  organisation: z.string().nullable(),
  /** When a person has to log in again; null where that is not known, and for system users. */
  signInEndsAt: time.nullable(),
  consented: z.boolean(),
  busy: z.boolean(),
  lastEndedAt: time.nullable(),
  /** Why the last run ended early: sign-in, offline, service; null when it did not. */
  trouble: z.enum(['sign-in', 'offline', 'service', 'disk-full', 'internal']).nullable(),
  /** What it was on the way to a token, where it was that. */
  signIn: signInProblem.nullable(),
  /** The last run that reached the service to its end. */
  lastDoneAt: time.nullable(),
  /** When it is asked for by itself again; null when it is not. */
  nextAt: time.nullable(),
  /** The last look through everything, which finds what no poll can: back-dated, moved and removed messages. null: never begun. */
  fullPass: z.object({ beganAt: time, endedAt: time.nullable(), done: z.number().int(), total: z.number().int() }).nullable(),
})
export type AccountView = z.infer<typeof accountView>

export const syncRequests = {
  /** Runs and waits for the end; `stopped` says why it ended early. */
  'sync.run': { request: z.object({ accountUuid: guid }), response: z.object({ summary: runSummary, stopped: engineError.nullable() }) },
  /** Ends what is under way after the answers that are on their way; positions are kept. */
  'sync.stop': { request: z.object({}), response: z.object({}) },
  /** Something that may bring the service back: the network, the machine's waking, its unlocking. Asks for mail and sends what waits. */
  'sync.wake': { request: z.object({ why: z.enum(['network', 'resume', 'unlock']) }), response: z.object({}) },
  /** Looks through everything now instead of in idle time; resolves when it began. */
  'sync.full-pass': { request: z.object({ accountUuid: guid }), response: z.object({}) },
  'sync.state': { request: z.object({}), response: z.object({ accounts: z.array(accountView) }) },
} as const

export const syncEvents = { 'sync.progress': syncProgress, 'sync.finished': z.object({ accountUuid: guid, summary: runSummary }), /** A run began, or ended in any way. */ 'sync.changed': z.object({}) } as const
