import type { MessagePortMain, UtilityProcess } from 'electron'
import type { HostedProcess } from '../engine-host.ts'
import { utilityChild } from './engine-child.ts'

interface Parts {
  readonly fork: (file: string, memoryMb: number) => Pick<UtilityProcess, 'postMessage' | 'on' | 'kill' | 'pid'>
  readonly channel: () => { readonly port1: MessagePortMain; readonly port2: MessagePortMain }
  /** The built file of an entry. */
  readonly fileOf: (entry: string) => string
}

/** A utility process for hostile files, and the end of a channel to it that the engine is handed. */
export function isolatedChild({ fork, channel, fileOf }: Parts): (entry: string, memoryMb: number) => HostedProcess {
  return (entry, memoryMb) => {
    const child = fork(fileOf(entry), memoryMb)
    const { port1, port2 } = channel()
    child.postMessage('port', [port1])
    const process = utilityChild(child)
    return { port: port2, kill: () => { process.kill() }, onExit: (listener) => { process.onExit(listener) } }
  }
}
