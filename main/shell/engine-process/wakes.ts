import { networkInterfaces } from 'node:os'

export type Wake = 'network' | 'resume'

export interface WakeWatch {
  readonly wake: (why: Wake) => void
  /** Clock of the machine, ms; it goes on while the machine sleeps, timers do not. */
  readonly now?: () => number
  readonly every?: (ms: number, work: () => void) => () => void
  readonly interfaces?: typeof networkInterfaces
}

/** Looked at this often, ms: an idle machine hardly notices. */
const lookMs = 10_000
/** A timer that comes this much late has slept with the machine, ms. */
const sleptMs = 30_000

/** The addresses under which the machine reaches others; null where there are none. */
function reach(interfaces: ReturnType<typeof networkInterfaces>): string | null {
  const addresses = Object.entries(interfaces).flatMap(([name, all]) => (all ?? []).filter((one) => !one.internal).map((one) => `${name} ${one.address}`))
  return addresses.length === 0 ? null : addresses.sort().join('\n')
}

/**
 * Notices what may bring the service back without any shell: that the machine slept, and that it is on another network.
 * @returns what ends it
 */
export function watchWakes({ wake, now = Date.now, every = everyUnreferenced, interfaces = networkInterfaces }: WakeWatch): () => void {
  let lastAt = now()
  let last = reach(interfaces())
  return every(lookMs, () => {
    const at = now()
    const slept = at - lastAt > lookMs + sleptMs
    lastAt = at
    const current = reach(interfaces())
    // Losing the network brings nothing back.
    const isOther = current !== null && current !== last
    last = current
    if (slept) wake('resume')
    else if (isOther) wake('network')
  })
}

/** A timer that keeps no process alive. */
function everyUnreferenced(ms: number, work: () => void): () => void {
  const timer = setInterval(work, ms)
  timer.unref()
  return () => { clearInterval(timer) }
}
