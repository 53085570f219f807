import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'
import { z } from 'zod'

/** Reasons for which a test may be left out; any other one fails the run. */
const allowed = z.array(z.object({ reason: z.string(), why: z.string() })).parse(JSON.parse(readFileSync(join(import.meta.dirname, 'allowed-skips.json'), 'utf8')))

/** Counts for the last line of `npm test`, written to the file that MELDINGSBOKS_TEST_REPORT names. */
export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const broken = modules.filter((module) => module.errors().length > 0).length
    const state = (wanted: string): number => tests.filter((test) => test.result().state === wanted).length
    const reasons = tests.flatMap((test) => {
      const result = test.result()
      return result.state === 'skipped' ? [result.note ?? 'without a reason'] : []
    })
    const unknown = [...new Set(reasons)].filter((reason) => !allowed.some((one) => one.reason === reason))
    for (const reason of unknown) console.error(`A test was skipped for a reason that is not allowed: ${reason}`)
    const path = process.env['MELDINGSBOKS_TEST_REPORT']
    if (path !== undefined) writeFileSync(path, JSON.stringify({ passed: state('passed'), failed: state('failed') + broken + unknown.length, skipped: reasons.length }))
  }
}
