import { z } from 'zod'
import { partyUrn } from './shapes.ts'

/** What a person chooses about the window and the reports; kept in the ledger, never in a browser's storage (design.md section 3). */
export const settings = z.object({
  /** null: as the system says. */
  language: z.enum(['nb', 'nn', 'en']).nullable(),
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['normal', 'compact']),
  /** Single letters as keys (WCAG 2.1.4). */
  letterKeys: z.boolean(),
  /** Widths of the dragged columns, rem. */
  railWidth: z.number().min(13).max(22).nullable(),
  listWidth: z.number().min(20).max(40).nullable(),
  notifications: z.boolean(),
  /** Letters of the own organisation are reported as read after five seconds. */
  reportOwnAsRead: z.boolean(),
  /** Searches are remembered (searches.list). */
  keepSearches: z.boolean(),
  /** Clients for whom confirming is switched on. */
  confirmFor: z.array(partyUrn),
})
export type Settings = z.infer<typeof settings>

export const defaultSettings: Settings = {
  language: null,
  theme: 'system',
  density: 'normal',
  letterKeys: true,
  railWidth: null,
  listWidth: null,
  notifications: true,
  reportOwnAsRead: true,
  keepSearches: true,
  confirmFor: [],
}

export const settingsRequests = {
  'settings.get': { request: z.object({}), response: settings },
  'settings.set': { request: settings.partial(), response: settings },
} as const

export const settingsEvents = { 'settings.changed': settings } as const
