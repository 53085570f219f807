import type { Call } from '../http.ts'
import { isOrganisationNumber, isPersonNumber } from '../world/check-digits.ts'
import type { Dialog } from './dialog.ts'
import { type Order, type OrderKey, orderKeys } from './dialogs.ts'
import { languageProblem, textMatcher } from './text-search.ts'

export type Errors = Record<string, string[]>

const statuses = ['NotApplicable', 'InProgress', 'Draft', 'Awaiting', 'RequiresAttention', 'Completed']
const labels = ['Default', 'Bin', 'Archive', 'MarkedAsUnopened', 'Sent']
const bounds = { createdAfter: 'createdBefore', updatedAfter: 'updatedBefore', contentUpdatedAfter: 'contentUpdatedBefore', dueAfter: 'dueBefore' } as const
const boundKey = { createdAfter: 'createdAt', updatedAfter: 'updatedAt', contentUpdatedAfter: 'contentUpdatedAt', dueAfter: 'dueAt' } as const
export const partyFormat =
  "'Party' must be on format 'urn:altinn:organization:identifier-no:{norwegian org-nr}', 'urn:altinn:person:identifier-no:{norwegian f-nr/d-nr}', 'urn:altinn:person:legacy-selfidentified:{username}' or 'urn:altinn:person:idporten-email:{e-mail}' with valid values, respectively."

const all = (query: URLSearchParams, name: string): readonly string[] => [...query].filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
/** Values of a list: the name repeated, with commas in between, or as a JSON array (recorded). */
function list(query: URLSearchParams, name: string): readonly string[] {
  return all(query, name).flatMap((value) => {
    if (!value.startsWith('["')) return value.split(',')
    try {
      const parsed: unknown = JSON.parse(value)
      return Array.isArray(parsed) && parsed.every((one) => typeof one === 'string') ? parsed : [value]
    } catch (error) {
      if (error instanceof SyntaxError) return [value]
      throw error
    }
  })
}
const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

function validParty(party: string): boolean {
  const number = /^urn:altinn:(?:organization:identifier-no:(\d{9})|person:identifier-no:(\d{11}))$/.exec(party)
  if (number !== null) return number[1] === undefined ? isPersonNumber(number[2] ?? '') : isOrganisationNumber(number[1])
  return /^urn:altinn:person:(legacy-selfidentified|idporten-email):.+$/.test(party)
}

/** A date without a zone is read in the server's own (altinn3.md 3.1). */
export function dateOf(text: string): number | null {
  const at = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(at) ? null : at
}

/** From and to, both inclusive, ms. */
export interface Range {
  readonly from: number
  readonly to: number
}

export interface Query {
  /** As they were asked for; none: all that the caller may see. */
  readonly parties: readonly string[]
  readonly resources: readonly string[]
  readonly limit: number
  /** At least one; ids come after them, from the highest down. */
  readonly orders: readonly Order[]
  /** Where the last page ended: a value for each order, and the id. */
  readonly token: { readonly at: readonly number[]; readonly id: string } | null
  readonly ranges: ReadonlyMap<OrderKey, Range>
  readonly matches: (dialog: Dialog) => boolean
}

/** `orderBy` as the service reads it: keys in any case, descending unless said otherwise; null where it is none. */
function ordersOf(text: string | null): readonly Order[] | null {
  const parts = (text ?? 'contentUpdatedAt').split(',').map((part) => /^([a-z]+)(?:_(asc|desc))?$/i.exec(part.trim()))
  const orders = parts.flatMap((part) => {
    const key = orderKeys.find((one) => one.toLowerCase() === part?.[1]?.toLowerCase())
    return key === undefined ? [] : [{ key, descending: part?.[2]?.toLowerCase() !== 'asc' }]
  })
  return orders.length === parts.length && new Set(orders.map(({ key }) => key)).size === orders.length ? orders : null
}

/** A continuation token's values by key; null where it is none. */
function tokenOf(text: string): ReadonlyMap<string, string> | null {
  const parts = text.split(',').map((part) => /^([a-z]+)_(.*)$/i.exec(part))
  if (parts.some((part) => part === null)) return null
  const values = new Map(parts.map((part) => [part?.[1]?.toLowerCase() ?? '', part?.[2] ?? '']))
  const valid = [...values].every(([key, value]) => (key === 'id' ? /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) : orderKeys.some((one) => one.toLowerCase() === key) && (value === '' || dateOf(value) !== null)))
  return valid && values.has('id') && values.size > 1 ? values : null
}

