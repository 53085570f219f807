import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

export interface LoopbackListener {
  readonly port: number
  close(): Promise<void>
}

interface Handlers {
  readonly request: (request: IncomingMessage, response: ServerResponse) => void
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

async function listen(server: Server, host: string, port: number): Promise<number | null> {
  return await new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null)
      // A machine without IPv6 has nobody who could listen there.
      else if (error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL') resolve(port)
      else reject(error)
    })
    server.listen({ host, port, ipv6Only: host === '::1' }, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : null)
    })
  })
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections()
    server.close(() => { resolve() })
  })

/**
 * Listens on 127.0.0.1 and ::1 with the same port, because a browser asks for `x.localhost` at ::1 first, where another
 * user's program could answer (security.md 10). A port of which one half is taken is given up for another one.
 * @param wanted ports to try first, for tests; then any free one
 */
export async function listenOnLoopback(handlers: Handlers, wanted: readonly number[] = []): Promise<LoopbackListener> {
  const tries = [...wanted, ...Array.from({ length: 20 }, () => 0)]
  for (const port of tries) {
    const servers = ['127.0.0.1', '::1'].map(() => createServer({ requestTimeout: 10_000, headersTimeout: 5000, maxHeaderSize: 8192 }, handlers.request).on('upgrade', handlers.upgrade))
    const [four, six] = servers
    if (four === undefined || six === undefined) break
    const taken = await listen(four, '127.0.0.1', port)
    const both = taken === null ? null : await listen(six, '::1', taken)
    if (taken !== null && both !== null) {
      return { port: taken, close: async () => { await Promise.all(servers.map(closed)) } }
    }
    await Promise.all(servers.filter((server) => server.listening).map(closed))
  }
  throw new Error('No port is free on 127.0.0.1 and ::1')
}
