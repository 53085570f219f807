import type { Transport, TransportState } from './transport.ts'

const text = new TextEncoder()
const toBase64Url = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
const fromBase64 = (encoded: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0))

interface Session {
  readonly key: CryptoKey
  /** Origin of the page that draws PDFs. */
  readonly pdf: string
}

const isSession = (value: unknown): value is { readonly key: string; readonly pdf: string } =>
  typeof value === 'object' && value !== null && 'key' in value && 'pdf' in value && typeof value.key === 'string' && typeof value.pdf === 'string'

/** Takes the secret out of the address before anything else, and trades it for the key of this page (security.md 11). */
async function redeem(): Promise<Session | null> {
  const secret = location.hash.slice(1)
  history.replaceState(null, '', '/')
  if (secret === '') return null
  // A program that has ended answers nothing; then, too, only a new start helps.
  const answer = await fetch('/session', { method: 'POST', body: secret, redirect: 'error', credentials: 'same-origin' }).catch((error: unknown) => {
    if (error instanceof TypeError) return null
    throw error
  })
  if (answer?.ok !== true) return null
  const session: unknown = await answer.json()
  if (!isSession(session)) return null
  const key = await crypto.subtle.importKey('raw', fromBase64(session.key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
  return { key, pdf: session.pdf }
}

async function proofOf(key: CryptoKey, side: 'server' | 'client', clientNonce: string, serverNonce: string): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.sign('HMAC', key, text.encode(`meldingsboks/${side}/${clientNonce}/${serverNonce}`))))
}

const retryMs = [250, 500, 1000, 2000, 4000]

class SocketTransport implements Transport {
  readonly #session: Session
  readonly #frames: ((frame: unknown) => void)[] = []
  readonly #states: ((state: TransportState) => void)[] = []
  #state: TransportState = 'connecting'
  #socket: WebSocket | null = null
  #tries = 0

  constructor(session: Session) {
    this.#session = session
    this.#connect()
  }

  get state(): TransportState {
    return this.#state
  }

  get pdfOrigin(): string {
    return this.#session.pdf
  }

  post(frame: unknown): void {
    if (this.#state === 'open') this.#socket?.send(JSON.stringify(frame))
  }

  onFrame(listener: (frame: unknown) => void): void {
    this.#frames.push(listener)
  }

  onState(listener: (state: TransportState) => void): void {
    this.#states.push(listener)
  }

  renew(): Promise<void> {
    this.post({ kind: 'shell', step: 'renew' })
    return Promise.resolve()
  }

  #set(state: TransportState): void {
    if (this.#state === state) return
    this.#state = state
    for (const listener of this.#states) listener(state)
  }

  #connect(): void {
    const socket = new WebSocket(`ws://${location.host}/engine`)
    this.#socket = socket
    const clientNonce = toBase64Url(crypto.getRandomValues(new Uint8Array(24)))
    let open = false
    socket.onopen = () => {
      socket.send(JSON.stringify({ kind: 'shell', step: 'begin', nonce: clientNonce }))
    }
    socket.onmessage = (message: MessageEvent<string>) => {
      const frame: unknown = JSON.parse(message.data)
      if (typeof frame !== 'object' || frame === null || !('kind' in frame)) return
      if (frame.kind !== 'shell') {
        if (open) for (const listener of this.#frames) listener(frame)
        return
      }
      const step = 'step' in frame ? frame.step : null
      if (step === 'proof' && 'nonce' in frame && 'proof' in frame && typeof frame.nonce === 'string' && typeof frame.proof === 'string') void this.#prove(socket, clientNonce, frame.nonce, frame.proof)
      else if (step === 'open') {
        open = true
        this.#tries = 0
        this.#set('open')
      } else if (step === 'renewed' && 'secret' in frame && typeof frame.secret === 'string') {
        location.hash = frame.secret
        location.reload()
      }
    }
    socket.onclose = () => {
      if (this.#state === 'refused') return
      this.#set('connecting')
      const wait = retryMs[Math.min(this.#tries, retryMs.length - 1)] ?? 4000
      this.#tries += 1
      setTimeout(() => { this.#connect() }, wait)
    }
  }

  /** Whoever answers on this port after a crash may be somebody else: the other side proves itself first (security.md 12). */
  async #prove(socket: WebSocket, clientNonce: string, serverNonce: string, proof: string): Promise<void> {
    const expected = await proofOf(this.#session.key, 'server', clientNonce, serverNonce)
    if (proof !== expected) {
      this.#set('refused')
      socket.close()
      return
    }
    socket.send(JSON.stringify({ kind: 'shell', step: 'prove', proof: await proofOf(this.#session.key, 'client', clientNonce, serverNonce) }))
  }
}

/** The window's connection in the browser shell; null when the page was opened without a good start file. */
export async function connectWebSocket(): Promise<Transport | null> {
  const session = await redeem()
  return session === null ? null : new SocketTransport(session)
}