/** Reads a query as the service binds and validates it: binding errors come alone, then all validation errors together (altinn3.md 3.2). */
export function readQuery(call: Call): Query | Errors {
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
  const orders = ordersOf(orderText)
  if (orders === null) unbound('orderBy', orderText ?? '', 'OrderSet`2')
  const tokenText = one('continuationToken')
  const token = tokenText === null ? null : tokenOf(tokenText)
  if (tokenText !== null && token === null) unbound('continuationToken', tokenText, 'ContinuationTokenSet`2')
  const wordList = (name: string, words: readonly string[]): readonly string[] =>
    list(query, name).map((value) => {
      const found = words.find((word) => word.toLowerCase() === value.toLowerCase())
      if (found === undefined) unbound(name, value, 'List`1')
      return found ?? value
    })
  const flag = (name: string): boolean | null => {
    const text = one(name)
    if (text !== null && !/^(true|false)$/i.test(text)) unbound(name, text, 'Boolean')
    return text === null ? null : text.toLowerCase() === 'true'
  }
  const wantedStatuses = wordList('status', statuses)
  const wantedLabels = wordList('systemLabel', labels)
  const contentSeen = flag('isContentSeen')
  const withoutApiOnly = flag('excludeApiOnly') === true
  const dates = new Map<string, number>()
  for (const name of Object.entries(bounds).flat()) {
    const text = one(name)
    if (text === null || text === '') continue
    const at = dateOf(text)
    if (at === null) unbound(name, text, 'DateTimeOffset')
    else dates.set(name, at)
  }
  if (Object.keys(binding).length > 0 || orders === null) return binding

  const errors: Errors = {}
  const parties = list(query, 'party')
  const resources = all(query, 'serviceResource')
  const orgs = all(query, 'org')
  const extendedStatuses = all(query, 'extendedStatus')
  if (parties.length === 0 && resources.length === 0) errors[''] = ['Either ServiceResource or Party must be specified.']
  const atMost = (name: string, values: readonly string[], most: number): void => {
    if (values.length > most) errors[`${name}.Count`] = [`'Count' must be less than or equal to '${String(most)}'.`]
  }
  atMost('party', parties, 100)
  parties.forEach((party, index) => {
    if (!validParty(party)) errors[`party[${String(index)}]`] = [partyFormat]
  })
  atMost('serviceResource', resources, 20)
  atMost('org', orgs, 20)
  atMost('extendedStatus', extendedStatuses, 20)
  if (limit < 1 || limit > 1000) errors['limit'] = [`'Limit' must be between 1 and 1000. You entered ${String(limit)}.`]
  const search = one('search')
  if (search !== null && search.length < 3) errors['search'] = [`The length of 'Search' must be at least 3 characters. You entered ${String(search.length)} characters.`]
  const language = one('searchLanguageCode')
  const wrongLanguage = language === null ? null : languageProblem(language)
  if (wrongLanguage !== null) errors['searchLanguageCode'] = [wrongLanguage]
  const process = one('process')
  if (process !== null && !URL.canParse(process)) errors['process'] = ["'Process' is not a well-formatted URI."]
  const ranges = new Map<OrderKey, Range>()
  for (const [after, before] of Object.entries(bounds) as [keyof typeof bounds, string][]) {
    const [from, to] = [dates.get(after), dates.get(before)]
    if (from !== undefined && to !== undefined && from > to) errors[after] = [`'${capital(after)}' must be less than or equal to '${capital(before)}'.`]
    if (from !== undefined || to !== undefined) ranges.set(boundKey[after], { from: from ?? -Infinity, to: to ?? Infinity })
  }
  const missing = token === null ? [] : orders.filter(({ key }) => !token.has(key.toLowerCase()))
  if (missing.length > 0) errors['continuationToken'] = [`ContinuationToken does not match OrderBy. Missing token keys: [${missing.map(({ key }) => key).join(', ')}].`]
  if (Object.keys(errors).length > 0) return errors

  const reference = one('externalReference')
  const inText = search === null ? null : textMatcher(search, language)
  return {
    parties,
    resources: resources.map((resource) => resource.replace(/^urn:altinn:resource:/, '')),
    limit,
    orders,
    token: token === null ? null : { at: orders.map(({ key, descending }) => dateOf(token.get(key.toLowerCase()) ?? '') ?? (descending ? -Infinity : Infinity)), id: (token.get('id') ?? '').toLowerCase() },
    ranges,
    matches: (dialog) => {
      for (const [key, { from, to }] of ranges) {
        const value = dialog[key]
        if (value === null || value < from || value > to) return false
      }
      if (wantedStatuses.length > 0 && !wantedStatuses.includes(dialog.status)) return false
      if (wantedLabels.length > 0 && !wantedLabels.every((label) => (dialog.labels as readonly string[]).includes(label))) return false
      if (reference !== null && dialog.externalReference !== reference) return false
      if (orgs.length > 0 && !orgs.includes(dialog.org)) return false
      if (process !== null && dialog.process !== process) return false
      if (extendedStatuses.length > 0 && !extendedStatuses.includes(dialog.extendedStatus?.code ?? '')) return false
      if (withoutApiOnly && dialog.isApiOnly) return false
      if (contentSeen !== null && dialog.isContentSeen !== contentSeen) return false
      return inText === null || inText(dialog)
    },
  }
}
