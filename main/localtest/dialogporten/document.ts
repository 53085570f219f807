import { extname } from 'node:path'
import type { LocalState, MessageState } from '../state.ts'
import { dialogTime, share } from '../times.ts'
import type { DialogFacts } from './items.ts'
import { searchItem } from './items.ts'

const inThree = (nb: string, nn: string, en: string) => [{ value: en, languageCode: 'en' }, { value: nb, languageCode: 'nb' }, { value: nn, languageCode: 'nn' }]

/** An id that always is the same for the same part of the same dialog. */
function partId(dialogId: string, part: string): string {
  const hex = Array.from({ length: 3 }, (_, index) => Math.floor(share(`${dialogId} ${part} ${String(index)}`) * 2 ** 32).toString(16).padStart(8, '0')).join('')
  return `${dialogId.slice(0, 14)}7${hex.slice(1, 4)}-8${hex.slice(4, 7)}-${hex.slice(7, 19)}`
}

/** Media types as Dialogporten shows them; some are literal words (altinn3.md 3.6). */
function mediaType(fileName: string, dataType: string): string {
  const extension = extname(fileName).slice(1).toUpperCase()
  if (['PPT', 'PPS', 'GIF', 'BMP', 'DCM', 'DICOM'].includes(extension)) return extension
  return dataType === 'text/xml' ? 'application/xml' : dataType
}

/** How a correspondence looks as a dialog: its addresses lead to Correspondence (altinn3.md 3.6). */
function correspondenceParts(state: LocalState, platform: string, { sent, confirms }: MessageState) {
  const base = `${platform}/correspondence/api/v1/correspondence/${sent.id}`
  const id = (part: string): string => partId(sent.dialogId, part)
  const gone = (expiresAt: number | null): boolean => expiresAt !== null && expiresAt <= state.now()
  const files = sent.attachments.map((file) => {
    const url = `${base}/attachment/${file.id}/download`
    return { file, url, shown: gone(file.expiresAt) ? 'urn:dialogporten:expired' : url }
  })
  const zip = files.length < 2 ? [] : [{ id: id('zip'), displayName: inThree('Alle vedlegg', 'Alle vedlegg', 'All attachments'), urls: [{ id: id('zip url'), url: `${base}/attachments/downloadall`, mediaType: 'application/zip', consumerType: 'Gui' }] }]
  const attachments = [
    ...zip,
    ...files.map(({ file, shown }) => ({
      id: id(file.id),
      displayName: [{ value: file.displayName ?? file.fileName, languageCode: sent.language }],
      urls: [{ id: id(`${file.id} url`), url: shown, mediaType: mediaType(file.fileName, file.dataType), consumerType: 'Gui' }],
      ...(file.expiresAt === null ? {} : { expiresAt: dialogTime(file.expiresAt) }),
    })),
  ]
  const gui = (part: string, url: string, priority: string, httpMethod: string, title: ReturnType<typeof inThree>, isDelete = false) => ({ id: id(part), action: 'read', url, isAuthorized: true, isDeleteDialogAction: isDelete, priority, httpMethod, title })
  // With more than three reply options there is none here (altinn3.md 3.8).
  const replies = sent.replyOptions.length > 3 ? [] : sent.replyOptions.map((option, n) => gui(`reply ${String(n)}`, option.linkURL, 'Tertiary', 'GET', inThree(option.linkText ?? option.linkURL, option.linkText ?? option.linkURL, option.linkText ?? option.linkURL)))
  const asksForConfirmation = sent.needsConfirmation && confirms.length === 0
  const guiActions = [
    ...replies,
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
  const mainContentReference = {
    value: [{ value: `${base}/content`, languageCode: sent.language }],
    mediaType: 'application/vnd.dialogporten.frontchannelembed-url;type=text/markdown',
    isAuthorized: true,
  }
  return { attachments, guiActions, apiActions, content: { mainContentReference } }
}

/** The links of a dialog that is no correspondence. */
function otherParts(state: LocalState, facts: DialogFacts) {
  const other = state.other(facts.id)
  const guiActions = (other?.guiActions ?? []).map(({ action, title, url, priority }, n) => ({
    id: partId(facts.id, `gui ${String(n)}`), action, url, isAuthorized: true, isDeleteDialogAction: false, priority, httpMethod: 'GET', title: inThree(title.nb, title.nn, title.en),
  }))
  return { attachments: [], guiActions, apiActions: [], content: {} }
}

/** A whole dialog as `GET /dialogs/{id}` answers it (altinn3.md 3.3). */
export function dialogDocument(state: LocalState, platform: string, facts: DialogFacts, dialogToken: string): { readonly revision: string; readonly body: Readonly<Record<string, unknown>> } {
  const revision = partId(facts.id, 'revision')
  // The number of attachments stands in search only.
  const item = Object.fromEntries(Object.entries(searchItem(state, facts)).filter(([name]) => name !== 'guiAttachmentCount'))
  const { content, ...parts } = facts.message === null ? otherParts(state, facts) : correspondenceParts(state, platform, facts.message)
  return { revision, body: { ...item, content: { ...(item['content'] as object), ...content }, revision, dialogToken, transmissions: [], activities: [], ...parts } }
}
