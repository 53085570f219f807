import { z } from 'zod'
import { problem } from './correspondence/problems.ts'
import { problem as dialogProblem } from './dialogporten/problems.ts'
import { partyFormat } from './dialogporten/query.ts'
import { type Call, type Handler, json, type Reply } from './http.ts'
import type { LocalState } from './state.ts'

/** What can go wrong at the services or on the way to them (altinn3.md 2.2, 2.8, 3.7, 3.8, 5). */
export const faultKinds = [
  'too-many-seconds', 'too-many-date', 'maintenance', 'error-empty', 'forbidden-dropped', 'cut-short', 'drip', 'silence', 'wrong-length', 'wrong-checksum', 'html', 'schema', 'expired-token',
  'dialogporten-hangs', 'dialogporten-gone', 'confirm-lost', 'confirm-kept', 'no-access', 'party-refused', 'label-conflict', 'zip-cut-short', 'due-order', 'empty', 'redirect', 'register-gone',
] as const
export type FaultKind = (typeof faultKinds)[number]

export const fault = z.strictObject({
  kind: z.enum(faultKinds),
  /** Part of the path of the requests it strikes; without it all that it can strike. */
  path: z.string().optional(),
  /** Only what concerns this recipient. */
  party: z.string().optional(),
  /** How many requests it lets through before the first it strikes. */
  after: z.number().int().positive().optional(),
  /** How many requests it strikes; without it all until it is taken away. */
  times: z.number().int().positive().optional(),
  /** How long things take, ms: Retry-After, silence, hanging; without it as long as was seen. */
  ms: z.number().int().nonnegative().optional(),
  /** Where a redirect points. */
  location: z.url().optional(),
})
export type Fault = z.infer<typeof fault>

/** How long things take where nothing is said of it, ms: a silence of half a minute, a Dialogporten that hangs (altinn3.md 3.8). */
const usualMs: Partial<Record<FaultKind, number>> = { silence: 30_000, 'dialogporten-hangs': 100_000, 'dialogporten-gone': 700, drip: 200 }

interface Standing {
  readonly fault: Fault
  toPass: number
  left: number
}

const isConfirm = (call: Call): boolean => call.method === 'POST' && call.path.endsWith('/confirm')
const isDetails = (call: Call): boolean => call.path.endsWith('/details')
const isList = (call: Call): boolean => call.path === '/correspondence/api/v1/correspondence' || call.path === '/dialogporten/api/v1/enduser/dialogs'
const isSearch = (call: Call): boolean => call.path === '/dialogporten/api/v1/enduser/dialogs'
const isLookup = (call: Call): boolean => call.path === '/dialogporten/api/v1/enduser/dialoglookup'
const isLabels = (call: Call): boolean => call.path.startsWith('/dialogporten') && call.method !== 'GET' && call.path.includes('/context/systemlabels')
const isOverview = (call: Call): boolean => call.method === 'GET' && /^\/correspondence\/api\/v1\/correspondence\/[0-9a-f-]{36}$/.test(call.path)
const isSignIn = (call: Call): boolean => ['/maskinporten', '/authentication', '/idporten'].some((prefix) => call.path.startsWith(prefix))

/** Which requests a kind can strike where none are named. */
function canStrike(kind: FaultKind, call: Call): boolean {
  switch (kind) {
    case 'dialogporten-hangs':
      return isConfirm(call) || isDetails(call) || call.path.startsWith('/dialogporten')
    case 'dialogporten-gone':
      return isConfirm(call) || call.path.startsWith('/dialogporten')
    case 'confirm-lost':
    case 'confirm-kept':
      return isConfirm(call)
    case 'wrong-checksum':
      return isOverview(call) || isDetails(call)
    case 'wrong-length':
      return call.path.endsWith('/download')
    case 'empty':
      return isList(call)
    case 'no-access':
      return call.path.startsWith('/correspondence') || isLookup(call)
    case 'party-refused':
      return isSearch(call)
    case 'label-conflict':
      return isLabels(call)
    case 'due-order':
      // The real service fails where a page by due date begins behind a dialog without one (altinn3.md 3.7).
      return isSearch(call) && [...call.query].some(([name, value]) => name.toLowerCase() === 'continuationtoken' && value.startsWith('dueat_,'))
    case 'zip-cut-short':
      return call.path.endsWith('/downloadall')
    case 'register-gone':
      return call.path.startsWith('/authentication/api/v1/exchange/')
    default:
      return !isSignIn(call)
  }
}

