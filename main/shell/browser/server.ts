import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import { listenOnLoopback, type LoopbackListener } from './listener.ts'
import { type Hosts, pdfHeaders, windowHeaders } from './policy.ts'
import { proofOf, provesClient, Sessions } from './session.ts'
import type { StaticFile } from './static-files.ts'

/** Limits of what a window may send (security.md 13). */
const limits = { body: 4096, message: 8 * 1024 * 1024, sockets: 4, proofMs: 10_000 } as const

/** What the window says before and beside its frames. */
const shellFrame = z.discriminatedUnion('step', [
  z.object({ kind: z.literal('shell'), step: z.literal('begin'), nonce: z.string().min(20).max(100) }),
  z.object({ kind: z.literal('shell'), step: z.literal('prove'), proof: z.string().max(100) }),
  z.object({ kind: z.literal('shell'), step: z.literal('renew') }),
])

export interface WindowServerOptions {
  /** Reads the two pages; asked at the start and whenever a stale window is to be loaded anew. */
  readonly pages: () => { readonly window: ReadonlyMap<string, StaticFile>; readonly pdf: ReadonlyMap<string, StaticFile> }
  /** Told of each new secret and the window's address. */
  readonly secret: (address: string, secret: string) => void
  readonly opened: (port: number) => void
  readonly closed: (port: number) => void
  readonly frame: (port: number, frame: unknown) => void
  readonly now?: () => number
  readonly ports?: readonly number[]
}

export interface WindowServer {
  readonly hosts: Hosts
  readonly address: string
  readonly port: number
  post(port: number, frame: unknown): void
  /** To every proven window. */
  broadcast(frame: unknown): void
  /** Makes a new secret, so that the start file stays good. */
  renew(): void
  close(): Promise<void>
}

const cookieName = 'meldingsboks'

function cookieOf(request: IncomingMessage): string | null {
  const found = (request.headers.cookie ?? '').split(/;\s*/).map((pair) => pair.split('=')).find(([name]) => name === cookieName)
  return found?.[1] ?? null
}

