import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, request as send } from 'undici'
import { createAltinnClient } from '../../main/altinn/client.ts'
import { type DemoAltinn, startLocalAltinn } from '../../main/shell/demo.ts'
import { harnessOptions } from '../harness/arguments.ts'
import { median, rounded } from '../harness/figures.ts'
import { makeProfile, must, openProfile, reach } from '../harness/profile.ts'
import { type Harness, say } from '../harness/run.ts'
import { forgetRequests, type SeenRequest, serverUsage, timed } from '../harness/usage.ts'

/** Requests under way at once, as the client's limit to one host (main/altinn/limits.ts). */
const parallel = 4

interface OneRound {
  readonly wallMs: number
  readonly cpuMs: number
  readonly serverCpuMs: number
}

/** A first sync into a new profile: fetched, stored with fsync, indexed. */
async function ourSync(folder: string, altinn: DemoAltinn, messages: number): Promise<OneRound> {
  await makeProfile(folder)
  const { engine, accountUuid } = await openProfile(folder, altinn)
  try {
    const before = await serverUsage(altinn)
    const { result, wallMs, cpuMs } = await timed(() => must(engine, 'sync.run', { accountUuid }))
    const after = await serverUsage(altinn)
    const { messages: stored, failed } = result.summary
    if (stored !== messages || failed > 0) throw new Error(`The sync stored ${String(stored)} of ${String(messages)} messages, ${String(failed)} failed`)
    return { wallMs, cpuMs, serverCpuMs: after.cpuMs - before.cpuMs }
  } finally {
    await engine.close()
  }
}

/** The same requests in the same order, at the same concurrency, with every answer thrown away. */
async function discard(altinn: DemoAltinn, requests: readonly SeenRequest[]): Promise<{ readonly wallMs: number; readonly cpuMs: number }> {
  const client = createAltinnClient({ environment: reach(altinn).environment, userAgent: 'Meldingsboks harness' })
  const agent = new Agent({ connections: parallel, pipelining: 1 })
  try {
    const { clientId, kid, key, organisation, scopes } = altinn.client
    const token = await client.systemUser('discard', { clientId, kid, key, organisation, scopes }).altinnToken()
    if (!token.ok) throw new Error(token.failure.message)
    let next = 0
    const worker = async (): Promise<void> => {
      for (let one = requests[next++]; one !== undefined; one = requests[next++]) {
        const { body } = await send(`${altinn.platform}${one.url}`, {
          dispatcher: agent,
          method: one.method === 'POST' ? 'POST' : 'GET',
          headers: { authorization: `Bearer ${token.value}`, accept: one.accept, ...(one.body === '' ? {} : { 'content-type': 'application/json' }) },
          ...(one.body === '' ? {} : { body: one.body }),
        })
        await body.dump({ limit: Number.MAX_SAFE_INTEGER })
      }
    }
    return await timed(async () => {
      await Promise.all(Array.from({ length: parallel }, worker))
    })
  } finally {
    await agent.close()
    await client.close()
  }
}

const isSignIn = ({ url }: SeenRequest): boolean => url.startsWith('/maskinporten') || url.startsWith('/authentication')

/**
 * First sync against the same requests thrown away, in turns: how much of the time is ours (design.md section 8).
 * `ratio` and `cpuRatio` are medians over the rounds.
 */
export const benchSync: Harness = async (args) => {
  const { seed, numbers } = harnessOptions(args, { messages: 10_000, 'attachment-kb': 50, recipients: 20, rounds: 3 })
  const { messages, rounds } = numbers
  say(`seed ${String(seed)}`)
  const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-bench-'))
  const altinn = await startLocalAltinn([
    '--folder', join(folder, 'altinn'), '--seed', String(seed), '--recipients', String(numbers.recipients), '--messages', String(messages), '--attachment-kb', String(numbers['attachment-kb']), '--record-requests',
  ])
  try {
    // The first round makes the server's checksums and is not counted.
    const ours: OneRound[] = []
    const thrownAway: { readonly wallMs: number; readonly cpuMs: number }[] = []
    let requests: readonly SeenRequest[] = []
    for (let round = 0; round <= rounds; round += 1) {
      await forgetRequests(altinn.altinn)
      // Earlier rounds stay until the end: a file system may shun inodes that were just deleted, and creating files then takes far longer.
      const one = await ourSync(join(folder, `profile-${String(round)}`), altinn.altinn, messages)
      requests = (await serverUsage(altinn.altinn)).requests.filter((seen) => !isSignIn(seen))
      const other = await discard(altinn.altinn, requests)
      say(`round ${String(round)}: ours ${String(Math.round(one.wallMs))} ms (${String(Math.round(one.cpuMs))} ms processor), thrown away ${String(Math.round(other.wallMs))} ms (${String(Math.round(other.cpuMs))} ms)`)
      if (round === 0) continue
      ours.push(one)
      thrownAway.push(other)
    }
    const wall = median(ours.map((one) => one.wallMs))
    const result = {
      seed,
      messages,
      ratio: rounded(median(ours.map((one, at) => one.wallMs / (thrownAway[at]?.wallMs ?? NaN)))),
      cpuRatio: rounded(median(ours.map((one, at) => one.cpuMs / (thrownAway[at]?.cpuMs ?? NaN)))),
      requests: requests.length,
      messagesPerSecond: Math.round((messages / wall) * 1000),
      discardRequestsPerSecond: Math.round((requests.length / median(thrownAway.map((one) => one.wallMs))) * 1000),
      serverCpuShare: rounded(median(ours.map((one) => one.serverCpuMs / one.wallMs))),
      peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
    }
    return { result, passed: result.ratio <= 1.6 && result.cpuRatio <= 3 }
  } finally {
    await altinn.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
