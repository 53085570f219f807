import { describe, expect, it } from 'vitest'
import { type EngineChild, EngineHost } from '../../main/shell/engine-host.ts'
import type { ToEngine } from '../../main/shell/engine-process/envelope.ts'

/** An engine process that does what the test says. */
class Child implements EngineChild {
  readonly posted: ToEngine[] = []
  message: (message: unknown) => void = () => undefined
  exit: (code: number | null) => void = () => undefined
  killed = false
  post(message: ToEngine): void {
    this.posted.push(message)
    if ('end' in message) this.exit(0)
  }
  onMessage(listener: (message: unknown) => void): void {
    this.message = listener
  }
  onExit(listener: (code: number | null) => void): void {
    this.exit = listener
  }
  kill(): void {
    this.killed = true
  }
}

function host() {
  const children: Child[] = []
  const states: string[] = []
  const frames: unknown[] = []
  const made = new EngineHost({
    start: () => {
      const child = new Child()
      children.push(child)
      return child
    },
    frame: (port, frame) => frames.push([port, frame]),
    state: ({ state, trouble }) => states.push(trouble === null ? state : `${state} ${trouble.code}`),
    openOutside: (address) => Promise.resolve(address.startsWith('https:')),
    saveTarget: (name) => Promise.resolve({ path: `/downloads/${name}` }),
    now: () => 0,
  })
  made.start()
  return { made, children, states, frames }
}

describe('the host of the engine process', () => {
  it('carries frames both ways and answers what only a shell can do', async () => {
    const { made, children, frames, states } = host()
    made.open(1)
    children[0]?.message({ state: 'ready', trouble: null })
    made.post(1, { kind: 'call' })
    children[0]?.message({ port: 1, frame: { kind: 'hello' } })
    children[0]?.message({ ask: { id: 1, what: 'open-outside', address: 'https://a.no' } })
    children[0]?.message({ ask: { id: 2, what: 'save-target', name: 'a.pdf' } })
    children[0]?.message({ nonsense: true })
    await Promise.resolve()
    await Promise.resolve()
    expect(states).toEqual(['ready'])
    expect(frames).toEqual([[1, { kind: 'hello' }]])
    expect(children[0]?.posted).toEqual([{ open: 1 }, { port: 1, frame: { kind: 'call' } }, { done: 1, value: true }, { done: 2, value: { path: '/downloads/a.pdf' } }])
  })

  it('starts an engine anew that ends by itself, opens the windows again, and gives up after the sixth time', () => {
    const { made, children, states } = host()
    made.open(3)
    children[0]?.exit(1)
    expect(children[1]?.posted).toEqual([{ open: 3 }])
    for (let n = 1; n < 6; n += 1) children[n]?.exit(null)
    expect(states).toEqual(['gone', 'gone', 'gone', 'gone', 'gone', 'stopped engine-gone'])
    expect(children).toHaveLength(6)
    made.restart()
    expect(children).toHaveLength(7)
    expect(states.at(-1)).toBe('starting')
  })

  it('does not start again what said that it cannot open the profile, and begins anew on request', () => {
    const { made, children, states } = host()
    children[0]?.message({ state: 'stopped', trouble: { code: 'missing-keys', values: {} } })
    children[0]?.exit(78)
    expect(children).toHaveLength(1)
    expect(states).toEqual(['stopped missing-keys'])
    made.restart()
    children[1]?.exit(79)
    expect(children).toHaveLength(3)
    expect(states.slice(1)).toEqual(['starting', 'starting'])
  })

  it('ends with the shell', async () => {
    const { made, children } = host()
    await made.end()
    expect(children[0]?.posted).toEqual([{ end: true }])
    expect(children).toHaveLength(1)
  })
})
