import { type Call, json, type Reply } from '../http.ts'
import type { LocalState } from '../state.ts'
import { dialogTime } from '../times.ts'
import type { Caller } from '../tokens.ts'
import { type DialogFacts, factsOfMessage, factsOfOther, searchItem } from './items.ts'
import { isOrganisationNumber, isPersonNumber } from '../world/check-digits.ts'
import { problem } from './problems.ts'

type Errors = Record<string, string[]>

const statuses = ['NotApplicable', 'InProgress', 'Draft', 'Awaiting', 'RequiresAttention', 'Completed']
const labels = ['Default', 'Bin', 'Archive', 'MarkedAsUnopened', 'Sent']
const orderKeys = { contentupdatedat: 'contentUpdatedAt', updatedat: 'updatedAt', createdat: 'createdAt', dueat: 'dueAt' } as const
type OrderKey = keyof typeof orderKeys
const bounds = { createdAfter: 'createdBefore', updatedAfter: 'updatedBefore', contentUpdatedAfter: 'contentUpdatedBefore', dueAfter: 'dueBefore' } as const
const boundColumn = { createdAfter: 'createdAt', updatedAfter: 'updatedAt', contentUpdatedAfter: 'contentUpdatedAt', dueAfter: 'dueAt' } as const
const partyFormat =
  "'Party' must be on format 'urn:altinn:organization:identifier-no:{norwegian org-nr}', 'urn:altinn:person:identifier-no:{norwegian f-nr/d-nr}', 'urn:altinn:person:legacy-selfidentified:{username}' or 'urn:altinn:person:idporten-email:{e-mail}' with valid values, respectively."

const all = (query: URLSearchParams, name: string): readonly string[] => [...query].filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

function validParty(party: string): boolean {
  const number = /^urn:altinn:(?:organization:identifier-no:(\d{9})|person:identifier-no:(\d{11}))$/.exec(party)
  if (number !== null) return number[1] === undefined ? isPersonNumber(number[2] ?? '') : isOrganisationNumber(number[1])
  return /^urn:altinn:person:(legacy-selfidentified|idporten-email):.+$/.test(party)
}

function dateOf(text: string): number | null {
  const at = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(at) ? null : at
}

interface Order {
  readonly key: OrderKey
  readonly descending: boolean
}

interface Query {
  readonly parties: readonly string[]
  readonly resources: readonly string[]
  readonly limit: number
  readonly order: Order
  readonly token: { readonly at: number; readonly id: string } | null
  readonly matches: (facts: DialogFacts) => boolean
}

