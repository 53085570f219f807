import { z } from 'zod'

/**
 * Wire types of Dialogporten's end-user API (altinn3.md 3.1-3.3, 1.7).
 * Nulls are left out by this service (trap 25), so what may be absent is `optional`.
 */

/** UTC with seven fraction digits and `Z` (altinn3.md 3.1). */
const timestamp = z.iso.datetime()

const localized = z.array(z.object({ value: z.string(), languageCode: z.string() }))
const contentValue = z.object({ value: localized, mediaType: z.string() })

/** One item of a search: it has no side effect for the sender and does not name the correspondence. */
export const searchItemWire = z.object({
  id: z.guid(),
  org: z.string(),
  serviceResource: z.string(),
  serviceResourceType: z.string(),
  party: z.string(),
  externalReference: z.string().optional(),
  createdAt: timestamp,
  updatedAt: timestamp,
  contentUpdatedAt: timestamp,
  dueAt: timestamp.optional(),
  status: z.string(),
  isApiOnly: z.boolean(),
  /** Compared with the number of transmissions already handled (durability.md 8). */
  fromServiceOwnerTransmissionsCount: z.number().int(),
  endUserContext: z.object({ revision: z.guid(), systemLabels: z.array(z.string()) }),
  content: z.object({ title: contentValue, summary: contentValue.optional(), senderName: contentValue.optional() }),
})
export type SearchItemWire = z.infer<typeof searchItemWire>

const partyShape = {
  party: z.string(),
  partyUuid: z.guid(),
  name: z.string(),
  partyType: z.string(),
  isDeleted: z.boolean(),
  /** True for a heading only: searching it finds nothing (altinn3.md 1.7). */
  hasOnlyAccessToSubParties: z.boolean(),
}

/** `GET /parties`; sub-units go one level deep. */
export const partiesWire = z.object({
  authorizedParties: z.array(z.object({ ...partyShape, subParties: z.array(z.object(partyShape)).optional() })),
})

/** `GET /dialoglookup`. For dialogs older than 23 March 2026 `instanceRef` echoes the dialog id (altinn3.md 3.3). */
export const lookupWire = z.object({
  dialogId: z.guid(),
  instanceRef: z.string(),
  party: z.string(),
  serviceResource: z.object({ id: z.string(), minimumAuthenticationLevel: z.number().int(), name: localized }),
  serviceOwner: z.object({ orgNumber: z.string(), code: z.string(), name: localized }),
})

export type LookupWire = z.infer<typeof lookupWire>

/** One transmission of a dialog, as `GET /dialogs/{id}/transmissions` lists it: without a seen log (altinn3.md trap 29). */
const transmissionWire = z.object({
  id: z.guid(),
  isAuthorized: z.boolean().optional(),
  content: z.object({ contentReference: contentValue.optional() }).optional(),
})
export const transmissionsWire = z.array(transmissionWire)
export type TransmissionsWire = z.infer<typeof transmissionsWire>

const contentPath = /^\/correspondence\/api\/v1\/correspondence\/([0-9a-f-]{36})\/content$/i

/**
 * The correspondences that transmissions carry, in lower case, each once. Addresses are only read, never fetched, and only
 * those of our own platform name one; the others have no correspondence behind them or one that may not be seen.
 * @param platform base URL of the platform gateway
 */
export function transmittedIds(wire: TransmissionsWire, platform: string): readonly string[] {
  const { origin } = new URL(platform)
  const ids = wire.flatMap(({ content }) =>
    (content?.contentReference?.value ?? []).flatMap(({ value }) => {
      if (!URL.canParse(value)) return []
      const url = new URL(value)
      const id = z.guid().safeParse(contentPath.exec(url.pathname)?.[1])
      return url.origin === origin && id.success ? [id.data.toLowerCase()] : []
    }),
  )
  return [...new Set(ids)]
}

const correspondenceRef = /^urn:altinn:correspondence-id:(.+)$/

/** The correspondence a lookup names, in lower case, or null where it only echoes the dialog or names something else. */
export function correspondenceIdOf(lookup: LookupWire): string | null {
  const id = z.guid().safeParse(correspondenceRef.exec(lookup.instanceRef)?.[1])
  return id.success ? id.data.toLowerCase() : null
}
