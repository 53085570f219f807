import type { Isolated, StartIsolated } from '../../engine.ts'
import type { HandedPort, ParentChannel } from './channel.ts'

/**
 * Isolated processes where the engine may start none itself: in Electron it is a utility process, without the means to run
 * Node.js (security.md 22). The shell starts one for it and hands over a port to it.
 */
export function isolatedBy(channel: Pick<ParentChannel, 'post' | 'onMessage'>): StartIsolated {
  interface One {
    handed(port: HandedPort): void
    ended(): void
  }
  const all = new Map<number, One>()
  let next = 1
  channel.onMessage((message, ports) => {
    if ('isolated' in message) {
      const [port] = ports
      if (port !== undefined) all.get(message.isolated)?.handed(port)
    } else if ('isolatedEnded' in message) {
      const one = all.get(message.isolatedEnded)
      all.delete(message.isolatedEnded)
      one?.ended()
    }
  })
  return (entry, memoryMb): Isolated => {
    const number = next
    next += 1
    let port: HandedPort | null = null
    let hasEnded = false
    // What is said before the process is there waits for it.
    const waiting: unknown[] = []
    const listeners: ((message: unknown) => void)[] = []
    const exits: (() => void)[] = []
    all.set(number, {
      handed: (given) => {
        port = given
        given.on('message', ({ data }) => { for (const listener of listeners) listener(data) })
        given.start()
        for (const message of waiting.splice(0)) given.postMessage(message)
      },
      ended: () => {
        hasEnded = true
        for (const listener of exits) listener()
      },
    })
    channel.post({ isolate: { number, entry, memoryMb } })
    return {
      post: (message) => {
        if (hasEnded) return
        if (port === null) waiting.push(message)
        else port.postMessage(message)
      },
      onMessage: (listener) => { listeners.push(listener) },
      onExit: (listener) => {
        if (hasEnded) listener()
        else exits.push(listener)
      },
      kill: () => { if (!hasEnded) channel.post({ endIsolated: number }) },
    }
  }
}
