import { createHash } from 'node:crypto'

/** Differences between an answer that was recorded and one that is served; contents may differ, shapes may not. */

const dateForms: readonly (readonly [name: string, form: RegExp])[] = [
  ['correspondence date', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?\+00:00$/],
  ['dialogporten date', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z$/],
]

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'string') return dateForms.find(([, form]) => form.test(value))?.[0] ?? 'string'
  return typeof value
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Values that both services spell the same way whatever the message: words, codes and sentences of errors. */
const exact = new Set(['title', 'status', 'code', 'errorCode', 'detail', 'statusDescription', 'type', 'hasNextPage', 'orderBy', 'serviceResourceType', 'dataLocationType'])
/** Objects whose keys are data. */
const openKeys = new Set(['propertyList'])

/** Reply options come in any order (altinn3.md trap 32). */
const sorted = (items: readonly unknown[]): readonly unknown[] => [...items].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))

/** A long text stands shortened in a recording; reply options appended to a body come in any order. */
function comparable(text: string, path: string): string {
  const [, count, sign = ''] = /^<(\d+) x (.)>$/u.exec(text) ?? []
  const whole = count === undefined ? text : sign.repeat(Number(count))
  return neutral(path.endsWith('/messageBody') ? whole.split('\n').sort().join('\n') : whole)
}

/** What a recording and an answer may spell differently: ids, numbers of organisations, traces, dates. */
const neutral = (text: string): string => text.replace(/\b00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]\b/g, '<trace>').replace(/\bidentifier-no:\d{9}\b/g, 'identifier-no:<number>').replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>').replace(/\d{4}-\d{2}-\d{2}T[\d:.]+(Z|\+00:00)?/g, '<date>')

/**
 * Compares two JSON values: keys (absent is not null), types, forms of dates, and exact words of refusals.
 * @param words whether exact words are compared: for refusals, not for messages
 * @param same whether everything but ids and times must be the same: where the world holds the very message that was recorded
 */
export function differences(recorded: unknown, served: unknown, words: boolean, same = false, path = ''): readonly string[] {
  const [wanted, got] = [typeOf(recorded), typeOf(served)]
  if (!same && (wanted === 'null' || got === 'null')) return []
  if (wanted !== got) return [`${path}: ${wanted} recorded, ${got} served`]
  if (Array.isArray(recorded) && Array.isArray(served)) {
    // How often something was asked beforehand differs; `history` compares the rows where it does not.
    if (same && recorded.some(isObject) && !path.endsWith('/statusHistory')) {
      if (recorded.length !== served.length) return [`${path}: ${String(recorded.length)} recorded, ${String(served.length)} served`]
      const [wantedItems, gotItems] = path.endsWith('/replyOptions') ? [sorted(recorded), sorted(served)] : [recorded, served]
      return wantedItems.flatMap((item, index) => differences(item, gotItems[index], words, same, `${path}[${String(index)}]`))
    }
    const [first] = recorded as readonly unknown[]
    const [other] = served as readonly unknown[]
    return first === undefined || other === undefined ? [] : differences(first, other, words, same, `${path}[0]`)
  }
  if (isObject(recorded) && isObject(served)) {
    return Object.keys({ ...recorded, ...served }).flatMap((key) => {
      const at = `${path}/${key}`
      if (openKeys.has(key)) return []
      if (!(key in served)) return optional.has(key) ? [] : [`${at}: recorded, not served`]
      if (!(key in recorded)) return optional.has(key) ? [] : [`${at}: served, not recorded`]
      const own = words && (exact.has(key) || path.endsWith('/errors')) && typeof recorded[key] !== 'object'
      if (own && neutral(String(recorded[key])) !== neutral(String(served[key]))) return [`${at}: "${String(recorded[key])}" recorded, "${String(served[key])}" served`]
      return differences(recorded[key], served[key], words, same, at)
    })
  }
  if (same && comparable(String(recorded), path) !== comparable(String(served), path) && !path.endsWith('/sendersReference')) return [`${path}: "${String(recorded)}" recorded, "${String(served)}" served`]
  return words && path.includes('/errors/') && typeof recorded === 'string' && typeof served === 'string' && neutral(recorded) !== neutral(served) ? [`${path}: "${recorded}" recorded, "${served}" served`] : []
}

