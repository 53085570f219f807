import { setTimeout as after } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type Recovering, told } from '../../main/store/recovery/progress.ts'

describe('what is told of something being put right', () => {
  it('is nothing where it takes no moment', async () => {
    const said: (Recovering | null)[] = []
    expect(await told((now) => said.push(now), () => ({ what: 'check', done: 0, total: null }), () => Promise.resolve(7))).toBe(7)
    expect(said).toEqual([])
  })

  it('is how far it has come, and at the end that it is done, also when it failed', async () => {
    const said: (Recovering | null)[] = []
    let done = 0
    const work = async (): Promise<never> => {
      for (; done < 4; done += 1) await after(300)
      throw new Error('broken')
    }
    await expect(told((now) => said.push(now), () => ({ what: 'mail', done, total: 4 }), work)).rejects.toThrow('broken')
    expect(said.length).toBeGreaterThan(1)
    expect(said[0]).toMatchObject({ what: 'mail', total: 4 })
    expect(said.at(-1)).toBeNull()
  })
})
