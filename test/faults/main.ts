import { type Harness, runHarness } from '../harness/run.ts'
import { killChild } from './kill/child.ts'
import { kill } from './kill.ts'
import { powerLife } from './power/life.ts'
import { power } from './power.ts'
import { secretsChild } from './secrets/child.ts'
import { secrets } from './secrets.ts'
import { service } from './service.ts'
import { tokens } from './tokens.ts'

/** Only this one needs a browser, and the others start quicker without. */
const hostile: Harness = async (args) => await (await import('./hostile.ts')).hostile(args)

/** `kill-child` is the process that `kill` kills, `power-life` the one whose writes `power` records, `secrets-child` the engine that `secrets` ends. */
const harnesses: Readonly<Record<string, Harness>> = { kill, 'kill-child': killChild, power, 'power-life': powerLife, secrets, 'secrets-child': secretsChild, service, tokens, hostile }

await runHarness('faults', harnesses)
