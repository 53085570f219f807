import { expect, test } from '@playwright/test'
import { hostile } from '../faults/hostile.ts'

/** A share of the whole run (`npm run faults -- hostile`), spread over the collection. */
test('some of the hostile collection: nothing runs, leaves, ends or touches another letter', async () => {
  test.setTimeout(900_000)
  const { result } = await hostile(['--every', '40'])
  expect(result).toMatchObject({ executed: 0, requests: 0, crashed: 0, affected: 0, selfCheck: { executed: true, requests: true, listened: true } })
  expect(result['cases']).toBeGreaterThan(5)
})
