import { z } from 'zod'
import { environmentKind } from './profiles.ts'

/**
 * What the user should know about how the profile was opened.
 *
 * - restored: data was put back from an older copy; `parked` receipts are undecided and only asked about
 * - mail-copy, mail-empty, mail-replaced: mail.db was damaged or exchanged; what is missing is fetched again on a person's word
 * - moved-machine: the profile was copied from another machine; `parked` receipts are undecided, and fetching is held until a person says that this one goes on
 * - keys-recovered: keys.json was damaged and the one before it was used
 */
export const notice = z.object({ kind: z.enum(['restored', 'keys-recovered', 'mail-copy', 'mail-empty', 'mail-replaced', 'moved-machine']), parked: z.number().int() })

/** Which profile this is and what holds it. */
export const profileState = z.object({
  name: z.string(),
  /** demo: invented post from a local Altinn; tt02: Altinn's test environment. */
  environment: environmentKind,
  /** As its addresses call it. */
  environmentName: z.string(),
  readOnly: z.boolean(),
  /** Local user of the operating system. */
  person: z.string(),
  /** What closing the window does. */
  closing: z.enum(['goes-on', 'stops']),
  /** Whether there is a page with what the senders see (the demo's local Altinn). */
  hasSenderPage: z.boolean(),
  /** Bytes of the encrypted copy on disk. */
  bytes: z.number(),
  /** Today's Norwegian calendar day is the engine's: one clock for all. */
  nowAt: z.number().int(),
})
export type ProfileState = z.infer<typeof profileState>

export const profileRequests = {
  'profile.notices': { request: z.object({}), response: z.object({ notices: z.array(notice) }) },
  /** Whether fetching is held until a person agrees, and why. */
  'recovery.state': { request: z.object({}), response: z.object({ held: z.enum(['copy', 'empty', 'replaced', 'moved']).nullable() }) },
  /** What is missing may be fetched again, which senders see; or, of a profile that was moved, this machine goes on with it. */
  'recovery.agree': { request: z.object({}), response: z.object({}) },
  'profile.state': { request: z.object({}), response: profileState },
  /** Deletes everything of the demo and begins anew; the window is told by the engine's state. */
  'profile.reset-demo': { request: z.object({}), response: z.object({}) },
} as const
