import { z } from 'zod'

const common = { at: z.number(), caller: z.string() }
const dialog = { dialog: z.guid() }
const label = z.enum(['Default', 'Archive', 'Bin', 'MarkedAsUnopened', 'Sent'])

/** What a service owner can change in a dialog; a key that is absent stays as it is. */
export const dialogChange = z.strictObject({
  title: z.string().min(1).max(255).optional(),
  summary: z.string().max(255).nullable().optional(),
  status: z.enum(['NotApplicable', 'InProgress', 'Draft', 'Awaiting', 'RequiresAttention', 'Completed']).optional(),
  extendedStatus: z.strictObject({ code: z.string(), text: z.string() }).nullable().optional(),
  progress: z.number().int().min(0).max(100).nullable().optional(),
  externalReference: z.string().max(255).nullable().optional(),
  dueAt: z.number().nullable().optional(),
  expiresAt: z.number().nullable().optional(),
  /** Words that only text search sees. */
  searchTags: z.array(z.string()).optional(),
  withoutAttachments: z.literal(true).optional(),
})
export type DialogChange = z.infer<typeof dialogChange>

/** An activity that a service owner writes. */
export const writtenActivity = z.strictObject({ type: z.string(), by: z.enum(['ServiceOwner', 'PartyRepresentative']).default('ServiceOwner'), description: z.string().nullable().default(null) })

/** A transmission that a service owner writes, with no correspondence behind it. */
export const writtenTransmission = z.strictObject({
  title: z.string(),
  type: z.enum(['Information', 'Acceptance', 'Rejection', 'Request', 'Alert', 'Decision', 'Submission', 'Correction']).default('Information'),
  by: z.enum(['ServiceOwner', 'PartyRepresentative']).default('ServiceOwner'),
})

/** What can happen to dialogs beside what happens to messages; all of it survives a restart. */
export const dialogEffects = [
  /**
   * Labels as they are now, and what their log says of it. `revision`: null where the change is none of the user's
   * context, as when opening a dialog takes MarkedAsUnopened away (altinn3.md 3.4).
   */
  z.object({
    kind: z.literal('Labelled'), ...common, ...dialog, labels: z.array(label), revision: z.guid().nullable(),
    log: z.array(z.object({ label, action: z.enum(['set', 'remove']) })),
  }),
  /** `revision`: that of the user's context where Archive or Bin are taken away. */
  z.object({
    kind: z.literal('DialogChanged'), ...common, ...dialog, silent: z.boolean(), change: dialogChange,
    activity: writtenActivity.extend({ id: z.guid() }).nullable(), transmission: writtenTransmission.extend({ id: z.guid() }).nullable(), revision: z.guid(),
  }),
  z.object({ kind: z.literal('DialogDeleted'), ...common, ...dialog }),
  z.object({ kind: z.literal('DialogRestored'), ...common, ...dialog }),
  /** Its owner erased it: it never was. */
  z.object({ kind: z.literal('DialogErased'), ...common, ...dialog }),
  z.object({ kind: z.literal('DialogBackDated'), ...common, ...dialog, to: z.number() }),
  /** The world's system user may act for the party from now on, or no longer; `resources`: only with these services (bare ids). */
  z.object({ kind: z.literal('RightChanged'), ...common, party: z.string(), held: z.boolean(), resources: z.union([z.literal('all'), z.array(z.string())]).optional() }),
] as const
