import type { Caller } from '../callers.ts'
import { type Call, json, type Reply } from '../http.ts'
import type { LocalState, MessageState } from '../state.ts'
import { isPersonNumber } from '../world/check-digits.ts'
import { actionHeaders, invalid, problem } from './problems.ts'
import { statusNumbers, type StatusWord, statusRows } from './status.ts'

const statuses = Object.keys(statusNumbers).filter((word): word is StatusWord => word in statusNumbers)
const roles = ['Recipient', 'Sender', 'RecipientAndSender'] as const
type Role = (typeof roles)[number]
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

/** Statuses that a recipient's list never finds: those before publication, and Fetched, which is kept elsewhere (altinn3.md 2.3, trap 7). */
const unlisted: readonly StatusWord[] = ['Initialized', 'ReadyForPublish', 'Failed', 'Fetched']

interface Wanted {
  readonly party: string
  readonly role: Role
  readonly resourceId: string
  readonly status: StatusWord | undefined
  readonly fromAt: number | null
  readonly toAt: number | null
  readonly sendersReference: string | null
  readonly altinn2Id: number | null
}

/** Whether a message belongs in a list. A status counts if it was ever had, and not at all where both roles are asked for (altinn3.md trap 6). */
function isListed(state: LocalState, message: MessageState, wanted: Wanted): boolean {
  const { sent } = message
  const { role, status } = wanted
  const asRecipient = role !== 'Sender' && sent.recipient === wanted.party && state.isOpen(message)
  const asSender = role !== 'Recipient' && sent.sender === wanted.party
  if ((!asRecipient && !asSender) || sent.resourceId !== wanted.resourceId) return false
  if (wanted.fromAt !== null && sent.requestedPublishAt <= wanted.fromAt) return false
  if (wanted.toAt !== null && sent.requestedPublishAt >= wanted.toAt) return false
  if (wanted.sendersReference !== null && sent.sendersReference !== wanted.sendersReference) return false
  if (wanted.altinn2Id !== null && sent.altinn2Id !== wanted.altinn2Id) return false
  if (status === undefined || role === 'RecipientAndSender') return true
  return !(role === 'Recipient' && unlisted.includes(status)) && statusRows(state, message).some((row) => row.status === status)
}

const guid = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i

/** `GET /`: ids of one resource and party, newest first, cut at 1000 without a mark; purged ones stay (altinn3.md 2.3). */
export function list(state: LocalState, call: Call, caller: Caller): Reply {
  const form = { call, file: false }
  const given = (name: string): string | null => parameter(call.query, name)
  const [resourceId, role, status, from, to, behalf, key, altinn2Id] = [given('resourceId'), given('role'), given('status'), given('from'), given('to'), given('onBehalfOf'), given('idempotentKey'), given('altinn2CorrespondenceId')]
  const statusWord = statuses.find((word) => word.toLowerCase() === status?.toLowerCase() || String(statusNumbers[word]) === status)
  const roleWord = roles.find((word, index) => word.toLowerCase() === role?.toLowerCase() || String(index) === role)
  const fromAt = dateOf(from)
  const toAt = dateOf(to)
  const party = behalf === null ? null : partyOf(behalf)
  const bad = (value: string | null): readonly string[] => [`The value '${value ?? ''}' is not valid.`]
  const bound = (value: string | null, isFine: boolean): readonly string[] => (value === null || value === '' || isFine ? [] : bad(value))
  const errors: Record<string, readonly string[]> = {
    ...(to === null ? {} : { to: toAt === 'bad' ? bad(to) : [] }),
    ...(from === null ? {} : { from: fromAt === 'bad' ? bad(from) : [] }),
    role: role === null || role === '' ? ['The role field is required.'] : roleWord === undefined ? bad(role) : [],
    ...(status === null ? {} : { status: bound(status, statusWord !== undefined) }),
    ...(behalf === null ? {} : { onBehalfOf: party === null ? [onBehalfOfMessage] : [] }),
    resourceId: resourceId === null || resourceId === '' ? ['The resourceId field is required.'] : [],
    ...(key === null ? {} : { idempotentKey: bound(key, guid.test(key)) }),
    ...(altinn2Id === null ? {} : { altinn2CorrespondenceId: bound(altinn2Id, /^-?\d{1,10}$/.test(altinn2Id)) }),
  }
  if (Object.values(errors).some((messages) => messages.length > 0) || roleWord === undefined || fromAt === 'bad' || toAt === 'bad' || resourceId === null) return invalid(errors, form)
  if (fromAt !== null && toAt !== null && fromAt > toAt) return problem(1027, form)
  const asked = party ?? caller.behalf
  if (asked === null) return problem(4006, form)
  if (!caller.may(asked, resourceId) && !caller.sends(asked)) return problem(4001, form)
  const answer = (found: readonly MessageState[]): Reply => json(200, { ids: found.map(({ sent }) => sent.id) }, { ...actionHeaders, 'transfer-encoding': 'chunked' })
  // The sender's own key finds its message, whatever else was asked for (altinn3.md 2.3).
  if (key !== null && key !== '') return answer([...state.messages()].filter(({ sent }) => sent.idempotentKey === key.toLowerCase()))
  const number = altinn2Id === null || altinn2Id === '' ? null : Number(altinn2Id)
  // An empty value binds as none.
  const reference = given('sendersReference')
  const wanted = { party: asked, role: roleWord, resourceId, status: statusWord, fromAt, toAt, sendersReference: reference === '' ? null : reference, altinn2Id: number }
  const known = roleWord === 'Recipient' ? state.messagesOf([asked]) : [...state.messages()]
  const found = known.filter((message) => isListed(state, message, wanted))
  return answer(found.sort((a, b) => b.sent.requestedPublishAt - a.sent.requestedPublishAt).slice(0, listCap))
}
