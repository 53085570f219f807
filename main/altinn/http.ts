import { randomUUID } from 'node:crypto'
import { errors, request as send } from 'undici'
import type { Environment } from './environment.ts'
import { HostList } from './hosts.ts'
import type { Limits } from './limits.ts'
import { retryAfterMs } from './retry-after.ts'
import { Gate } from './gate.ts'
import { Limiter } from './limiter.ts'
import { type Exchange, type Failure, failure } from './outcome.ts'
import { pause } from './pause.ts'
import { type ProxyResolver, Transport } from './transport.ts'

/** One request. `route` is what stands in logs and counters: never an address with ids. */
export interface HttpRequest {
  readonly route: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly token?: string
  readonly answerMs?: number
  readonly signal?: AbortSignal | undefined
  /** A person waits for it: it goes before what sync asks for by itself. */
  readonly urgent?: boolean
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
  readonly exchange: Exchange
}

export interface HttpFailure {
  readonly failure: Failure
  readonly exchange: Exchange
}

export type HttpResult = { readonly answer: HttpAnswer } | HttpFailure

/** The head of a download; `chunks` must be read to its end or destroyed. */
export interface HttpStream extends Omit<HttpAnswer, 'body'> {
  readonly chunks: AsyncIterable<Buffer>
}

export interface HttpLogLine {
  readonly route: string
  readonly status: number | null
  readonly ms: number
  readonly failure: string | null
}

export interface HttpOptions {
  readonly environment: Environment
  readonly limits: Limits
  readonly userAgent: string
  readonly log?: (line: HttpLogLine) => void
  readonly now?: () => number
  /** The host's own proxy settings, where it knows better than the environment's variables. */
  readonly proxyFor?: ProxyResolver | undefined
}

/** An address of an answer, or of a mistake of ours, that is not one of the environment's: nothing is sent there. */
const foreign = failure('unexpected-content', 'The address is not one of this environment\'s')

/** Errors before any byte of the request can have reached the service (altinn3.md trap 39 turns on this). */
const notSentCodes: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])

/** A proxy that would not make the connection: undici has no other sign of it than its message. */
const proxyRefusal = (error: unknown): string | null => (error instanceof errors.RequestAbortedError ? (/^Proxy response \((\d{3})\)/.exec(error.message)?.[1] ?? null) : null)

function codeOf(error: unknown): string {
  const refusal = proxyRefusal(error)
  if (refusal !== null) return `PROXY_${refusal}`
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Whether the other side's certificate was not trusted: by its chain, its dates or its name (Node.js, "TLS: X509 certificate error codes"). */
export const untrusted = (code: string): boolean => code.startsWith('ERR_TLS') || code.startsWith('CERT_') || code.endsWith('_CERT') || code.endsWith('_CERT_IN_CHAIN') || code.startsWith('UNABLE_TO_') || code === 'HOSTNAME_MISMATCH'

/** Whether a broken request certainly never arrived: no connection, or TLS refused. */
const neverSent = (code: string): boolean => notSentCodes.has(code) || code.startsWith('PROXY_') || untrusted(code)

/** W3C trace context with ids of random bits; a UUID's come from a reserve and cost next to nothing. */
function traceparent(): string {
  const [trace, span] = [randomUUID(), randomUUID()].map((id) => id.replaceAll('-', ''))
  return `00-${trace ?? ''}-${span?.slice(16) ?? ''}-01`
}

function headersOf(raw: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]))
}

function dateOf(headers: Readonly<Record<string, string | undefined>>): number | null {
  const at = Date.parse(headers['date'] ?? '')
  return Number.isNaN(at) ? null : at
}

/**
 * HTTP towards one environment: limits, time-outs, headers. Never follows a redirect, and asks only the environment's own
 * hosts (design.md section 7).
 */
export class Http {
  readonly #options: HttpOptions
  readonly #transport: Transport
  readonly #hosts = new Map<string, { readonly limiter: Limiter; readonly gate: Gate }>()
  /** The hosts this environment consists of. */
  readonly allowed: HostList
  readonly #byRoute: Record<string, number> = {}
  #requests = 0

  constructor(options: HttpOptions) {
    this.#options = options
    const { limits, environment } = options
    this.#transport = new Transport(environment, limits, options.proxyFor ?? null)
    this.allowed = new HostList(environment)
  }

  get now(): () => number {
    return this.#options.now ?? Date.now
  }

  counters(): { readonly requests: number; readonly byRoute: Readonly<Record<string, number>> } {
    return { requests: this.#requests, byRoute: { ...this.#byRoute } }
  }

  /** Hosts that were left alone are asked again at once: the network or the machine may be back. */
  reopen(): void {
    for (const { gate } of this.#hosts.values()) gate.reopen()
  }

  async close(): Promise<void> {
    await this.#transport.close()
  }

  /** Sends and reads the whole answer, whatever its status. */
  async text(request: HttpRequest): Promise<HttpResult> {
    return await this.#limited(request, false, async () => {
      const beganAt = this.now()
      try {
        const { statusCode, headers: raw, body } = await this.#send(request)
        const headers = headersOf(raw)
        this.#answered(request, statusCode, headers)
        const text = await this.#read(body, statusCode)
        const exchange = { beganAt, endedAt: this.now(), serverDateAt: dateOf(headers) }
        this.#log(request, statusCode, exchange, null)
        return { answer: { status: statusCode, headers, body: text, exchange } }
      } catch (error) {
        return this.#broken(request, error, beganAt)
      }
    })
  }

