import { createHash } from 'node:crypto'

/**
 * A stream of numbers that a seed and a path decide. Every part of the world draws from its own path, so that one more draw in
 * one letter moves nothing in another.
 */
export interface Random {
  /** 0 inclusive to 1 exclusive. */
  next(): number
  /** Whole number, both ends included. */
  int(from: number, to: number): number
  /** True with probability `p` (0-1). */
  chance(p: number): boolean
  pick<T>(list: readonly T[]): T
  /** One of the list, as likely as its weight is large. Weights are not negative and not all 0. */
  weighted<T>(list: readonly T[], weight: (item: T) => number): T
  /** `count` different ones of the list, in random order. */
  some<T>(list: readonly T[], count: number): T[]
  bytes(count: number): Buffer
}

/** Stream of the given seed and path, e.g. `seededRandom(7, 'letter', 12)`. */
export function seededRandom(seed: number, ...path: readonly (string | number)[]): Random {
  const start = createHash('sha256').update(JSON.stringify([seed, ...path])).digest()
  // Small fast counter generator (sfc32) started from 96 hashed bits: its statistics are ample for filling in letters.
  let a = start.readUInt32LE(0)
  let b = start.readUInt32LE(4)
  let c = start.readUInt32LE(8)
  let counter = 1
  const word = (): number => {
    const sum = (a + b + counter) >>> 0
    counter = (counter + 1) >>> 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) >>> 0
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0
    return sum
  }
  for (let i = 0; i < 12; i += 1) word()

  const next = (): number => word() / 0x1_0000_0000
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new RangeError('Nothing to pick from')
    return list[int(0, list.length - 1)] as T
  }
  return {
    next,
    int,
    chance: (p) => next() < p,
    pick,
    weighted: (list, weight) => {
      const total = list.reduce((sum, item) => sum + weight(item), 0)
      if (!(total > 0)) throw new RangeError('No weight to pick by')
      let left = next() * total
      for (const item of list) {
        left -= weight(item)
        if (left < 0) return item
      }
      return pick(list.filter((item) => weight(item) > 0))
    },
    some: (list, count) => {
      const rest = [...list]
      const chosen = []
      while (chosen.length < count && rest.length > 0) chosen.push(...rest.splice(int(0, rest.length - 1), 1))
      return chosen
    },
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => int(0, 255))),
  }
}
