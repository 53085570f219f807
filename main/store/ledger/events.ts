import { z } from 'zod'
import { outboxKind, outboxState } from './outbox.ts'

/**
 * The events of the ledger: everything that only this program knows, one event a change (durability.md 1).
 * They are written to the journal, read back from disk at every start, and are the audit trail.
 * All times are ms since 1970 UTC; GUIDs are lower case; an unknown type means a newer program wrote it.
 */

export const guid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'not a lower-case GUID')
export const timeAt = z.number().int().nonnegative()
const partyUrn = z.string().regex(/^urn:altinn:[a-z:-]+:[^\s]+$/, 'not a party URN')

/** Which letter: either GUID may be unknown, never both (durability.md 7). */
const letterIds = { dialogId: guid.nullable(), correspondenceId: guid.nullable() }
const namesLetter = (ids: { dialogId: string | null; correspondenceId: string | null }): boolean =>
  ids.dialogId !== null || ids.correspondenceId !== null
const nameless = 'a letter needs a dialog id or a correspondence id'

const organisationNumber = z.string().regex(/^\d{9}$/, 'not nine digits')

/**
 * An identity that mail is fetched and reported with. Added again it changes: what the key is called, the name.
 * A person stands here by the uuid of their own party and never by national number: events are kept for good, and the
 * trail must name who it was, not everything about them.
 */
const account = z.discriminatedUnion('kind', [
  z.object({
    uuid: guid,
    kind: z.literal('system-user'),
    clientId: z.string().min(1),
    kid: z.string().min(1),
    /** The organisation the system user belongs to, 9 digits. */
    organisation: organisationNumber,
    scopes: z.array(z.string()).readonly(),
    name: z.string(),
    /** Names one of several system users of the owner; events of before it was known lack it. */
    externalRef: z.string().nullable().default(null),
  }).readonly(),
  z.object({
    uuid: guid,
    kind: z.literal('person'),
    name: z.string(),
    /** null until the parties were asked for the first time. */
    partyUuid: guid.nullable(),
  }).readonly(),
])

/** What a request for a system user was answered. */
export const systemUserAnswer = z.enum(['accepted', 'refused', 'timed-out', 'withdrawn'])
export type SystemUserAnswer = z.infer<typeof systemUserAnswer>

/** Why a person's login is over: by itself, or by the person's own word. */
export const signedOutReason = z.enum(['ended', 'by-person'])
export type SignedOutReason = z.infer<typeof signedOutReason>

/** What a notification may be about (design.md section 6). */
export const notifiedOf = z.enum(['new', 'due-soon', 'overdue', 'refused', 'undelivered', 'sign-in', 'sign-in-ends', 'system-user-accepted', 'system-user-refused', 'coverage-shrunk'])

/** What a caller may add to the ledger. */
export const newLedgerEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('account-added'), account }).readonly(),
  z.object({ type: z.literal('account-removed'), accountUuid: guid }).readonly(),
  /** A person logged in. `endsAt`: when they have to log in again; null where it is not known. */
  z.object({ type: z.literal('account-signed-in'), accountUuid: guid, endsAt: timeAt.nullable() }).readonly(),
  z.object({ type: z.literal('account-signed-out'), accountUuid: guid, reason: signedOutReason }).readonly(),
  /** What was asked of whom, before there is an account; the link to the approval is not part of it. */
  z.object({
    type: z.literal('system-user-asked'),
    accountUuid: guid,
    requestId: guid,
    kind: z.enum(['standard', 'agent']),
    systemId: z.string(),
    /** Who was asked, 9 digits. */
    organisation: organisationNumber,
    externalRef: z.string().nullable(),
    packages: z.array(z.string()).readonly(),
    resources: z.array(z.string()).readonly(),
  }).readonly(),
  z.object({ type: z.literal('system-user-answered'), accountUuid: guid, requestId: guid, answer: systemUserAnswer }).readonly(),
  z.object({
    type: z.literal('consent-given'),
    accountUuid: guid,
    /** Oldest publish time that may be fetched; null = everything. */
    fromAt: timeAt.nullable(),
    /** Party URNs that may be fetched for; null = all organisations. */
    parties: z.array(partyUrn).readonly().nullable(),
    attachments: z.boolean(),
    by: z.enum(['window', 'command-line', 'demo']),
  }).readonly(),
  z.object({
    type: z.literal('outbox-added'),
    outboxUuid: guid,
    kind: outboxKind,
    accountUuid: guid,
    dialogId: guid.nullable(),
    correspondenceId: guid,
    party: partyUrn,
    notBeforeAt: timeAt,
    /** SHA-256 (hex) of the received original that was on screen; null when none was. */
    versionShown: z.string().nullable(),
    /** Where a copy goes, and with what text; events of before 'forward' was known lack both. */
    forwardTo: z.string().nullable().default(null),
    forwardText: z.string().nullable().default(null),
    clickedAt: timeAt,
  }).readonly(),
  z.object({
    type: z.literal('outbox-changed'),
    outboxUuid: guid,
    state: outboxState,
    // A field that is left out keeps its value; null clears it.
    notBeforeAt: timeAt.optional(),
    attempt: z.number().int().nonnegative().optional(),
    sendingBeganAt: timeAt.nullable().optional(),
    sendingEndedAt: timeAt.nullable().optional(),
    serverOffsetMs: z.number().nullable().optional(),
    answerStatus: z.number().int().nullable().optional(),
    answerCode: z.number().int().nullable().optional(),
    traceId: z.string().nullable().optional(),
    /** Service time. */
    provenAt: timeAt.nullable().optional(),
    reason: z.string().nullable().optional(),
    nextAskAt: timeAt.nullable().optional(),
    asks: z.number().int().nonnegative().optional(),
  }).readonly(),
  z.object({ type: z.literal('outbox-undone'), outboxUuid: guid }).readonly(),
  z.object({ type: z.literal('opened-here'), ...letterIds, openedAt: timeAt }).refine(namesLetter, nameless).readonly(),
  /** It counts as unread here again; what was recorded of it before stays in the trail. */
  z.object({ type: z.literal('marked-unread'), ...letterIds }).refine(namesLetter, nameless).readonly(),
  z.object({ type: z.literal('handled'), ...letterIds, handledAt: timeAt.nullable() }).refine(namesLetter, nameless).readonly(),
  z.object({ type: z.literal('assigned'), ...letterIds, assignee: z.string().nullable() }).refine(namesLetter, nameless).readonly(),
  z.object({ type: z.literal('noted'), ...letterIds, note: z.string() }).refine(namesLetter, nameless).readonly(),
  z.object({ type: z.literal('internal-deadline'), ...letterIds, dueAt: timeAt.nullable() }).refine(namesLetter, nameless).readonly(),
  z.object({
    type: z.literal('notified'),
    key: z.string().min(1),
    what: notifiedOf,
    count: z.number().int().nonnegative(),
  }).readonly(),
  z.object({ type: z.literal('setting-changed'), name: z.string().min(1), value: z.json() }).readonly(),
  z.object({ type: z.literal('deleted-here'), ...letterIds }).refine(namesLetter, nameless).readonly(),
])
export type NewLedgerEvent = z.input<typeof newLedgerEvent>

