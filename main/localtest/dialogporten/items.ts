import type { LocalState, MessageState } from '../state.ts'
import { dialogTime } from '../times.ts'
import type { DialogStatus, OtherDialog, SystemLabel } from '../world/model.ts'

type Texts = Readonly<Record<string, string>>

/** A dialog as search sees it, whatever it stands for. */
export interface DialogFacts {
  readonly id: string
  readonly party: string
  readonly resourceId: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly contentUpdatedAt: number
  readonly dueAt: number | null
  readonly status: DialogStatus
  readonly externalReference: string | null
  /** By language code. */
  readonly title: Texts
  readonly summary: Texts | null
  readonly senderName: Texts | null
  readonly label: SystemLabel
  readonly isApiOnly: boolean
  readonly progress: number | null
  readonly process: string | null
  readonly extendedStatus: { readonly code: string; readonly text: Texts } | null
  readonly transmissions: number
  readonly guiAttachments: number
  readonly message: MessageState | null
}

export function factsOfMessage(state: LocalState, message: MessageState): DialogFacts {
  const { sent } = message
  // A publish time to come becomes all three times; one in the past back-dates nothing (altinn3.md 3.7, 3.8).
  const createdAt = Math.max(sent.createdAt, sent.requestedPublishAt)
  const updatedAt = Math.max(sent.dialogUpdatedAt, createdAt)
  const inOwn = (text: string): Texts => ({ [sent.language]: text })
  const files = sent.attachments.length
  return {
    id: sent.dialogId,
    party: sent.recipient,
    resourceId: sent.resourceId,
    createdAt,
    updatedAt,
    contentUpdatedAt: updatedAt,
    dueAt: sent.dueAt,
    status: sent.needsConfirmation && !state.confirmAsked(message) ? 'RequiresAttention' : 'NotApplicable',
    externalReference: sent.sendersReference === '' ? null : sent.sendersReference,
    title: inOwn(sent.title),
    summary: sent.summary === null || sent.summary === '' ? null : inOwn(sent.summary.replace(/<[^>]*>/g, '')),
    senderName: sent.messageSender === '' ? null : inOwn(sent.messageSender),
    label: sent.systemLabel,
    isApiOnly: false,
    progress: null,
    process: null,
    extendedStatus: null,
    transmissions: 0,
    // The zip of all files is counted as well (altinn3.md trap 33).
    guiAttachments: files > 1 ? files + 1 : files,
    message,
  }
}

export const factsOfOther = (other: OtherDialog): DialogFacts => ({
  id: other.id,
  party: other.party,
  resourceId: other.resourceId,
  createdAt: other.createdAt,
  updatedAt: other.updatedAt,
  contentUpdatedAt: other.contentUpdatedAt,
  dueAt: other.dueAt,
  status: other.status,
  externalReference: other.externalReference,
  title: other.title,
  summary: other.summary,
  senderName: other.senderName,
  label: other.systemLabel,
  isApiOnly: other.isApiOnly,
  progress: other.progress,
  process: other.process,
  extendedStatus: other.extendedStatus,
  transmissions: other.transmissions.filter((one) => one.by === 'ServiceOwner').length,
  guiAttachments: 0,
  message: null,
})

const text = (texts: Texts) => ({ value: Object.entries(texts).map(([languageCode, value]) => ({ value, languageCode })), mediaType: 'text/plain' })

/** A stable revision of the end user's context: nothing here changes labels yet. */
const revisionOf = (id: string): string => `00000000-0000-4000-8000-${id.replace(/-/g, '').slice(-12)}`

/** An item of a search (altinn3.md 3.2): nulls are left out, times have seven fraction digits. */
export function searchItem(state: LocalState, facts: DialogFacts): Record<string, unknown> {
  const resource = state.resource(facts.resourceId)
  const opened = (facts.message?.reads.length ?? 0) > 0
  return {
    id: facts.id,
    org: resource?.owner.code ?? '',
    serviceResource: `urn:altinn:resource:${facts.resourceId}`,
    serviceResourceType: resource?.type ?? 'genericaccessresource',
    party: facts.party,
    ...(facts.progress === null ? {} : { progress: facts.progress }),
    ...(facts.process === null ? {} : { process: facts.process }),
    ...(facts.extendedStatus === null ? {} : { extendedStatus: facts.extendedStatus.code }),
    guiAttachmentCount: facts.guiAttachments,
    ...(facts.externalReference === null ? {} : { externalReference: facts.externalReference }),
    createdAt: dialogTime(facts.createdAt),
    updatedAt: dialogTime(facts.updatedAt),
    contentUpdatedAt: dialogTime(facts.contentUpdatedAt),
    ...(facts.dueAt === null ? {} : { dueAt: dialogTime(facts.dueAt) }),
    status: facts.status,
    hasUnopenedContent: !opened,
    systemLabel: facts.label,
    isApiOnly: facts.isApiOnly,
    fromServiceOwnerTransmissionsCount: facts.transmissions,
    fromPartyTransmissionsCount: 0,
    seenSinceLastUpdate: [],
    seenSinceLastContentUpdate: [],
    isContentSeen: state.seen(facts.id).length > 0,
    endUserContext: { revision: revisionOf(facts.id), systemLabels: [facts.label] },
    content: {
      title: text(facts.title),
      ...(facts.summary === null ? {} : { summary: text(facts.summary) }),
      ...(facts.senderName === null ? {} : { senderName: text(facts.senderName) }),
      ...(facts.extendedStatus === null ? {} : { extendedStatus: text(facts.extendedStatus.text) }),
    },
  }
}
