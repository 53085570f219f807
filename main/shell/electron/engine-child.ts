import type { MessagePortMain, UtilityProcess } from 'electron'
import type { EngineChild } from '../engine-host.ts'

/** The engine in a utility process of Electron; a window's port is handed over with the message that opens it. */
export function utilityChild(child: Pick<UtilityProcess, 'postMessage' | 'on' | 'kill'>): EngineChild {
  return {
    post: (message, handed) => {
      child.postMessage(message, handed === undefined ? [] : [handed as MessagePortMain])
    },
    onMessage: (listener) => { child.on('message', listener) },
    onExit: (listener) => { child.on('exit', listener) },
    kill: () => { child.kill() },
  }
}
