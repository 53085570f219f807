import { type Harness, runHarness } from '../harness/run.ts'

const harnesses: Readonly<Record<string, Harness>> = {}

await runHarness('faults', harnesses)
