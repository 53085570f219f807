import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { tellWakes } from '../../main/shell/electron/wakes.ts'
import { watchWakes } from '../../main/shell/engine-process/wakes.ts'

const address = (text: string, internal = false): NetworkInterfaceInfo => ({ address: text, netmask: '255.255.255.0', family: 'IPv4', mac: '', internal, cidr: null })

function machine(first: readonly string[] = ['10.0.0.4']) {
  let at = 0
  let addresses = first
  let work: () => void = () => undefined
  const woken: string[] = []
  let ended = false
  const end = watchWakes({
    wake: (why) => woken.push(why),
    now: () => at,
    every: (_ms, wanted) => { work = wanted; return () => { ended = true } },
    interfaces: () => ({ lo: [address('127.0.0.1', true)], wlan0: addresses.map((one) => address(one)) }),
  })
  return { woken, end, isEnded: () => ended, pass: (ms: number, now: readonly string[] = addresses) => { at += ms; addresses = now; work() } }
}

describe('what brings the service back', () => {
  it('is noticed after a sleep of the machine, not after a timer that was a little late', () => {
    const { woken, pass } = machine()
    pass(10_000)
    pass(25_000)
    expect(woken).toEqual([])
    pass(3_600_000)
    pass(10_000)
    expect(woken).toEqual(['resume'])
  })

  it('is noticed when the machine is on another network, and not when it is on none', () => {
    const { woken, pass } = machine()
    pass(10_000, [])
    expect(woken).toEqual([])
    pass(10_000, ['10.0.0.4'])
    pass(10_000, ['10.0.0.4'])
    pass(10_000, ['10.0.0.4', '192.168.1.7'])
    expect(woken).toEqual(['network', 'network'])
  })

  it('is told once when the machine wakes on another network, and ends with what watches', () => {
    const { woken, pass, end, isEnded } = machine()
    pass(60_000, ['192.168.1.7'])
    expect(woken).toEqual(['resume'])
    end()
    expect(isEnded()).toBe(true)
  })

  it('is told by Electron: waking and unlocking', () => {
    const listeners = new Map<string, () => void>()
    const woken: string[] = []
    tellWakes({ on: (event, listener) => { listeners.set(event, listener) } }, (why) => woken.push(why))
    for (const event of ['resume', 'unlock-screen']) listeners.get(event)?.()
    expect(woken).toEqual(['resume', 'unlock'])
    expect([...listeners.keys()]).toEqual(['resume', 'unlock-screen'])
  })
})
