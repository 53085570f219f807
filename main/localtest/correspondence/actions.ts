import type { Caller } from '../callers.ts'
import { type Call, json, type Reply } from '../http.ts'
import type { LocalState, MessageState } from '../state.ts'
import { countsAsSender, effectOf, fetched, forwardCheckScope, isRecipient, opened, portalScope, readScope, writeScope } from './access.ts'
import { normalised } from './content.ts'
import { bodyWithReplies, details, overview, repliesOf } from './documents.ts'
import { fileReply, notDownloadable, notZippable, zipReply } from './download.ts'
import { forward } from './forward.ts'
import { actionHeaders, bareProblem, type ProblemCode } from './problems.ts'
import { purge } from './purge.ts'
import { highest, isAvailable, isPurge, statusRows } from './status.ts'

/** Switches of the service (altinn3.md 2.3). */
export interface Features {
  readonly downloadAll: boolean
}

export interface Asked {
  readonly message: MessageState
  readonly caller: Caller
  readonly call: Call
  /** GUID of the path; null where the path names none. */
  readonly attachmentId: string | null
}

/** Whom an action lets in (altinn3.md 2.2). */
export interface Policy {
  /** Bearer schemes that a 401 names. */
  readonly schemes: 1 | 2 | 3
  /** Whether a raw Maskinporten token is accepted. */
  readonly raw: boolean
  readonly scopes: readonly string[]
  /** A caller without a token goes to a login page (altinn3.md trap 23). */
  readonly login: boolean
}

export interface Action {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly policy: Policy
  /** Whether the sender may ask as well, beside the recipient. */
  readonly senders: boolean
  /** Media type of the Accept check, or null where none is made. */
  readonly type: 'application/json' | 'text/plain' | null
  /** Refusals come as problem+json. */
  readonly file: boolean
  /** What is refused before the message is looked up. */
  readonly before?: (call: Call) => Reply | null
  readonly run: (asked: Asked) => Promise<Reply | ProblemCode> | Reply | ProblemCode
}

const recipientPolicy: Policy = { schemes: 2, raw: false, scopes: [readScope], login: false }
export const anyPolicy: Policy = { schemes: 3, raw: true, scopes: [readScope, writeScope], login: false }
const downloadPolicy: Policy = { schemes: 1, raw: false, scopes: [readScope, portalScope], login: true }

const jsonHeaders = { ...actionHeaders, 'transfer-encoding': 'chunked' } as const

