import { z } from 'zod'
import { engineError } from './errors.ts'
import { guid, partyUrn, time } from './shapes.ts'

export const recipientRow = z.object({
  party: z.string(),
  name: z.string(),
  kind: z.enum(['organisation', 'person']),
  parent: z.string().nullable(),
  isDeleted: z.boolean(),
  /** Whether an identity may act for it now. */
  current: z.boolean(),
  messages: z.number().int(),
  unread: z.number().int(),
  toConfirm: z.number().int(),
  favourite: z.boolean(),
  /** The identities that may act for it. */
  accounts: z.array(guid),
  /** Something stands in the way of its mail; `recipients.coverage` tells what. */
  troubled: z.boolean(),
  /** Of what has a due date: how many are late, how many due within three days, and the next date. */
  late: z.number().int(),
  soon: z.number().int(),
  nextDueAt: time.nullable(),
})
export type RecipientRow = z.infer<typeof recipientRow>

/** What is known about the mail of one recipient, for the table of recipients. */
export const coverageRow = z.object({
  party: z.string(),
  /** Services that have sent something, and when the newest message was published. */
  services: z.number().int(),
  lastMessageAt: time.nullable(),
  /** When it was last asked for to the end. */
  lastUpdatedAt: time.nullable(),
  /** Whether the user chose to have its messages fetched. */
  fetched: z.boolean(),
  /** Messages that are known and chosen, but not here yet. */
  waiting: z.number().int(),
  /**
   * What stands in the way, or null.
   *
   * - no-access: no identity may act for it any more
   * - failed: the service refuses or fails for it; `troubleSince` says since when
   * - shrunk: the service suddenly lists far fewer messages than are kept here; nothing was taken away
   */
  trouble: z.enum(['no-access', 'failed', 'shrunk']).nullable(),
  troubleSince: time.nullable(),
  /** Services that the identities may see here; null where nobody has said it: Dialogporten does not. */
  sees: z.number().int().nullable(),
  /** Identities that may act for it now. */
  identities: z.number().int(),
  /** When somebody was last asked whether this recipient may be acted for. */
  askedAt: time.nullable(),
  /**
   * What was taken away, until it comes back; null: nothing.
   *
   * - gone: an identity may not act for it any more
   * - unlisted: it is missing in a list that is suddenly so short that it is not believed yet
   * - fewer: packages, roles or services were taken away; `seen` ends the mark
   */
  loss: z.object({ kind: z.enum(['gone', 'unlisted', 'fewer']), since: time, seen: z.boolean() }).nullable(),
})
export type CoverageRow = z.infer<typeof coverageRow>

/** A client that could be delegated to a system user for clients, and is not. */
const availableClient = z.object({ partyUuid: guid, organisation: z.string(), name: z.string(), since: time, identity: z.string().nullable() })
export type AvailableClient = z.infer<typeof availableClient>

/** A service, package or role by its id, with its name where the registry has said it. */
const named = z.object({ id: z.string(), name: z.string().nullable(), owner: z.string().nullable() })
export type NamedRight = z.infer<typeof named>

/** How one identity reaches a recipient. */
export const recipientAccess = z.object({
  accountUuid: guid,
  /** null beside a process that writes: then nobody says what it is called. */
  name: z.string().nullable(),
  current: z.boolean(),
  /** Since when it has been known to act for the recipient, and until when. */
  since: time,
  lostAt: time.nullable(),
  /** Who said so last, and when. */
  source: z.enum(['access-management', 'dialogporten']).nullable(),
  askedAt: time.nullable(),
  /** null where the source does not say it. */
  rights: z.object({ since: time, packages: z.array(named), roles: z.array(z.string()), services: z.array(named.extend({ single: z.boolean() })) }).nullable(),
  loss: z.object({ kind: z.enum(['gone', 'unlisted', 'fewer']), since: time, seen: z.boolean(), packages: z.array(named), roles: z.array(z.string()), services: z.array(named) }).nullable(),
})
export type RecipientAccess = z.infer<typeof recipientAccess>

const language = z.enum(['nb', 'nn', 'en'])

export const recipientRequests = {
  'recipients.coverage': {
    request: z.object({}),
    response: z.object({
      rows: z.array(coverageRow),
      /** Main units of which only something below may be acted for. */
      headings: z.array(z.object({ party: z.string(), name: z.string(), isDeleted: z.boolean() })),
      available: z.object({
        /** no-scope: the identity may not ask; none: no identity has clients. */
        state: z.enum(['known', 'no-scope', 'none']),
        askedAt: time.nullable(),
        clients: z.array(availableClient),
      }),
      /** Whether the environment has a page where access is given. */
      hasAccessPage: z.boolean(),
    }),
  },
  /** What can be seen of one recipient, by whom; names in the language that is asked for, else in another. */
  'recipients.details': {
    request: z.object({ party: partyUrn, language }),
    response: z.object({ identities: z.array(recipientAccess), sent: z.array(named.extend({ messages: z.number().int(), lastAt: time })) }),
  },
  /** What was taken away has been seen: the mark and the reminder of it end. null: of all recipients. */
  'recipients.seen': { request: z.object({ parties: z.array(partyUrn).max(5000).nullable() }), response: z.object({}) },
  /** Asks now whom every identity may act for and what it sees there; `failed`: the first answer that was none. */
  'recipients.refresh': { request: z.object({}), response: z.object({ failed: engineError.nullable() }) },
  /** The table as a file; the shell asks where. National numbers of persons are hidden unless asked for. */
  'recipients.save-list': { request: z.object({ language, personNumbers: z.boolean() }), response: z.object({ path: z.string().nullable(), count: z.number().int() }) },
  /** The same as text, for a shell without a window. */
  'recipients.csv': { request: z.object({ language, personNumbers: z.boolean() }), response: z.object({ csv: z.string() }) },
  /** Opens Altinn's page where access is given; 'not-opened' where no browser took it. */
  'recipients.open-access': { request: z.object({}), response: z.object({}) },
  'recipients.list': { request: z.object({}), response: z.object({ rows: z.array(recipientRow) }) },
  'recipients.set-favourite': { request: z.object({ party: partyUrn, favourite: z.boolean() }), response: z.object({}) },
} as const

/** What is seen of recipients changed, or a name of a service came. */
export const recipientEvents = { 'recipients.changed': z.object({}) } as const
