import type { FullConfig, FullResult, Reporter, Suite, TestCase } from '@playwright/test/reporter'
import { writeFileSync } from 'node:fs'
import { unknownReasons } from '../allowed-skips.ts'

/** Counts for the last line of `npm test`, written to the file that MELDINGSBOKS_E2E_REPORT names. */
export default class CountingReporter implements Reporter {
  #tests: readonly TestCase[] = []
  onBegin(_config: FullConfig, suite: Suite): void {
    this.#tests = suite.allTests()
  }
  onEnd(result: FullResult): void {
    const of = (outcome: string): number => this.#tests.filter((test) => test.outcome() === outcome).length
    const path = process.env['MELDINGSBOKS_E2E_REPORT']
    const reasons = this.#tests.filter((test) => test.outcome() === 'skipped').map((test) => test.annotations.find((one) => one.type === 'skip')?.description ?? 'without a reason')
    const failed = unknownReasons(reasons).length + of('unexpected') + of('flaky') + (result.status === 'passed' || of('unexpected') > 0 ? 0 : 1)
    if (path !== undefined) writeFileSync(path, JSON.stringify({ passed: of('expected'), failed, skipped: of('skipped') }))
  }
}
