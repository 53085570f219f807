import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAltinnClient } from '../../main/altinn/client.ts'
import type { PartyWire } from '../../main/altinn/dialogporten.ts'
import type { Outcome } from '../../main/altinn/outcome.ts'
import { startLocalAltinn } from '../../main/localtest/index.ts'
import { harnessOptions } from '../harness/arguments.ts'
import { seeded } from '../harness/random.ts'
import { type Harness, say } from '../harness/run.ts'
import { smallWorld } from '../localtest/small-world.ts'
import { dayOf, type Stretch } from './tokens/course.ts'
import { Door } from './tokens/door.ts'

const minute = 60_000

/** How a call ended, as the day's course speaks of it. */
function told(outcome: Outcome<readonly PartyWire[]>): string {
  return outcome.ok ? 'ok' : (outcome.failure.signIn?.code ?? outcome.failure.kind)
}

/** What a call had to end as; null when it was right. */
function wrong({ mayFail, endsAs, to }: Stretch, at: number, end: string): string | null {
  // A token of before may last into a stretch, but not to its end.
  if (endsAs !== null && at >= to - 2 * minute) return end === endsAs ? null : `${end} in place of ${endsAs}`
  return end === 'ok' || mayFail.some((code) => code === end) ? null : end
}

/**
 * A day of tokens against a local Altinn over HTTP, on a clock of its own: expiry, skew in both directions, outages of the
 * exchange and of Maskinporten, a network with its own page, access that is taken away and given back. `failed` counts the
 * calls that ended as they must not; calls during a long outage must fail, and say why.
 */
export const tokens: Harness = async (args) => {
  const { seed, numbers } = harnessOptions(args, { hours: 24 })
  const { hours } = numbers
  say(`seed ${String(seed)}`)
  const random = seeded(seed)
  const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-tokens-'))
  const start = Date.now()
  let at = 0
  let skewMs = 0
  const service = (): number => start + at
  const altinn = await startLocalAltinn({ folder, world: smallWorld(() => []), seed: 1, durable: false, clock: service })
  const door = await Door.open(altinn.platform, service)
  const { clientId, kid, key, organisation } = altinn.client
  const client = createAltinnClient({
    environment: { name: 'local', platform: door.base, maskinporten: { issuer: `${altinn.maskinporten}/`, token: `${door.base}/maskinporten/token` } },
    userAgent: 'Meldingsboks harness',
    now: () => service() + skewMs,
    sleep: () => Promise.resolve(),
    // Leaving a host alone is on the real clock, and another harness's matter.
    limits: { breakAfter: Number.MAX_SAFE_INTEGER },
  })
  const identity = client.systemUser('harness', { clientId, kid, key, organisation, scopes: ['altinn:correspondence.read', 'digdir:dialogporten'] })
  const failures: string[] = []
  const noted = new Map<string, number>()
  let calls = 0
  try {
    for (const stretch of dayOf(random, hours)) {
      door.fault = stretch.fault
      skewMs = stretch.skewMs
      if (stretch.name !== 'quiet') say(`  ${String(Math.floor(stretch.from / minute / 60)).padStart(2, '0')}:${String(Math.floor(stretch.from / minute) % 60).padStart(2, '0')}  ${stretch.name}`)
      for (at = stretch.from; at < stretch.to; at += minute) {
        // Now and then many at once, as when a sync begins.
        const many = random() < 0.05 ? 12 : 1
        const ends = (await Promise.all(Array.from({ length: many }, () => client.parties(identity)))).map(told)
        calls += ends.length
        for (const end of ends) {
          noted.set(end, (noted.get(end) ?? 0) + 1)
          const why = wrong(stretch, at, end)
          if (why !== null) failures.push(`${stretch.name}, minute ${String(Math.floor(at / minute))}: ${why}`)
        }
        const { state } = identity.state()
        if (ends.every((end) => end === 'ok') && state === 'sign-in') failures.push(`${stretch.name}: a sign-in is asked for while calls succeed`)
        if (ends.some((end) => ['revoked', 'clock', 'token-refused'].includes(end)) && state !== 'sign-in') failures.push(`${stretch.name}: no sign-in is asked for`)
      }
    }
    if (door.mostAtOnce > 1) failures.push(`${String(door.mostAtOnce)} renewals beside each other`)
  } finally {
    await client.close()
    await door.close()
    await altinn.close()
    rmSync(folder, { recursive: true, force: true })
  }
  for (const one of failures.slice(0, 20)) say(`  FAILED  ${one}`)
  const result = { hours, renewals: door.renewals, calls, failed: failures.length }
  say(`  ${[...noted].map(([end, count]) => `${end} ${String(count)}`).join(', ')}`)
  return { result, passed: failures.length === 0 && door.renewals > 0 }
}
