import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

/** A request as a route sees it. */
export interface Call {
  readonly method: string
  /** Lower-case, without a trailing slash. */
  readonly path: string
  readonly query: URLSearchParams
  /** As it stands in the request line. */
  readonly rawPath: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Buffer
  /** How the answer goes wrong on its way (faults.ts). */
  readonly transport?: Transport
}

/** What can happen to an answer between the service and the client. */
export interface Transport {
  /** The connection breaks after so many bytes of the body. */
  readonly cutAfter?: number
  /** Nothing is said for so long, ms. */
  readonly silenceMs?: number
  /** The body comes in small pieces, so many ms between them. */
  readonly dripMs?: number
}

export type Handler = (call: Call) => Reply | Promise<Reply>

const largestBody = 64 * 1024 * 1024
/** Longest request line the services take (altinn3.md 2.1 and 3.9). */
const longestLine = 8192

export const json = (status: number, body: unknown, headers: Reply['headers'] = {}): Reply => ({ status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body: JSON.stringify(body) })

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > largestBody) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Sends an answer, badly where it says so. */
export function send(response: ServerResponse, reply: Reply): void {
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : (reply.body ?? Buffer.alloc(0))
  if (reply.transport !== undefined) {
    badly(response, reply, body, reply.transport)
    return
  }
  const headers = { ...(reply.body === undefined || Buffer.isBuffer(reply.body) ? { 'content-length': String(body.length) } : {}), ...reply.headers } as Record<string, string | string[]>
  // HTTP/1.0 knows no chunks: the end of the connection is the end of the body (recorded: raw-http).
  if (response.req.httpVersionMinor === 0) delete headers['transfer-encoding']
  response.writeHead(reply.status, headers)
  response.end(body)
}

/** Sends an answer as a bad line would. */
function badly(response: ServerResponse, reply: Reply, body: Buffer, { cutAfter, silenceMs = 0, dripMs }: Transport): void {
  setTimeout(() => {
    if (response.destroyed) return
    response.writeHead(reply.status, { ...(reply.headers?.['transfer-encoding'] === undefined ? { 'content-length': String(body.length) } : {}), ...reply.headers } as Record<string, string | string[]>)
    if (cutAfter !== undefined) {
      response.write(body.subarray(0, cutAfter), () => response.destroy())
      return
    }
    if (dripMs === undefined) {
      response.end(body)
      return
    }
    const piece = Math.max(1, Math.ceil(body.length / 10))
    const next = (at: number): void => {
      if (response.destroyed) return
      if (at >= body.length) response.end()
      else {
        response.write(body.subarray(at, at + piece))
        setTimeout(next, dripMs, at + piece)
      }
    }
    next(0)
  }, silenceMs)
}

/** What a request is before its body is read. */
export function callOf(request: IncomingMessage, body: Buffer): Call {
  const [path = '', query = ''] = (request.url ?? '/').split(/\?(.*)/s)
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]))
  return { method: request.method ?? 'GET', path: path.toLowerCase().replace(/(?<=.)\/$/, ''), rawPath: path, query: new URLSearchParams(query), headers, body }
}

/** Takes care of a request by itself, body and answer; false when it leaves it to the handler. */
export type Aside = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/** An HTTP server that hands each request to `handler`; an error of the handler is a 500 and is reported. */
export function serveHttp(handler: Handler, paused: (path: string) => boolean, report: (error: unknown) => void, aside: Aside = () => Promise.resolve(false), clock: () => number = Date.now): Server {
  return createServer({ maxHeaderSize: 32 * 1024, keepAliveTimeout: 30_000 }, (request, response) => {
    const answer = async (): Promise<void> => {
      // The services' clock is what a client measures its own against.
      response.setHeader('date', new Date(clock()).toUTCString())
      const url = request.url ?? '/'
      const [path = ''] = url.split('?')
      if (paused(path.toLowerCase())) {
        request.socket.destroy()
        return
      }
      if (url.length > longestLine) {
        send(response, { status: 414, headers: { connection: 'close' } })
        return
      }
      if (await aside(request, response)) return
      const body = await readBody(request)
      if (body === null) {
        send(response, { status: 413, headers: { connection: 'close' } })
        return
      }
      send(response, await handler(callOf(request, body)))
    }
    answer().catch((error: unknown) => {
      report(error)
      if (response.headersSent) response.destroy()
      else send(response, { status: 500 })
    })
  })
}
