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

function send(response: ServerResponse, reply: Reply): void {
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : (reply.body ?? Buffer.alloc(0))
  response.writeHead(reply.status, { ...(reply.body === undefined || Buffer.isBuffer(reply.body) ? { 'content-length': String(body.length) } : {}), ...reply.headers } as Record<string, string | string[]>)
  response.end(body)
}

/** An HTTP server that hands each request to `handler`; an error of the handler is a 500 and is reported. */
export function serveHttp(handler: Handler, paused: (path: string) => boolean, report: (error: unknown) => void): Server {
  return createServer({ maxHeaderSize: 32 * 1024, keepAliveTimeout: 30_000 }, (request, response) => {
    const answer = async (): Promise<void> => {
      const url = request.url ?? '/'
      const [path = '', query = ''] = url.split(/\?(.*)/s)
      if (paused(path.toLowerCase())) {
        request.socket.destroy()
        return
      }
      if (url.length > longestLine) {
        send(response, { status: 414, headers: { connection: 'close' } })
        return
      }
      const body = await readBody(request)
      if (body === null) {
        send(response, { status: 413, headers: { connection: 'close' } })
        return
      }
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]))
      send(
        response,
        await handler({ method: request.method ?? 'GET', path: path.toLowerCase().replace(/(?<=.)\/$/, ''), rawPath: path, query: new URLSearchParams(query), headers, body }),
      )
    }
    answer().catch((error: unknown) => {
      report(error)
      if (response.headersSent) response.destroy()
      else send(response, { status: 500 })
    })
  })
}
