import { z } from 'zod'
import { knownProfile } from './profiles.ts'

/**
 * What crosses between a window and the engine, the same over a MessagePort, a WebSocket and a child process's channel
 * (design.md section 2). Every frame is a plain object that JSON can carry.
 */

/** Said first on every connection: a window that was built with another contract is stale and reloads. */
const hello = z.object({ kind: z.literal('hello'), contract: z.string().max(100) })
const answer = z.object({ kind: z.literal('answer'), id: z.number().int().nonnegative(), result: z.unknown() })
const event = z.object({ kind: z.literal('event'), name: z.string().max(100), event: z.unknown() })

/** What stands in the way of an engine, as `error.<code>` with its values words it. */
export const trouble = z.object({ code: z.string().max(100), values: z.record(z.string(), z.string()) })
export type Trouble = z.infer<typeof trouble>

/** What is being put right while a profile is opened, and how far it has come; `total` is null where the end is not known. */
export const recovering = z.object({ what: z.enum(['check', 'mail', 'ledger', 'index', 'mirrors']), done: z.number(), total: z.number().nullable() })
export type RecoveringView = z.infer<typeof recovering>

/**
 * The engine's process as its shell sees it.
 *
 * - starting: not answering yet
 * - ready
 * - gone: it ended by itself, or said nothing for too long and was ended, and is being started again; `trouble` is
 *   `engine-silent` in the second case
 * - stopped: it does not come back by itself; `trouble` says why
 */
const engineState = z.object({
  kind: z.literal('engine'),
  state: z.enum(['starting', 'ready', 'gone', 'stopped']),
  trouble: trouble.nullable(),
  recovering: recovering.nullable().optional(),
  /** Name of the profile that this engine opens. */
  profile: z.string(),
  /** The profiles of this machine's user, as they were when the state changed last. */
  profiles: z.array(knownProfile),
})
export type EngineState = z.infer<typeof engineState>

export const frameToWindow = z.discriminatedUnion('kind', [hello, answer, event, engineState])
export type FrameToWindow = z.infer<typeof frameToWindow>

const call = z.object({ kind: z.literal('call'), id: z.number().int().nonnegative(), name: z.string().max(100), request: z.unknown() })
const cancel = z.object({ kind: z.literal('cancel'), id: z.number().int().nonnegative() })
/** Ask the shell to start a stopped engine once more. */
const restart = z.object({ kind: z.literal('restart') })

/** A person's passphrase or recovery code for a profile that waits for it; kept in memory only, never logged. */
const unlock = z.object({ kind: z.literal('unlock'), by: z.enum(['passphrase', 'recovery-code']), secret: z.string().min(1).max(1000) })

/**
 * Ask the shell to open another profile in place of this one: the engine ends after what is under way, and another one
 * starts. A name that is no profile's changes nothing. The passphrase is kept as that of `unlock`.
 */
const profile = z.object({ kind: z.literal('profile'), name: z.string().max(100), passphrase: z.string().min(1).max(1000).optional() })

export const frameToEngine = z.discriminatedUnion('kind', [call, cancel, restart, unlock, profile])
export type FrameToEngine = z.infer<typeof frameToEngine>

/** Calls of one window that may be under way at once (security.md 13). */
export const maxCallsUnderWay = 64
