import type { DetailsWire, OverviewWire } from '../../altinn/correspondence-wire.ts'
import type { FetchedMessage } from '../../store/mail/records.ts'
import { toMs, toMsOrNull } from './text.ts'

interface Link {
  readonly dialogId: string | null
  readonly isTransmissionOf: string | null
}

/**
 * Which dialog a correspondence belongs to. Beside a transmission id the dialog id names the *parent*: taking it for
 * the message's own would put a confirmation on the wrong letter (durability.md 8).
 */
export function linkOf(wire: OverviewWire): Link {
  const reference = (type: string): string | null =>
    wire.externalReferences.find((one) => one.referenceType === type)?.referenceValue.toLowerCase() ?? null
  const dialogId = reference('DialogportenDialogId')
  return reference('DialogportenTransmissionId') === null ? { dialogId, isTransmissionOf: null } : { dialogId: null, isTransmissionOf: dialogId }
}

/** Reply options come in another order from call to call (altinn3.md trap 32): sorted, so that equal ones compare equal. */
function replyOptions(wire: OverviewWire): FetchedMessage['replyOptions'] {
  return wire.replyOptions
    .map((option) => ({ url: option.linkURL, text: option.linkText }))
    .sort((a, b) => (a.url < b.url ? -1 : a.url > b.url ? 1 : (a.text ?? '').localeCompare(b.text ?? '')))
}

/** Time of the first row with this status, or null. */
export function firstStatusAt(history: DetailsWire['statusHistory'], status: string): number | null {
  const found = history.find((row) => row.status === status)
  return found === undefined ? null : toMs(found.statusChanged)
}

/**
 * An overview or details answer as the store keeps it. Read and confirmed are taken from `read` and the history, never
 * from `status`, which a download hides (altinn3.md trap 1).
 * @param original the exact text of the answer
 * @param fetchedAt ms since 1970, when the answer had come
 * @throws {RangeError} when a timestamp is no date.
 */
export function fetchedMessage(
  wire: OverviewWire | DetailsWire,
  from: { readonly original: string; readonly fetchedAt: number; readonly accountUuid: string; readonly messageId: number | null },
): FetchedMessage {
  const history = 'statusHistory' in wire ? wire.statusHistory : null
  return {
    ...from,
    ...linkOf(wire),
    via: history === null ? 'overview' : 'details',
    correspondenceId: wire.correspondenceId.toLowerCase(),
    resourceId: wire.resourceId,
    recipient: wire.recipient,
    sender: wire.sender,
    messageSender: wire.messageSender === '' ? null : wire.messageSender,
    title: wire.content.messageTitle,
    summary: wire.content.messageSummary,
    body: wire.content.messageBody,
    language: wire.content.language,
    createdAt: toMs(wire.created),
    publishedAt: toMsOrNull(wire.published),
    requestedPublishAt: toMs(wire.requestedPublishTime),
    dueAt: toMsOrNull(wire.dueDateTime),
    readAt: toMsOrNull(wire.read),
    confirmedAt: history === null ? null : firstStatusAt(history, 'Confirmed'),
    needsConfirmation: wire.isConfirmationNeeded,
    confidential: wire.isConfidential,
    allowForwarding: wire.allowForwarding,
    altinn2Id: wire.altinn2CorrespondenceId,
    replyOptions: replyOptions(wire),
    propertyList: wire.propertyList,
    attachments: wire.content.attachments.map((file) => ({
      attachmentId: file.id.toLowerCase(),
      fileName: file.fileName,
      displayName: file.displayName,
      md5: file.checksum === '' ? null : (file.checksum?.toLowerCase() ?? null),
      dataType: file.dataType,
      status: file.status,
      expiresAt: toMsOrNull(file.expirationTime),
      encrypted: file.isEncrypted,
      createdAt: toMs(file.created),
    })),
    statusHistory: history?.map((row) => ({ status: row.status, text: row.statusText, changedAt: toMs(row.statusChanged) })) ?? null,
  }
}
