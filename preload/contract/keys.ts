import { z } from 'zod'
import { profileProblem, protection } from './profiles.ts'
import { time } from './shapes.ts'

/** One way into the profile. host-secret: the host of an unattended machine gives it; demo-file: the key lies beside the lock, for invented post only. */
const keyWay = z.object({ id: z.uuid(), kind: z.enum(['passphrase', 'keychain', 'recovery-code', 'host-secret', 'demo-file']), createdAt: time })
export type KeyWayView = z.infer<typeof keyWay>

export const keyRequests = {
  'keys.ways': { request: z.object({}), response: z.object({ ways: z.array(keyWay) }) },
  /**
   * A recovery code to be written down; nothing is stored and an older one counts until it is kept. A later offer takes its
   * place, and after half an hour it is over. 'not-possible' for the demo.
   */
  'keys.offer-recovery-code': { request: z.object({}), response: z.object({ code: z.string() }) },
  /**
   * What a person typed back of it. Where that is the code it counts from now on and an older one is over; else, or where it
   * could not be stored, it stays offered. 'no-offer' when none is.
   */
  'keys.keep-recovery-code': { request: z.object({ typed: z.string().max(200) }), response: z.object({ kept: z.boolean() }) },
  /** The offered code never counts; harmless when there is none. */
  'keys.give-up-recovery-code': { request: z.object({}), response: z.object({}) },
  /**
   * Changes what a person opens the profile with: the new way is added and proven, then the keychain's entry or the
   * passphrase it replaces is taken away; recovery code and host secret stay. With a `problem`, worded by
   * `profile.problem.<problem>`, everything is as before. 'not-possible' for the demo.
   */
  'keys.protect': { request: z.object({ protect: protection }), response: z.object({ problem: profileProblem.extract(['passphrase', 'keychain-locked', 'keychain-absent', 'keychain-changed', 'keychain-denied']).nullable() }) },
  /** Takes a way in away; 'not-possible' for the last one that is no recovery code. Old copies of the profile still open with it. */
  'keys.remove': { request: z.object({ id: z.uuid() }), response: z.object({}) },
} as const
