import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { type RunningDemo, startLocalAltinn } from '../../main/shell/demo.ts'
import { openKeys } from '../../main/store/keys.ts'
import { mailName } from '../../main/store/mail/mail-db.ts'
import { openDatabase } from '../../main/store/sqlite.ts'
import { harnessOptions } from '../harness/arguments.ts'
import { rounded } from '../harness/figures.ts'
import { makeProfile, must, openProfile } from '../harness/profile.ts'
import { type Harness, say } from '../harness/run.ts'
import { forgetRequests, serverUsage, timed } from '../harness/usage.ts'

/** Bars of design.md section 8 for 2 000 recipients. */
const bars = { searches: 20, signIns: 2, registry: 1, rowsWritten: 1 } as const

/** Hashes of all rows, by table. */
const contents = z.record(z.string(), z.array(z.string()))
type Contents = z.infer<typeof contents>

/**
 * Part of `idle`, in a process of its own because no other code of a process may open a database that SQLite has open
 * there (durability.md 3): every row of mail.db as a hash.
 */
export const idleRows: Harness = async () => {
  const profile = process.env['MELDINGSBOKS_IDLE_PROFILE'] ?? ''
  const keys = await openKeys(profile, { kind: 'demo-file' })
  const db = openDatabase(join(profile, mailName), mailName, keys.derive('mail'), { readonly: true })
  try {
    const tables = db.prepare<[], { name: string }>(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`).all()
    const result: Contents = Object.fromEntries(
      tables.map(({ name }) => [name, db.prepare<[], Record<string, unknown>>(`SELECT * FROM "${name}"`).all().map((row) => createHash('sha256').update(JSON.stringify(row)).digest('base64').slice(0, 16)).sort()]),
    )
    return { result, passed: true }
  } finally {
    db.close()
  }
}

function rowsOf(profile: string): Contents {
  const { stdout, status } = spawnSync(process.execPath, [process.argv[1] ?? '', 'idle-rows'], { encoding: 'utf8', maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, MELDINGSBOKS_IDLE_PROFILE: profile } })
  if (status !== 0) throw new Error('The rows of mail.db could not be read')
  return contents.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}'))
}

/** Rows that are new, changed or gone, by table; tables without any left out. */
function writtenBetween(before: Contents, after: Contents): Readonly<Record<string, number>> {
  const missing = (from: readonly string[], there: readonly string[]): number => {
    const left = new Map<string, number>()
    for (const row of there) left.set(row, (left.get(row) ?? 0) + 1)
    return from.filter((row) => {
      const count = left.get(row) ?? 0
      left.set(row, count - 1)
      return count <= 0
    }).length
  }
  const tables = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return Object.fromEntries(
    tables.map((table) => [table, Math.max(missing(after[table] ?? [], before[table] ?? []), missing(before[table] ?? [], after[table] ?? []))] as const).filter(([, count]) => count > 0),
  )
}

/** One poll that comes by itself, after a start of its own so that signing in is part of it. */
async function quietPoll(profile: string, altinn: RunningDemo) {
  const { engine } = await openProfile(profile, altinn.altinn, { rules: { pollMs: 50, pollJitter: 0 } })
  try {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const before = rowsOf(profile)
    await forgetRequests(altinn.altinn)
    let ended: () => void = () => undefined
    const finished = new Promise<void>((resolve) => {
      ended = resolve
    })
    engine.on('sync.finished', ({ summary }) => {
      if (summary.dialogs + summary.messages + summary.failed > 0) say('The poll was to find nothing and did')
      ended()
    })
    const { wallMs } = await timed(async () => {
      engine.startPolling()
      await finished
      // No second poll: what is written and asked is this one's.
      await must(engine, 'sync.stop', {})
    })
    const { requests } = await serverUsage(altinn.altinn)
    const after = rowsOf(profile)
    const count = (...starts: readonly string[]): number => requests.filter(({ url }) => starts.some((start) => url.startsWith(start))).length
    const written = writtenBetween(before, after)
    const rowsWritten = Object.values(written).reduce((sum, rows) => sum + rows, 0)
    const [searches, signIns, registry] = [count('/dialogporten/api/v1/enduser/dialogs?'), count('/maskinporten', '/authentication'), count('/resourceregistry')]
    return { searches, signIns, registry, requests: requests.length, rowsWritten, written, seconds: rounded((wallMs - 50) / 1000) }
  } finally {
    await engine.close()
  }
}

/**
 * A poll that finds nothing, of an accountant's profile that is up to date: how often the service is asked, and what is
 * written (design.md section 8: at most 20 searches, 2 calls for tokens, 1 of the registry a day, one row).
 */
export const benchIdle: Harness = async (args) => {
  const { seed, numbers } = harnessOptions(args, { recipients: 2000, messages: 2000 })
  say(`seed ${String(seed)}`)
  const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-idle-'))
  const profile = join(folder, 'profile')
  await makeProfile(profile)
  const altinn = await startLocalAltinn(['--folder', join(folder, 'altinn'), '--seed', String(seed), '--recipients', String(numbers.recipients), '--messages', String(numbers.messages), '--attachment-kb', '0', '--quick', '--record-requests'])
  try {
    const made = await openProfile(profile, altinn.altinn)
    try {
      const { summary } = await must(made.engine, 'sync.run', { accountUuid: made.accountUuid })
      if (summary.messages !== numbers.messages || summary.failed > 0) throw new Error(`The first sync stored ${String(summary.messages)} of ${String(numbers.messages)} messages, ${String(summary.failed)} failed`)
      say(`${String(summary.messages)} messages of ${String(summary.recipients)} recipients in ${String(summary.seconds)} s`)
    } finally {
      await made.engine.close()
    }
    // The first poll that finds nothing also writes down, once, which groups it is about.
    const first = await quietPoll(profile, altinn)
    const poll = await quietPoll(profile, altinn)
    const within = poll.searches <= bars.searches && poll.signIns <= bars.signIns && poll.registry <= bars.registry
    const result = { seed, recipients: numbers.recipients, ...poll, rowsWrittenByTheFirst: first.rowsWritten }
    return { result, passed: within && poll.requests === poll.searches + poll.signIns + poll.registry && poll.rowsWritten <= bars.rowsWritten }
  } finally {
    await altinn.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
