import { z } from 'zod'
import { guid } from './shapes.ts'

/** A system user's account; the key that signs for it never crosses the contract. */
export const accountRequests = {
  'accounts.add': {
    request: z.object({ uuid: guid, clientId: z.string().min(1), kid: z.string().min(1), organisation: z.string().regex(/^\d{9}$/), scopes: z.array(z.string()), name: z.string() }),
    response: z.object({}),
  },
} as const
