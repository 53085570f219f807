import type { ToEngine, FromEngine } from './envelope.ts'
import { toEngine } from './envelope.ts'

/** A window's own port, where the shell can hand one over (Electron). */
export interface HandedPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
}

/** The engine process's connection with the shell that started it. */
export interface ParentChannel {
  post(message: FromEngine): void
  onMessage(listener: (message: ToEngine, ports: readonly HandedPort[]) => void): void
  /** The shell is gone: nobody can ask for anything any more. */
  onClose(listener: () => void): void
}

interface ElectronParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown; readonly ports: readonly HandedPort[] }) => void): void
}

/** Electron's parent port in a utility process, else the channel of a child process. @throws when there is neither. */
export function parentChannel(): ParentChannel {
  const electron = (process as { readonly parentPort?: ElectronParentPort }).parentPort
  if (electron !== undefined) {
    return {
      post: (message) => { electron.postMessage(message) },
      onMessage: (listener) => {
        electron.on('message', ({ data, ports }) => {
          const parsed = toEngine.safeParse(data)
          if (parsed.success) listener(parsed.data, ports)
        })
      },
      // Electron ends a utility process with the program.
      onClose: () => undefined,
    }
  }
  if (process.send === undefined) throw new Error('The engine process is started by a shell, not by hand')
  return {
    post: (message) => {
      if (process.connected) process.send?.(message)
    },
    onMessage: (listener) => {
      process.on('message', (message) => {
        const parsed = toEngine.safeParse(message)
        if (parsed.success) listener(parsed.data, [])
      })
    },
    onClose: (listener) => {
      process.on('disconnect', listener)
    },
  }
}
