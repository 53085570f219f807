import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { caseIdPattern } from '../../fixtures/hostile/case.ts'

/** Something that reached the server every hostile address names. */
export interface Arrival {
  /** Which case it is of, where that can be told. */
  readonly id: string | null
  readonly what: string
}

export interface Listener {
  readonly port: number
  /** What arrived since it was last asked. */
  take(): readonly Arrival[]
  close(): Promise<void>
}

const idOf = (text: string): string | null => {
  const number = caseIdPattern.exec(text)?.[1]
  return number === undefined ? null : `q${number}`
}

/** Listens on loopback; a connection that says nothing counts as well, because a page that only connects has told something. */
export async function listenForRequests(): Promise<Listener> {
  const arrivals: Arrival[] = []
  const open = new Set<Socket>()
  const spoken = new WeakSet<Socket>()
  const server = createServer((request: IncomingMessage, response) => {
    spoken.add(request.socket)
    const what = `${request.method ?? ''} ${request.headers.host ?? ''}${request.url ?? ''}`
    arrivals.push({ id: idOf(what), what })
    response.writeHead(200, { 'content-type': 'text/html', 'access-control-allow-origin': '*' })
    response.end('<script>document.title="hentet"</script>')
  })
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => {
      open.delete(socket)
      if (!spoken.has(socket)) arrivals.push({ id: null, what: 'a connection without a word' })
    })
  })
  // TLS and everything else that is no HTTP: its first bytes may hold the name that was asked for.
  server.on('clientError', (error: NodeJS.ErrnoException & { readonly rawPacket?: Buffer }, socket) => {
    const said = error.rawPacket?.toString('latin1') ?? ''
    if (said !== '' && 'remoteAddress' in socket) {
      spoken.add(socket as Socket)
      arrivals.push({ id: idOf(said), what: 'bytes that are no HTTP' })
    }
    socket.destroy()
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return {
    port: (server.address() as AddressInfo).port,
    take: () => arrivals.splice(0),
    close: async () => {
      for (const socket of open) socket.destroy()
      await new Promise<void>((resolve) => { server.close(() => { resolve() }) })
    },
  }
}
