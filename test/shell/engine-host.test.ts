import { describe, expect, it } from 'vitest'
import type { KnownProfile } from '../../preload/contract/index.ts'
import { EngineHost } from '../../main/shell/engine-host.ts'
import { FakeEngine } from './fake-engine.ts'

/** A clock and a timer that move only when the test says so. */
function clock() {
  let at = 0
  let work: (() => void) | null = null
  return {
    now: () => at,
    every: (_ms: number, wanted: () => void) => {
      work = wanted
      return () => { work = null }
    },
    /** Ticks of five seconds, the host's own timer on time. */
    pass: (seconds: number) => {
      for (let passed = 0; passed < seconds; passed += 5) {
        at += 5000
        work?.()
      }
    },
    /** The machine sleeps; the timer comes once when it wakes. */
    sleep: (seconds: number) => {
      at += seconds * 1000
      work?.()
    },
  }
}

const known = (...names: readonly string[]): readonly KnownProfile[] => names.map((name) => ({ name, environment: 'other', environmentName: 'egen' }))

function host() {
  const time = clock()
  const children: FakeEngine[] = []
  const awaiting: boolean[] = []
  const states: string[] = []
  const frames: unknown[] = []
  const made = new EngineHost({
    profile: 'demo',
    profiles: () => known('demo', 'firma', 'kontor'),
    start: (profile, awaitsSecret) => {
      awaiting.push(awaitsSecret)
      const child = new FakeEngine(profile, awaitsSecret)
      child.endsWhenAsked = true
      children.push(child)
      return child
    },
    frame: (port, frame) => frames.push([port, frame]),
    state: ({ state, trouble }) => states.push(trouble === null ? state : `${state} ${trouble.code}`),
    openOutside: (address) => Promise.resolve(address.startsWith('https:')),
    saveTarget: (name) => Promise.resolve({ path: `/downloads/${name}` }),
    folderTarget: (name) => Promise.resolve({ path: `/downloads/${name}` }),
    openCopy: (path) => Promise.resolve(path === '/ours'),
    printPdf: (html) => Promise.resolve(html.includes('Hei') ? new Uint8Array([1]) : null),
    now: time.now,
    every: time.every,
  })
  made.start()
  /** Whatever the engine is asked, it answers. */
  const answering = (child: FakeEngine | undefined): void => {
    const post = child?.post.bind(child)
    if (child !== undefined && post !== undefined) {
      child.post = (message) => {
        post(message)
        if ('ping' in message) child.message({ pong: message.ping })
      }
    }
  }
  return { made, children, awaiting, states, frames, time, answering }
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

  it('leaves an engine alone that answers, for hours and through a night of sleep', () => {
    const { children, states, time, answering } = host()
    answering(children[0])
    children[0]?.message({ state: 'ready', trouble: null })
    time.pass(3600)
    time.sleep(8 * 3600)
    time.pass(3600)
    expect(states).toEqual(['ready'])
    expect(children[0]?.killed).toBe(false)
    expect(children[0]?.posted.filter((message) => 'ping' in message).length).toBeGreaterThan(1400)
  })

  it('ends a silent engine by force after a minute, and starts the next one only after its exit', () => {
    const { made, children, states, time, answering } = host()
    made.open(4)
    answering(children[0])
    children[0]?.message({ state: 'ready', trouble: null })
    time.pass(60)
    const [first] = children
    if (first !== undefined) first.post = () => undefined
    time.pass(55)
    expect(first?.killed).toBe(false)
    time.pass(5)
    expect(first?.killed).toBe(true)
    expect(states).toEqual(['ready', 'gone engine-silent'])
    expect(children).toHaveLength(1)
    first?.exit(null)
    expect(children).toHaveLength(2)
    expect(children[1]?.posted).toEqual([{ open: 4 }])
    // Why it was gone stays said until the new one is ready.
    expect(made.state).toMatchObject({ state: 'gone', trouble: { code: 'engine-silent' } })
    children[1]?.message({ state: 'ready', trouble: null })
    expect(states.at(-1)).toBe('ready')
  })

  it('counts neither the first half minute nor the time that the machine slept as silence', () => {
    const { children, time } = host()
    time.pass(85)
    expect(children[0]?.killed).toBe(false)
    time.sleep(3600)
    time.pass(55)
    expect(children[0]?.killed).toBe(false)
    time.pass(5)
    expect(children[0]?.killed).toBe(true)
  })

  it('says so when the system does not let go of a silent engine, and goes on as soon as it does', () => {
    const { made, children, states, time } = host()
    time.pass(90)
    expect(states).toEqual(['gone engine-silent'])
    time.pass(90)
    expect(states.at(-1)).toBe('stopped engine-held')
    made.restart()
    expect(children).toHaveLength(1)
    children[0]?.exit(null)
    expect(children).toHaveLength(2)
    expect(states.at(-1)).toBe('starting')
  })

  it('hands what a person typed to a fresh process as its first message, again after a crash, and forgets it when it opened nothing', () => {
    const { made, children, awaiting, states } = host()
    made.open(2)
    made.unlock('passphrase', 'too early')
    children[0]?.message({ state: 'stopped', trouble: { code: 'needs-passphrase', values: { ways: 'passphrase' } } })
    made.unlock('passphrase', 'feil hest')
    // The old process has still to end.
    expect(children).toHaveLength(1)
    children[0]?.exit(78)
    expect(children[1]?.posted).toEqual([{ unlock: { by: 'passphrase', secret: 'feil hest' } }, { open: 2 }])
    children[1]?.message({ state: 'stopped', trouble: { code: 'wrong-key', values: { ways: 'passphrase' } } })
    children[1]?.exit(78)
    expect(children).toHaveLength(2)
    made.unlock('recovery-code', '7KQ4')
    children[2]?.message({ state: 'ready', trouble: null })
    children[2]?.exit(1)
    expect(children[3]?.posted[0]).toEqual({ unlock: { by: 'recovery-code', secret: '7KQ4' } })
    expect(awaiting).toEqual([false, true, true, true])
    expect(states).toEqual(['stopped needs-passphrase', 'starting', 'stopped wrong-key', 'starting', 'ready', 'gone'])
  })

  it('tells what is put right while a profile opens', () => {
    const { made, children } = host()
    children[0]?.message({ state: 'starting', trouble: null, recovering: { what: 'mail', done: 3, total: 10 } })
    expect(made.state).toEqual({ kind: 'engine', state: 'starting', trouble: null, recovering: { what: 'mail', done: 3, total: 10 }, profile: 'demo', profiles: known('demo', 'firma', 'kontor') })
    children[0]?.message({ state: 'starting', trouble: null, recovering: null })
    expect(made.state).toEqual({ kind: 'engine', state: 'starting', trouble: null, profile: 'demo', profiles: known('demo', 'firma', 'kontor') })
    children[0]?.message({ state: 'ready', trouble: null })
    // Search is made anew while the window is up.
    children[0]?.message({ state: 'ready', trouble: null, recovering: { what: 'index', done: 1, total: null } })
    expect(made.state).toEqual({ kind: 'engine', state: 'ready', trouble: null, recovering: { what: 'index', done: 1, total: null }, profile: 'demo', profiles: known('demo', 'firma', 'kontor') })
    children[0]?.exit(1)
    children[1]?.message({ state: 'starting', trouble: null, recovering: { what: 'check', done: 0, total: null } })
    expect(made.state).toEqual({ kind: 'engine', state: 'gone', trouble: null, recovering: { what: 'check', done: 0, total: null }, profile: 'demo', profiles: known('demo', 'firma', 'kontor') })
  })
})
