import type { LocalState, MessageState } from '../state.ts'
import { correspondenceTime, sevenDigitTime, share } from '../times.ts'
import type { Language, SentMessage } from '../world/model.ts'

const statusNumbers = { Published: 2, Fetched: 3, Read: 4, Confirmed: 6, AttachmentsDownloaded: 12 } as const
type StatusWord = keyof typeof statusNumbers

const replyHeading: Readonly<Record<Language, string>> = { nb: 'Svarvalg:', nn: 'Svarval:', en: 'Reply options:' }

/** With more than three reply options overview and content append them to the body; details does not (altinn3.md 2.4). */
export function bodyWithReplies({ body, replyOptions, language }: SentMessage): string {
  if (replyOptions.length <= 3) return body
  const links = replyOptions.map((option) => `- [${option.linkText ?? option.linkURL}](${option.linkURL})`)
  return `${body}\n\n${replyHeading[language]}\n\n${links.join('\n')}`
}

/** Reply options come in another order from call to call (altinn3.md trap 32). */
function shuffled<T>(items: readonly T[], salt: string): readonly T[] {
  return items.map((item, index) => ({ item, key: share(`${salt} ${String(index)}`) })).sort((a, b) => a.key - b.key).map(({ item }) => item)
}

/** The status is the highest ever reached, Fetched left out: a download hides Read and Confirmed (altinn3.md 2.5). */
function highest(state: LocalState, message: MessageState): { readonly status: StatusWord; readonly at: number } {
  const reached: { readonly status: StatusWord; readonly at: number }[] = [
    { status: 'Published', at: state.publishAt(message) },
    ...message.reads.slice(-1).map(({ at }) => ({ status: 'Read' as const, at })),
    ...state.confirmed(message).slice(-1).map(({ at }) => ({ status: 'Confirmed' as const, at })),
    ...message.downloads.slice(-1).map(({ at }) => ({ status: 'AttachmentsDownloaded' as const, at })),
  ]
  return reached.reduce((best, one) => (statusNumbers[one.status] > statusNumbers[best.status] ? one : best))
}

async function attachments(state: LocalState, message: MessageState): Promise<readonly object[]> {
  const { sent } = message
  const list = sent.attachments.map(async (file) => {
    const md5 = file.checksum === 'md5' ? await state.md5(message, file.id) : null
    return {
      created: correspondenceTime(file.createdAt),
      dataLocationType: 'AltinnCorrespondenceAttachment',
      status: 'Published',
      statusText: 'Published',
      statusChanged: correspondenceTime(file.createdAt),
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

/** The overview of a message (altinn3.md 2.4); nulls are written. */
export async function overview(state: LocalState, message: MessageState, body: string): Promise<Record<string, unknown>> {
  const { sent } = message
  const { status, at } = highest(state, message)
  const firstRead = message.reads[0]
  return {
    recipient: sent.recipient,
    correspondenceId: sent.id,
    content: {
      attachments: await attachments(state, message),
      language: sent.language,
      messageTitle: sent.title,
      messageSummary: sent.summary,
      messageBody: body,
    },
    created: correspondenceTime(sent.createdAt),
    status,
    statusText: status,
    statusChanged: correspondenceTime(at),
    notifications: [],
    altinn2CorrespondenceId: sent.altinn2Id,
    published: correspondenceTime(state.publishAt(message)),
    read: firstRead === undefined ? null : correspondenceTime(firstRead.at),
    resourceId: sent.resourceId,
    sender: sent.sender,
    sendersReference: sent.sendersReference,
    messageSender: sent.messageSender,
    requestedPublishTime: correspondenceTime(sent.requestedPublishAt),
    dueDateTime: sent.dueAt === null ? null : correspondenceTime(sent.dueAt),
    externalReferences: sent.externalReferences,
    propertyList: sent.propertyList,
    replyOptions: shuffled(sent.replyOptions, `${sent.id} ${String(state.now())}`),
    notification: null,
    ignoreReservation: sent.ignoreReservation,
    isConfirmationNeeded: sent.needsConfirmation,
    isConfidential: sent.confidential,
    allowForwarding: sent.allowForwarding,
  }
}

/** Everything that happened to a message, oldest first; the Fetched of this very call has seven fraction digits. */
export function history(state: LocalState, message: MessageState, ownFetchAt: number | null): readonly object[] {
  const rows = [
    { status: 'Initialized', at: message.sent.createdAt },
    { status: 'ReadyForPublish', at: message.sent.createdAt },
    { status: 'Published', at: state.publishAt(message) },
    ...message.fetched,
    ...message.reads,
    ...state.confirmed(message),
    ...message.downloads,
  ]
  const sorted = rows.map((row, index) => ({ ...row, index })).sort((a, b) => a.at - b.at || a.index - b.index)
  const own = sorted.findLastIndex((row) => row.status === 'Fetched' && row.at === ownFetchAt)
  return sorted.map(({ status, at }, index) => ({ status, statusText: status, statusChanged: index === own ? sevenDigitTime(at) : correspondenceTime(at) }))
}
