import { z } from 'zod'

/**
 * What the user should know about how the profile was opened.
 *
 * - restored: data was put back from an older copy; `parked` receipts are undecided and only asked about
 * - keys-recovered: keys.json was damaged and the one before it was used
 */
export const notice = z.object({ kind: z.enum(['restored', 'keys-recovered']), parked: z.number().int() })

export const profileRequests = { 'profile.notices': { request: z.object({}), response: z.object({ notices: z.array(notice) }) } } as const
