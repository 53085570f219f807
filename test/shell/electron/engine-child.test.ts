import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { utilityChild } from '../../../main/shell/electron/engine-child.ts'

/** What Electron gives for a utility process, as far as it is used. */
function utility(pid: number | undefined) {
  const posted: unknown[] = []
  const asked: string[] = []
  return { posted, asked, child: utilityChild({ pid, postMessage: (message: unknown, ports: readonly unknown[] = []) => { posted.push([message, ports.length]) }, on: () => undefined as never, kill: () => { asked.push('kill'); return true } }) }
}

describe('the engine in a utility process', () => {
  it('is handed a window\'s port with the message that opens it', () => {
    const { child, posted } = utility(1)
    child.post({ open: 3 }, {})
    child.post({ ping: 1 })
    expect(posted).toEqual([[{ open: 3 }, 1], [{ ping: 1 }, 0]])
  })

  it.skipIf(process.platform === 'win32')('is ended by force, though it hears nothing', async () => {
    // It ignores being asked politely, as a process does whose loop is held up.
    const real = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => undefined); setInterval(() => undefined, 1000); process.stdout.write("up")'], { stdio: ['ignore', 'pipe', 'ignore'] })
    await new Promise((resolve) => real.stdout.once('data', resolve))
    const signal = new Promise((resolve) => { real.once('exit', (_code, name) => { resolve(name) }) })
    const { child, asked } = utility(real.pid)
    child.kill()
    expect(await signal).toBe('SIGKILL')
    expect(asked).toEqual([])
    // One that has ended meanwhile is as good.
    expect(() => { child.kill() }).not.toThrow()
    const unborn = utility(undefined)
    unborn.child.kill()
    expect(unborn.asked).toEqual(['kill'])
  })
})
