import { harnessOptions } from '../harness/arguments.ts'
import { type Harness, say } from '../harness/run.ts'
import { readingCases } from './service/reading-cases.ts'
import { diskCase, receiptCases } from './service/receipt-cases.ts'
import { canMount } from './service/small-disk.ts'

/** Every n-th case when `--every n` is given: the small run of the tests. */
export const service: Harness = async (args) => {
  const { seed, numbers } = harnessOptions(args, { every: 1, from: 0, only: 0 })
  say(`seed ${String(seed)}`)
  const all = [...readingCases, ...receiptCases, ...(canMount() ? [diskCase] : [])]
  const chosen = numbers.only > 0 ? all.slice(numbers.only - 1, numbers.only) : all.filter((_, index) => index % numbers.every === numbers.from % numbers.every)
  const failed: string[] = []
  for (const [name, run] of chosen) {
    try {
      await run(seed)
      say(`  ok      ${name}`)
    } catch (error) {
      failed.push(`${name}: ${error instanceof Error ? error.message : 'unknown'}`)
      say(`  FAILED  ${name}: ${error instanceof Error ? (error.name === 'Unmet' ? error.message : (error.stack ?? error.message)) : 'unknown'}`)
    }
  }
  return { result: { seed, cases: chosen.length, passed: chosen.length - failed.length, skipped: canMount() ? 0 : 1, failed }, passed: failed.length === 0 }
}
