import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Changes an answer of the services: gets its path with the query and its JSON, gives the JSON that goes on. */
export type Change = (path: string, json: unknown) => unknown

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/**
 * Stands between the engine and a local Altinn and changes what the service says: for what no world of the local Altinn
 * holds, because no real service should say it.
 */
export class Meddler {
  readonly #server: Server
  readonly platform: string
  /** Paths asked for, in order. */
  readonly seen: string[] = []
  change: Change = (_, json) => json

  private constructor(server: Server, platform: string) {
    this.#server = server
    this.platform = platform
  }

  static async before(altinn: string): Promise<Meddler> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const meddler = new Meddler(server, `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`)
    server.on('request', (request, response) => {
      const pass = async (): Promise<void> => {
        const path = request.url ?? '/'
        meddler.seen.push(path)
        const headers = Object.fromEntries(Object.entries(request.headers).flatMap(([name, value]) => (typeof value !== 'string' || ['host', 'connection', 'content-length'].includes(name) ? [] : [[name, value] as const])))
        const method = request.method ?? 'GET'
        const sent = method === 'GET' ? {} : { body: new Uint8Array(await bodyOf(request)) }
        const answer = await fetch(`${altinn}${path}`, { method, headers, redirect: 'manual', ...sent })
        const content = Buffer.from(await answer.arrayBuffer())
        const type = answer.headers.get('content-type') ?? ''
        const changed = answer.ok && type.includes('json') ? Buffer.from(JSON.stringify(meddler.change(path, JSON.parse(content.toString('utf8'))))) : content
        const date = answer.headers.get('date')
        response.writeHead(answer.status, { ...(type === '' ? {} : { 'content-type': type }), ...(date === null ? {} : { date }), 'content-length': changed.length })
        response.end(changed)
      }
      pass().catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : undefined)
      })
    })
    return meddler
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
