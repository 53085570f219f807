import { type Call, type Handler, json, type Reply } from '../http.ts'
import type { LocalState, MessageState } from '../state.ts'
import { type Caller, type TokenProblem, type Tokens, unauthorized } from '../tokens.ts'
import { notAcceptable } from './accept.ts'
import { bodyWithReplies, history, overview } from './documents.ts'
import { fileReply } from './download.ts'
import { list } from './list.ts'
import { actionHeaders, invalid, problem } from './problems.ts'

const base = '/correspondence/api/v1/correspondence'
const readScope = 'altinn:correspondence.read'
/** A caller with it counts as the sender, and nothing is marked (altinn3.md trap 13). */
const writeScope = 'altinn:correspondence.write'
/** Overviews of one caller within this time are one Fetched (altinn3.md 2.3). */
const debounceMs = 15_000

/** A GUID in any of the accepted forms, or null. */
function guidOf(text: string): string | null {
  const plain = text.replace(/-/g, '')
  if (!/^[0-9a-f]{32}$/.test(plain) || (text.includes('-') && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text))) return null
  return plain.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

interface Action {
  readonly method: 'GET' | 'POST'
  /** Bearer schemes that a 401 names, and whether a raw Maskinporten token is accepted (altinn3.md 2.2). */
  readonly schemes: 2 | 3
  readonly raw: boolean
  /** Media type of the Accept check, or null where none is made. */
  readonly type: string | null
  readonly file: boolean
  readonly run: (message: MessageState, caller: Caller, call: Call, attachmentId: string | null) => Reply | Promise<Reply>
  /** Whether it answers before the message is published, as soon as the dialog exists (altinn3.md 3.8). */
  readonly publishes: boolean
}

