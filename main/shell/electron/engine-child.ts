import type { MessagePortMain, UtilityProcess } from 'electron'
import type { EngineChild } from '../engine-host.ts'

/** Ends a process by force; one that has just ended by itself is as good. */
function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** The engine in a utility process of Electron; a window's port is handed over with the message that opens it. */
export function utilityChild(child: Pick<UtilityProcess, 'postMessage' | 'on' | 'kill' | 'pid'>): EngineChild {
  return {
    post: (message, handed) => {
      child.postMessage(message, handed === undefined ? [] : [handed as MessagePortMain])
    },
    onMessage: (listener) => { child.on('message', listener) },
    onExit: (listener) => { child.on('exit', listener) },
    // Electron's own `kill` asks politely on POSIX; a process that does not listen does not hear it.
    kill: () => {
      if (child.pid === undefined) child.kill()
      else killHard(child.pid)
    },
  }
}
