import type { Transport, TransportState } from './transport.ts'

/** Origins of the Electron shell; the window's page has no other scheme there. */
const windowScheme = 'meldingsboks-app:'
const pdfOrigin = 'meldingsboks-pdf://viewer'

export const isHandedPort = (): boolean => location.protocol === windowScheme

interface Handed {
  readonly kind: 'meldingsboks-port'
}
const isHanded = (value: unknown): value is Handed => typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'meldingsboks-port'

class PortTransport implements Transport {
  readonly pdfOrigin = pdfOrigin
  readonly #frames: ((frame: unknown) => void)[] = []
  readonly #states: ((state: TransportState) => void)[] = []
  #port: MessagePort
  #state: TransportState = 'open'

  constructor(port: MessagePort) {
    this.#port = port
    this.take(port)
  }

  get state(): TransportState {
    return this.#state
  }

  /** A new engine process comes with a new port. */
  take(port: MessagePort): void {
    if (port !== this.#port) this.#port.close()
    this.#port = port
    port.onmessage = (event: MessageEvent<unknown>) => {
      for (const listener of this.#frames) listener(event.data)
    }
    this.#set('open')
  }

  /** What the shell itself says: how the engine's process stands. */
  tell(frame: unknown): void {
    // A process that is not ready, or not any more, has this port no longer; the next one comes with its own.
    if (typeof frame === 'object' && frame !== null && 'state' in frame && frame.state !== 'ready') this.#port.close()
    for (const listener of this.#frames) listener(frame)
  }

  post(frame: unknown): void {
    // The engine may be stopped: only the shell can start it again, or another one.
    const kind = typeof frame === 'object' && frame !== null && 'kind' in frame ? frame.kind : null
    if (kind === 'restart') window.postMessage({ kind: 'meldingsboks-restart' }, location.origin)
    else if (kind === 'unlock' || kind === 'profile') window.postMessage({ kind: 'meldingsboks-frame', frame }, location.origin)
    else this.#port.postMessage(frame)
  }

  onFrame(listener: (frame: unknown) => void): void {
    this.#frames.push(listener)
  }

  onState(listener: (state: TransportState) => void): void {
    this.#states.push(listener)
  }

  renew(): Promise<void> {
    location.reload()
    return Promise.resolve()
  }

  #set(state: TransportState): void {
    if (this.#state === state) return
    this.#state = state
    for (const listener of this.#states) listener(state)
  }
}

/** The window's connection in the Electron shell: the preload script hands over one port, and a new one after a restart. */
export function connectMessagePort(): Promise<Transport> {
  return new Promise((resolve) => {
    let transport: PortTransport | null = null
    window.addEventListener('message', (event: MessageEvent<unknown>) => {
      // Only the preload script of this very page speaks here.
      if (event.source !== window || event.origin !== location.origin) return
      const [port] = event.ports
      if (isHanded(event.data) && port !== undefined) {
        if (transport === null) {
          transport = new PortTransport(port)
          resolve(transport)
        } else transport.take(port)
      } else if (typeof event.data === 'object' && event.data !== null && 'kind' in event.data) {
        if (event.data.kind === 'meldingsboks-engine' && 'frame' in event.data) transport?.tell(event.data.frame)
        else if (event.data.kind === 'meldingsboks-open' && 'messageId' in event.data) window.dispatchEvent(new CustomEvent('meldingsboks-open', { detail: event.data.messageId }))
      }
    })
    window.postMessage({ kind: 'meldingsboks-ready' }, location.origin)
  })
}
