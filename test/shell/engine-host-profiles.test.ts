import { afterEach, describe, expect, it, vi } from 'vitest'
import { EngineHost } from '../../main/shell/engine-host.ts'
import { FakeEngine } from './fake-engine.ts'

function host() {
  const children: FakeEngine[] = []
  const states: string[] = []
  const frames: unknown[] = []
  const names = ['demo', 'firma', 'kontor']
  const made = new EngineHost({
    profile: 'demo',
    profiles: () => names.map((name) => ({ name, environment: name === 'demo' ? 'demo' : 'other', environmentName: name })),
    start: (profile, awaitsSecret) => {
      const child = new FakeEngine(profile, awaitsSecret)
      children.push(child)
      return child
    },
    frame: (port, frame) => frames.push([port, frame]),
    state: ({ state, profile }) => states.push(`${profile} ${state}`),
    openOutside: () => Promise.resolve(false),
    saveTarget: () => Promise.resolve(null),
    folderTarget: () => Promise.resolve(null),
    openCopy: () => Promise.resolve(false),
    printPdf: () => Promise.resolve(null),
    every: () => () => undefined,
  })
  made.start()
  const child = (at: number): FakeEngine => {
    const found = children[at]
    if (found === undefined) throw new Error(`There is no engine ${String(at)}`)
    return found
  }
  return { made, names, children, child, states, frames }
}

const ready = { state: 'ready', trouble: null }

afterEach(() => { vi.useRealTimers() })

describe('another profile in place of the open one', () => {
  it('starts after the old engine has ended, connects every window to it, and lets nothing of the old one through', () => {
    const { made, children, child, states, frames } = host()
    made.open(1)
    made.open(2)
    child(0).message(ready)
    made.change('firma', 'riktig hest')
    expect(child(0).posted.at(-1)).toEqual({ end: true })
    expect(children).toHaveLength(1)
    child(0).message({ port: 1, frame: { kind: 'event', name: 'messages.changed', event: {} } })
    child(0).message(ready)
    expect([states.at(-1), frames]).toEqual(['firma starting', []])
    child(0).exit(0)
    expect(child(1)).toMatchObject({ profile: 'firma', awaitsSecret: true, posted: [{ unlock: { by: 'passphrase', secret: 'riktig hest' } }, { open: 1 }, { open: 2 }] })
    child(1).message(ready)
    child(1).message({ port: 1, frame: { kind: 'hello' } })
    expect([states, frames]).toEqual([['demo ready', 'firma starting', 'firma ready'], [[1, { kind: 'hello' }]]])
    // The passphrase is kept for an engine that is started anew, and for no other profile.
    child(1).exit(1)
    expect(child(2)).toMatchObject({ profile: 'firma', awaitsSecret: true })
    made.change('kontor', null)
    child(2).exit(0)
    expect(child(3)).toMatchObject({ profile: 'kontor', awaitsSecret: false, posted: [{ open: 1 }, { open: 2 }] })
  })

  it('is opened at once where the engine is stopped', () => {
    const { made, child, states } = host()
    child(0).message({ state: 'stopped', trouble: { code: 'needs-passphrase', values: {} } })
    child(0).exit(78)
    made.change('firma', null)
    expect(child(1).profile).toBe('firma')
    child(1).message({ state: 'stopped', trouble: { code: 'wrong-passphrase', values: {} } })
    // Before the process has quite ended.
    made.change('demo', null)
    child(1).exit(78)
    expect(child(2).profile).toBe('demo')
    expect(states).toEqual(['demo stopped', 'firma starting', 'firma stopped', 'demo starting'])
  })

  it('takes only names of profiles that are there, and the last one that was asked for', () => {
    const { made, names, children, child, states } = host()
    child(0).message(ready)
    for (const name of ['../demo', 'ukjent', '']) made.change(name, null)
    made.change('demo', null)
    expect([states, child(0).posted]).toEqual([['demo ready'], []])
    names.push('ny')
    made.change('ny', 'første frase')
    made.change('firma', null)
    expect(child(0).posted).toEqual([{ end: true }])
    child(0).exit(0)
    expect(children).toHaveLength(2)
    expect(child(1)).toMatchObject({ profile: 'firma', awaitsSecret: false })
    expect(made.state.profiles.map(({ name }) => name)).toEqual(['demo', 'firma', 'kontor', 'ny'])
  })

  it('takes a passphrase for the open profile as that of a locked one', () => {
    const { made, child } = host()
    child(0).message({ state: 'stopped', trouble: { code: 'needs-passphrase', values: {} } })
    child(0).exit(78)
    made.change('demo', 'riktig hest')
    expect(child(1)).toMatchObject({ profile: 'demo', awaitsSecret: true })
  })

  it('ends by force an engine that does not end, and ends for good when the program does', async () => {
    vi.useFakeTimers()
    const { made, children, child } = host()
    child(0).message(ready)
    made.change('firma', null)
    vi.advanceTimersByTime(9_999)
    expect(child(0).killed).toBe(false)
    vi.advanceTimersByTime(1)
    expect(child(0).killed).toBe(true)
    const ended = made.end()
    child(0).exit(null)
    await ended
    made.change('kontor', null)
    expect(children).toHaveLength(1)
  })
})
