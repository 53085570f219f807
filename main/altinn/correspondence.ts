import { createHash } from 'node:crypto'
import type { Caller, ChangingCall } from './call.ts'
import { readJson } from './json.ts'
import { type DetailsWire, type OverviewWire, acceptedWire, detailsWire, listWire, overviewWire } from './correspondence-wire.ts'
import type { HttpStream } from './http.ts'
import type { Limits } from './limits.ts'
import { type Outcome, failure } from './outcome.ts'
import type { IdentityTokens } from './tokens.ts'

/** An answer with its exact text, kept so that a better reader can run again (design.md section 3). */
export interface Received<T> {
  readonly wire: T
  readonly original: string
}

export interface ListQuery {
  /** Bare id: the service compares it exactly (altinn3.md 2.3). */
  readonly resourceId: string
  /** Party URN of the recipient; always sent, since the default is the token's own organisation. */
  readonly onBehalfOf: string
  /** Exclusive bounds of requestedPublishTime, ms since 1970. */
  readonly fromAt?: number
  readonly toAt?: number
}

/** Takes the bytes of a download; when it throws, the download stops. */
export interface DownloadSink {
  write(chunk: Buffer): Promise<void> | void
}

export interface Downloaded {
  readonly bytes: number
  readonly contentType: string | null
  /** Content-Length, or null where the service gave none. */
  readonly expectedBytes: number | null
  /** Of what came, 32 lower-case hex digits. */
  readonly md5: string
}

/** An answer about another message than was asked for would put a text, or the proof of a receipt, on the wrong letter. */
function about<T extends { readonly correspondenceId: string }>(id: string, read: { readonly value: T } | { readonly problem: string }): { readonly value: T } | { readonly problem: string } {
  return 'value' in read && read.value.correspondenceId.toLowerCase() !== id.toLowerCase() ? { problem: 'The answer is about another message' } : read
}

/** Correspondence as recipient (altinn3.md section 2). */
export class Correspondence {
  readonly #caller: Caller
  readonly #base: string
  readonly #limits: Limits

  constructor(caller: Caller, platform: string, limits: Limits) {
    this.#caller = caller
    this.#base = `${platform}/correspondence/api/v1/correspondence`
    this.#limits = limits
  }

  /** At most 1000 ids, newest first, without a mark of a cut; no side effect. */
  async list(identity: IdentityTokens, query: ListQuery, signal?: AbortSignal): Promise<Outcome<readonly string[]>> {
    const parameters = new URLSearchParams({ resourceId: query.resourceId, role: 'Recipient', onBehalfOf: query.onBehalfOf })
    if (query.fromAt !== undefined) parameters.set('from', new Date(query.fromAt).toISOString())
    if (query.toAt !== undefined) parameters.set('to', new Date(query.toAt).toISOString())
    const outcome = await this.#caller.json(identity, { route: 'correspondence', url: `${this.#base}?${parameters.toString()}`, accept: 'application/json', signal }, listWire)
    return outcome.ok ? { ...outcome, value: outcome.value.ids } : outcome
  }

  /** The sender sees the message as fetched; of a confidential one it ends Altinn's own reminder (altinn3.md traps 2 and 27). */
  async overview(identity: IdentityTokens, id: string, signal?: AbortSignal): Promise<Outcome<Received<OverviewWire>>> {
    const outcome = await this.#caller.get(identity, { route: 'correspondence/{id}', url: `${this.#base}/${id}`, accept: 'application/json', signal })
    return received(outcome, (body) => about(id, readJson(overviewWire, body)))
  }

