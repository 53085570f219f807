import { type Harness, runHarness } from '../harness/run.ts'
import { benchSync } from './sync.ts'

const harnesses: Readonly<Record<string, Harness>> = { sync: benchSync }

await runHarness('bench', harnesses)
