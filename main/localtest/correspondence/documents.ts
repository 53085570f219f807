import { createHash } from 'node:crypto'
import type { LocalState, MessageState } from '../state.ts'
import { correspondenceTime, sevenDigitTime } from '../times.ts'
import type { Language, ReplyOption, SentAttachment, SentMessage } from '../world/model.ts'
import { highest, isPurge, type StatusRow, statusRows } from './status.ts'

/** From the end of an attachment's time until the job has run that calls it expired, ms. */
const expiryJobMs = 15_000

const replyHeading: Readonly<Record<Language, string>> = { nb: 'Svarvalg:', nn: 'Svarval:', en: 'Reply options:' }

/** With more than three reply options overview and content append them to the body as lines; details does not (altinn3.md 2.4). */
export function bodyWithReplies({ body, language }: SentMessage, replyOptions: readonly ReplyOption[]): string {
  if (replyOptions.length <= 3) return body
  return `${body}\n\n${replyHeading[language]}\n${replyOptions.map((option) => `${option.linkText ?? ''}: ${option.linkURL}`).join('\n')}`
}

/** Reply options come in another order from call to call (altinn3.md trap 32). */
export function repliesOf(state: LocalState, { id, replyOptions }: SentMessage): readonly ReplyOption[] {
  const salt = `${id} ${String(state.now())}`
  // Every order comes up, as it does there; with `share`, times that follow one another give much the same order.
  const keyOf = (index: number): string => createHash('sha256').update(`${String(index)} ${salt}`).digest('hex')
  return replyOptions.map((item, index) => ({ item, key: keyOf(index) })).sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ item }) => item)
}

/** What became of an attachment; downloads ask for its time as well (download.ts). */
function attachmentStatus(state: LocalState, message: MessageState, file: SentAttachment): { readonly status: 'Published' | 'Purged' | 'Expired'; readonly at: number } {
  const purgedAt = state.attachmentPurgedAt(message, file)
  if (purgedAt !== null) return { status: 'Purged', at: purgedAt }
  if (file.changed?.status === 'Expired') return { status: 'Expired', at: file.changed.at }
  const expiredAt = file.expiresAt === null ? Infinity : file.expiresAt + expiryJobMs
  return expiredAt <= state.now() ? { status: 'Expired', at: expiredAt } : { status: 'Published', at: file.createdAt }
}

async function attachments(state: LocalState, message: MessageState): Promise<readonly object[]> {
  const list = message.sent.attachments.map(async (file) => {
    const md5 = file.checksum === 'md5' ? await state.md5(message, file.id) : null
    const { status, at } = attachmentStatus(state, message, file)
    return {
      created: correspondenceTime(file.createdAt),
      dataLocationType: 'AltinnCorrespondenceAttachment',
      status,
      statusText: status,
      statusChanged: correspondenceTime(at),
      dataType: file.dataType,
      expirationTime: file.expiresAt === null ? null : correspondenceTime(file.expiresAt),
      id: file.id,
      fileName: file.fileName,
      displayName: file.displayName,
      isEncrypted: false,
      checksum: file.checksum === 'empty' ? '' : md5,
      sendersReference: file.sendersReference,
      expirationInDays: null,
    }
  })
  return await Promise.all(list)
}

/** Who looks: a sender sees what happened to a message, but not the message, once it is published (recorded: overview-as-sender). */
export type View = 'recipient' | 'sender'

/** What overview and details have in common (altinn3.md 2.4); nulls are written. */
async function common(state: LocalState, message: MessageState, view: View, withReplies: boolean): Promise<Record<string, unknown>> {
  const { sent } = message
  const { status, text, at } = highest(statusRows(state, message))
  const [firstRead] = message.reads
  const publishedAt = state.publishAt(message)
  const isPublished = publishedAt <= state.now()
  const replyOptions = repliesOf(state, sent)
  const content =
    view === 'sender' && isPublished
      ? { attachments: [], language: 'no', messageTitle: '', messageSummary: '', messageBody: '' }
      : { attachments: await attachments(state, message), language: sent.language, messageTitle: sent.title, messageSummary: sent.summary, messageBody: withReplies ? bodyWithReplies(sent, replyOptions) : sent.body }
  return {
    recipient: sent.recipient,
    correspondenceId: sent.id,
    content,
    created: correspondenceTime(sent.createdAt),
    status,
    statusText: text,
    statusChanged: correspondenceTime(at),
    notifications: (sent.notifications ?? []).map(({ orderId, isReminder }) => ({ notificationOrderId: orderId, isReminder })),
    altinn2CorrespondenceId: sent.altinn2Id,
    published: isPublished ? correspondenceTime(publishedAt) : null,
    read: firstRead === undefined ? null : correspondenceTime(firstRead.at),
    resourceId: sent.resourceId,
    sender: sent.sender,
    sendersReference: sent.sendersReference,
    messageSender: sent.messageSender,
    requestedPublishTime: correspondenceTime(sent.requestedPublishAt),
    dueDateTime: sent.dueAt === null ? null : correspondenceTime(sent.dueAt),
    externalReferences: sent.externalReferences,
    propertyList: sent.propertyList,
    replyOptions,
    notification: null,
    ignoreReservation: sent.ignoreReservation,
    isConfirmationNeeded: sent.needsConfirmation,
    isConfidential: sent.confidential,
    allowForwarding: sent.allowForwarding,
  }
}

export const overview = async (state: LocalState, message: MessageState, view: View): Promise<Record<string, unknown>> => await common(state, message, view, true)

/** Notifications as details tells of them: another shape than in the overview (altinn3.md trap 22). */
function notifications(state: LocalState, { sent }: MessageState): readonly object[] {
  return (sent.notifications ?? []).map((one) => ({
    id: one.id,
    sendersReference: 'AltinnCorrespondence',
    creator: state.resource(sent.resourceId)?.owner.code ?? '',
    created: correspondenceTime(one.createdAt),
    isReminder: one.isReminder,
    notificationChannel: one.channel,
    ignoreReservation: sent.ignoreReservation,
    resourceId: sent.resourceId,
    processingStatus: { status: 'Completed', description: null, lastUpdate: '0001-01-01T00:00:00+00:00' },
    notificationStatusDetails: { email: null, sms: null, emails: null, smses: null },
  }))
}

/** The history of a message, oldest first; the Fetched of this very call has seven fraction digits. A sender is not shown purges. */
function history(rows: readonly StatusRow[], view: View, ownFetchAt: number | null): readonly object[] {
  const shown = view === 'sender' ? rows.filter((row) => !isPurge(row.status)) : rows
  const own = shown.findLastIndex((row) => row.status === 'Fetched' && row.at === ownFetchAt)
  return shown.map(({ status, text, at }, index) => ({ status, statusText: text, statusChanged: index === own ? sevenDigitTime(at) : correspondenceTime(at) }))
}

/** Details: the overview with its history and the label of the dialog, reply options not appended to the body (altinn3.md 2.4). */
export async function details(state: LocalState, message: MessageState, view: View, ownFetchAt: number | null): Promise<Record<string, unknown>> {
  const facts = await common(state, message, view, false)
  return { statusHistory: history(statusRows(state, message), view, ownFetchAt), ...facts, notifications: notifications(state, message), systemLabel: state.dialogs.get(message.sent.dialogId)?.labels[0] ?? 'Default' }
}