  /** Adds a Fetched row at every call; takes 100 s while Dialogporten hangs (altinn3.md 3.8). */
  async details(identity: IdentityTokens, id: string, signal?: AbortSignal): Promise<Outcome<Received<DetailsWire>>> {
    const call = { route: 'correspondence/{id}/details', url: `${this.#base}/${id}/details`, accept: 'application/json', answerMs: this.#limits.slowAnswerMs, signal }
    return received(await this.#caller.get(identity, call), (body) => about(id, readJson(detailsWire, body)))
  }

  async markAsRead(identity: IdentityTokens, id: string): Promise<Outcome<string>> {
    return accepted(await this.#changed(identity, { route: 'correspondence/{id}/markasread', url: `${this.#base}/${id}/markasread`, accept: 'application/json', method: 'POST' }))
  }

  /** 200 means accepted: Confirmed is written some seconds later (altinn3.md trap 4). A cut line leaves the effect unknown (trap 39). */
  async confirm(identity: IdentityTokens, id: string): Promise<Outcome<string>> {
    const call = { route: 'correspondence/{id}/confirm', url: `${this.#base}/${id}/confirm`, accept: 'application/json', method: 'POST', answerMs: this.#limits.slowAnswerMs } as const
    return accepted(await this.#changed(identity, call))
  }

  /** Deletes it for good, for everybody. Refused while a needed confirmation is not registered (1026) and for transmissions (1043); 1014 when it was done before (altinn3.md 2.3). */
  async purge(identity: IdentityTokens, id: string): Promise<Outcome<string>> {
    return accepted(await this.#changed(identity, { route: 'correspondence/{id}/purge', url: `${this.#base}/${id}/purge`, accept: 'application/json', method: 'DELETE' }))
  }

  /** Has the service e-mail a copy: 1064 when this address had one before, 1065 before it was read (altinn3.md 2.3). The answer names the event, not the message. */
  async forward(identity: IdentityTokens, id: string, to: string, text: string | null): Promise<Outcome<string>> {
    const body = JSON.stringify({ forwardTo: to, ...(text === null ? {} : { forwardingText: text }) })
    return accepted(await this.#changed(identity, { route: 'correspondence/{id}/forward', url: `${this.#base}/${id}/forward`, accept: 'application/json', method: 'POST', body }))
  }

  async #changed(identity: IdentityTokens, call: ChangingCall): Promise<Outcome<string>> {
    const outcome = await this.#caller.change(identity, call)
    return outcome.ok ? { ...outcome, value: outcome.value.body } : outcome
  }

  /** Adds an AttachmentsDownloaded that the sender sees, every time. Not resumable: the service knows no ranges. */
  async download(identity: IdentityTokens, id: string, attachmentId: string, sink: DownloadSink, signal?: AbortSignal): Promise<Outcome<Downloaded>> {
    const call = {
      route: 'correspondence/{id}/attachment/{attachmentId}/download',
      url: `${this.#base}/${id}/attachment/${attachmentId}/download`,
      accept: '*/*',
      answerMs: this.#limits.downloadAnswerMs,
      signal,
    }
    return await this.#caller.stream(identity, call, (answer) => pour(answer, sink))
  }
}

/** Moves a download into its sink, one chunk at a time, and compares its length with what the service announced. */
async function pour(answer: HttpStream, sink: DownloadSink): Promise<Outcome<Downloaded>> {
  const { exchange, headers } = answer
  const contentType = headers['content-type'] ?? null
  // A page to sign in at comes without a file name; an attachment that is HTML comes with one (altinn3.md 2.3).
  if (contentType?.startsWith('text/html') === true && headers['content-disposition'] === undefined) {
    return { ok: false, failure: failure('unexpected-content', 'The service answered with a web page instead of the file', { status: 200 }), exchange }
  }
  const announced = headers['content-length']
  const expectedBytes = announced === undefined || !/^\d+$/.test(announced) ? null : Number(announced)
  const md5 = createHash('md5')
  let bytes = 0
  for await (const chunk of answer.chunks) {
    bytes += chunk.length
    md5.update(chunk)
    await sink.write(chunk)
  }
  if (expectedBytes !== null && bytes !== expectedBytes) {
    return { ok: false, failure: failure('unreachable', 'The file broke off before its announced length'), exchange }
  }
  return { ok: true, value: { bytes, contentType, expectedBytes, md5: md5.digest('hex') }, exchange }
}

function received<T>(outcome: Outcome<string>, read: (body: string) => { readonly value: T } | { readonly problem: string }): Outcome<Received<T>> {
  if (!outcome.ok) return outcome
  const result = read(outcome.value)
  if ('problem' in result) return { ok: false, failure: failure('schema', result.problem, { status: 200 }), exchange: outcome.exchange }
  return { ok: true, value: { wire: result.value, original: outcome.value }, exchange: outcome.exchange }
}

/** An answer of 200 whose body is not the id had its effect all the same: only the proof will tell. */
function accepted(outcome: Outcome<string>): Outcome<string> {
  if (!outcome.ok) return outcome
  const read = readJson(acceptedWire, outcome.value)
  if ('value' in read) return { ...outcome, value: read.value }
  return { ok: false, failure: failure('schema', read.problem, { status: 200, effect: 'unknown' }), exchange: outcome.exchange }
}