/** Why the ledger's history stopped being one line (durability.md 5, security.md 17). */
export const generationReason = z.enum(['created', 'ledger-missing', 'ledger-replaced', 'ledger-behind', 'journal-behind', 'reported'])
export type GenerationReason = z.infer<typeof generationReason>

/** Events the ledger writes about itself. */
const ownEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run-started'), runId: guid, previousRunId: guid.nullable() }).readonly(),
  z.object({
    type: z.literal('generation-began'),
    generation: guid,
    previous: guid.nullable(),
    why: generationReason,
    detail: z.string().nullable(),
  }).readonly(),
])
export type OwnEvent = z.infer<typeof ownEvent>

const stamp = z.object({
  /** Position in the ledger's history, from 1, without gaps but where the journal was lost. */
  seq: z.number().int().positive(),
  uuid: guid,
  at: timeAt,
  /** Name of the local user of the operating system. */
  person: z.string(),
})
export type EventStamp = Readonly<z.infer<typeof stamp>>

export const anyEvent = z.union([newLedgerEvent, ownEvent])
export type AnyEvent = NewLedgerEvent | OwnEvent
export type LedgerEvent = EventStamp & AnyEvent

/** Every type this program knows; another one was written by a newer program. */
export const eventTypes: ReadonlySet<string> = new Set(
  [...newLedgerEvent.options, ...ownEvent.options].map((option) => option.unwrap().shape.type.value),
)

export const ledgerEvent = z.intersection(stamp, anyEvent)

interface AnyAccount {
  readonly uuid: string
  readonly name: string
  readonly addedAt: number
}

export interface SystemUserAccount extends AnyAccount {
  readonly kind: 'system-user'
  readonly clientId: string
  readonly kid: string
  readonly organisation: string
  readonly scopes: readonly string[]
  readonly externalRef: string | null
}

export interface PersonAccount extends AnyAccount {
  readonly kind: 'person'
  /** Of the person's own party; null until the parties were asked. */
  readonly partyUuid: string | null
  /** The last that is known of the login; the login itself lies sealed beside the ledger. */
  readonly signIn: { readonly state: 'in'; readonly at: number; readonly endsAt: number | null } | { readonly state: 'out'; readonly at: number; readonly reason: SignedOutReason }
}

export type AccountRow = SystemUserAccount | PersonAccount

export interface ConsentRow {
  readonly accountUuid: string
  readonly fromAt: number | null
  readonly parties: readonly string[] | null
  readonly attachments: boolean
  readonly by: 'window' | 'command-line' | 'demo'
  readonly givenAt: number
  readonly person: string
  readonly seq: number
}

/** What only we hold of one letter; matched by either GUID (durability.md 7). */
export interface LetterRow {
  readonly dialogId: string | null
  readonly correspondenceId: string | null
  readonly openedAt: number | null
  readonly handledAt: number | null
  readonly assignee: string | null
  readonly note: string | null
  /** Internal deadline. */
  readonly dueAt: number | null
  readonly deletedAt: number | null
  readonly changedSeq: number
}

export interface LetterIds {
  readonly dialogId: string | null
  readonly correspondenceId: string | null
}

export type { OutboxKind, OutboxRow, OutboxState } from './outbox.ts'
