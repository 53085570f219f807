import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { EngineHost } from '../../main/shell/engine-host.ts'
import { patienceOf } from '../../main/shell/watchdog.ts'

/** An engine process that says that it is ready and answers what it is asked. */
const program = `
process.on('message', (message) => { if ('ping' in message) process.send({ pong: message.ping }) })
process.send({ state: 'ready', trouble: null })
`
const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-host-'))
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(process.platform === 'win32')('a process that the system has stopped', () => {
  it('is ended by force, and another one takes its place after its exit', async () => {
    const path = join(folder, 'engine.mjs')
    writeFileSync(path, program)
    const running = new Set<number>()
    let most = 0
    const states: string[] = []
    let told: () => void = () => undefined
    const until = (wanted: readonly string[]): Promise<void> =>
      new Promise((resolve) => {
        told = () => { if (JSON.stringify(states) === JSON.stringify(wanted)) resolve() }
        told()
      })
    const host = new EngineHost({
      profile: 'demo',
      profiles: () => [],
      start: () => {
        const child = fork(path, { stdio: 'ignore' })
        started.push(child)
        running.add(child.pid ?? 0)
        most = Math.max(most, running.size)
        child.on('exit', () => running.delete(child.pid ?? 0))
        return {
          // One that has just ended is told of by its exit.
          post: (message) => { if (child.connected) child.send(message, () => undefined) },
          onMessage: (listener) => { child.on('message', listener) },
          onExit: (listener) => { child.on('exit', listener) },
          kill: () => { child.kill('SIGKILL') },
        }
      },
      frame: () => undefined,
      state: ({ state, trouble }) => {
        states.push(trouble === null ? state : `${state} ${trouble.code}`)
        told()
      },
      openOutside: () => Promise.resolve(true),
      saveTarget: () => Promise.resolve(null),
      folderTarget: () => Promise.resolve(null),
      openCopy: () => Promise.resolve(false),
      printPdf: () => Promise.resolve(null),
      patience: patienceOf(800),
    })
    host.start()
    await until(['ready'])
    started[0]?.kill('SIGSTOP')
    await until(['ready', 'gone engine-silent', 'ready'])
    expect(started).toHaveLength(2)
    expect(started[0]?.signalCode).toBe('SIGKILL')
    // Never two of them at once: both would open the profile's files.
    expect(most).toBe(1)
    started[1]?.kill('SIGKILL')
  })
})
