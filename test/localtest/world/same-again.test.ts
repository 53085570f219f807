import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { demoWorld } from '../../../main/localtest/world/demo.ts'
import type { SentMessage, World } from '../../../main/localtest/world/model.ts'
import { seededRandom } from '../../../main/localtest/world/random.ts'
import { uuid, uuidv7 } from '../../../main/localtest/world/ids.ts'
import { anchorAt, world } from './worlds.ts'

async function contentHashes(messages: readonly SentMessage[]): Promise<Map<string, string>> {
  const hashes = new Map<string, string>()
  for (const { attachments } of messages) for (const file of attachments) hashes.set(file.id, createHash('sha256').update(await file.content()).digest('hex'))
  return hashes
}

describe('the same seed and anchor', () => {
  test('give the same metadata', () => {
    expect(JSON.stringify(demoWorld(7, anchorAt))).toBe(JSON.stringify(world))
  })
  test('give the same bytes, in whatever order and however often the files are made', async () => {
    const again = demoWorld(7, anchorAt)
    const forward = await contentHashes(world.messages)
    const backward = await contentHashes([...again.messages].reverse())
    expect(forward.size).toBeGreaterThan(300)
    for (const [id, hash] of forward) expect(backward.get(id)).toBe(hash)
    expect(await contentHashes(world.messages.slice(-60))).toEqual(new Map([...forward].slice(-(await contentHashes(world.messages.slice(-60))).size)))
  })
  test('give the same in another process with another time zone and language', async () => {
    const source = new URL('../../../main/localtest/world/demo.ts', import.meta.url).href
    const program = `
      import { createHash } from 'node:crypto'
      const { demoWorld } = await import(${JSON.stringify(source)})
      const world = demoWorld(7, ${String(anchorAt)})
      const hash = createHash('sha256').update(JSON.stringify(world))
      for (const message of world.messages.slice(-80)) for (const file of message.attachments) hash.update(await file.content())
      hash.update(JSON.stringify(world.arrival(5, ${String(anchorAt)})))
      console.log(hash.digest('hex'))`
    const theirs = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8', env: { ...process.env, TZ: 'Pacific/Auckland', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' } })
    const ours = createHash('sha256').update(JSON.stringify(world))
    for (const message of world.messages.slice(-80)) for (const file of message.attachments) ours.update(await file.content())
    ours.update(JSON.stringify(world.arrival(5, anchorAt)))
    expect(theirs.trim()).toBe(ours.digest('hex'))
  })
})

describe('another seed or anchor', () => {
  const texts = (other: World): Set<string> => new Set(other.messages.map(({ body }) => body))
  test('gives other letters with other ids to the same clients', () => {
    const other = demoWorld(8, anchorAt)
    expect(other.parties.map(({ name, number }) => [name, number]).slice(0, -2)).toEqual(world.parties.map(({ name, number }) => [name, number]).slice(0, -2))
    const shared = [...texts(other)].filter((body) => texts(world).has(body))
    expect(shared.length).toBeLessThan(20)
    const ids = new Set(world.messages.map(({ id }) => id))
    expect(other.messages.some(({ id }) => ids.has(id))).toBe(false)
  })
  test('a later anchor moves the letters along', () => {
    const later = demoWorld(7, anchorAt + 86_400_000)
    expect(later.messages.at(-1)?.createdAt).toBeGreaterThan(anchorAt - 3 * 86_400_000)
    expect(later.messages.every(({ publishedAt }) => (publishedAt ?? Infinity) < later.anchorAt)).toBe(true)
  })
})

describe('random streams', () => {
  test('the same path the same numbers, another path others', () => {
    const draw = (...path: (string | number)[]): number[] => {
      const random = seededRandom(7, ...path)
      return Array.from({ length: 5 }, () => random.next())
    }
    expect(draw('a', 1)).toEqual(draw('a', 1))
    expect(draw('a', 1)).not.toEqual(draw('a', 2))
    expect(draw('a', 1)).not.toEqual(draw('a', '1'))
    expect(draw('ab')).not.toEqual(draw('a', 'b'))
  })
  test('whole numbers reach both ends evenly', () => {
    const random = seededRandom(1, 'ends')
    const counts = [0, 0, 0, 0]
    for (let n = 0; n < 8000; n += 1) counts[random.int(0, 3)] = (counts[random.int(0, 3)] ?? 0) + 1
    const dice = Array.from({ length: 6000 }, () => random.int(1, 6))
    for (let face = 1; face <= 6; face += 1) {
      const share = dice.filter((value) => value === face).length
      expect(share).toBeGreaterThan(850)
      expect(share).toBeLessThan(1150)
    }
  })
  test('weights, choices and their limits', () => {
    const random = seededRandom(2, 'choices')
    const picks = Array.from({ length: 3000 }, () => random.weighted(['rare', 'often', 'never'], (item) => ({ rare: 1, often: 9, never: 0 })[item] ?? 0))
    expect(picks).not.toContain('never')
    expect(picks.filter((pick) => pick === 'rare').length).toBeGreaterThan(200)
    expect(picks.filter((pick) => pick === 'rare').length).toBeLessThan(400)
    expect([...random.some([1, 2, 3, 4], 3)].sort()).toHaveLength(3)
    expect(new Set(random.some([1, 2, 3, 4], 9)).size).toBe(4)
    expect(() => random.pick([])).toThrow(RangeError)
    expect(() => random.weighted(['a'], () => 0)).toThrow(RangeError)
  })
  test('ids have their version and variant', () => {
    const random = seededRandom(3, 'ids')
    for (let n = 0; n < 50; n += 1) {
      expect(uuid(random)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(uuidv7(anchorAt + n, random)).toMatch(/^01a2[0-9a-f]{4}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    }
  })
})
