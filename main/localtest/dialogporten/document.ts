import type { LocalState, MessageState } from '../state.ts'
import { dialogTime, share } from '../times.ts'
import type { Caller } from '../tokens.ts'
import { reminderResource } from '../world/senders.ts'
import { activitiesOf, activityWire } from './activities.ts'
import type { Dialog } from './dialog.ts'
import { commonParts, localized } from './items.ts'
import type { SeenRow } from './life.ts'
import { attachmentWire, contentType } from './links.ts'
import { partId } from './part-id.ts'
import { isOpened, transmissionWire } from './transmissions.ts'

/** In the order in which the server writes languages. */
const inThree = (nb: string, nn: string, en: string) => [{ value: en, languageCode: 'en' }, { value: nb, languageCode: 'nb' }, { value: nn, languageCode: 'nn' }]

/** How a correspondence looks as a dialog: its addresses lead to Correspondence (altinn3.md 3.6). */
function correspondenceParts(state: LocalState, platform: string, dialog: Dialog, message: MessageState) {
  const { sent } = message
  const base = `${platform}/correspondence/api/v1/correspondence/${sent.id}`
  const id = (part: string): string => partId(sent.dialogId, part)
  const files = sent.attachments.map((file) => ({ file, url: `${base}/attachment/${file.id}/download` }))
  const zip = files.length < 2 ? [] : [{ id: id('zip'), displayName: inThree('Alle vedlegg', 'Alle vedlegg', 'All attachments'), urls: [{ id: id('zip url'), url: `${base}/attachments/downloadall`, mediaType: 'application/zip', consumerType: 'Gui' }] }]
  const attachments = dialog.hasAttachments ? [...zip, ...files.map(({ file, url }) => attachmentWire(state, sent.dialogId, message, file, url))] : []
  const gui = (part: string, url: string, priority: string, httpMethod: string, title: ReturnType<typeof inThree>, isDelete = false) => ({ id: id(part), action: 'read', url, isAuthorized: true, isDeleteDialogAction: isDelete, priority, httpMethod, title })
  // With more than three reply options there is none here, and they come in any order (altinn3.md 3.8).
  const replies = sent.replyOptions.length > 3 ? [] : sent.replyOptions.map((option, n) => gui(`reply ${String(n)}`, option.linkURL, 'Tertiary', 'GET', inThree(option.linkText ?? option.linkURL, option.linkText ?? option.linkURL, option.linkText ?? option.linkURL)))
  const mixed = replies.map((reply) => ({ reply, key: share(`${reply.id} ${dialog.revision}`) })).sort((a, b) => a.key - b.key).map(({ reply }) => reply)
  const asksForConfirmation = sent.needsConfirmation && !state.confirmAsked(message)
  const guiActions = [
    ...mixed,
    ...(asksForConfirmation ? [gui('confirm', `${base}/confirm`, 'Primary', 'POST', inThree('Bekreft', 'Bekreft', 'Confirm'))] : []),
    gui('purge', `${base}/purge`, 'Tertiary', 'DELETE', inThree('Slett', 'Slett', 'Purge'), true),
  ]
  const api = (name: string, part: string, action: string, url: string, httpMethod: string) => ({ id: id(`api ${part}`), action, isAuthorized: true, name, endpoints: [{ id: id(`endpoint ${part}`), url, httpMethod, deprecated: false }] })
  const apiActions = [
    api('getCorrespondence', 'get', 'read', base, 'GET'),
    api('purgeCorrespondence', 'purge', 'write', `${base}/purge`, 'DELETE'),
    ...(asksForConfirmation ? [api('confirmCorrespondence', 'confirm', 'write', `${base}/confirm`, 'POST')] : []),
    ...files.map(({ file, url }) => api('downloadCorrespondenceAttachment', `download ${file.id}`, 'read', url, 'GET')),
  ]
  return { attachments, guiActions, apiActions, content: { mainContentReference: { value: [{ value: `${base}/content`, languageCode: sent.language }], mediaType: contentType, isAuthorized: true } } }
}

/** The links of a dialog that is no correspondence; Altinn's reminder has a text of its own (altinn3.md 3.6). */
function otherParts(platform: string, dialog: Dialog) {
  const guiActions = (dialog.other?.guiActions ?? []).map(({ action, title, url, priority }, n) => ({
    id: partId(dialog.id, `gui ${String(n)}`), action, url, isAuthorized: true, isDeleteDialogAction: false, priority, httpMethod: 'GET', title: inThree(title.nb, title.nn, title.en),
  }))
  const reminder = (languageCode: string) => ({ value: `${platform}/correspondence/api/v1/confidential-reminders?languageCode=${languageCode}`, languageCode })
  const content = dialog.resourceId === reminderResource ? { mainContentReference: { value: ['en', 'nb', 'nn'].map(reminder), mediaType: contentType, isAuthorized: true } } : {}
  return { attachments: [], guiActions, apiActions: [], content }
}

/**
 * A whole dialog as `GET /dialogs/{id}` answers it (altinn3.md 3.3).
 * @param written the look that this very call has written
 */
export function dialogDocument(state: LocalState, platform: string, dialog: Dialog, caller: Caller, dialogToken: string, written: SeenRow | null): Readonly<Record<string, unknown>> {
  const common = commonParts(state, dialog, caller, written)
  const { message, expiresAt } = dialog
  const { content, ...parts } = message === null ? otherParts(platform, dialog) : correspondenceParts(state, platform, dialog, message)
  return {
    ...common,
    ...(expiresAt === null ? {} : { expiresAt: dialogTime(expiresAt) }),
    content: { ...(common['content'] as object), ...content },
    revision: dialog.revision,
    dialogToken,
    transmissions: dialog.transmissions.map((one) => ({ ...transmissionWire(state, platform, dialog, caller, one), isOpened: isOpened(state, one) })),
    activities: activitiesOf(state, dialog).map((one) => ({ ...activityWire(one), ...(one.description === null ? {} : { description: localized(one.description) }) })),
    ...parts,
  }
}
