import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const program = join(import.meta.dirname, '..', '..', 'out', 'main', 'faults.js')

/** Runs a harness of the build and gives the object of its last line. */
function harness(...args: readonly string[]): Record<string, unknown> {
  const { stdout } = spawnSync(process.execPath, [program, ...args, '--json'], { encoding: 'utf8' })
  return z.record(z.string(), z.unknown()).parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}'))
}

/** Small runs of the harnesses; `npm run faults` runs them in full. */
describe('the program', { timeout: 600_000 }, () => {
  it('killed at random points loses, doubles and damages nothing, and confirms nothing twice', () => {
    const result = harness('kill', '--rounds', '12', '--messages', '40', '--exchange', '5', '--power-cuts', '0', '--seed', '11')
    expect(result).toMatchObject({ rounds: 12, lost: 0, doubled: 0, damaged: 0, doubleConfirms: 0, refetchedCleanly: 0, fetchedTwiceInALife: 0, staleWal: 1, failures: [], details: [] })
  })

  it('keeps through a power cut what it acknowledged', (context) => {
    const result = harness('power', '--power-cuts', '15', '--steps', '20', '--seed', '11')
    if (result['powerCuts'] === 'skipped') context.skip('processes cannot be traced here')
    expect(result).toMatchObject({ powerCuts: 15, powerLost: 0, powerDoubled: 0, powerDamaged: 0, powerImpossible: 0, powerDetails: [] })
    // A harness whose cuts lose nothing, or that does not find out a disk that lies, looks at nothing.
    expect(result['cutsThatLostWrites']).toBeGreaterThan(0)
    expect(result['lyingDiskFound']).toBeGreaterThan(0)
  })

  it('stays signed in for hours of expiry, wrong clocks and outages', () => {
    const result = harness('tokens', '--hours', '5', '--seed', '11')
    expect(result).toMatchObject({ hours: 5, failed: 0 })
    expect(result['renewals']).toBeGreaterThan(8)
  })

  it('gets through faults of the services', () => {
    const result = harness('service', '--every', '9', '--from', '4', '--seed', '11')
    expect(result).toMatchObject({ failed: [] })
    expect(result['passed']).toBe(result['cases'])
  })

  it('leaves no secret and no national number anywhere it can write, from set-up to a crash', () => {
    const result = harness('secrets', '--messages', '16', '--persons', '4', '--faults', '2', '--browser', '0', '--seed', '11')
    expect(result).toMatchObject({ hits: 0, found: [], missed: 0, wrong: [], window: false })
    // A course that did nothing leaves nothing; a search that finds nothing planted looks at nothing.
    for (const name of ['secrets', 'files', 'planted', 'messages', 'lettersRead', 'receipts', 'hitsOfNumbers', 'calls', 'refusals']) expect(result[name]).toBeGreaterThan(0)
  })
})