/** Keys that Dialogporten leaves out where there is nothing to say (altinn3.md 3.1), and that depend on the dialog. */
const optional = new Set(['progress', 'process', 'precedingProcess', 'extendedStatus', 'externalReference', 'dueAt', 'summary', 'senderName', 'latestActivity', 'guiAttachmentCount', 'continuationToken', 'dateOfBirth', 'subParties', 'authorizationAttribute', 'expiresAt', 'transmissionId', 'description'])

/** Headers that decide how a client reads an answer. */
const headersThatMatter = ['content-type', 'cache-control', 'x-content-type-options', 'allow', 'content-disposition', 'www-authenticate', 'content-encoding', 'vary'] as const
/** Headers whose value is the server's own, but that must be there or not. */
const headersThatAre = ['etag', 'expires'] as const

/** A challenge's description names times and keys of the recorded server; its kind and number must be the same. */
const headerForm = (value: string | undefined): string => (value ?? '(none)').replace(/, error_description="[^"]*"/g, '')

/** Headers by which a service lets pages of other origins in, and how it packs its answers. */
export const corsHeaders = ['vary', 'access-control-allow-origin', 'access-control-allow-credentials', 'content-encoding'] as const

export function headerDifferences(recorded: Readonly<Record<string, string | undefined>>, served: Headers, more: readonly string[] = []): readonly string[] {
  const present = headersThatAre.flatMap((name) => ((recorded[name] !== undefined) === served.has(name) ? [] : [`${name}: ${recorded[name] === undefined ? 'not ' : ''}recorded, ${served.has(name) ? '' : 'not '}served`]))
  const valued = [...headersThatMatter, ...more].flatMap((name) => {
    const [wanted, got] = [headerForm(recorded[name]), headerForm(served.get(name) ?? undefined)]
    return wanted === got ? [] : [`${name}: "${wanted}" recorded, "${got}" served`]
  })
  return [...valued, ...present]
}

/** External references of the dialogs a search has found, in their order; null where the answer is no whole search. */
export function foundReferences(body: unknown): readonly string[] | null {
  if (!isObject(body) || !Array.isArray(body['items'])) return null
  return (body['items'] as readonly unknown[]).map((item) => (isObject(item) && typeof item['externalReference'] === 'string' ? item['externalReference'] : '?'))
}

/** A body that was recorded as text, or as length and checksum, against the bytes that are served; days may differ. */
export function bodyDifferences(recorded: unknown, served: Buffer): readonly string[] {
  const day = /\b\d{2}\.\d{2}\.\d{4}\b/g
  if (!isObject(recorded)) return [`nothing recorded: ${typeOf(recorded)}`]
  const { text, sha256 } = recorded
  if (typeof text === 'string') {
    const [wanted, got] = [text.replace(day, '<day>'), served.toString('utf8').replace(day, '<day>')]
    return wanted === got ? [] : [`"${wanted}" recorded, "${got}" served`]
  }
  const own = createHash('sha256').update(served).digest('hex')
  return own === sha256 ? [] : [`${String(recorded['length'])} bytes recorded, ${String(served.length)} others served`]
}

/** The rows of a history, by status and text. */
export function historyDifferences(recorded: unknown, served: unknown): readonly string[] {
  const rows = (body: unknown): readonly string[] => {
    const history = isObject(body) ? body['statusHistory'] : undefined
    return Array.isArray(history) ? history.map((row: unknown) => (isObject(row) ? neutral(`${String(row['status'])}: ${String(row['statusText'])}`) : '')) : []
  }
  const [wanted, got] = [rows(recorded).join('\n'), rows(served).join('\n')]
  return wanted === got && wanted !== '' ? [] : [`recorded:\n${wanted}\nserved:\n${got}`]
}