/** Reads a query as the service binds and validates it: binding errors come alone, then all validation errors together. */
function read(call: Call): Query | Errors {
  const { query } = call
  const binding: Errors = {}
  const one = (name: string): string | null => all(query, name)[0] ?? null
  const unbound = (name: string, value: string, type: string): void => {
    binding[name] = [`Value [${value}] is not valid for a [${type}] property!`]
  }

  const limitText = one('limit')
  const limit = limitText === null ? 100 : /^-?\d+$/.test(limitText) ? Number(limitText) : NaN
  if (Number.isNaN(limit)) unbound('limit', limitText ?? '', 'Int32')
  const orderText = one('orderBy')
  const orderMatch = /^([a-z]+)(?:_(asc|desc))?$/i.exec(orderText ?? 'contentUpdatedAt')
  const key = orderMatch?.[1]?.toLowerCase() ?? ''
  const order: Order | null = key in orderKeys ? { key: key as OrderKey, descending: orderMatch?.[2]?.toLowerCase() !== 'asc' } : null
  if (order === null) unbound('orderBy', orderText ?? '', 'OrderSet`2')
  const tokenText = one('continuationToken')
  const tokenMatch = /^([a-z]+)_([^,]*),id_([0-9a-f-]{36})$/i.exec(tokenText ?? '')
  if (tokenText !== null && tokenMatch === null) unbound('continuationToken', tokenText, 'ContinuationTokenSet`2')
  const wordList = (name: string, words: readonly string[]): readonly string[] =>
    all(query, name).map((value) => {
      const found = words.find((word) => word.toLowerCase() === value.toLowerCase())
      if (found === undefined) unbound(name, value, 'List`1')
      return found ?? value
    })
  const wantedStatuses = wordList('status', statuses)
  const wantedLabels = wordList('systemLabel', labels)
  const dates = new Map<string, number>()
  for (const [after, before] of Object.entries(bounds)) {
    for (const name of [after, before]) {
      const text = one(name)
      if (text === null || text === '') continue
      const at = dateOf(text)
      if (at === null) unbound(name, text, 'DateTimeOffset')
      else dates.set(name, at)
    }
  }
  if (Object.keys(binding).length > 0 || order === null) return binding

  const errors: Errors = {}
  const parties = all(query, 'party').flatMap((value) => value.split(','))
  const resources = all(query, 'serviceResource')
  if (parties.length === 0 && resources.length === 0) errors[''] = ['Either ServiceResource or Party must be specified.']
  if (parties.length > 100) errors['party.Count'] = [`'Count' must be less than or equal to '100'.`]
  parties.forEach((party, index) => {
    if (!validParty(party)) errors[`party[${String(index)}]`] = [partyFormat]
  })
  if (resources.length > 20) errors['serviceResource.Count'] = [`'Count' must be less than or equal to '20'.`]
  if (limit < 1 || limit > 1000) errors['limit'] = [`'Limit' must be between 1 and 1000. You entered ${String(limit)}.`]
  const search = one('search')
  if (search !== null && search.length < 3) errors['search'] = [`The length of 'Search' must be at least 3 characters. You entered ${String(search.length)} characters.`]
  for (const [after, before] of Object.entries(bounds)) {
    const [from, to] = [dates.get(after), dates.get(before)]
    if (from !== undefined && to !== undefined && from > to) errors[after] = [`'${capital(after)}' must be less than or equal to '${capital(before)}'.`]
  }
  if (tokenMatch !== null && tokenMatch[1]?.toLowerCase() !== order.key) {
    errors['continuationToken'] = [`ContinuationToken does not match OrderBy. Missing token keys: [${orderKeys[order.key]}].`]
  }
  if (Object.keys(errors).length > 0) return errors

  const reference = one('externalReference')
  return {
    parties,
    resources: resources.map((resource) => resource.replace(/^urn:altinn:resource:/, '')),
    limit,
    order,
    token: tokenMatch === null ? null : { at: dateOf(tokenMatch[2] ?? '') ?? -Infinity, id: tokenMatch[3] ?? '' },
    matches: (facts) => {
      if (wantedStatuses.length > 0 && !wantedStatuses.includes(facts.status)) return false
      if (wantedLabels.some((label) => label !== facts.label)) return false
      if (reference !== null && facts.externalReference !== reference) return false
      if (search !== null && !search.toLowerCase().split(/\s+/).some((word) => Object.values(facts.title).join(' ').toLowerCase().split(/\P{L}+/u).includes(word))) return false
      return (Object.keys(bounds) as (keyof typeof bounds)[]).every((after) => {
        const [from, to] = [dates.get(after), dates.get(bounds[after])]
        const value = facts[boundColumn[after]]
        if (from === undefined && to === undefined) return true
        return value !== null && value >= (from ?? -Infinity) && value <= (to ?? Infinity)
      })
    },
  }
}

const isQuery = (parsed: Query | Errors): parsed is Query => 'matches' in parsed && typeof parsed.matches === 'function'

/** `GET /dialogs`: keyset pages of what is visible; parties without rights give nothing, never a refusal (altinn3.md 3.2). */
export function search(state: LocalState, call: Call, caller: Caller): Reply {
  const query = read(call)
  if (!isQuery(query)) return problem(call, 400, query)
  const { order } = query
  const column = orderKeys[order.key]
  const valueOf = (facts: DialogFacts): number => facts[column] ?? (order.descending ? -Infinity : Infinity)
  const compare = (a: { readonly at: number; readonly id: string }, b: { readonly at: number; readonly id: string }): number => {
    const ascending = a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
    return order.descending ? -ascending : ascending
  }
  const wanted = (party: string, resourceId: string): boolean =>
    caller.may(party, resourceId) && (query.parties.length === 0 || query.parties.includes(party)) && (query.resources.length === 0 || query.resources.includes(resourceId))
  const visible: DialogFacts[] = []
  for (const message of query.parties.length === 0 ? state.messages() : state.messagesOf(query.parties)) {
    if (message.sent.transmissionOf === null && wanted(message.sent.recipient, message.sent.resourceId) && state.dialogExists(message)) visible.push(factsOfMessage(state, message))
  }
  for (const other of state.others()) if (wanted(other.party, other.resourceId)) visible.push(factsOfOther(other))
  const { token } = query
  const found = visible
    .filter(query.matches)
    .map((facts) => ({ facts, at: valueOf(facts), id: facts.id }))
    .filter((entry) => token === null || compare(entry, token) > 0)
    .sort(compare)
  const page = found.slice(0, query.limit)
  const last = page.at(-1)
  return json(200, {
    items: page.map(({ facts }) => searchItem(state, facts)),
    hasNextPage: found.length > page.length,
    // Present on the last page too, absent on an empty one.
    ...(last === undefined ? {} : { continuationToken: `${order.key}_${Number.isFinite(last.at) ? dialogTime(last.at) : ''},id_${last.id}` }),
    orderBy: `${order.key}_${order.descending ? 'desc' : 'asc'},id_${order.descending ? 'desc' : 'asc'}`,
  })
}
