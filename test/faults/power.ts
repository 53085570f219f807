import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { harnessOptions } from '../harness/arguments.ts'
import { seeded } from '../harness/random.ts'
import { type Harness, say } from '../harness/run.ts'
import { afterPowerCut } from './power/disk.ts'
import { Acknowledged, judgePower, type PowerVerdict } from './power/judge.ts'
import { acknowledgement, type PowerTask } from './power/life.ts'
import { type DiskCall, runTraced, Tracer, whyNoTrace } from './power/trace.ts'

/** Figures of the power cuts; `skipped` where processes cannot be traced. */
export type PowerFigures =
  | { readonly powerCuts: 'skipped'; readonly powerCutsSkippedBecause: string }
  | {
    readonly powerCuts: number
    /** Cuts after which something written was missing. None: the harness looked at nothing. */
    readonly cutsThatLostWrites: number
    readonly cutsThatLostNames: number
    readonly powerLost: number
    readonly powerDoubled: number
    readonly powerDamaged: number
    readonly powerImpossible: number
    /** Events and rows acknowledged before the last cut. */
    readonly powerAcknowledged: number
    /** Cuts of a disk that does not keep its promises that were found out, of five: none means that this harness finds nothing. */
    readonly lyingDiskFound: number
    readonly powerDetails: readonly string[]
  }

const lives = 5
const lyingCuts = 5

/** Several processes one after the other on the same files; some end well, some are killed. */
async function record(folder: string, seed: number, steps: number): Promise<readonly DiskCall[]> {
  const root = join(folder, 'profile')
  mkdirSync(root, { recursive: true })
  const tracer = new Tracer(root)
  for (let life = 0; life < lives; life += 1) {
    const task: PowerTask = { folder: root, seed, life, steps, ends: life % 2 === 0 ? 'killed' : 'closes' }
    const trace = join(folder, `trace-${String(life)}`)
    const { code, signal } = await runTraced(trace, [process.execPath, process.argv[1] ?? '', 'power-life'], { ...process.env, MELDINGSBOKS_POWER_TASK: JSON.stringify(task) })
    if (task.ends === 'killed' ? signal !== 'SIGKILL' : code !== 0) throw new Error(`A life ended with ${String(code ?? signal)}`)
    tracer.add(trace)
    rmSync(trace)
  }
  return tracer.calls
}

/** Every third cut falls beside a change of names, which are few: a start, a new segment, the end of a -wal. */
function momentOf(calls: readonly DiskCall[], n: number, random: () => number): number {
  const anywhere = 1 + Math.floor(random() * calls.length)
  if (n % 3 !== 0) return anywhere
  const changes = calls.flatMap((call, at) => (['make', 'folder', 'rename', 'link', 'remove'].includes(call.kind) ? [at] : []))
  const change = changes[Math.floor(random() * changes.length)]
  return change === undefined ? anywhere : Math.min(calls.length, change + 1 + Math.floor(random() * 6))
}

interface Tried extends PowerVerdict {
  readonly lostWrites: number
  readonly lostNames: number
}

function tryCut(calls: readonly DiskCall[], folder: string, seed: number, at: number, random: () => number, syncsHold: boolean): Tried {
  const target = join(folder, 'after')
  rmSync(target, { recursive: true, force: true })
  const remains = afterPowerCut(calls, join(folder, 'profile'), target, { calls: at, random, syncsHold })
  const known = new Acknowledged()
  for (const call of calls.slice(0, at)) if (call.kind === 'said') known.add(acknowledgement.parse(JSON.parse(call.text)))
  return { ...remains, ...judgePower(target, seed, known) }
}

/**
 * Power cuts: what processes told the disk is recorded, and at random moments the files are made as a disk could hold
 * them then: what was synced, and a random part of the rest. Ledger and mail.db are opened on it, and everything
 * acknowledged until then must be there, once (durability.md 1 and 13).
 */
export async function powerCuts(seed: number, cuts: number, steps: number): Promise<{ readonly figures: PowerFigures; readonly passed: boolean }> {
  const why = whyNoTrace()
  if (why !== null) return { figures: { powerCuts: 'skipped', powerCutsSkippedBecause: why }, passed: true }
  const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-power-'))
  try {
    const calls = await record(folder, seed, steps)
    const random = seeded(seed ^ 0x706f77)
    const sum = { lost: 0, doubled: 0, damaged: 0, impossible: 0 }
    const details: string[] = []
    let [lostWrites, lostNames, found] = [0, 0, 0]
    for (let n = 0; n < cuts; n += 1) {
      const at = momentOf(calls, n, random)
      const one = tryCut(calls, folder, seed, at, random, true)
      for (const key of ['lost', 'doubled', 'damaged', 'impossible'] as const) sum[key] += one[key]
      details.push(...one.details.map((detail) => `cut after call ${String(at)}: ${detail}`))
      if (one.lostWrites > 0) lostWrites += 1
      if (one.lostNames > 0) lostNames += 1
      if (n % 20 === 19) say(`${String(n + 1)} power cuts, ${String(lostWrites)} of them lost unsynced writes`)
    }
    for (let n = 0; n < lyingCuts; n += 1) {
      const one = tryCut(calls, folder, seed, Math.ceil(calls.length * (0.5 + random() * 0.5)), random, false)
      if (one.details.length > 0) found += 1
    }
    const figures = {
      powerCuts: cuts, cutsThatLostWrites: lostWrites, cutsThatLostNames: lostNames, powerLost: sum.lost, powerDoubled: sum.doubled, powerDamaged: sum.damaged, powerImpossible: sum.impossible,
      powerAcknowledged: calls.filter((call) => call.kind === 'said').length, lyingDiskFound: found, powerDetails: details.slice(0, 10),
    }
    return { figures, passed: lostWrites > 0 && found > 0 && details.length === 0 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** `npm run faults -- power`: the power cuts alone. */
export const power: Harness = async (args) => {
  const { seed, numbers } = harnessOptions(args, { 'power-cuts': 60, steps: 60 })
  say(`seed ${String(seed)}`)
  const { figures, passed } = await powerCuts(seed, numbers['power-cuts'], numbers.steps)
  return { result: { seed, ...figures }, passed }
}
