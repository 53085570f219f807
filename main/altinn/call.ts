import type { z } from 'zod'
import { classify, worthRetrying } from './classify.ts'
import type { Http, HttpAnswer, HttpStream } from './http.ts'
import type { Limits } from './limits.ts'
import { readJson } from './json.ts'
import { type Exchange, type Failure, type Outcome, failure } from './outcome.ts'
import { pause } from './pause.ts'
import { signInProblem } from './sign-in-problem.ts'
import type { IdentityTokens } from './tokens.ts'

/** A call to a service: the part that all of them share. */
export interface Call {
  readonly route: string
  readonly url: string
  /** Compared literally by the service: no wildcards but a lone star (altinn3.md 2.1). */
  readonly accept: string
  readonly answerMs?: number
  readonly signal?: AbortSignal | undefined
}

/** A call that changes something at the service: sent once, the outbox decides what follows. */
export interface ChangingCall extends Call {
  readonly method: 'POST' | 'PUT' | 'DELETE'
  /** JSON. */
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface CallerOptions {
  readonly http: Http
  /** Whether a person waits for these calls. */
  readonly urgent?: boolean
  readonly limits: Limits
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>
  readonly random?: () => number
}

/** A success of a call that changes something, with its headers: some answers say what matters there. */
export interface Changed {
  readonly body: string
  readonly headers: HttpAnswer['headers']
}

type Sent<T> = { readonly value: T; readonly exchange: Exchange } | { readonly failure: Failure; readonly exchange: Exchange }

/**
 * Calls with a token: renews it once on a 401 that means the token (also for POST: such a 401 had no effect), and
 * repeats only GET, with growing and varied pauses (altinn3.md section 5).
 */
export class Caller {
  readonly #options: CallerOptions

  constructor(options: CallerOptions) {
    this.#options = options
  }

  get #urgent(): boolean {
    return this.#options.urgent ?? false
  }

  async get(identity: IdentityTokens | null, call: Call): Promise<Outcome<string>> {
    return await this.#repeated(call, () => this.#once(identity, call))
  }

  /** GET whose answer must fit a schema. */
  async json<T>(identity: IdentityTokens | null, call: Call, schema: z.ZodType<T>): Promise<Outcome<T>> {
    const outcome = await this.get(identity, call)
    if (!outcome.ok) return outcome
    const read = readJson(schema, outcome.value)
    return 'value' in read ? { ok: true, value: read.value, exchange: outcome.exchange } : { ok: false, failure: failure('schema', read.problem, { status: 200 }), exchange: outcome.exchange }
  }

  /** A request that changes something, with or without a body; never repeated by the client but for a token that had expired. */
  async change(identity: IdentityTokens, call: ChangingCall): Promise<Outcome<Changed>> {
    for (let renewed = false; ; renewed = true) {
      const token = await identity.altinnToken(call.signal)
      if (!token.ok) return token
      const headers = { accept: call.accept, ...(call.body === undefined ? {} : { 'content-type': 'application/json' }), ...call.headers }
      const sent = await this.#options.http.text({ route: call.route, method: call.method, url: call.url, headers, token: token.value, signal: call.signal, urgent: true, ...(call.body === undefined ? {} : { body: call.body }), ...(call.answerMs === undefined ? {} : { answerMs: call.answerMs }) })
      if ('failure' in sent) return { ok: false, ...sent }
      const { answer } = sent
      const settled = this.#settled(identity, token.value, call, answer.status === 204 ? { value: '', exchange: answer.exchange } : this.#read(answer, true), renewed)
      if (settled === null) continue
      return 'failure' in settled ? { ok: false, ...settled } : { ok: true, value: { body: settled.value, headers: answer.headers }, exchange: answer.exchange }
    }
  }

