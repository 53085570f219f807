import { createHash } from 'node:crypto'
import type { Failure } from '../altinn/outcome.ts'

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

/** The two halves of a group that failed, each to be asked about for itself; only of a group of at least two. */
export const halves = (parties: readonly string[]): readonly GroupMembers[] => inGroups(parties, Math.ceil(parties.length / 2))

/**
 * Failures that one recipient of a group may cause for all of them.
 * @param likely whether others were answered, or it is to be found out by a first try
 */
export const mayBeOnes = (failure: Failure, likely: boolean): boolean => failure.kind === 'refused' || (likely && (failure.kind === 'server' || failure.kind === 'schema'))