const page = '<!DOCTYPE html><html><head><title>Logg inn</title></head><body><form action="/login"></form></body></html>'
const internal: Reply = { status: 500, headers: { 'content-type': 'application/problem+json; charset=utf-8' }, body: JSON.stringify({ title: 'An error occurred', status: 500, detail: '' }) }

const emptySearch: Reply = json(200, { items: [], hasNextPage: false, orderBy: 'updatedat_asc,id_desc' })

const bodyOf = (reply: Reply): Buffer => (typeof reply.body === 'string' ? Buffer.from(reply.body) : (reply.body ?? Buffer.alloc(0)))

/** The same answer with one value of another type. */
function misshapen(reply: Reply): Reply {
  const text = bodyOf(reply).toString('utf8')
  return { ...reply, body: text.replace(/"(messageTitle|updatedAt|dialogId|ids)":/, '"$1":17,"was$1":') }
}

/** The faults that a local Altinn was asked to have. */
export class Faults {
  #standing: Standing[] = []
  readonly #state: LocalState

  constructor(state: LocalState) {
    this.#state = state
  }

  add(one: Fault): void {
    this.#standing.push({ fault: one, toPass: one.after ?? 0, left: one.times ?? Infinity })
  }

  clear(): void {
    this.#standing = []
  }

  /** Answers a request, unless a fault strikes it. */
  async answer(call: Call, handler: Handler): Promise<Reply> {
    const struck = this.#take(call)
    return struck === null ? await handler(call) : await this.#strike(struck, call, handler)
  }

