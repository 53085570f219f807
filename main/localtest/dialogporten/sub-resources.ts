import { type Call, json, type Reply } from '../http.ts'
import type { LocalState } from '../state.ts'
import type { Caller } from '../tokens.ts'
import { activitiesOf, activityWire } from './activities.ts'
import type { Dialog } from './dialog.ts'
import { localized, seenWire } from './items.ts'
import { pruned } from './language.ts'
import { notFound, removed } from './problems.ts'
import { transmissionWire } from './transmissions.ts'

export const subResources = ['transmissions', 'activities', 'seenlog'] as const
export type SubResource = (typeof subResources)[number]

const entities: Readonly<Record<SubResource, string>> = { transmissions: 'DialogTransmission', activities: 'DialogActivity', seenlog: 'DialogSeenLog' }

/** What a list holds and what one of it, which tells more of an activity (recorded). */
function items(state: LocalState, platform: string, dialog: Dialog, caller: Caller, kind: SubResource, alone: boolean): readonly { readonly id: string }[] {
  switch (kind) {
    case 'transmissions':
      return dialog.transmissions.map((one) => transmissionWire(state, platform, dialog, caller, one))
    case 'activities':
      return activitiesOf(state, dialog).map((one) => {
        const { performedBy, ...rest } = activityWire(one)
        return { ...rest, ...(alone ? { performedBy } : {}), description: localized(one.description ?? {}) }
      })
    case 'seenlog':
      return (dialog.life?.seen ?? []).map((row) => seenWire(state, caller, row))
  }
}

/**
 * `GET /dialogs/{id}/transmissions|activities|seenlog[/{id}]`: they leave no trace, and deny otherwise than the dialog
 * itself: without rights 404, of what is hidden or expired 200 (altinn3.md 3.3, trap 29).
 * @param itemId null: all of them
 */
export function subResource(state: LocalState, platform: string, call: Call, caller: Caller, id: string, kind: SubResource, itemId: string | null): Reply {
  const dialog = state.dialogs.get(id)
  if (dialog === null || !caller.may(dialog.party, dialog.resourceId)) return notFound(call, 'DialogEntity', id)
  if (dialog.isDeleted) return removed(call, id)
  const found = items(state, platform, dialog, caller, kind, itemId !== null)
  const one = itemId === null ? null : found.find((item) => item.id === itemId)
  if (one === undefined) return notFound(call, entities[kind], itemId ?? '')
  return json(200, pruned(one ?? found, call.headers['accept-language']))
}
