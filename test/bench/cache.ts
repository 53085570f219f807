import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { sizedWorld } from '../../main/localtest/world/sized.ts'
import { startLocalAltinn } from '../../main/shell/demo.ts'
import { harnessOptions } from '../harness/arguments.ts'
import { median, percentile, rounded } from '../harness/figures.ts'
import { makeProfile, must, openBare, openProfile } from '../harness/profile.ts'
import { type Harness, say } from '../harness/run.ts'
import { fillCache } from './cache-fill.ts'
import { Questions, spreadOf } from './cache-ask.ts'

const minute = 60_000
/** Messages that arrive while lists are asked for. */
const arriving = 3000

const anchorAt = (): number => Math.floor(Date.now() / minute) * minute

/** A part of this harness in a process of its own, so that its memory and processor time are its own. */
export async function part(name: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', name, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('exit', resolve)
    child.on('error', reject)
  })
  if (code !== 0) throw new Error(`${name} ended with ${String(code)}`)
  return said.trim().split('\n').at(-1) ?? ''
}

const folderOf = (): string => process.env['MELDINGSBOKS_BENCH_FOLDER'] ?? ''

/** Fills the profile of the harness. */
export const cacheFill: Harness = async (args) => {
  const { seed, numbers } = harnessOptions(args, { messages: 1000, recipients: 2000 })
  await fillCache(join(folderOf(), 'full'), sizedWorld({ ...numbers, attachmentKb: 0 })(seed, anchorAt()))
  return { result: { filled: numbers.messages }, passed: true }
}

/** From nothing to what a window needs first: its state, the first list, the counts and the recipients. */
export const cacheOpen: Harness = async (args) => {
  const { numbers } = harnessOptions(args, { empty: 0 })
  const altinn = { ready: true as const, platform: 'http://127.0.0.1:9', maskinporten: 'http://127.0.0.1:9/maskinporten', page: 'http://127.0.0.1:9', client: { clientId: 'none', kid: 'none', key: {}, organisation: '310000000', scopes: [] } }
  const began = performance.now()
  const engine = await openBare(join(folderOf(), numbers.empty === 1 ? 'empty' : 'full'), altinn)
  await Promise.all([must(engine, 'profile.state', {}), must(engine, 'messages.list', { view: 'inbox', limit: 50 }), must(engine, 'messages.counts', {})])
  const listMs = performance.now() - began
  await must(engine, 'recipients.list', {})
  const ms = performance.now() - began
  await engine.close()
  return { result: { ms: rounded(ms), listMs: rounded(listMs) }, passed: true }
}

/** Asks a filled profile, idle and while a sync writes. */
export const cacheAsk: Harness = async (args) => {
  const { seed, numbers } = harnessOptions(args, { rounds: 200 })
  const folder = folderOf()
  const altinn = await startLocalAltinn(['--folder', join(folder, `altinn-${String(seed)}`), '--seed', String(seed + 1), '--recipients', '20', '--messages', String(arriving)])
  const { engine, accountUuid } = await openProfile(join(folder, 'full'), altinn.altinn)
  try {
    const { rows } = await must(engine, 'recipients.list', {})
    const ask = new Questions(engine, seed, rows.filter((row) => row.messages > 0).map((row) => row.party), numbers.rounds)
    const newest = (await must(engine, 'messages.list', { view: 'inbox', limit: 1 })).rows[0]?.sortAt ?? Date.now()
    // Once to warm up, as a window that was just opened has.
    await ask.ofAll()
    const idle = await ask.ofAllTimes()
    const figures = {
      newestOfRecipient: await ask.ofRecipient(),
      newestOfAll: spreadOf(idle),
      unreadOfAll: await ask.unread(),
      nextPage: await ask.nextPage(newest - 4 * 365 * 86_400_000, newest),
      countBadges: await ask.counts(),
      recipientList: await ask.recipients(),
      searchRare: await ask.rare(),
      searchCommon: await ask.common(),
      searchAsYouType: await ask.asYouType(),
      searchWithinRecipient: await ask.within(),
    }
    const memoryMb = Math.round(process.memoryUsage.rss() / 1024 / 1024)
    const syncing = new AbortController()
    const run = must(engine, 'sync.run', { accountUuid }).finally(() => {
      syncing.abort()
    })
    const busy: number[] = []
    do busy.push(...(await ask.ofAllTimes()))
    while (!syncing.signal.aborted)
    const { summary } = await run
    if (summary.messages < arriving) throw new Error(`The sync stored ${String(summary.messages)} of ${String(arriving)} messages`)
    return {
      result: { ...figures, newestOfAllWhileSync: spreadOf(busy), whileSyncRatio: rounded(percentile(busy, 0.95) / percentile(idle, 0.95)), syncedMeanwhile: summary.messages, memoryMb },
      passed: true,
    }
  } finally {
    await engine.close()
    await altinn.end()
  }
}

const opened = z.object({ ms: z.number(), listMs: z.number() })

/** Every list, count and search line of design.md section 8 at the given size, with memory and disk. */
export const benchCache: Harness = async (args) => {
  const { seed, numbers } = harnessOptions(args, { messages: 1_000_000, recipients: 2000, rounds: 200 })
  say(`seed ${String(seed)}`)
  const kept = folderOf()
  const folder = kept === '' ? mkdtempSync(join(tmpdir(), 'meldingsboks-bench-')) : kept
  process.env['MELDINGSBOKS_BENCH_FOLDER'] = folder
  try {
    let fillSeconds: number | null = null
    if (!existsSync(join(folder, 'full'))) {
      await makeProfile(join(folder, 'empty'))
      await makeProfile(join(folder, 'full'))
      const began = performance.now()
      await part('cache-fill', ['--seed', String(seed), '--messages', String(numbers.messages), '--recipients', String(numbers.recipients)])
      fillSeconds = rounded((performance.now() - began) / 1000, 1)
    }
    const sizes = readdirSync(join(folder, 'full')).filter((name) => name.includes('.db')).map((name) => [name, Math.round(statSync(join(folder, 'full', name)).size / 1024 / 1024)] as const)
    const openings: { readonly empty: z.infer<typeof opened>; readonly full: z.infer<typeof opened> }[] = []
    for (let n = 0; n < 4; n += 1) {
      const one = { empty: opened.parse(JSON.parse(await part('cache-open', ['--empty', '1']))), full: opened.parse(JSON.parse(await part('cache-open', []))) }
      if (n > 0) openings.push(one)
    }
    const asked = z.record(z.string(), z.unknown()).parse(JSON.parse(await part('cache-ask', ['--seed', String(seed), '--rounds', String(numbers.rounds)])))
    return {
      result: {
        seed, messages: numbers.messages, recipients: numbers.recipients, ...asked,
        openMs: { empty: median(openings.map((one) => one.empty.ms)), full: median(openings.map((one) => one.full.ms)), fullFirstList: median(openings.map((one) => one.full.listMs)) },
        diskMb: sizes.reduce((sum, [, mb]) => sum + mb, 0), filesMb: Object.fromEntries(sizes), fillSeconds,
      },
      passed: true,
    }
  } finally {
    if (kept === '') rmSync(folder, { recursive: true, force: true })
  }
}
