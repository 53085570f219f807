import { describe, expect, it } from 'vitest'
import { Gate } from '../../main/altinn/gate.ts'
import { Limiter } from '../../main/altinn/limiter.ts'
import { defaultLimits } from '../../main/altinn/limits.ts'

/** A gate whose clock stands until it is told to go on, and whose chance is the middle. */
function gateAt() {
  let time = 0
  return {
    gate: new Gate(defaultLimits, () => time, () => 0.5),
    later: (ms: number) => {
      time += ms
    },
  }
}
const open = { waitMs: 0 }
const fail = (gate: Gate, times: number): void => {
  for (let n = 0; n < times; n += 1) gate.answered(500, null)
}

describe('a host that named a time to wait', () => {
  it('is waited for when the time is short, and left alone when it is long', () => {
    const { gate, later } = gateAt()
    gate.answered(429, 5000)
    expect(gate.enter()).toEqual({ waitMs: 5000 })
    later(5000)
    expect(gate.enter()).toEqual(open)
    gate.answered(503, 600_000)
    expect(gate.enter()).toMatchObject({ failure: { kind: 'paused', status: 503, retryAfterMs: 600_000 } })
    later(599_000)
    expect(gate.enter()).toEqual({ waitMs: 1000 })
  })

  it('keeps its time when something else is tried again', () => {
    const { gate } = gateAt()
    gate.answered(503, 600_000)
    gate.reopen()
    expect(gate.enter()).toMatchObject({ failure: { kind: 'paused' } })
  })

  it('names none with an answer that is no refusal for now', () => {
    const { gate } = gateAt()
    gate.answered(200, 5000)
    expect(gate.enter()).toEqual(open)
  })
})

describe('a host that fails', () => {
  it('is left alone after so many failures in a row, then tried once, then left alone twice as long', () => {
    const { gate, later } = gateAt()
    fail(gate, defaultLimits.breakAfter - 1)
    expect(gate.enter()).toEqual(open)
    gate.unreachable()
    expect(gate.enter()).toMatchObject({ failure: { kind: 'paused', retryAfterMs: defaultLimits.firstBreakMs } })
    later(defaultLimits.firstBreakMs)
    expect(gate.enter()).toEqual(open)
    fail(gate, 1)
    expect(gate.enter()).toMatchObject({ failure: { kind: 'paused', retryAfterMs: 2 * defaultLimits.firstBreakMs } })
  })

  it('is never left alone longer than the longest time', () => {
    const { gate, later } = gateAt()
    fail(gate, defaultLimits.breakAfter)
    for (let n = 0; n < 12; n += 1) {
      later(defaultLimits.longestBreakMs)
      fail(gate, 1)
    }
    expect(gate.enter()).toMatchObject({ failure: { retryAfterMs: defaultLimits.longestBreakMs } })
  })

  it('is there again with any answer, a refusal too', () => {
    const { gate, later } = gateAt()
    fail(gate, defaultLimits.breakAfter)
    later(defaultLimits.firstBreakMs)
    gate.answered(403, null)
    fail(gate, defaultLimits.breakAfter - 1)
    expect(gate.enter()).toEqual(open)
  })

  it('is asked at once when the network came back', () => {
    const { gate } = gateAt()
    fail(gate, defaultLimits.breakAfter)
    gate.reopen()
    expect(gate.enter()).toEqual(open)
  })
})

describe('the places of a host', () => {
  it('go to what a person waits for first', async () => {
    const limiter = new Limiter(1, 1)
    const order: string[] = []
    let free = (): void => undefined
    const first = limiter.run({ download: false, urgent: false }, () => new Promise<void>((resolve) => (free = resolve)))
    const rest = ['a', 'b'].map((name) => limiter.run({ download: true, urgent: false }, () => Promise.resolve(order.push(name))))
    const urgent = limiter.run({ download: false, urgent: true }, () => Promise.resolve(order.push('opened by a person')))
    free()
    await Promise.all([first, ...rest, urgent])
    expect(order).toEqual(['opened by a person', 'a', 'b'])
  })
})
