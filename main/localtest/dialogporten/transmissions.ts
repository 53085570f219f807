import type { LocalState } from '../state.ts'
import { dialogTime } from '../times.ts'
import type { Caller } from '../tokens.ts'
import { performer, serviceOwner } from './actors.ts'
import type { Dialog, Transmission } from './dialog.ts'
import { localized, plainText } from './items.ts'
import { attachmentWire, contentType } from './links.ts'

const unauthorized = 'urn:dialogporten:unauthorized'

/**
 * A transmission (altinn3.md 3.3, 3.6): its texts show whatever the rights, its addresses only to those who may read the
 * correspondence behind it. Only a dialog by its id adds whether it was opened.
 */
export function transmissionWire(state: LocalState, platform: string, dialog: Dialog, caller: Caller, one: Transmission) {
  const { message } = one
  const isAuthorized = message === null || caller.may(message.sent.recipient, message.sent.resourceId)
  const base = message === null ? '' : `${platform}/correspondence/api/v1/correspondence/${message.sent.id}`
  const reachable = (url: string): string => (isAuthorized ? url : unauthorized)
  return {
    id: one.id,
    createdAt: dialogTime(one.createdAt),
    ...(message === null ? {} : { authorizationAttribute: `urn:altinn:resource:${message.sent.resourceId}` }),
    isAuthorized,
    ...(one.externalReference === null ? {} : { externalReference: one.externalReference }),
    type: one.type,
    sender: one.by === 'ServiceOwner' ? serviceOwner : performer(state, 'before'),
    content: {
      title: plainText(one.title),
      ...(one.summary === null ? {} : { summary: plainText(one.summary) }),
      ...(message === null ? {} : { contentReference: { value: localized({ [message.sent.language]: reachable(`${base}/content`) }), mediaType: contentType } }),
    },
    attachments: message === null ? [] : message.sent.attachments.map((file) => attachmentWire(state, dialog.id, message, file, reachable(`${base}/attachment/${file.id}/download`))),
    navigationalActions: [],
  }
}

/** Whether its text was asked for; what no correspondence carries, nobody can open here. */
export const isOpened = (state: LocalState, { message }: Transmission): boolean => message !== null && state.openedInDialog(message) !== null
