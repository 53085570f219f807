import { createServer, request, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Collected } from './collected.ts'

const jwt = /\b[\w-]{10,}\.[\w-]{10,}\.[\w-]{20,}\b/g

/** Tokens and assertions in a text, whole and their signatures alone: without its signature a token is worth nothing. */
export function collectTokens(text: string, name: string, collected: Collected): void {
  for (const [token] of text.matchAll(jwt)) {
    collected.add({ name, text: token })
    const signature = token.split('.')[2] ?? ''
    collected.add({ name: `signature of ${name}`, text: signature, bytes: Buffer.from(signature, 'base64url') })
  }
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Stands between the program and a service and collects what passes by: assertions, tokens of every kind. Changes nothing. */
export class Tap {
  readonly #server: Server
  readonly address: string
  /** Requests that carried a token. */
  calls = 0

  private constructor(server: Server) {
    this.#server = server
    this.address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  }

  /** @param service the origin it stands before */
  static async before(service: string, collected: Collected): Promise<Tap> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const tap = new Tap(server)
    server.on('request', (asked, answer) => {
      const { authorization } = asked.headers
      if (authorization !== undefined) {
        tap.calls += 1
        collectTokens(authorization, 'token', collected)
      }
      const pass = async (): Promise<void> => {
        const body = await bodyOf(asked)
        const assertion = new URLSearchParams(body.toString('utf8')).get('assertion')
        if (assertion !== null) collectTokens(assertion, 'assertion', collected)
        const onward = request(`${service}${asked.url ?? '/'}`, { method: asked.method, headers: { ...asked.headers, host: new URL(service).host } }, (given) => {
          answer.writeHead(given.statusCode ?? 502, given.headers)
          const isToken = /token|exchange/.test(asked.url ?? '')
          const chunks: Buffer[] = []
          given.on('data', (chunk: Buffer) => {
            if (isToken) chunks.push(chunk)
            answer.write(chunk)
          })
          given.on('end', () => {
            collectTokens(Buffer.concat(chunks).toString('utf8'), 'token', collected)
            answer.end()
          })
          // A service that breaks off breaks off here as well.
          given.on('aborted', () => answer.destroy())
          given.on('error', () => answer.destroy())
        })
        onward.on('error', () => answer.destroy())
        asked.on('close', () => { if (!answer.writableEnded) onward.destroy() })
        onward.end(body)
      }
      pass().catch(() => answer.destroy())
    })
    return tap
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
