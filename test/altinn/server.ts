import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { type AltinnClient, createAltinnClient } from '../../main/altinn/client.ts'
import type { Limits } from '../../main/altinn/limits.ts'
import type { IdentityTokens } from '../../main/altinn/tokens.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A server that answers what a test tells it to, and remembers what it was asked. */
export class TestServer {
  readonly asked: { readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: string }[] = []
  readonly waits: number[] = []
  readonly #server: Server
  #answer: Answer = (_request, response) => response.writeHead(404).end()
  platform = ''
  client!: AltinnClient
  identity!: IdentityTokens
  /** Tokens handed out by the exchange. */
  tokens = 0
  tokenLifeSeconds = 1800

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(limits: Partial<Limits> = {}, subscriptionKey?: string): Promise<TestServer> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true })
    const key: JWK = await exportJWK(privateKey)
    const holder: { one: TestServer | null } = { one: null }
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        holder.one?.handle(request, response, Buffer.concat(chunks).toString('utf8'), privateKey)
      })
    })
    const one = new TestServer(server)
    holder.one = one
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    one.platform = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
    one.client = createAltinnClient({
      environment: { name: 'test', platform: one.platform, maskinporten: { issuer: `${one.platform}/`, token: `${one.platform}/token` }, subscriptionKey },
      userAgent: 'Meldingsboks test',
      limits,
      sleep: (ms) => {
        one.waits.push(ms)
        return Promise.resolve()
      },
    })
    one.identity = one.client.systemUser('a', { clientId: 'client', kid: 'key-1', key, organisation: '310000108', scopes: ['altinn:correspondence.read', 'digdir:dialogporten'] })
    return one
  }

  /** What every call but those for tokens is answered. */
  answer(answer: Answer): void {
    this.#answer = answer
  }

  paths(): readonly string[] {
    return this.asked.map((one) => one.path.split('?')[0] ?? '')
  }

  /** Ends the server; the client stays. */
  async stopListening(): Promise<void> {
    this.#server.closeAllConnections()
    if (this.#server.listening) await new Promise<void>((resolve) => this.#server.close(() => { resolve() }))
  }

  async close(): Promise<void> {
    await this.client.close()
    await this.stopListening()
  }

  private handle(request: IncomingMessage, response: ServerResponse, body: string, key: CryptoKey): void {
    const path = request.url ?? ''
    this.asked.push({ method: request.method ?? '', path, headers: request.headers, body })
    if (path === '/token') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ access_token: 'raw.raw.raw', expires_in: 599 }))
      return
    }
    if (path.startsWith('/authentication/')) {
      this.tokens += 1
      new SignJWT({ n: this.tokens }).setProtectedHeader({ alg: 'RS256' }).setExpirationTime(Math.floor(Date.now() / 1000) + this.tokenLifeSeconds).sign(key).then(
        (token) => response.writeHead(200, { 'content-type': 'text/plain' }).end(`"${token}"\n`),
        () => response.writeHead(500).end(),
      )
      return
    }
    this.#answer(request, response)
  }
}
