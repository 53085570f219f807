import type { Caller } from '../callers.ts'
import { type Call, type Handler, json, type Reply } from '../http.ts'
import type { LocalState } from '../state.ts'
import { type TokenProblem, type Tokens, unauthorized } from '../tokens.ts'
import { isRecipient, isSender, readScope, writeScope } from './access.ts'
import { notAcceptable } from './accept.ts'
import { type Action, actionsOf, anyPolicy, type Features, type Policy } from './actions.ts'
import { preflight, shared } from './cors.ts'
import { list } from './list.ts'
import { openApi } from './openapi.ts'
import { actionHeaders, type Form, invalid, problem, type ProblemCode } from './problems.ts'
import { confidentialReminders } from './reminders.ts'

const root = '/correspondence/api/v1'
const base = `${root}/correspondence`
const jsonType = 'application/json'

/** A GUID in any of the accepted forms, or null. */
function guidOf(text: string): string | null {
  const plain = text.replace(/-/g, '')
  if (!/^[0-9a-f]{32}$/.test(plain) || (text.includes('-') && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text))) return null
  return plain.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

const notFound: Reply = { status: 404, headers: actionHeaders }
const notAllowed = (allow: string): Reply => ({ status: 405, headers: { ...actionHeaders, allow } })
const finished = (reply: Reply | ProblemCode, form: Form): Reply => (typeof reply === 'number' ? problem(reply, form) : reply)

/** A raw Maskinporten token where only an exchanged one is taken (altinn3.md 1.3). */
const unexchanged: Reply = {
  ...json(403, {
    title: 'IDX10205: Issuer validation failed',
    status: 403,
    detail: 'Maskinporten token is not valid. Exchange to Altinn token and try again. Read more at https://docs.altinn.studio/api/scenarios/authentication/#maskinporten-jwt-access-token-input',
  }),
  headers: { 'content-type': 'application/json; charset=utf-8', 'www-authenticate': 'Bearer error="invalid_token"', 'transfer-encoding': 'chunked' },
}

/** Whether the service and its database are up. */
export const health: Handler = (call) =>
  call.method === 'GET' ? json(200, { status: 'Healthy', message: 'Environment properly configured and database is accessible' }, { ...actionHeaders, 'transfer-encoding': 'chunked' }) : notAllowed('GET')

/** Correspondence as its recipients meet it, and as far as was recorded its senders (altinn3.md section 2). */
export function correspondenceRoutes(state: LocalState, tokens: Tokens, features: Features): Handler {
  const actions = actionsOf(state, features)

  const refusal = (caller: Caller | TokenProblem, policy: Policy): Reply | null => {
    if ('problem' in caller) {
      const toLogin = policy.login && caller.problem === 'none'
      return toLogin ? { status: 302, headers: { location: `${tokens.platform}/authentication/api/v1/authorize?response_type=code&scope=openid%20profile` } } : unauthorized(caller, policy.schemes)
    }
    if (caller.kind === 'maskinporten' && !policy.raw) return unexchanged
    return policy.scopes.some((scope) => caller.scopes.includes(scope)) ? null : { status: 403 }
  }

  /** Lets a caller in and looks at what it accepts, in this order; then the work. */
  const guarded = async (call: Call, policy: Policy, type: string | null, work: (caller: Caller) => Promise<Reply> | Reply): Promise<Reply> => {
    const caller = await tokens.caller(call, { dialog: true })
    const refused = refusal(caller, policy)
    if (refused !== null || 'problem' in caller) return refused ?? { status: 401 }
    return shared(call, (type === null ? null : notAcceptable(call, type)) ?? (await work(caller)))
  }

  const one = async (action: Action, call: Call, idText: string, attachmentText: string | null): Promise<Reply> =>
    await guarded(call, action.policy, action.type, async (caller) => {
      const form = { call, file: action.file }
      const early = action.before?.(call) ?? null
      if (early !== null) return early
      const id = guidOf(idText)
      const attachmentId = attachmentText === null ? null : guidOf(attachmentText)
      if (id === null || (attachmentText !== null && attachmentId === null)) {
        const field = id === null ? 'correspondenceId' : 'attachmentId'
        return invalid({ [field]: [`The value '${(id === null ? idText : attachmentText) ?? ''}' is not valid.`] }, form)
      }
      const message = state.message(id)
      if (message === undefined) return problem(1001, form)
      if (!isRecipient(caller, message) && !(action.senders && isSender(caller, message))) return problem(4001, form)
      return finished(await action.run({ message, caller, call, attachmentId }), form)
    })

  /** Notices are asked after by another service of Altinn's, whose tokens no client has (recorded: notification-check). */
  const notificationCheck = async (call: Call): Promise<Reply> => {
    const caller = await tokens.caller(call, { dialog: true })
    return unauthorized('problem' in caller ? caller : { problem: 'issuer', issuer: `${tokens.platform}/authentication/api/v1/openid/` }, 1)
  }

  return async (call) => {
    const asked = preflight(call)
    if (asked !== null) return asked
    if (call.path === base) {
      if (call.method !== 'GET') return notAllowed('GET, POST')
      return await guarded(call, anyPolicy, jsonType, (caller) => list(state, call, caller))
    }
    if (call.path === `${root}/confidential-reminders`) {
      if (call.method !== 'GET') return notAllowed('GET')
      return await guarded(call, { schemes: 2, raw: false, scopes: [readScope], login: false }, 'text/plain', (caller) => finished(confidentialReminders(state, caller, call), { call, file: true }))
    }
    if (call.path === `${root}/swagger/v1/swagger.json` && call.method === 'GET') return openApi(base, actions)
    // Senders handle their files here; they reach the local Altinn by its side door instead.
    if (call.path.startsWith(`${root}/attachment/`)) return await guarded(call, { ...anyPolicy, scopes: [writeScope] }, null, () => notFound)
    if (!call.path.startsWith(`${base}/`)) return notFound
    const [idText = '', ...rest] = call.path.slice(base.length + 1).split('/')
    const [part, attachmentText, ...end] = rest
    const isFile = part === 'attachment' && end.join('/') === 'download'
    const name = isFile ? '/download' : rest.length === 0 ? '' : `/${rest.join('/')}`
    if (name === '/notification/check') return call.method === 'GET' ? await notificationCheck(call) : notAllowed('GET')
    const action = Object.hasOwn(actions, name) && !(name === '/download' && !isFile) ? actions[name] : undefined
    if (action === undefined) return notFound
    return call.method === action.method ? await one(action, call, idText, isFile ? (attachmentText ?? '') : null) : notAllowed(action.method)
  }
}
