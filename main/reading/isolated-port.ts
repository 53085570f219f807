/** The other end of an isolated process, from within: where bytes come and answers go. */
export interface IsolatedPort {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
}

interface HandedPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown
  start(): void
}
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown; readonly ports: readonly HandedPort[] }) => void): unknown
}

/**
 * The channel with whoever started this process: Node's own, or in Electron the port that comes with the first message.
 * @throws when it was started by hand
 */
export function isolatedPort(host: { readonly parentPort?: ParentPort; readonly send?: NodeJS.Process['send']; on(event: 'message', listener: (message: unknown) => void): unknown } = process): IsolatedPort {
  const { parentPort, send } = host
  if (parentPort === undefined) {
    if (send === undefined) throw new Error('It is started by the engine, not by hand')
    return {
      post: (message) => { send.call(host, message) },
      onMessage: (listener) => { host.on('message', listener) },
    }
  }
  const listeners: ((message: unknown) => void)[] = []
  const waiting: unknown[] = []
  let port: HandedPort | null = null
  parentPort.on('message', ({ ports }) => {
    const [handed] = ports
    if (handed === undefined || port !== null) return
    port = handed
    handed.on('message', ({ data }) => { for (const listener of listeners) listener(data) })
    handed.start()
    for (const message of waiting.splice(0)) handed.postMessage(message)
  })
  return {
    post: (message) => {
      if (port === null) waiting.push(message)
      else port.postMessage(message)
    },
    onMessage: (listener) => { listeners.push(listener) },
  }
}
