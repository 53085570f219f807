import { type Harness, runHarness } from '../harness/run.ts'
import { killChild } from './kill-child.ts'
import { kill } from './kill.ts'
import { service } from './service.ts'

/** `kill-child` is the process that `kill` kills. */
const harnesses: Readonly<Record<string, Harness>> = { kill, 'kill-child': killChild, service }

await runHarness('faults', harnesses)
