import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { type RunningDemo, startLocalAltinn } from '../../main/shell/demo.ts'
import { openKeys } from '../../main/store/keys.ts'
import { harnessOptions } from '../harness/arguments.ts'
import { makeProfile } from '../harness/profile.ts'
import { seeded } from '../harness/random.ts'
import { type Harness, say } from '../harness/run.ts'
import { forgetRequests, serverUsage } from '../harness/usage.ts'
import { Exchanger } from './kill/exchanger.ts'
import { judge, type Ledgered } from './kill/judge.ts'
import { Refetches } from './kill/refetches.ts'
import { powerCuts } from './power.ts'

const said = z.union([z.object({ confirmed: z.string() }), z.object({ read: z.string() }), z.object({ opened: z.array(z.string()) }), z.object({ failed: z.string() }), z.object({ damaged: z.string() })])

/** Answers of at most this many messages had come and were not committed when a process was killed (durability.md 17). */
const refetchedAKill = 54
/** A process that has not opened its profile by then hangs. */
const longestOpeningMs = 60_000
/** The look at the whole of mail.db comes after an unclean end, beside the work: a life that is killed early does not get there. */
const livesToFindDamage = 8

/** Kills processes at random points: of the start, and of the work after it, however fast the machine is just now. */
class Killer {
  readonly #folder: string
  readonly #altinn: RunningDemo
  readonly #random: () => number
  /** How long the last starts took, ms. */
  #openingMs = 500
  killedWhileOpening = 0
  /** Lives that found mail.db damaged after a stale -wal was left beside it. */
  foundDamage = 0
  /** Lives in which that may still come to light. */
  #excused = 0

  constructor(folder: string, altinn: RunningDemo, random: () => number) {
    this.#folder = folder
    this.#altinn = altinn
    this.#random = random
  }

  /** The files were just made what no process of ours makes them. */
  excuseDamage(): void {
    this.#excused = livesToFindDamage
  }