  /** POST with a JSON body that only asks: repeated like a GET. */
  async query(call: Call, body: string): Promise<Outcome<string>> {
    return await this.#repeated(call, async () => {
      const headers = { accept: call.accept, 'content-type': 'application/json' }
      const sent = await this.#options.http.text({ route: call.route, method: 'POST', url: call.url, headers, body, signal: call.signal })
      return 'failure' in sent ? { ...sent, failure: { ...sent.failure, effect: 'no' } } : this.#read(sent.answer, false)
    })
  }

  /** GET whose successful answer is handed out as it comes. What broke off is begun anew by the caller: there are no ranges. */
  async stream<T>(identity: IdentityTokens, call: Call, use: (answer: HttpStream) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    for (let renewed = false; ; renewed = true) {
      const token = await identity.altinnToken(call.signal)
      if (!token.ok) return token
      const answerMs = call.answerMs === undefined ? {} : { answerMs: call.answerMs }
      const sent = await this.#options.http.stream({ route: call.route, method: 'GET', url: call.url, headers: { accept: call.accept }, token: token.value, signal: call.signal, urgent: this.#urgent, ...answerMs }, use)
      if ('used' in sent) {
        identity.settled(null)
        return sent.used
      }
      if ('failure' in sent) return { ok: false, ...sent }
      const refused: Sent<never> = { failure: classify(sent.answer, false, this.#options.http.now(), this.#options.http.allowed), exchange: sent.answer.exchange }
      const settled = this.#settled<never>(identity, token.value, call, refused, renewed)
      if (settled !== null) return outcomeOf(settled)
    }
  }

  async #once(identity: IdentityTokens | null, call: Call): Promise<Sent<string>> {
    for (let renewed = false; ; renewed = true) {
      const token = identity === null ? null : await identity.altinnToken(call.signal)
      if (token !== null && !token.ok) return token
      const sent = await this.#options.http.text({
        route: call.route,
        method: 'GET',
        url: call.url,
        headers: { accept: call.accept },
        signal: call.signal,
        urgent: this.#urgent,
        ...(token === null ? {} : { token: token.value }),
        ...(call.answerMs === undefined ? {} : { answerMs: call.answerMs }),
      })
      if ('failure' in sent) return sent
      const read = this.#read(sent.answer, false)
      if (identity === null || token === null) return read
      const settled = this.#settled(identity, token.value, call, read, renewed)
      if (settled !== null) return settled
    }
  }

  /**
   * Tells the identity what became of its token. A refused one is renewed once; a second refusal asks for a new sign-in.
   * @returns what the call ended as; null when it is to be made again with another token
   */
  #settled<T>(identity: IdentityTokens, token: string, { route }: Call, sent: Sent<T>, renewed: boolean): Sent<T> | null {
    if (!('failure' in sent) || sent.failure.kind !== 'token') {
      identity.settled(null)
      return sent
    }
    identity.invalidate(token)
    if (!renewed) return null
    const signIn = signInProblem('token-refused', `HTTP ${String(sent.failure.status ?? 401)} ${route}`, { traceId: sent.failure.traceId })
    identity.settled(signIn)
    return { failure: { ...sent.failure, signIn }, exchange: sent.exchange }
  }

  #read(answer: HttpAnswer, changes: boolean): Sent<string> {
    // What is made new answers 201 (altinn3.md 1.4), what is taken away may answer 202.
    if (answer.status === 200 || (changes && (answer.status === 201 || answer.status === 202))) {
      if ((answer.headers['content-type'] ?? '').startsWith('text/html')) {
        return { failure: failure('unexpected-content', 'The service answered with a web page', { status: 200, effect: changes ? 'unknown' : 'no' }), exchange: answer.exchange }
      }
      return { value: answer.body, exchange: answer.exchange }
    }
    return { failure: classify(answer, changes, this.#options.http.now(), this.#options.http.allowed), exchange: answer.exchange }
  }

  async #repeated(call: Call, once: () => Promise<Sent<string>>): Promise<Outcome<string>> {
    const { limits, sleep = pause, random = Math.random } = this.#options
    for (let attempt = 1; ; attempt += 1) {
      const sent = await once()
      if (!('failure' in sent) || !worthRetrying(sent.failure) || attempt >= limits.tries || call.signal?.aborted === true) return outcomeOf(sent)
      const backoff = Math.min(limits.firstBackoffMs * 2 ** (attempt - 1), limits.longestBackoffMs)
      const wait = sent.failure.retryAfterMs ?? backoff * (0.5 + random() / 2)
      if (wait > limits.longestWaitMs) return outcomeOf(sent)
      await sleep(wait, call.signal)
    }
  }
}

function outcomeOf<T>(sent: Sent<T>): Outcome<T> {
  return 'failure' in sent ? { ok: false, failure: sent.failure, exchange: sent.exchange } : { ok: true, value: sent.value, exchange: sent.exchange }
}
