import { z } from 'zod'
import { time } from './shapes.ts'

/** One way into the profile. demo-file: the key lies beside the lock, for invented post only. */
const keyWay = z.object({ id: z.uuid(), kind: z.enum(['passphrase', 'keychain', 'recovery-code', 'demo-file']), createdAt: time })
export type KeyWayView = z.infer<typeof keyWay>

export const keyRequests = {
  'keys.ways': { request: z.object({}), response: z.object({ ways: z.array(keyWay) }) },
  /** Makes a recovery code, which is shown once, and takes an older one away. 'not-possible' for the demo. */
  'keys.add-recovery-code': { request: z.object({}), response: z.object({ code: z.string() }) },
  /** Takes a way in away; 'not-possible' for the last one that is no recovery code. Old copies of the profile still open with it. */
  'keys.remove': { request: z.object({ id: z.uuid() }), response: z.object({}) },
} as const
