import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const allowed = z.array(z.object({ reason: z.string(), why: z.string() })).parse(JSON.parse(readFileSync(join(import.meta.dirname, 'allowed-skips.json'), 'utf8')))

/** Reasons of left-out tests that are not allowed; each is told and fails the run. */
export function unknownReasons(reasons: readonly string[]): readonly string[] {
  const unknown = [...new Set(reasons)].filter((reason) => !allowed.some((one) => one.reason === reason))
  for (const reason of unknown) console.error(`A test was skipped for a reason that is not allowed: ${reason}`)
  return unknown
}
