import { z } from 'zod'

/**
 * Wire types of Correspondence as a recipient meets it (altinn3.md 2.1, 2.4).
 * Nulls are written by the service, so they are `nullable`, not `optional`. Keys the client does not use are let
 * through and dropped; status words are open strings, because a new one must not make a letter unreadable.
 */

/** ISO 8601 with 0 to 7 fraction digits and an offset (altinn3.md 2.1: `+00:00`, never `Z`). */
const timestamp = z.iso.datetime({ offset: true })

export const attachmentWire = z.object({
  id: z.guid(),
  fileName: z.string(),
  displayName: z.string().nullable(),
  isEncrypted: z.boolean(),
  /** MD5, 32 lower-case hex digits; the service may also send "" or null. */
  checksum: z.string().nullable(),
  status: z.string(),
  created: timestamp,
  /** From the file extension; literally `binary_octet_stream` for an unknown one (trap 12). */
  dataType: z.string(),
  /** After this moment a download is refused (400/2020). */
  expirationTime: timestamp.nullable(),
})

const contentWire = z.object({
  language: z.string().nullable(),
  messageTitle: z.string(),
  messageSummary: z.string().nullable(),
  /** Markdown and HTML mixed, hostile (altinn3.md 2.7). */
  messageBody: z.string(),
  attachments: z.array(attachmentWire),
})

const overviewShape = {
  correspondenceId: z.guid(),
  /** URN of an organisation or a person (altinn3.md 2.4). */
  recipient: z.string(),
  resourceId: z.string(),
  sender: z.string(),
  sendersReference: z.string().nullable(),
  /** Display name in place of the organisation's; "" when unset. */
  messageSender: z.string().nullable(),
  content: contentWire,
  created: timestamp,
  /** The numerically highest status ever reached, not the current one (trap 1): never derive read or confirmed from it. */
  status: z.string(),
  requestedPublishTime: timestamp,
  published: timestamp.nullable(),
  read: timestamp.nullable(),
  dueDateTime: timestamp.nullable(),
  isConfirmationNeeded: z.boolean(),
  isConfidential: z.boolean(),
  allowForwarding: z.boolean(),
  altinn2CorrespondenceId: z.number().int().nullable(),
  externalReferences: z.array(z.object({ referenceValue: z.string(), referenceType: z.string() })),
  propertyList: z.record(z.string(), z.string()),
  /** In another order from call to call (trap 32): sort before comparing. */
  replyOptions: z.array(z.object({ linkURL: z.string(), linkText: z.string().nullable() })),
}

/** `GET /{id}`. Fetching it is visible to the sender as Fetched (trap 2). */
export const overviewWire = z.object(overviewShape)
export type OverviewWire = z.infer<typeof overviewWire>

/** `GET /{id}/details`: the overview with its history, oldest first. */
export const detailsWire = z.object({
  ...overviewShape,
  statusHistory: z.array(z.object({ status: z.string(), statusText: z.string(), statusChanged: timestamp })),
})
export type DetailsWire = z.infer<typeof detailsWire>

/** `GET /`: at most 1000 ids, newest first, with no mark of a cut (trap 5). */
export const listWire = z.object({ ids: z.array(z.guid()) })

/** POST and DELETE answer with the id as a bare JSON string. */
export const acceptedWire = z.guid()
