import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'
import { unknownReasons } from './allowed-skips.ts'

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
    const unknown = unknownReasons(reasons)
    const path = process.env['MELDINGSBOKS_TEST_REPORT']
    if (path !== undefined) writeFileSync(path, JSON.stringify({ passed: state('passed'), failed: state('failed') + broken + unknown.length, skipped: reasons.length }))
  }
}
