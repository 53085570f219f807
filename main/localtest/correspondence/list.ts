import { type Call, json, type Reply } from '../http.ts'
import type { LocalState } from '../state.ts'
import type { Caller } from '../tokens.ts'
import { isPersonNumber } from '../world/check-digits.ts'
import { actionHeaders, invalid, problem } from './problems.ts'

const statuses = ['Initialized', 'ReadyForPublish', 'Published', 'Fetched', 'Read', 'Replied', 'Confirmed', 'PurgedByRecipient', 'PurgedByAltinn', 'Archived', 'Reserved', 'Failed', 'AttachmentsDownloaded', 'Forwarded']
const roles = ['recipient', 'sender', 'recipientandsender']
const listCap = 1000
const onBehalfOfMessage =
  "OnBehalfOf must be either a valid organization number (format: 'urn:altinn:organization:identifier-no:organizationnumber' or '0192:organizationnumber') or a valid national identity number (format: 'urn:altinn:person:identifier-no:nationalidentitynumber' or just 'nationalidentitynumber')"

function parameter(query: URLSearchParams, name: string): string | null {
  for (const [key, value] of query) if (key.toLowerCase() === name.toLowerCase()) return value
  return null
}

/** Party URN of an onBehalfOf, or null when it has none of the accepted forms; check digits are looked at for persons only. */
function partyOf(text: string): string | null {
  const organisation = /^(?:0192:|urn:altinn:organization:identifier-no:)(\d{9})$/.exec(text)?.[1]
  if (organisation !== undefined) return `urn:altinn:organization:identifier-no:${organisation}`
  const person = /^(?:urn:altinn:person:identifier-no:)?(\d{11})$/.exec(text)?.[1]
  return person !== undefined && isPersonNumber(person) ? `urn:altinn:person:identifier-no:${person}` : null
}

/** A date as the service binds it: an unencoded plus sign has become a space and is refused (altinn3.md 2.3). */
function dateOf(text: string | null): number | null | 'bad' {
  if (text === null || text === '') return null
  const at = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(at) ? 'bad' : at
}

/** `GET /`: ids of one resource and recipient, newest first, cut at 1000 without a mark (altinn3.md 2.3). */
export function list(state: LocalState, call: Call, caller: Caller): Reply {
  const [resourceId, role, status, from, to, behalf] = ['resourceId', 'role', 'status', 'from', 'to', 'onBehalfOf'].map((name) => parameter(call.query, name))
  const statusWord = statuses.find((word, index) => word.toLowerCase() === status?.toLowerCase() || String(index) === status)
  const fromAt = dateOf(from ?? null)
  const toAt = dateOf(to ?? null)
  const party = behalf === null || behalf === undefined ? null : partyOf(behalf)
  const bad = (value: string | null | undefined): readonly string[] => [`The value '${value ?? ''}' is not valid.`]
  const errors: Record<string, readonly string[]> = {
    ...(to === null ? {} : { to: toAt === 'bad' ? bad(to) : [] }),
    ...(from === null ? {} : { from: fromAt === 'bad' ? bad(from) : [] }),
    role: role === null || role === '' ? ['The role field is required.'] : roles.includes(role?.toLowerCase() ?? '') || /^[0-2]$/.test(role ?? '') ? [] : bad(role),
    ...(status === null ? {} : { status: status === '' || statusWord !== undefined ? [] : bad(status) }),
    ...(behalf === null || behalf === undefined ? {} : { onBehalfOf: party === null ? [onBehalfOfMessage] : [] }),
    resourceId: resourceId === null || resourceId === '' ? ['The resourceId field is required.'] : [],
  }
  if (Object.values(errors).some((messages) => messages.length > 0)) return invalid(errors)
  if (typeof fromAt === 'number' && typeof toAt === 'number' && fromAt > toAt) return problem(1027)
  const own = state.world.identities[0]?.organisation
  if (party === null && own === undefined) return problem(4006)
  const asked = party ?? `urn:altinn:organization:identifier-no:${own ?? ''}`
  if (!caller.may(asked, resourceId ?? '')) return problem(4001)
  if (roles[1] === role?.toLowerCase() || role === '1') return json(200, { ids: [] }, actionHeaders)
  const found = state.messagesOf([asked]).filter((message) => {
    const { sent } = message
    if (sent.resourceId !== resourceId || !state.isOpen(message)) return false
    if (typeof fromAt === 'number' && sent.requestedPublishAt <= fromAt) return false
    if (typeof toAt === 'number' && sent.requestedPublishAt >= toAt) return false
    switch (statusWord) {
      case undefined:
      case 'Published':
        return true
      case 'Read':
        return message.reads.length > 0
      case 'Confirmed':
        return state.confirmed(message).length > 0
      case 'AttachmentsDownloaded':
        return message.downloads.length > 0
      default:
        return false
    }
  })
  const ids = found.sort((a, b) => b.sent.requestedPublishAt - a.sent.requestedPublishAt).slice(0, listCap).map((message) => message.sent.id)
  return json(200, { ids }, { ...actionHeaders, 'transfer-encoding': 'chunked' })
}
