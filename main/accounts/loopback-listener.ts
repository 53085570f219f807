import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createHolder, type Server as Holder } from 'node:net'

/** The page that ends a login in the browser: the same for everybody, in the person's language, without any data of the login. */
export interface AnswerPage {
  readonly language: 'nb' | 'nn' | 'en'
  readonly title: string
  readonly text: string
}

export interface ListenerPages {
  /** For the answer of this login, whatever it says. */
  readonly done: AnswerPage
  /** For anything else that comes here. */
  readonly other: AnswerPage
}

/** Where a login comes back to. */
export interface LoopbackListener {
  readonly redirectUri: string
  /** Waits for the one answer whose `state` is the login's own; null when it was closed before. */
  answer(state: string): Promise<URLSearchParams | null>
  close(): Promise<void>
}

/** Registered with the client (altinn3.md 1.6): any port, this path. */
export const redirectPath = '/innlogging'
const donePath = '/innlogging/ferdig'
/** Answers are some hundred bytes; a longer request line is not ours. */
const longestUrl = 8192
const portTries = 20

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`)

function html({ language, title, text }: AnswerPage): string {
  return `<!doctype html><html lang="${language}" translate="no"><head><meta charset="utf-8"><title>Meldingsboks</title><meta name="viewport" content="width=device-width"></head><body><h1>${escaped(title)}</h1><p>${escaped(text)}</p></body></html>`
}

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  connection: 'close',
} as const

const listening = async (server: Server | Holder, port: number, host: string): Promise<void> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, exclusive: true, ...(host === '::1' ? { ipv6Only: true } : {}) }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
const closed = async (server: Server | Holder): Promise<void> => {
  if (server.listening) await new Promise<void>((resolve) => server.close(() => { resolve() }))
}

/** Takes the port on ::1 too, and answers nothing there: a browser that resolves a name would try it first, and so would somebody else's listener. */
async function holdSixth(port: number): Promise<Holder | null | 'taken'> {
  const holder = createHolder((socket) => socket.destroy())
  try {
    await listening(holder, port, '::1')
    return holder
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'EADDRINUSE') return 'taken'
    // A machine without IPv6 has nobody listening there either.
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT' || code === 'EINVAL') return null
    throw error
  }
}

/** Both halves of one port. @throws what the system says when no port can be had */
async function bind(server: Server): Promise<{ readonly port: number; readonly holder: Holder | null }> {
  for (let tries = 1; ; tries += 1) {
    await listening(server, 0, '127.0.0.1')
    const { port } = server.address() as AddressInfo
    const holder = await holdSixth(port)
    if (holder !== 'taken') return { port, holder }
    await closed(server)
    if (tries >= portTries) throw new Error('No port of this machine is free on both of its loopback addresses')
  }
}

/**
 * Listens on 127.0.0.1 for the answer of one login (RFC 8252 section 7.3, security.md 25). It takes one answer, the one with
 * the login's own `state`; whatever else comes is refused and ends nothing, so that a web page cannot break a login off.
 */
export async function listenForLogin(pages: ListenerPages): Promise<LoopbackListener> {
  let expected: string | null = null
  let settle: (query: URLSearchParams | null) => void = () => undefined
  const answered = new Promise<URLSearchParams | null>((resolve) => {
    settle = resolve
  })
  let taken = false
  let origin = ''

  const refuse = (response: ServerResponse, status: number): void => {
    response.writeHead(status, headers).end(html(pages.other))
  }
  const server = createServer({ maxHeaderSize: 2 * longestUrl, requestTimeout: 10_000, headersTimeout: 10_000 }, (request: IncomingMessage, response: ServerResponse) => {
    const target = request.url ?? ''
    // A rebound name or a page of another origin is told by its Host.
    if (request.headers.host !== new URL(origin).host || target.length > longestUrl || !target.startsWith('/')) {
      refuse(response, 400)
      return
    }
    if (request.method !== 'GET') {
      refuse(response, 405)
      return
    }
    const { pathname, searchParams } = new URL(target, origin)
    if (pathname === donePath) {
      response.writeHead(200, headers).end(html(pages.done))
      return
    }
    if (pathname !== redirectPath || taken || expected === null || searchParams.getAll('state').length !== 1 || searchParams.get('state') !== expected) {
      refuse(response, pathname === redirectPath ? 400 : 404)
      return
    }
    taken = true
    // The code leaves the address line, and with it the history of the browser.
    response.writeHead(303, { ...headers, location: donePath }).end(() => { settle(searchParams) })
  })
  const { port, holder } = await bind(server)
  origin = `http://127.0.0.1:${String(port)}`
  return {
    redirectUri: `${origin}${redirectPath}`,
    answer: (state) => {
      expected = state
      return answered
    },
    close: async () => {
      settle(null)
      const ends = [closed(server), ...(holder === null ? [] : [closed(holder)])]
      server.closeAllConnections()
      await Promise.all(ends)
    },
  }
}
