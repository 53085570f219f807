/**
 * Compares the answers of a course with the recorded ones. Recorded bodies are often reduced to what matters; only what they
 * hold is compared. Ids and timestamps differ from run to run, but what was the same in the recording must be the same here,
 * and what moved must move.
 */

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const guids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const dialogDate = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z$/

/** Values that must be the same; of other texts and numbers only that they are there. */
const valued: ReadonlySet<string> = new Set([
  'status', 'statusText', 'hasUnopenedContent', 'isContentSeen', 'systemLabel', 'systemLabels', 'isOpened', 'isAuthorized', 'fromServiceOwnerTransmissionsCount', 'fromPartyTransmissionsCount', 'guiAttachmentCount',
  'hasNextPage', 'orderBy', 'type', 'httpMethod', 'priority', 'isDeleteDialogAction', 'languageCode', 'action', 'consumerType', 'isConfirmationNeeded', 'isConfidential', 'allowForwarding', 'referenceType', 'actorType',
  'isCurrentEndUser', 'isViaServiceOwner', 'isApiOnly', 'externalReference', 'found', 'contains', 'errorCode', 'title', 'detail', 'name',
])

/** What a stub answered in the recordings: names from registers. */
const stubbed: ReadonlySet<string> = new Set(['/serviceResource/name', '/serviceOwner/name'])

/** Ids and times of the recording with those of this run. */
export class Bindings {
  readonly #served = new Map<string, string>()
  readonly #recorded = new Map<string, string>()

  bind(recorded: string, served: string): void {
    this.#served.set(recorded, served)
    this.#recorded.set(served, recorded)
  }

  /** What is wrong with taking one for the other, or null. */
  meet(recorded: string, served: string): string | null {
    const known = this.#served.get(recorded)
    const before = this.#recorded.get(served)
    if (known === undefined && before === undefined) {
      this.bind(recorded, served)
      return null
    }
    if (known === served) return null
    return known === undefined ? `${served} stands for ${before ?? ''} already, recorded was ${recorded}` : `${recorded} is ${known}, served was ${served}`
  }

  /** A text of the recording with everything that is known put in its place, also where it is encoded for an address. */
  filled(text: string): string {
    let result = text
    for (const [recorded, served] of this.#served) result = result.replaceAll(recorded, served).replaceAll(recorded.toUpperCase(), served.toUpperCase()).replaceAll(encodeURIComponent(recorded), encodeURIComponent(served))
    return result
  }
}

/** What the recordings made of an answer to keep them short. */
function reduced(recorded: unknown, served: unknown): unknown {
  // An endpoint as one line.
  if (typeof recorded === 'string' && isObject(served) && typeof served['httpMethod'] === 'string' && typeof served['url'] === 'string') return `${served['httpMethod']} ${served['url']}`
  // Only the files of an overview, only the texts of a button or a file.
  if (Array.isArray(recorded) && isObject(served)) return isObject(served['content']) ? served['content']['attachments'] : (served['displayName'] ?? served['title'])
  if (!isObject(recorded)) return served
  // Contents of files are other ones, and of some answers only the status was kept.
  if ('sha256' in recorded || (typeof recorded['status'] === 'number' && Object.keys(recorded).length === 1)) return recorded
  if (typeof served === 'string') return 'text' in recorded ? { text: served } : served
  if (!isObject(served)) return served
  const items = Array.isArray(served['items']) ? (served['items'] as readonly unknown[]) : null
  // Only the one item of a search.
  if (items !== null && !['items', 'found', 'contains'].some((name) => name in recorded)) return reduced(recorded, items[0])
  const derived: Record<string, unknown> = { ...served }
  if (isObject(served['content'])) {
    if ('title' in recorded) derived['title'] = served['content']['title']
    if (Array.isArray(recorded['attachments']) && Array.isArray(served['content']['attachments'])) derived['attachments'] = served['content']['attachments']
  }
  if ('found' in recorded && items !== null) derived['found'] = items.length
  if (isObject(served['endUserContext']) && 'systemLabels' in recorded) {
    derived['systemLabels'] = served['endUserContext']['systemLabels']
    derived['revision'] = served['endUserContext']['revision']
  }
  if (typeof recorded['attachments'] === 'number' && Array.isArray(served['attachments'])) derived['attachments'] = (served['attachments'] as readonly unknown[]).length
  return derived
}

function sameShape(recorded: unknown, served: unknown): boolean {
  if (Array.isArray(recorded) || Array.isArray(served)) return Array.isArray(recorded) && Array.isArray(served)
  return typeof recorded === typeof served
}

/** Statuses that calls of the recording left which a replay does not make: waiting for a message wrote Fetched rows. */
const steadyStatuses = (rows: readonly unknown[]): readonly string[] =>
  rows.map((row) => (isObject(row) ? String(row['status']) : String(row))).filter((status) => status !== 'Fetched' && !status.startsWith('…'))

/** Differences between a recorded answer and one served, with the paths at which they lie. */
export function courseDifferences(recorded: unknown, whole: unknown, bindings: Bindings, path = ''): readonly string[] {
  const served = reduced(recorded, whole)
  const key = path.split('/').at(-1)?.replace(/\[\d+\]$/, '') ?? ''
  if (recorded === null || recorded === undefined) return []
  if (served === undefined) return [`${path}: recorded, not served`]
  if (served === null) return []
  if (!sameShape(recorded, served)) return [`${path}: ${JSON.stringify(recorded).slice(0, 60)} recorded, ${JSON.stringify(served).slice(0, 60)} served`]
  if (Array.isArray(recorded) && Array.isArray(served)) {
    const [rows, own] = [recorded as readonly unknown[], served as readonly unknown[]]
    if (key === 'statusHistory') {
      const [wanted, got] = [steadyStatuses(rows).join(' '), steadyStatuses(own).join(' ')]
      return wanted === got ? [] : [`${path}: ${wanted} recorded, ${got} served`]
    }
    if (rows.length !== own.length) return [`${path}: ${String(rows.length)} recorded, ${String(own.length)} served`]
    return rows.flatMap((row, n) => courseDifferences(row, own[n], bindings, `${path}[${String(n)}]`))
  }
  if (isObject(recorded) && isObject(served)) return Object.keys(recorded).flatMap((name) => (name === 'traceId' || stubbed.has(`${path}/${name}`) ? [] : courseDifferences(recorded[name], served[name], bindings, `${path}/${name}`)))
  if (typeof recorded === 'string' && typeof served === 'string') {
    const [ids, own] = [recorded.match(guids) ?? [], served.match(guids) ?? []]
    const wrong = ids.length !== own.length ? [] : ids.flatMap((id, n) => bindings.meet(id, own[n] ?? '') ?? [])
    // The answer that writes a look shows a digit more than later ones.
    const [time, own7] = key === 'seenAt' ? [recorded.slice(0, -2), served.slice(0, -2)] : [recorded, served]
    if (dialogDate.test(recorded)) wrong.push(...[dialogDate.test(served) ? bindings.meet(time, own7) : `${served} is no such date`].flatMap((one) => one ?? []))
    if (valued.has(key) && ids.length === 0 && bindings.filled(recorded) !== served) wrong.push(`${recorded} recorded, ${served} served`)
    return wrong.map((one) => `${path}: ${one}`)
  }
  return valued.has(key) && recorded !== served ? [`${path}: ${JSON.stringify(recorded)} recorded, ${JSON.stringify(served)} served`] : []
}
