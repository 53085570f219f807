import type { LocalState } from '../state.ts'
import { dialogTime } from '../times.ts'
import type { Caller } from '../tokens.ts'
import { activitiesOf, activityWire } from './activities.ts'
import { user } from './actors.ts'
import type { Dialog, Texts } from './dialog.ts'
import type { SeenRow } from './life.ts'

/** A dialog's texts by the alphabet of their languages (recorded). */
export const localized = (texts: Texts) => named(texts).sort((a, b) => (a.languageCode < b.languageCode ? -1 : 1))
/** Names of services and their owners, in the order of their register. */
export const named = (texts: Texts) => Object.entries(texts).map(([languageCode, value]) => ({ value, languageCode }))
export const plainText = (texts: Texts) => ({ value: localized(texts), mediaType: 'text/plain' })

/** @param justNow the answer that writes the row shows a digit more than any later one (altinn3.md 3.2) */
export function seenWire(state: LocalState, caller: Caller, row: SeenRow, justNow = false) {
  const seenAt = dialogTime(row.at)
  return { id: row.id, seenAt: justNow ? seenAt.replace('0Z', '1Z') : seenAt, seenBy: user(state, row.caller), isViaServiceOwner: false, isCurrentEndUser: row.caller === caller.id }
}

/** The latest look of each user since a time, in the order in which the users first came. */
function seenSince(dialog: Dialog, since: number): readonly SeenRow[] {
  const latest = new Map<string, SeenRow>()
  for (const row of dialog.life?.seen ?? []) if (row.at >= since) latest.set(row.caller, row)
  return [...latest.values()]
}

/**
 * What search and a dialog by its id both show (altinn3.md 3.2): nulls are left out, times have seven fraction digits.
 * @param written the look that this very call has written
 */
export function commonParts(state: LocalState, dialog: Dialog, caller: Caller, written: SeenRow | null = null): Record<string, unknown> {
  const resource = state.resource(dialog.resourceId)
  const { progress, process, extendedStatus, externalReference, dueAt, labels, summary, senderName } = dialog
  const seen = (since: number) => seenSince(dialog, since).map((row) => seenWire(state, caller, row, row === written))
  return {
    id: dialog.id,
    org: resource?.owner.code ?? '',
    serviceResource: `urn:altinn:resource:${dialog.resourceId}`,
    serviceResourceType: resource?.type ?? 'genericaccessresource',
    party: dialog.party,
    ...(progress === null ? {} : { progress }),
    ...(process === null ? {} : { process }),
    ...(extendedStatus === null ? {} : { extendedStatus: extendedStatus.code }),
    ...(externalReference === null ? {} : { externalReference }),
    createdAt: dialogTime(dialog.createdAt),
    updatedAt: dialogTime(dialog.updatedAt),
    contentUpdatedAt: dialogTime(dialog.contentUpdatedAt),
    ...(dueAt === null ? {} : { dueAt: dialogTime(dueAt) }),
    status: dialog.status,
    hasUnopenedContent: dialog.hasUnopenedContent,
    systemLabel: labels.find((label) => label !== 'MarkedAsUnopened' && label !== 'Sent') ?? 'Default',
    isApiOnly: dialog.isApiOnly,
    fromServiceOwnerTransmissionsCount: dialog.count('ServiceOwner'),
    fromPartyTransmissionsCount: dialog.count('PartyRepresentative'),
    seenSinceLastUpdate: seen(dialog.updatedAt),
    seenSinceLastContentUpdate: seen(dialog.contentUpdatedAt),
    isContentSeen: dialog.isContentSeen,
    endUserContext: { revision: dialog.labelRevision, systemLabels: labels },
    content: {
      title: plainText(dialog.title),
      ...(summary === null ? {} : { summary: plainText(summary) }),
      ...(senderName === null ? {} : { senderName: plainText(senderName) }),
      ...(extendedStatus === null ? {} : { extendedStatus: plainText(extendedStatus.text) }),
    },
  }
}

/** An item of a search. */
export function searchItem(state: LocalState, dialog: Dialog, caller: Caller): Record<string, unknown> {
  const latest = activitiesOf(state, dialog).at(-1)
  return { ...commonParts(state, dialog, caller), guiAttachmentCount: dialog.guiAttachments, ...(latest === undefined ? {} : { latestActivity: { ...activityWire(latest), description: localized(latest.description ?? {}) } }) }
}
