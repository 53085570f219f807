import type { SearchItemWire } from '../../altinn/dialogporten-wire.ts'
import type { DialogRecord } from '../../store/mail/records.ts'
import { bareResource, chosenText, toMs, toMsOrNull } from './text.ts'

/** Reminders about unopened confidential mail are dialogs of their own and never messages (altinn3.md 3.8). */
const reminderResource = 'digdir-reminder-unopened-confidential-correspondences'

/** Level of the sign-in of a system user (altinn3.md 3): texts seen at a lower level may be replaced ones (3.2). */
export const systemUserLevel = 3

function kindOf(item: SearchItemWire): DialogRecord['kind'] {
  if (bareResource(item.serviceResource) === reminderResource) return 'reminder'
  return item.serviceResourceType.toLowerCase() === 'correspondenceservice' ? 'correspondence' : 'other'
}

/**
 * A search item as the store keeps it. `original` is the item's JSON text, `level` the level of the sign-in that saw it.
 * @throws {RangeError} when a timestamp is no date.
 */
export function dialogRecord(item: SearchItemWire, original: string, level: DialogRecord['level']): DialogRecord {
  const title = chosenText(item.content.title.value)
  const sender = item.content.senderName === undefined ? null : chosenText(item.content.senderName.value)
  const summary = item.content.summary === undefined ? null : chosenText(item.content.summary.value)
  return {
    dialogId: item.id.toLowerCase(),
    party: item.party,
    serviceResource: bareResource(item.serviceResource),
    org: item.org,
    kind: kindOf(item),
    createdAt: toMs(item.createdAt),
    updatedAt: toMs(item.updatedAt),
    updatedAtText: item.updatedAt,
    contentUpdatedAt: toMs(item.contentUpdatedAt),
    dueAt: toMsOrNull(item.dueAt),
    status: item.status,
    title: title?.value ?? '',
    summary: summary?.value ?? null,
    senderName: sender?.value ?? null,
    language: title?.language ?? null,
    level,
    labels: [...item.endUserContext.systemLabels].sort(),
    revision: item.endUserContext.revision,
    transmissionsCount: item.fromServiceOwnerTransmissionsCount,
    externalReference: item.externalReference ?? null,
    isApiOnly: item.isApiOnly,
    original,
  }
}
