import { timingSafeEqual } from 'node:crypto'
import type { SecretKeeper, SecretTrouble } from './port.ts'

/** How a move ended: everything is at the new keeper, or one of the two did not do its part and nothing was lost. */
export type Moved =
  | { readonly state: 'moved'; readonly names: readonly string[] }
  /** `at`: which of the two keepers is in trouble. What it had is still at the old one. */
  | { readonly state: 'kept'; readonly at: 'from' | 'to'; readonly trouble: SecretTrouble }

const same = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

/**
 * Moves secrets from one keeper to another: all are written and read back there, and proven, before the first one is
 * removed here. So after a kill between any two steps each secret is whole at one of the two keepers at least, and the
 * same move again ends it: a name that only the new keeper has is taken as moved.
 *
 * @param prove says whether what the new keeper gives does its work, beside being the same bytes: opens what it is for
 */
export async function moveSecrets(from: SecretKeeper, to: SecretKeeper, names: readonly string[], prove: (name: string, value: Buffer) => Promise<boolean>): Promise<Moved> {
  const kept = (at: 'from' | 'to', trouble: SecretTrouble): Moved => ({ state: 'kept', at, trouble })
  const here: string[] = []
  for (const name of names) {
    const old = await from.read(name)
    if (old.state !== 'found' && old.state !== 'missing') return kept('from', old)
    if (old.state === 'found') {
      here.push(name)
      const written = await to.write(name, old.value)
      if (written.state !== 'written') return kept('to', written)
    }
    const read = await to.read(name)
    if (read.state === 'missing') return old.state === 'missing' ? kept('from', { state: 'changed', reason: 'neither keeper has an entry of that name' }) : kept('to', { state: 'changed', reason: 'what was written is not there' })
    if (read.state !== 'found') return kept('to', read)
    const proven = (old.state === 'missing' || same(old.value, read.value)) && (await prove(name, read.value))
    if (old.state === 'found') old.value.fill(0)
    read.value.fill(0)
    if (!proven) return kept('to', { state: 'changed', reason: 'what it gives back does not do its work' })
  }
  for (const name of here) {
    const removed = await from.remove(name)
    if (removed.state !== 'removed' && removed.state !== 'missing') return kept('from', removed)
  }
  return { state: 'moved', names }
}