  /**
   * One life of a process: it is killed after some time, wherever it stands.
   * @returns whether mail.db is another one from now on: found damaged, or put back
   */
  async life(acknowledged: Ledgered): Promise<boolean> {
    const child = spawn(process.execPath, [process.argv[1] ?? '', 'kill-child'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, MELDINGSBOKS_KILL_TASK: JSON.stringify({ folder: this.#folder, altinn: this.#altinn.altinn }) },
    })
    const beganAt = performance.now()
    const whileOpening = this.#random() < 0.25
    // Most lives end while there is work: the first requests, the middle of a sync; some go on until little is left.
    const ms = whileOpening ? this.#random() * this.#openingMs : this.#random() ** 1.5 * 2000
    const kill = (): void => {
      child.kill('SIGKILL')
    }
    let timer = setTimeout(kill, whileOpening ? ms : longestOpeningMs)
    let text = ''
    let opened = false as boolean
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (opened || !text.includes('\n')) return
      opened = true
      this.#openingMs = (this.#openingMs + performance.now() - beganAt) / 2
      if (whileOpening) return
      clearTimeout(timer)
      timer = setTimeout(kill, ms)
    })
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
    clearTimeout(timer)
    if (!opened) this.killedWhileOpening += 1
    const damaged: string[] = []
    let restored = false as boolean
    // A line that was being written when it was killed was not told to anybody.
    for (const line of text.split('\n').slice(0, -1)) {
      const one = said.parse(JSON.parse(line))
      if ('confirmed' in one) acknowledged.confirmed.add(one.confirmed)
      else if ('read' in one) acknowledged.read.add(one.read)
      else if ('failed' in one) acknowledged.failed.push(one.failed)
      else if ('damaged' in one) damaged.push(one.damaged)
      else restored = one.opened.some((kind) => kind === 'mail-empty' || kind === 'mail-copy')
    }
    if (damaged.length > 0) say(`mail.db was found damaged${this.#excused > 0 ? ', as it should be' : ''}`)
    if (damaged.length > 0 && this.#excused > 0) this.foundDamage += 1
    else acknowledged.failed.push(...damaged)
    if (restored) say('mail.db was put back')
    this.#excused = Math.max(0, restored ? 0 : this.#excused - 1)
    if (code !== null) acknowledged.failed.push(`the process ended by itself with ${String(code)}`)
    else if (!opened && !whileOpening) acknowledged.failed.push('the profile was not opened in time')
    return restored || damaged.length > 0
  }
}

/** Sends a letter through the side door. */
async function send(altinn: RunningDemo, n: number, recipient: string): Promise<void> {
  const answer = await fetch(`${altinn.altinn.platform}/localtest/send`, {
    method: 'POST',
    body: JSON.stringify({
      recipient, title: `Brev ${String(n)}`, body: `Innhold ${String(n)}`, needsConfirmation: n % 4 === 0, dueAt: n % 4 === 0 ? new Date(Date.now() + 86_400_000).toISOString() : null,
      attachments: n % 3 === 0 ? [{ fileName: 'vedlegg.txt', contentBase64: Buffer.from(`Vedlegg ${String(n)} `.repeat(2000)).toString('base64') }] : [],
    }),
  })
  if (answer.status !== 201) throw new Error(`The side door answered ${String(answer.status)}: ${await answer.text()}`)
}

/**
 * Kills the program at random points of sync and receipts, again and again, now and then with an older file put back and
 * once with a stale -wal beside mail.db, and at the end compares what is kept with what the service has: nothing lost,
 * doubled, damaged or confirmed twice. Power cuts of the ledger come after it (power.ts).
 */
export const kill: Harness = async (args) => {
  const { seed, numbers } = harnessOptions(args, { rounds: 200, messages: 120, exchange: 12, 'power-cuts': 60, steps: 60 })
  say(`seed ${String(seed)}`)
  const random = seeded(seed)
  const { rounds } = numbers
  const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-kill-'))
  const profile = join(folder, 'profile')
  await makeProfile(profile)
  const altinn = await startLocalAltinn(['--folder', join(folder, 'altinn'), '--seed', String(seed), '--recipients', '4', '--messages', String(numbers.messages), '--attachment-kb', '20', '--quick', '--record-requests'])
  const acknowledged: Ledgered = { confirmed: new Set(), read: new Set(), failed: [] }
  const exchanger = new Exchanger(profile, join(folder, 'kept'), await openKeys(profile, { kind: 'demo-file' }), random)
  const killer = new Killer(profile, altinn, random)
  const refetches = new Refetches()
  try {
    const recipient = altinn.altinn.client.organisation
    for (let round = 0; round < rounds; round += 1) {
      if (round % 2 === 0) await send(altinn, round, recipient)
      const mailIsAnother = await killer.life(acknowledged)
      refetches.life((await serverUsage(altinn.altinn)).requests)
      await forgetRequests(altinn.altinn)
      if (mailIsAnother) refetches.exchanged()
      if (exchanger.staleWal === 0 && round >= rounds / 2 && exchanger.keepsWal) {
        exchanger.leaveWal()
        refetches.exchanged()
        killer.excuseDamage()
        say(`round ${String(round)}: the -wal of an earlier time beside mail.db`)
      } else if (numbers.exchange > 0 && round % numbers.exchange === numbers.exchange - 1 && exchanger.keeps) {
        const name = exchanger.exchange()
        say(`round ${String(round)}: an older ${name}`)
        if (name === 'mail.db') refetches.exchanged()
      }
      // Kept in the first quarter, and anew from time to time, so that what is put back is older by a few lives or by many.
      const firstKept = Math.min(7, Math.floor(rounds / 4))
      if (round % 25 === firstKept || (round > firstKept && !exchanger.keepsWal)) exchanger.keep()
      if (round % 20 === 19) say(`${String(round + 1)} rounds, ${String(acknowledged.confirmed.size)} confirmations and ${String(acknowledged.read.size)} reads given`)
    }
    const verdict = await judge(profile, altinn.altinn, acknowledged, refetches)
    const { lost, doubled, damaged, doubleConfirms, refetchedCleanly } = verdict
    const { figures, passed } = numbers['power-cuts'] === 0 ? { figures: {}, passed: true } : await powerCuts(seed, numbers['power-cuts'], numbers.steps)
    const result = {
      seed, rounds, lost, doubled, damaged, doubleConfirms, refetched: refetches.count, refetchedMostAKill: refetches.mostAKill, fetchedTwiceInALife: refetches.twiceInALife, refetchedAfterExchange: refetches.onAWord, refetchedCleanly,
      exchanged: exchanger.exchanged, staleWal: exchanger.staleWal, killedWhileOpening: killer.killedWhileOpening, foundDamage: killer.foundDamage, messages: verdict.messages, confirmed: acknowledged.confirmed.size, read: acknowledged.read.size,
      undecided: verdict.undecided, failures: [...new Set(acknowledged.failed)].slice(0, 10), details: verdict.details.slice(0, 10), ...figures,
    }
    // Lives that were too short for any work, and a -wal that was never put there, prove nothing.
    const tried = acknowledged.confirmed.size > 0 && acknowledged.read.size > 0 && exchanger.staleWal === 1
    const wrong = lost + doubled + damaged + doubleConfirms + refetchedCleanly + refetches.twiceInALife
    return { result, passed: tried && passed && wrong === 0 && refetches.mostAKill <= refetchedAKill && acknowledged.failed.length === 0 }
  } finally {
    await altinn.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