/** What can be asked of one message, by the end of its path (altinn3.md 2.3). */
export function actionsOf(state: LocalState, features: Features): Readonly<Record<string, Action>> {
  const accepted = ({ sent }: MessageState): Reply => json(200, sent.id, jsonHeaders)
  const isHidden = (message: MessageState): boolean => !state.isOpen(message) || !isAvailable(highest(statusRows(state, message)).status)
  /** Overview and content answer as soon as the dialog exists, and never after a purge, whatever hides it. */
  const cannotOpen = (message: MessageState): boolean => message.purges.length > 0 || !(state.isOpen(message) || state.dialogExists(message))

  const showOverview: Action['run'] = async ({ message, caller }) => {
    if (!isRecipient(caller, message)) return message.purges.length > 0 ? 1001 : json(200, await overview(state, message, 'sender'), jsonHeaders)
    if (cannotOpen(message)) return 1001
    opened(state, message, caller)
    fetched(state, message, caller, true)
    return json(200, await overview(state, message, 'recipient'), jsonHeaders)
  }

  /** Marks as read the first time it is asked for, which Dialogporten is told as well. */
  const showContent: Action['run'] = ({ message, caller }) => {
    if (cannotOpen(message)) return 1001
    opened(state, message, caller)
    fetched(state, message, caller, true)
    if (message.reads.length === 0 && !countsAsSender(caller)) state.record({ kind: 'Read', ...effectOf(state, message, caller) })
    if (message.openedAt === null && !countsAsSender(caller)) state.record({ kind: 'Opened', ...effectOf(state, message, caller) })
    return { status: 200, headers: { ...jsonHeaders, 'content-type': 'text/plain; charset=utf-8' }, body: normalised(bodyWithReplies(message.sent, repliesOf(state, message.sent))) }
  }

  const showDetails: Action['run'] = async ({ message, caller }) => {
    if (!isRecipient(caller, message)) return json(200, await details(state, message, 'sender', null), jsonHeaders)
    if (isHidden(message)) return 1001
    const at = fetched(state, message, caller, false)
    return json(200, await details(state, message, 'recipient', at), jsonHeaders)
  }

  const markAsRead: Action['run'] = ({ message, caller }) => {
    if (isHidden(message)) return 1001
    if (message.fetched.length === 0) return 1024
    if (message.reads.length > 0) return 1040
    state.record({ kind: 'Read', ...effectOf(state, message, caller) })
    return accepted(message)
  }

  const confirm: Action['run'] = ({ message, caller }) => {
    if (isHidden(message)) return 1001
    if (message.fetched.length === 0) return 1025
    if (state.confirmed(message).length > 0) return 1041
    // A second confirm while the job waits is accepted as well, and writes its own row (altinn3.md trap 28).
    state.record({ kind: 'ConfirmRequested', afterMs: state.confirmDelay(message.sent.id), ...effectOf(state, message, caller) })
    return accepted(message)
  }

  const download: Action['run'] = async ({ message, caller, attachmentId }) => {
    const file = message.sent.attachments.find((one) => one.id === attachmentId)
    if (file === undefined) return 2001
    const refusal = notDownloadable(state, message, file)
    if (refusal !== null) return refusal
    if (isHidden(message)) return 1001
    const content = await state.content(message, file.id)
    state.record({ kind: 'AttachmentsDownloaded', attachment: file.id, ...effectOf(state, message, caller) })
    return fileReply(file.fileName, content)
  }

  /** All or nothing; its one row is written before the zip is (altinn3.md trap 20). */
  const downloadAll: Action['run'] = async ({ message, caller }) => {
    if (message.sent.attachments.length === 0) return 2001
    if (isHidden(message)) return 1001
    const refusal = await notZippable(state, message)
    if (refusal !== null) return refusal
    state.record({ kind: 'AttachmentsDownloaded', attachment: null, ...effectOf(state, message, caller) })
    return await zipReply(state, message)
  }

  const purgeIt: Action['run'] = ({ message, caller }) => purge(state, message, caller) ?? accepted(message)
  const forwardIt: Action['run'] = ({ message, caller, call }) => (state.isOpen(message) ? forward(state, message, caller, call) : 1001)
  const forwardCheck: Action['run'] = ({ message }) => (isPurge(highest(statusRows(state, message)).status) ? 1001 : json(200, { allowForwarding: message.sent.allowForwarding }, jsonHeaders))

  const shared = { senders: false, type: 'application/json', file: false } as const
  return {
    '': { ...shared, method: 'GET', policy: anyPolicy, senders: true, run: showOverview },
    '/details': { ...shared, method: 'GET', policy: anyPolicy, senders: true, run: showDetails },
    '/content': { ...shared, method: 'GET', policy: recipientPolicy, type: 'text/plain', file: true, run: showContent },
    '/markasread': { ...shared, method: 'POST', policy: recipientPolicy, run: markAsRead },
    '/confirm': { ...shared, method: 'POST', policy: recipientPolicy, run: confirm },
    '/purge': { ...shared, method: 'DELETE', policy: anyPolicy, senders: true, run: purgeIt },
    '/forward': { ...shared, method: 'POST', policy: recipientPolicy, run: forwardIt },
    '/forward/check': { ...shared, method: 'GET', policy: { ...recipientPolicy, scopes: [forwardCheckScope] }, run: forwardCheck },
    '/download': { ...shared, method: 'GET', policy: downloadPolicy, type: null, file: true, run: download },
    '/attachments/downloadall': {
      ...shared, method: 'GET', policy: downloadPolicy, type: null, file: true, run: downloadAll,
      before: (call) => (features.downloadAll ? null : bareProblem(404, 'Download all attachments is not available in this environment.', { call, file: true })),
    },
  }
}
