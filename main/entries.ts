import { exportEntries } from './export/entries.ts'
import { readingEntries } from './reading/entries.ts'
import { threadEntries } from './store/threads/entries.ts'

/** Every program and thread that runs from the build: `out/main/<name>.js`. Shells, command line, local Altinn and harnesses run these. */
export const entries = {
  cli: 'main/shell/cli/main.ts',
  browser: 'main/shell/browser/main.ts',
  electron: 'main/shell/electron/main.ts',
  engine: 'main/shell/engine-process/main.ts',
  localtest: 'main/localtest/main.ts',
  faults: 'test/faults/main.ts',
  bench: 'test/bench/main.ts',
  ...threadEntries,
  ...readingEntries,
  ...exportEntries,
} as const
