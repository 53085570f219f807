import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { type RunningDemo, startLocalAltinn } from '../../main/shell/demo.ts'
import { harnessOptions } from '../harness/arguments.ts'
import { makeProfile } from '../harness/profile.ts'
import { seeded } from '../harness/random.ts'
import { type Harness, say } from '../harness/run.ts'
import { forgetRequests, serverUsage } from '../harness/usage.ts'
import { judge, type Ledgered } from './kill-judge.ts'

const said = z.union([z.object({ confirmed: z.string() }), z.object({ read: z.string() }), z.object({ opened: z.array(z.string()) }), z.object({ failed: z.string() })])

/** Answers of at most this many messages had come and were not committed when a process was killed (durability.md 17). */
const refetchedAKill = 54

/** One life of a process: it is killed after some time, wherever it stands. */
async function life(folder: string, altinn: RunningDemo, ms: number, acknowledged: Ledgered): Promise<void> {
  const child = spawn(process.execPath, [process.argv[1] ?? '', 'kill-child'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, MELDINGSBOKS_KILL_TASK: JSON.stringify({ folder, altinn: altinn.altinn }) },
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const timer = setTimeout(() => child.kill('SIGKILL'), ms)
  const code = await ended
  clearTimeout(timer)
  // A line that was being written when it was killed was not told to anybody.
  for (const line of text.split('\n').slice(0, -1)) {
    const one = said.parse(JSON.parse(line))
    if ('confirmed' in one) acknowledged.confirmed.add(one.confirmed)
    else if ('read' in one) acknowledged.read.add(one.read)
    else if ('failed' in one) acknowledged.failed.push(one.failed)
  }
  if (code !== null) acknowledged.failed.push(`the process ended by itself with ${String(code)}`)
}

/** Sends a letter through the side door. */
async function send(altinn: RunningDemo, n: number, recipient: string): Promise<void> {
  const answer = await fetch(`${altinn.altinn.platform}/localtest/send`, {
    method: 'POST',
    body: JSON.stringify({
      recipient, title: `Brev ${String(n)}`, body: `Innhold ${String(n)}`, needsConfirmation: n % 2 === 0, dueAt: n % 2 === 0 ? new Date(Date.now() + 86_400_000).toISOString() : null,
      attachments: n % 3 === 0 ? [{ fileName: 'vedlegg.txt', contentBase64: Buffer.from(`Vedlegg ${String(n)} `.repeat(2000)).toString('base64') }] : [],
    }),
  })
  if (answer.status !== 201) throw new Error(`The side door answered ${String(answer.status)}: ${await answer.text()}`)
}

const files = ['ledger.db', 'mail.db', 'index.db'] as const

/** An older copy of a file in its place, now and then with what lay beside the newer one. */
class Exchanger {
  readonly #folder: string
  readonly #kept: string
  readonly #random: () => number
  exchanged = 0
  staleWal = 0

  constructor(folder: string, kept: string, random: () => number) {
    this.#folder = folder
    this.#kept = kept
    this.#random = random
  }

  keep(): void {
    for (const name of files) {
      for (const ending of ['', '-wal']) {
        const path = join(this.#folder, name + ending)
        rmSync(join(this.#kept, name + ending), { force: true })
        if (existsSync(path)) copyFileSync(path, join(this.#kept, name + ending))
      }
    }
  }

  /** The whole older file with its own -wal, as a person would put back a backup. */
  exchange(): string {
    const name = files[Math.floor(this.#random() * files.length)] ?? 'mail.db'
    for (const ending of ['', '-wal', '-shm']) rmSync(join(this.#folder, name + ending), { force: true })
    for (const ending of ['', '-wal']) if (existsSync(join(this.#kept, name + ending))) copyFileSync(join(this.#kept, name + ending), join(this.#folder, name + ending))
    this.exchanged += 1
    return name
  }

  /** Only a -wal of another time beside the newer file. */
  leaveWal(): boolean {
    if (!existsSync(join(this.#kept, 'mail.db-wal'))) return false
    for (const ending of ['-wal', '-shm']) rmSync(join(this.#folder, `mail.db${ending}`), { force: true })
    copyFileSync(join(this.#kept, 'mail.db-wal'), join(this.#folder, 'mail.db-wal'))
    this.staleWal += 1
    return true
  }
}

/**
 * Kills the program at random points of sync and receipts, again and again, now and then with an older file put back, and
 * at the end compares what is kept with what the service has: nothing lost, doubled, damaged or confirmed twice.
 */
export const kill: Harness = async (args) => {
  const { seed, numbers } = harnessOptions(args, { rounds: 200, messages: 120, exchange: 12 })
  say(`seed ${String(seed)}`)
  const random = seeded(seed)
  const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-kill-'))
  const [profile, kept] = [join(folder, 'profile'), join(folder, 'kept')]
  await makeProfile(profile)
  await makeProfile(kept)
  const altinn = await startLocalAltinn(['--folder', join(folder, 'altinn'), '--seed', String(seed), '--recipients', '4', '--messages', String(numbers.messages), '--attachment-kb', '20', '--quick', '--record-requests'])
  const acknowledged: Ledgered = { confirmed: new Set(), read: new Set(), failed: [] }
  const exchanger = new Exchanger(profile, kept, random)
  let restores = 0
  try {
    const recipient = altinn.altinn.client.organisation
    for (let round = 0; round < numbers.rounds; round += 1) {
      if (round % 2 === 0) await send(altinn, round, recipient)
      // Most lives end while there is work: the start itself, the first requests, the middle of a sync.
      await life(profile, altinn, Math.floor(150 + random() ** 1.5 * 2600), acknowledged)
      if (round % 25 === 7) exchanger.keep()
      if (numbers.exchange > 0 && round % numbers.exchange === numbers.exchange - 1) {
        exchanger.exchange()
        restores += 1
      } else if (round === Math.floor(numbers.rounds / 2) && exchanger.leaveWal()) restores += 1
      if (round % 20 === 19) say(`${String(round + 1)} rounds, ${String(acknowledged.confirmed.size)} confirmations and ${String(acknowledged.read.size)} reads given`)
    }
    const { requests } = await serverUsage(altinn.altinn)
    const verdict = await judge(profile, altinn.altinn, acknowledged, requests)
    const allowed = refetchedAKill * numbers.rounds + (restores > 0 ? Infinity : 0)
    const { lost, doubled, damaged, doubleConfirms, refetched } = verdict
    const result = {
      seed, rounds: numbers.rounds, lost, doubled, damaged, doubleConfirms, refetched, exchanged: exchanger.exchanged, staleWal: exchanger.staleWal,
      messages: verdict.messages, confirmed: acknowledged.confirmed.size, undecided: verdict.undecided, failures: [...new Set(acknowledged.failed)].slice(0, 10), details: verdict.details.slice(0, 10),
    }
    await forgetRequests(altinn.altinn)
    return { result, passed: lost + doubled + damaged + doubleConfirms === 0 && refetched <= allowed && acknowledged.failed.length === 0 }
  } finally {
    await altinn.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
