import { describe, expect, it } from 'vitest'
import { Troubles } from '../../main/engine/troubles.ts'

type Parts = ConstructorParameters<typeof Troubles>[0]
const party = (n: number): string => `urn:altinn:organization:identifier-no:${String(300_000_000 + n)}`
const account = { uuid: '0b9a5a0e-0000-4000-8000-000000000001', kind: 'system-user', clientId: '', kid: '', organisation: '', scopes: [], name: '', externalRef: null, addedAt: 0 } as const

/** A store with recipients of whom some are troubled, which counts what it is asked. */
function store(count: number, troubled: ReadonlyMap<string, 'no-access' | 'failed' | 'shrunk'>): { readonly parts: Parts; readonly asked: () => number; fail: boolean } {
  let asked = 0
  const made = {
    fail: false,
    asked: () => asked,
    parts: {
      ledger: { accounts: () => Promise.resolve([account]) },
      mail: {
        parties: () => Promise.resolve(Array.from({ length: count }, (_, n) => ({ urn: party(n), uuid: '', name: '', kind: 'organisation' as const, parentUrn: null, isDeleted: false, headingOnly: false, current: true }))),
        troubleSince: (_: string, kind: string, parties: readonly string[]) => {
          asked += 1
          return made.fail ? Promise.reject(new Error('The disk is gone')) : Promise.resolve(parties.some((one) => troubled.get(one) === kind) ? 1 : null)
        },
      },
    },
  }
  return made
}

describe('recipients with something in the way of their mail', () => {
  it('are none after three questions, however many there are', async () => {
    const { parts, asked } = store(2000, new Map())
    const troubles = new Troubles(parts)
    expect([...(await troubles.parties())]).toEqual([])
    expect(asked()).toBe(3)
    await troubles.parties()
    expect(asked()).toBe(3)
  })

  it('are found among many with few questions, and looked for anew when a run ended', async () => {
    const wrong = new Map([[party(7), 'failed'], [party(1999), 'shrunk'], [party(0), 'no-access']] as const)
    const { parts, asked } = store(2000, wrong)
    const troubles = new Troubles(parts)
    expect(new Set(await troubles.parties())).toEqual(new Set([party(0), party(7), party(1999)]))
    expect(asked()).toBeLessThan(90)
    wrong.delete(party(7))
    expect((await troubles.parties()).size).toBe(3)
    troubles.forget()
    expect((await troubles.parties()).size).toBe(2)
  })

  it('are asked for again after an error', async () => {
    const made = store(3, new Map([[party(1), 'failed']] as const))
    const troubles = new Troubles(made.parts)
    made.fail = true
    await expect(troubles.parties()).rejects.toThrow('The disk is gone')
    made.fail = false
    expect([...(await troubles.parties())]).toEqual([party(1)])
  })
})
