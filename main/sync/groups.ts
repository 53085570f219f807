import { createHash } from 'node:crypto'

/** Recipients that are searched together, under a key that names exactly this set. */
export interface GroupMembers {
  readonly key: string
  readonly parties: readonly string[]
}

const keyOf = (parties: readonly string[]): string => createHash('sha256').update(parties.join('\n')).digest('hex').slice(0, 32)

/** Recipients in groups of at most `size`, in their order; the same recipients in the same order give the same keys. */
export function inGroups(parties: readonly string[], size: number): readonly GroupMembers[] {
  return Array.from({ length: Math.ceil(parties.length / size) }, (_, index) => {
    const members = parties.slice(index * size, (index + 1) * size)
    return { key: keyOf(members), parties: members }
  })
}
