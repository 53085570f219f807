import type { LocalState, MessageState } from '../state.ts'
import { dialogTime } from '../times.ts'
import { type Actor, performer, serviceOwner } from './actors.ts'
import type { Dialog, Texts } from './dialog.ts'
import { partId } from './part-id.ts'

export interface Activity {
  readonly id: string
  readonly at: number
  readonly type: string
  readonly transmissionId: string | null
  readonly by: Actor
  readonly description: Texts | null
}

const downloading = (name: string): Texts => ({ en: `Started downloading attachment ${name}`, nb: `Startet nedlastning av vedlegg ${name}`, nn: `Startet nedlastning av vedlegg ${name}` })

/** What Correspondence tells Dialogporten of a message, silently (altinn3.md 3.8). */
function told(state: LocalState, dialogId: string, message: MessageState, transmissionId: string | null): readonly Activity[] {
  const { confirms, sent } = message
  const openedAt = state.openedInDialog(message)
  const downloads = message.downloads.filter(({ at }) => state.now() >= at + state.delays.tell)
  const id = (part: string): string => partId(dialogId, `${sent.id} ${part}`)
  const opened = openedAt === null ? [] : [{ id: id('opened'), at: openedAt.at, type: transmissionId === null ? 'CorrespondenceOpened' : 'TransmissionOpened', transmissionId, by: performer(state, openedAt.caller), description: null }]
  return [
    ...opened,
    // The dialog takes one confirmation, however many were asked for.
    ...confirms.slice(0, 1).map((one) => ({ id: id('confirmed'), at: one.at, type: 'CorrespondenceConfirmed', transmissionId: null, by: performer(state, one.caller), description: null })),
    ...downloads.map((one, n) => {
      const file = sent.attachments.find((attachment) => attachment.id === one.attachment)
      return { id: id(`download ${String(n)}`), at: one.at, type: 'Information', transmissionId: null, by: performer(state, one.caller), description: downloading(file?.displayName ?? file?.fileName ?? '') }
    }),
  ]
}

/** All activities of a dialog, oldest first. */
export function activitiesOf(state: LocalState, dialog: Dialog): readonly Activity[] {
  const { message, other, life } = dialog
  const early = (other?.activities ?? []).map((one) => ({
    id: one.id, at: one.createdAt, type: one.type, transmissionId: null, by: one.by === 'ServiceOwner' ? serviceOwner : performer(state, 'before'), description: one.description,
  }))
  const late = (life?.activities ?? []).map((one) => ({
    id: one.id, at: one.at, type: one.type, transmissionId: null, by: one.by === 'ServiceOwner' ? serviceOwner : performer(state, 'before'), description: one.description === null ? null : { nb: one.description },
  }))
  const own = message === null ? [] : told(state, dialog.id, message, null)
  const within = message === null && life === undefined && other?.transmissions.length === 0 ? [] : dialog.transmissions.flatMap((one) => (one.message === null ? [] : told(state, dialog.id, one.message, one.id)))
  return [...early, ...late, ...own, ...within].sort((a, b) => a.at - b.at)
}

/** Without the description: where there is none, a dialog leaves it out and the sub-resources show an empty list. */
export function activityWire(one: Activity) {
  return { id: one.id, createdAt: dialogTime(one.at), type: one.type, ...(one.transmissionId === null ? {} : { transmissionId: one.transmissionId }), performedBy: one.by }
}