  /** Sends and hands out a successful answer as it comes; any other status is read whole. */
  async stream<T>(request: HttpRequest, use: (answer: HttpStream) => Promise<T>): Promise<{ readonly used: T } | HttpResult> {
    return await this.#limited(request, true, async () => {
      const beganAt = this.now()
      try {
        const { statusCode, headers: raw, body } = await this.#send(request)
        const headers = headersOf(raw)
        this.#answered(request, statusCode, headers)
        const exchange = { beganAt, endedAt: this.now(), serverDateAt: dateOf(headers) }
        if (statusCode !== 200) {
          const text = await this.#read(body, statusCode)
          this.#log(request, statusCode, exchange, null)
          return { answer: { status: statusCode, headers, body: text, exchange } }
        }
        try {
          const used = await use({ status: statusCode, headers, exchange, chunks: body as AsyncIterable<Buffer> })
          this.#log(request, statusCode, { ...exchange, endedAt: this.now() }, null)
          return { used }
        } finally {
          if (!body.destroyed && !body.readableEnded) {
            // What is dropped unread ends with an error of its own, which says nothing new.
            body.on('error', () => undefined)
            body.destroy()
          }
        }
      } catch (error) {
        return this.#broken(request, error, beganAt)
      }
    })
  }

  async #limited<T>(request: HttpRequest, download: boolean, work: () => Promise<T>): Promise<T | HttpFailure> {
    // The one place where requests leave: whatever an answer named, nothing of ours goes to another host.
    if (!this.allowed.mayAsk(request.url)) {
      const at = this.now()
      this.#log(request, null, { beganAt: at, endedAt: at, serverDateAt: null }, 'foreign host')
      return { failure: foreign, exchange: { beganAt: at, endedAt: at, serverDateAt: null } }
    }
    const { limiter, gate } = this.#host(new URL(request.url).origin)
    return await limiter.run({ download, urgent: request.urgent ?? false }, async () => {
      for (;;) {
        const entry = gate.enter()
        if ('failure' in entry) return { failure: entry.failure, exchange: { beganAt: this.now(), endedAt: this.now(), serverDateAt: null } }
        if (entry.waitMs === 0) return await work()
        await pause(entry.waitMs, request.signal)
        if (request.signal?.aborted === true) return await work()
      }
    })
  }

  #host(origin: string): { readonly limiter: Limiter; readonly gate: Gate } {
    const known = this.#hosts.get(origin)
    if (known !== undefined) return known
    const { limits } = this.#options
    const made = { limiter: new Limiter(limits.parallel, limits.parallelDownloads), gate: new Gate(limits) }
    this.#hosts.set(origin, made)
    return made
  }

  #answered(request: HttpRequest, status: number, headers: Readonly<Record<string, string | undefined>>): void {
    this.#host(new URL(request.url).origin).gate.answered(status, retryAfterMs(headers['retry-after'], this.now()))
  }

  async #send(request: HttpRequest) {
    request.signal?.throwIfAborted()
    const { environment, limits, userAgent } = this.#options
    const { origin } = new URL(request.url)
    this.#requests += 1
    this.#byRoute[request.route] = (this.#byRoute[request.route] ?? 0) + 1
    const key = environment.subscriptionKey
    return await send(request.url, {
      dispatcher: await this.#transport.dispatcher(request.url),
      method: request.method,
      headersTimeout: request.answerMs ?? limits.answerMs,
      signal: request.signal ?? null,
      headers: {
        'user-agent': userAgent,
        traceparent: traceparent(),
        ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
        ...(key !== undefined && origin === new URL(environment.platform).origin ? { 'ocp-apim-subscription-key': key } : {}),
        ...(request.method !== 'GET' && request.body === undefined ? { 'content-length': '0' } : {}),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: request.body }),
    })
  }

  /** The body as text. Some refusals break off in mid-body (altinn3.md 2.8): their status still says what they are. */
  async #read(body: AsyncIterable<Buffer>, status: number): Promise<string> {
    const chunks: Buffer[] = []
    let size = 0
    try {
      for await (const chunk of body) {
        size += chunk.length
        if (size > this.#options.limits.jsonBytes) throw new Error('The answer is larger than any the service documents')
        chunks.push(chunk)
      }
    } catch (error) {
      if (status < 400 || status >= 500) throw error
    }
    return Buffer.concat(chunks).toString('utf8')
  }

  #broken(request: HttpRequest, error: unknown, beganAt: number): { readonly failure: Failure; readonly exchange: Exchange } {
    const exchange = { beganAt, endedAt: this.now(), serverDateAt: null }
    const code = codeOf(error)
    const aborted = request.signal?.aborted === true || (error instanceof errors.RequestAbortedError && proxyRefusal(error) === null)
    const effect = request.method === 'GET' || neverSent(code) ? 'no' : 'unknown'
    const message = aborted ? 'Cancelled' : code === '' ? 'The connection to the service broke' : `The service could not be reached (${code})`
    if (!aborted) this.#host(new URL(request.url).origin).gate.unreachable()
    const broken = failure(aborted ? 'cancelled' : 'unreachable', message, { effect, code: code === '' ? null : code })
    this.#log(request, null, exchange, code === '' ? broken.kind : code)
    return { failure: broken, exchange }
  }

  #log(request: HttpRequest, status: number | null, exchange: Exchange, reason: string | null): void {
    this.#options.log?.({ route: `${request.method} ${request.route}`, status, ms: exchange.endedAt - exchange.beganAt, failure: reason })
  }
}
