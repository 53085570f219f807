import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { pump, Upstream } from '../../main/sync/pump.ts'

const signal = new AbortController().signal
const settings = { parallel: 3, batch: 4, flushAfterMs: 5, signal, key: (task: number) => String(task) }

/** A store of numbers: offers what has not been written yet, as mail.db does. */
function stock(count: number) {
  const left = new Set(Array.from({ length: count }, (_, index) => index))
  const batches: (readonly number[])[] = []
  return {
    batches,
    take: (limit: number) => Promise.resolve([...left].slice(0, limit)),
    flush: (results: readonly number[]) => {
      batches.push(results)
      for (const result of results) left.delete(result)
      return Promise.resolve()
    },
  }
}

describe('pump', () => {
  it('does every task once, in batches, never more at a time than allowed', async () => {
    const { take, flush, batches } = stock(100)
    let running = 0
    let most = 0
    await pump({
      ...settings,
      take,
      flush,
      work: async (task) => {
        running += 1
        most = Math.max(most, running)
        await wait(task % 3)
        running -= 1
        return task
      },
    })
    expect(batches.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index))
    expect(most).toBe(3)
    expect(batches.every((batch) => batch.length <= 4)).toBe(true)
  })

  it('never has more begun and not yet written than allowed, however slowly they are written', async () => {
    const { take, flush, batches } = stock(60)
    let begun = 0
    let written = 0
    let most = 0
    await pump<number, number>({
      ...settings,
      mostUnwritten: 7,
      take,
      flush: async (results) => {
        await wait(8)
        await flush(results)
        written += results.length
      },
      work: (task) => {
        begun += 1
        most = Math.max(most, begun - written)
        return Promise.resolve(task)
      },
    })
    expect(batches.flat()).toHaveLength(60)
    expect(most).toBe(7)
  })

  it('takes a task that stays in the store only once', async () => {
    const done: number[] = []
    await pump({ ...settings, take: () => Promise.resolve([1, 2]), flush: () => Promise.resolve(), work: (task) => Promise.resolve(done.push(task)) })
    expect(done).toEqual([1, 2])
  })

  it('waits for the stage before it, and ends when that has ended', async () => {
    const upstream = new Upstream()
    const { take, flush, batches } = stock(0)
    const offered: number[] = []
    const run = pump({ ...settings, take: async (limit) => [...(await take(limit)), ...offered], flush, work: (task) => Promise.resolve(task), upstream })
    await wait(10)
    offered.push(7)
    upstream.wake()
    await wait(10)
    offered.push(8)
    upstream.end()
    await run
    expect(batches.flat()).toEqual([7, 8])
  })

  it('writes a result before long though its batch is not full', async () => {
    const upstream = new Upstream()
    const { take, flush, batches } = stock(1)
    const run = pump({ ...settings, take, flush, work: (task) => Promise.resolve(task), upstream })
    await expect.poll(() => batches.length).toBe(1)
    upstream.end()
    await run
  })

  it('begins nothing new after an abort, and writes what was under way', async () => {
    const stop = new AbortController()
    const { take, flush, batches } = stock(50)
    let begun = 0
    await pump({
      ...settings,
      signal: stop.signal,
      take,
      flush,
      work: async (task) => {
        begun += 1
        if (begun === 3) stop.abort()
        await wait(1)
        return task
      },
    })
    expect(begun).toBe(3)
    expect(batches.flat()).toHaveLength(3)
  })

  it('throws the error of a task after writing what the others brought', async () => {
    const { take, flush, batches } = stock(3)
    const run = pump({
      ...settings,
      take,
      flush,
      work: async (task) => {
        if (task === 0) throw new Error('no room')
        await wait(5)
        return task
      },
    })
    await expect(run).rejects.toThrow('no room')
    expect(batches.flat().sort()).toEqual([1, 2])
  })

  it('throws the error of writing', async () => {
    const { take } = stock(3)
    const run = pump({ ...settings, take, flush: () => Promise.reject(new Error('disk full')), work: (task) => Promise.resolve(task) })
    await expect(run).rejects.toThrow('disk full')
  })
})
