import { describe, expect, it } from 'vitest'
import type { EngineApi } from '../../preload/contract/index.ts'
import type { FrameToWindow } from '../../preload/contract/frames.ts'
import { contractVersion } from '../../preload/contract/version.ts'
import { serveEngine } from '../../main/shell/serve.ts'

function window(api: Partial<EngineApi> = {}) {
  const sent: FrameToWindow[] = []
  const ignored: string[] = []
  let frame: (frame: unknown) => void = () => undefined
  let close: () => void = () => undefined
  const events = new Map<string, (event: never) => void>()
  const engine: EngineApi = { call: () => new Promise(() => undefined), on: (name, listener) => { events.set(name, listener); return () => { events.delete(name) } }, ...api }
  serveEngine(engine, { post: (one) => sent.push(one), onFrame: (listener) => { frame = listener }, onClose: (listener) => { close = listener } }, (what) => ignored.push(what))
  return { sent, ignored, events, frame: (one: unknown) => { frame(one) }, close: () => { close() } }
}

describe('serving a window', () => {
  it('says hello with the contract, answers calls and tells events', async () => {
    const one = window({ call: () => Promise.resolve({ ok: true, value: { id: 7 } } as never) })
    one.frame({ kind: 'call', id: 1, name: 'messages.find', request: { id: '7' } })
    await Promise.resolve()
    one.events.get('messages.changed')?.({ changeNo: 3 } as never)
    expect(one.sent).toEqual([{ kind: 'hello', contract: contractVersion }, { kind: 'answer', id: 1, result: { ok: true, value: { id: 7 } } }, { kind: 'event', name: 'messages.changed', event: { changeNo: 3 } }])
  })

  it('drops what is no frame, refuses unknown requests and the sixty-fifth at once, and answers no cancelled call', async () => {
    const one = window()
    for (const bad of [null, 'x', { kind: 'call' }, { kind: 'call', id: -1, name: 'x', request: {} }, { kind: 'eval', code: '1' }]) one.frame(bad)
    expect(one.ignored).toHaveLength(5)
    one.frame({ kind: 'call', id: 900, name: 'constructor', request: {} })
    expect(one.sent.at(-1)).toMatchObject({ kind: 'answer', id: 900, result: { ok: false, error: { code: 'invalid' } } })
    for (let id = 1; id <= 64; id += 1) one.frame({ kind: 'call', id, name: 'messages.find', request: { id: '1' } })
    const before = one.sent.length
    one.frame({ kind: 'call', id: 65, name: 'messages.find', request: { id: '1' } })
    expect(one.sent).toHaveLength(before + 1)
    expect(one.sent.at(-1)).toMatchObject({ id: 65, result: { ok: false, error: { code: 'invalid', canRetry: true } } })
    one.frame({ kind: 'cancel', id: 1 })
    one.frame({ kind: 'call', id: 66, name: 'messages.find', request: { id: '1' } })
    expect(one.sent).toHaveLength(before + 1)
    await Promise.resolve()
  })

  it('is silent after the window is gone', () => {
    const one = window()
    one.close()
    expect(one.events.size).toBe(0)
  })
})
