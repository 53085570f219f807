import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON. */
  readonly body?: unknown
}

/** A server that answers each path as a test says. */
export class SmallServer {
  readonly asked: Asked[] = []
  readonly #server: Server
  readonly #answers = new Map<string, (asked: Asked) => Reply | Promise<Reply>>()
  base = ''
  /** What its Date header says, ms since 1970. */
  clock: () => number = Date.now

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<SmallServer> {
    const holder: { one: SmallServer | null } = { one: null }
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const url = new URL(request.url ?? '/', 'http://localhost')
        const asked = { method: request.method ?? '', path: url.pathname, query: url.searchParams, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') }
        void holder.one?.reply(asked).then(({ status = 200, headers = {}, body = '' }) => {
          const text = typeof body === 'string' ? body : JSON.stringify(body)
          response.writeHead(status, { date: new Date(holder.one?.clock() ?? 0).toUTCString(), ...(typeof body === 'string' ? {} : { 'content-type': 'application/json' }), ...headers }).end(text)
        })
      })
    })
    const one = new SmallServer(server)
    holder.one = one
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    one.base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
    return one
  }

  /** @param what `GET /path` */
  on(what: string, answer: (asked: Asked) => Reply | Promise<Reply>): void {
    this.#answers.set(what, answer)
  }

  count(path: string): number {
    return this.asked.filter((one) => one.path === path).length
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => { resolve() }))
  }

  private async reply(asked: Asked): Promise<Reply> {
    this.asked.push(asked)
    return (await this.#answers.get(`${asked.method} ${asked.path}`)?.(asked)) ?? { status: 404 }
  }
}
