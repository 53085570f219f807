import { defineConfig } from '@playwright/test'

/** The window in a real browser, against the demo's local Altinn; one at a time, because each starts a whole app. */
export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'out/e2e',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['./test/e2e/counting-reporter.ts']],
})