/** Correspondence as its recipients meet it (altinn3.md section 2). */
export function correspondenceRoutes(state: LocalState, tokens: Tokens): Handler {
  const accepted = (id: string): Reply => json(200, id, { ...actionHeaders, 'transfer-encoding': 'chunked' })
  const countsAsSender = (caller: Caller): boolean => caller.scopes.includes(writeScope)

  const fetched = (message: MessageState, caller: Caller, debounce: boolean): number | null => {
    if (countsAsSender(caller)) return null
    const at = state.now()
    const last = message.fetched.findLast((row) => row.caller === caller.systemUserId)
    if (debounce && last !== undefined && at - last.at < debounceMs) return null
    state.record({ kind: 'Fetched', at, caller: caller.systemUserId, message: message.sent.id })
    return at
  }

  /** Overview and content publish a message that is late, and end Altinn's reminder of a confidential one (altinn3.md trap 27). */
  const opened = (message: MessageState, caller: Caller): void => {
    const { id } = message.sent
    const common = { at: state.now(), caller: caller.systemUserId, message: id }
    if (state.now() < state.publishAt(message)) state.record({ kind: 'Published', ...common })
    if (message.sent.confidential && !countsAsSender(caller)) state.record({ kind: 'ReminderEnded', ...common })
  }

  const showOverview: Action['run'] = async (message, caller) => {
    opened(message, caller)
    fetched(message, caller, true)
    return json(200, await overview(state, message, bodyWithReplies(message.sent)), { ...actionHeaders, 'transfer-encoding': 'chunked' })
  }

  /**
   * Marks as read the first time it is asked for. The real service also normalises the text through HTML; this one hands
   * it out as it was sent.
   */
  const showContent: Action['run'] = (message, caller) => {
    opened(message, caller)
    fetched(message, caller, true)
    if (message.reads.length === 0 && !countsAsSender(caller)) state.record({ kind: 'Read', at: state.now(), caller: caller.systemUserId, message: message.sent.id })
    if (message.openedAt === null && !countsAsSender(caller)) state.record({ kind: 'Opened', at: state.now(), caller: caller.systemUserId, message: message.sent.id })
    return { status: 200, headers: { ...actionHeaders, 'content-type': 'text/plain; charset=utf-8', 'transfer-encoding': 'chunked' }, body: bodyWithReplies(message.sent) }
  }

  const showDetails: Action['run'] = async (message, caller) => {
    const at = fetched(message, caller, false)
    const body = { statusHistory: history(state, message, at), ...(await overview(state, message, message.sent.body)), notifications: [], systemLabel: 'Default' }
    return json(200, body, { ...actionHeaders, 'transfer-encoding': 'chunked' })
  }

  const markAsRead: Action['run'] = (message, caller) => {
    if (message.fetched.length === 0) return problem(1024)
    if (message.reads.length > 0) return problem(1040)
    state.record({ kind: 'Read', at: state.now(), caller: caller.systemUserId, message: message.sent.id })
    return accepted(message.sent.id)
  }

  const confirm: Action['run'] = (message, caller) => {
    if (message.fetched.length === 0) return problem(1025)
    if (state.confirmed(message).length > 0) return problem(1041)
    // A second confirm while the job waits is accepted as well, and writes its own row (altinn3.md trap 28).
    state.record({ kind: 'ConfirmRequested', at: state.now(), caller: caller.systemUserId, message: message.sent.id, afterMs: state.confirmDelay(message.sent.id) })
    return accepted(message.sent.id)
  }

  const download: Action['run'] = async (message, caller, _call, attachmentId) => {
    const file = message.sent.attachments.find((one) => one.id === attachmentId)
    if (file === undefined) return problem(2001, true)
    if (file.expiresAt !== null && file.expiresAt <= state.now()) return problem(2020, true)
    const content = await state.content(message, file.id)
    state.record({ kind: 'AttachmentsDownloaded', at: state.now(), caller: caller.systemUserId, message: message.sent.id, attachment: file.id })
    return fileReply(file.fileName, content)
  }

  const jsonType = 'application/json'
  const actions: Readonly<Record<string, Action>> = {
    '': { method: 'GET', schemes: 3, raw: true, type: jsonType, file: false, run: showOverview, publishes: true },
    '/details': { method: 'GET', schemes: 3, raw: true, type: jsonType, file: false, run: showDetails, publishes: false },
    '/content': { method: 'GET', schemes: 2, raw: false, type: 'text/plain', file: true, run: showContent, publishes: true },
    '/markasread': { method: 'POST', schemes: 2, raw: false, type: jsonType, file: false, run: markAsRead, publishes: false },
    '/confirm': { method: 'POST', schemes: 2, raw: false, type: jsonType, file: false, run: confirm, publishes: false },
    '/download': { method: 'GET', schemes: 2, raw: false, type: null, file: true, run: download, publishes: false },
  }

  const refused = (caller: Caller | TokenProblem, action: Pick<Action, 'schemes' | 'raw' | 'type'>): Reply | null => {
    if ('problem' in caller) {
      // Without a Bearer header a download goes to a login page (altinn3.md trap 23).
      if (action.type === null && caller.problem === 'none') return { status: 302, headers: { location: `${tokens.platform}/authentication/api/v1/authorize?response_type=code&scope=openid%20profile` } }
      return unauthorized(caller, action.schemes)
    }
    if (caller.kind === 'maskinporten' && !action.raw) {
      const body = JSON.stringify({
        title: 'IDX10205: Issuer validation failed',
        status: 403,
        detail: 'Maskinporten token is not valid. Exchange to Altinn token and try again. Read more at https://docs.altinn.studio/api/scenarios/authentication/#maskinporten-jwt-access-token-input',
      })
      return { status: 403, headers: { 'content-type': 'application/json; charset=utf-8', 'www-authenticate': 'Bearer error="invalid_token"', 'transfer-encoding': 'chunked' }, body }
    }
    const scopes = action.raw ? [readScope, writeScope] : [readScope]
    return scopes.some((scope) => caller.scopes.includes(scope)) ? null : { status: 403 }
  }

  const one = async (action: Action, call: Call, idText: string, attachmentText: string | null): Promise<Reply> => {
    const caller = await tokens.caller(call)
    const refusal = refused(caller, action)
    if (refusal !== null || 'problem' in caller) return refusal ?? { status: 401 }
    const unacceptable = action.type === null ? null : notAcceptable(call, action.type)
    if (unacceptable !== null) return unacceptable
    const id = guidOf(idText)
    const attachmentId = attachmentText === null ? null : guidOf(attachmentText)
    if (id === null || (attachmentText !== null && attachmentId === null)) {
      const field = id === null ? 'correspondenceId' : 'attachmentId'
      return invalid({ [field]: [`The value '${(id === null ? idText : attachmentText) ?? ''}' is not valid.`] }, action.file)
    }
    const message = state.message(id)
    if (message === undefined) return problem(1001, action.file)
    if (!caller.may(message.sent.recipient, message.sent.resourceId)) return problem(4001, action.file)
    if (!(state.isOpen(message) || (action.publishes && state.dialogExists(message)))) return problem(1001, action.file)
    return await action.run(message, caller, call, attachmentId)
  }

  return async (call) => {
    if (call.path === base) {
      if (call.method !== 'GET') return { status: 405, headers: { ...actionHeaders, allow: 'GET, POST' } }
      const caller = await tokens.caller(call)
      const refusal = refused(caller, { schemes: 3, raw: true, type: jsonType })
      if (refusal !== null || 'problem' in caller) return refusal ?? { status: 401 }
      return notAcceptable(call, jsonType) ?? list(state, call, caller)
    }
    const found = /^\/([^/]+)(\/details|\/content|\/markasread|\/confirm|\/attachment\/([^/]+)(\/download))?$/.exec(call.path.slice(base.length))
    const action = found === null ? undefined : actions[found[4] ?? found[2] ?? '']
    if (found === null || action === undefined) return { status: 404, headers: actionHeaders }
    if (call.method !== action.method) return { status: 405, headers: { ...actionHeaders, allow: action.method } }
    return await one(action, call, found[1] ?? '', found[3] ?? null)
  }
}