  #take(call: Call): Fault | null {
    const found = this.#standing.find(({ fault: one, left }) => left > 0 && (one.path === undefined ? canStrike(one.kind, call) : call.path.includes(one.path)) && this.#concerns(one, call))
    if (found === undefined) return null
    if (found.toPass > 0) {
      found.toPass -= 1
      return null
    }
    found.left -= 1
    return found.fault
  }

  #concerns(one: Fault, call: Call): boolean {
    if (one.party === undefined) return true
    const values = [...call.query].map(([, value]) => value)
    // In the path, or within a reference that is looked up.
    const id = [call.path, ...values].map((text) => /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(text)?.[0].toLowerCase()).find((found) => found !== undefined)
    const recipient = id === undefined ? undefined : (this.#state.message(id)?.sent.recipient ?? this.#state.dialogs.get(id)?.party)
    return recipient === one.party || values.some((value) => value.split(',').includes(one.party ?? ''))
  }

  async #strike(one: Fault, call: Call, handler: Handler): Promise<Reply> {
    const ms = one.ms ?? usualMs[one.kind] ?? 0
    switch (one.kind) {
      case 'too-many-seconds':
        return { status: 429, headers: { 'retry-after': String(Math.ceil(ms / 1000)) } }
      case 'too-many-date':
        return { status: 429, headers: { 'retry-after': new Date(this.#state.now() + ms).toUTCString() } }
      case 'maintenance':
        return { status: 503, headers: { 'content-type': 'text/plain', 'retry-after': new Date(this.#state.now() + ms).toUTCString() }, body: 'Maintenance' }
      case 'error-empty':
        return { status: 500 }
      case 'forbidden-dropped':
        return { status: 403, headers: { 'content-type': 'application/json; charset=utf-8', 'transfer-encoding': 'chunked' }, body: '{"title":"IDX10205: Issuer validation failed","status":403}', transport: { cutAfter: 20 } }
      case 'zip-cut-short':
      case 'cut-short': {
        const reply = await handler(call)
        return { ...reply, transport: { cutAfter: Math.floor(bodyOf(reply).length / 2) } }
      }
      case 'drip':
        return { ...(await handler(call)), transport: { dripMs: ms } }
      case 'silence':
        return { ...(await handler(call)), transport: { silenceMs: ms } }
      case 'wrong-length': {
        const reply = await handler(call)
        return { ...reply, headers: { ...reply.headers, 'content-length': String(bodyOf(reply).length + 100) }, transport: { cutAfter: bodyOf(reply).length } }
      }
      case 'wrong-checksum': {
        const reply = await handler(call)
        return { ...reply, body: bodyOf(reply).toString('utf8').replace(/"checksum":"[0-9a-f]{32}"/g, `"checksum":"${'f'.repeat(32)}"`) }
      }
      case 'html':
        return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: page }
      case 'schema':
        return misshapen(await handler(call))
      case 'expired-token':
        return { status: 401, headers: { 'www-authenticate': `Bearer error="invalid_token", error_description="The token expired at '01/01/2026 00:00:00'"` } }
      case 'dialogporten-hangs':
        // Details still answer, with the state of their beginning; a confirm fails; Dialogporten itself says nothing.
        return { ...(isDetails(call) ? await handler(call) : internal), transport: { silenceMs: ms } }
      case 'dialogporten-gone': {
        const reply: Reply = call.path.startsWith('/dialogporten') ? { status: 502, headers: { 'content-type': 'application/problem+json' }, body: '{"title":"Bad Gateway","status":502}' } : internal
        return { ...reply, transport: { silenceMs: ms } }
      }
      // The exchange says 401 when it cannot look somebody up, as if the token were to blame (altinn3.md 1.3, trap 24).
      case 'register-gone':
        return { status: 401 }
      case 'confirm-lost':
      case 'due-order':
        return internal
      case 'confirm-kept': {
        const reply = await handler(call)
        return reply.status < 300 ? internal : reply
      }
      case 'no-access':
        // What access management refuses is a scope or a right of its own (altinn3.md 1.7), and no error of Correspondence.
        if (call.path.startsWith('/accessmanagement')) return { status: 403 }
        return call.path.startsWith('/dialogporten') ? dialogProblem(call, 403, { Forbidden: ['Forbidden'] }) : problem(4001)
      case 'party-refused': {
        const parties = [...call.query].filter(([name]) => name.toLowerCase() === 'party').flatMap(([, value]) => value.split(','))
        const at = one.party === undefined ? 0 : Math.max(0, parties.indexOf(one.party))
        return dialogProblem(call, 400, { [`party[${String(at)}]`]: [partyFormat] })
      }
      case 'label-conflict':
        return dialogProblem(call, 409, { '': ['The request conflicted with a concurrent operation. Please try again.'] })
      case 'empty':
        return call.path.startsWith('/dialogporten') ? emptySearch : json(200, { ids: [] })
      case 'redirect':
        return { status: 302, headers: { location: one.location ?? 'http://127.0.0.1:9/elsewhere' } }
    }
  }

  /** `POST /localtest/faults` adds one, `DELETE` takes all away. */
  readonly door: Handler = (call) => {
    if (call.method === 'DELETE') {
      this.clear()
      return { status: 204 }
    }
    if (call.method !== 'POST') return { status: 405, headers: { allow: 'POST, DELETE' } }
    try {
      this.add(fault.parse(JSON.parse(call.body.toString('utf8'))))
    } catch (error) {
      if (error instanceof SyntaxError) return json(400, { error: 'The body must be JSON' })
      if (error instanceof z.ZodError) return json(400, { error: error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ') })
      throw error
    }
    return { status: 204 }
  }
}