/** Serves the window's page, its session and its socket on loopback; refuses everything else (security.md 10-13). */
export async function startWindowServer(options: WindowServerOptions): Promise<WindowServer> {
  const names = { window: `m-${randomBytes(10).toString('hex')}.localhost`, pdf: `pdf-${randomBytes(10).toString('hex')}.localhost` }
  let hosts: Hosts = names
  let pages = options.pages()
  const sessions = new Sessions((secret) => { options.secret(origin(), secret) }, options.now)
  const sockets = new Map<number, WebSocket>()
  const all = new Set<WebSocket>()
  let nextPort = 1

  const refuse = (response: ServerResponse, status: number): void => {
    response.writeHead(status, { ...windowHeaders(hosts), 'content-length': '0', connection: 'close' })
    response.end()
  }
  const origin = (): string => `http://${hosts.window}`

  const serveFile = (request: IncomingMessage, response: ServerResponse, files: ReadonlyMap<string, StaticFile>, headers: Readonly<Record<string, string>>): void => {
    const file = files.get(request.url ?? '')
    if (request.method !== 'GET') {
      refuse(response, 405)
      return
    }
    if (file === undefined) {
      refuse(response, 404)
      return
    }
    response.writeHead(200, { ...headers, 'content-type': file.type, 'content-length': String(file.bytes.length) })
    response.end(file.bytes)
  }

  const redeem = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.headers.origin !== origin() || request.headers['sec-fetch-site'] !== 'same-origin') {
      refuse(response, 403)
      return
    }
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > limits.body) {
        refuse(response, 413)
        return
      }
      chunks.push(chunk)
    }
    const session = sessions.redeem(Buffer.concat(chunks).toString('utf8'))
    if (session === null) {
      refuse(response, 403)
      return
    }
    const body = JSON.stringify({ key: session.key.toString('base64'), pdf: `http://${hosts.pdf}` })
    response.writeHead(200, {
      ...windowHeaders(hosts),
      'content-type': 'application/json',
      'set-cookie': `${cookieName}=${session.cookie}; HttpOnly; SameSite=Strict; Path=/`,
    })
    response.end(body)
  }

  const request = (incoming: IncomingMessage, response: ServerResponse): void => {
    const { host } = incoming.headers
    const site = incoming.headers['sec-fetch-site']
    if (host === hosts.pdf) {
      // Fixed files without data: the frame itself comes from the window's origin.
      serveFile(incoming, response, pages.pdf, pdfHeaders(hosts))
    } else if (host !== hosts.window) refuse(response, 421)
    else if (incoming.url === '/session' && incoming.method === 'POST') redeem(incoming, response).catch(() => { response.destroy() })
    else if (incoming.url !== '/' && site !== 'same-origin') refuse(response, 403)
    else serveFile(incoming, response, pages.window, windowHeaders(hosts))
  }

  const webSockets = new WebSocketServer({ noServer: true, maxPayload: limits.message, perMessageDeflate: false })

  /** The server proves itself first, then the window; frames only after both (security.md 12). */
  const converse = (socket: WebSocket, key: Buffer): void => {
    const serverNonce = randomBytes(24).toString('base64url')
    let clientNonce: string | null = null
    let port: number | null = null
    const timer = setTimeout(() => { socket.close(4408) }, limits.proofMs)
    const post = (frame: unknown): void => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame))
    }
    const shellStep = (frame: unknown): boolean => {
      const parsed = shellFrame.safeParse(frame)
      if (!parsed.success) return false
      const { data } = parsed
      if (data.step === 'begin' && clientNonce === null) {
        clientNonce = data.nonce
        post({ kind: 'shell', step: 'proof', nonce: serverNonce, proof: proofOf(key, 'server', clientNonce, serverNonce) })
        return true
      }
      if (data.step === 'prove' && clientNonce !== null && port === null && provesClient(key, data.proof, clientNonce, serverNonce)) {
        clearTimeout(timer)
        port = nextPort
        nextPort += 1
        sockets.set(port, socket)
        post({ kind: 'shell', step: 'open' })
        options.opened(port)
        return true
      }
      if (data.step === 'renew' && port !== null) {
        // The build has changed under us: the same page again would be as stale.
        pages = options.pages()
        post({ kind: 'shell', step: 'renewed', secret: sessions.renew() })
        return true
      }
      return false
    }
    socket.on('message', (data, isBinary) => {
      let frame: unknown = null
      try {
        frame = isBinary ? null : JSON.parse((data as Buffer).toString('utf8'))
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error
      }
      if (shellStep(frame)) return
      if (port === null || typeof frame !== 'object' || frame === null || ('kind' in frame && frame.kind === 'shell')) socket.close(4401)
      else options.frame(port, frame)
    })
    socket.on('error', () => { socket.terminate() })
    socket.on('close', () => {
      clearTimeout(timer)
      all.delete(socket)
      if (port === null) return
      sockets.delete(port)
      options.closed(port)
    })
  }

  const upgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { host, origin: from } = incoming.headers
    const site = incoming.headers['sec-fetch-site']
    const key = sessions.keyOf(cookieOf(incoming))
    const allowed = host === hosts.window && from === origin() && incoming.url === '/engine' && (site === undefined || site === 'same-origin')
    const status = !allowed ? '403 Forbidden' : key === null ? '401 Unauthorized' : all.size >= limits.sockets ? '503 Service Unavailable' : null
    if (status !== null || key === null) {
      socket.end(`HTTP/1.1 ${status ?? '401 Unauthorized'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    webSockets.handleUpgrade(incoming, socket, head, (opened) => {
      all.add(opened)
      converse(opened, key)
    })
  }

  const listener: LoopbackListener = await listenOnLoopback({ request, upgrade }, options.ports)
  hosts = { window: `${names.window}:${String(listener.port)}`, pdf: `${names.pdf}:${String(listener.port)}` }
  sessions.renew()
  const post = (socket: WebSocket, frame: unknown): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame))
  }
  return {
    hosts,
    address: origin(),
    port: listener.port,
    post: (port, frame) => {
      const socket = sockets.get(port)
      if (socket !== undefined) post(socket, frame)
    },
    broadcast: (frame) => {
      for (const socket of sockets.values()) post(socket, frame)
    },
    renew: () => { sessions.renew() },
    close: async () => {
      for (const socket of all) socket.terminate()
      await listener.close()
    },
  }
}
