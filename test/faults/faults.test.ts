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

describe('the program, killed at random points', { timeout: 120_000 }, () => {
  it('loses, doubles and damages nothing, and confirms nothing twice', () => {
    const result = harness('kill', '--rounds', '8', '--messages', '40', '--exchange', '4', '--seed', '11')
    expect(result).toMatchObject({ rounds: 8, lost: 0, doubled: 0, damaged: 0, doubleConfirms: 0, exchanged: 2, failures: [], details: [] })
  })
})
