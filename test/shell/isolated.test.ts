import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { isolatedPort } from '../../main/reading/isolated-port.ts'
import { isolatedChild } from '../../main/shell/electron/isolated-child.ts'
import { type EngineChild, EngineHost, type HostedProcess } from '../../main/shell/engine-host.ts'
import { isolatedBy } from '../../main/shell/engine-process/isolated.ts'
import type { HandedPort } from '../../main/shell/engine-process/channel.ts'
import type { FromEngine, ToEngine } from '../../main/shell/engine-process/envelope.ts'

/** Two ends of a channel as Electron makes them: what is posted before `start` waits. */
function ports(): readonly [HandedPort, HandedPort] {
  const make = () => {
    const events = new EventEmitter()
    const held: unknown[] = []
    let started = false
    return {
      take: (data: unknown) => { if (started) events.emit('message', { data }); else held.push(data) },
      start: () => {
        started = true
        for (const data of held.splice(0)) events.emit('message', { data })
      },
      on: (name: string, listener: (event: never) => void) => events.on(name, (event: unknown) => { listener(event as never) }),
    }
  }
  const [a, b] = [make(), make()]
  const port = (own: typeof a, other: typeof a): HandedPort => ({ postMessage: (data) => { other.take(data) }, on: own.on, start: own.start })
  return [port(a, b), port(b, a)]
}

/** An engine's channel and the host of its shell, tied together without any process between them. */
function scene() {
  const [toHost, toEngine] = [[] as ((message: unknown) => void)[], [] as ((message: ToEngine, ports: readonly HandedPort[]) => void)[]]
  const exits: ((code: number | null) => void)[] = []
  const child: EngineChild = {
    post: (message, handed) => { for (const listener of toEngine) listener(message, handed === undefined ? [] : [handed as HandedPort]) },
    onMessage: (listener) => { toHost.push(listener) },
    onExit: (listener) => { exits.push(listener) },
    kill: () => undefined,
  }
  const started: { readonly entry: string; readonly memoryMb: number; readonly port: HandedPort; killed: boolean; exit: () => void }[] = []
  const isolate = (entry: string, memoryMb: number): HostedProcess => {
    const [mine, theirs] = ports()
    const listeners: (() => void)[] = []
    const one = { entry, memoryMb, port: mine, killed: false, exit: () => { for (const listener of listeners) listener() } }
    started.push(one)
    return {
      port: theirs,
      kill: () => {
        one.killed = true
        one.exit()
      },
      onExit: (listener) => { listeners.push(listener) },
    }
  }
  let starts = 0
  const host = new EngineHost({ profile: 'demo', profiles: () => [], start: () => { starts += 1; return starts === 1 ? child : { ...child, onMessage: () => undefined, onExit: () => undefined } }, frame: () => undefined, state: () => undefined, openOutside: () => Promise.resolve(false), saveTarget: () => Promise.resolve(null), folderTarget: () => Promise.resolve(null), openCopy: () => Promise.resolve(false), printPdf: () => Promise.resolve(null), isolate, every: () => () => undefined })
  host.start()
  const start = isolatedBy({ post: (message: FromEngine) => { for (const listener of toHost) listener(message) }, onMessage: (listener) => { toEngine.push(listener) } })
  return { start, started, engineEnds: () => { for (const exit of exits) exit(1) } }
}

describe('a process for hostile files in Electron', () => {
  it('is started by the shell, and speaks with the engine over a port of its own', () => {
    const { start, started } = scene()
    const isolated = start('form-worker', 256)
    const heard: unknown[] = []
    isolated.onMessage((message) => { heard.push(message) })
    const [one] = started
    expect([one?.entry, one?.memoryMb]).toEqual(['form-worker', 256])
    const inside: unknown[] = []
    one?.port.on('message', ({ data }) => { inside.push(data) })
    one?.port.start()
    isolated.post({ id: 1 })
    one?.port.postMessage('answer')
    expect([inside, heard]).toEqual([[{ id: 1 }], ['answer']])
  })

  it('is ended by the engine, and its end is told once', () => {
    const { start, started } = scene()
    const [first, second] = [start('form-worker', 64), start('text-worker', 64)]
    let ends = 0
    first.onExit(() => { ends += 1 })
    first.kill()
    first.kill()
    expect([started[0]?.killed, started[1]?.killed, ends]).toEqual([true, false, 1])
    let late = 0
    first.onExit(() => { late += 1 })
    expect(late).toBe(1)
    second.onExit(() => { ends += 1 })
    started[1]?.exit()
    expect(ends).toBe(2)
  })

  it('does not outlive the engine', () => {
    const { start, started, engineEnds } = scene()
    start('form-worker', 64)
    engineEnds()
    expect(started[0]?.killed).toBe(true)
  })

  it('where the shell can start none, it is told that it is over', () => {
    const told: ToEngine[] = []
    const messages: ((message: unknown) => void)[] = []
    const host = new EngineHost({ profile: 'demo', profiles: () => [], start: () => ({ post: (message) => { told.push(message) }, onMessage: (listener) => { messages.push(listener) }, onExit: () => undefined, kill: () => undefined }), frame: () => undefined, state: () => undefined, openOutside: () => Promise.resolve(false), saveTarget: () => Promise.resolve(null), folderTarget: () => Promise.resolve(null), openCopy: () => Promise.resolve(false), printPdf: () => Promise.resolve(null), every: () => () => undefined })
    host.start()
    messages[0]?.({ isolate: { number: 7, entry: 'form-worker', memoryMb: 64 } })
    expect(told).toEqual([{ isolatedEnded: 7 }])
  })

  it('gets its end of the channel with the first message', () => {
    const sent: unknown[] = []
    const child = { pid: undefined, on: () => undefined as never, kill: () => true, postMessage: (message: unknown, handed: readonly unknown[] = []) => { sent.push([message, handed]) } }
    const files: string[] = []
    const hosted = isolatedChild({ fork: (file, memoryMb) => { files.push(`${file} ${String(memoryMb)}`); return child }, channel: () => ({ port1: 'inside' as never, port2: 'outside' as never }), fileOf: (entry) => `/out/${entry}.js` })('form-worker', 256)
    expect([files, sent, hosted.port]).toEqual([['/out/form-worker.js 256'], [['port', ['inside']]], 'outside'])
  })

  it('from within: what is said before the port is there is not lost', () => {
    const parent = new EventEmitter()
    const [inner, outer] = ports()
    const heard: unknown[] = []
    outer.on('message', ({ data }) => { heard.push(data) })
    outer.start()
    const port = isolatedPort({ parentPort: { on: (name, listener) => parent.on(name, listener) }, on: () => undefined })
    const inside: unknown[] = []
    port.onMessage((message) => { inside.push(message) })
    port.post('ready')
    expect(heard).toEqual([])
    parent.emit('message', { data: 'port', ports: [inner] })
    outer.postMessage({ id: 1 })
    expect([heard, inside]).toEqual([['ready'], [{ id: 1 }]])
    expect(() => isolatedPort({ on: () => undefined })).toThrow('by hand')
  })
})
