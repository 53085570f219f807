import type { DetailsWire } from '../../altinn/correspondence-wire.ts'
import type { LedgerEvent, OutboxRow } from '../../store/ledger/events.ts'
import { toMs } from '../convert/text.ts'
import type { OutboxRules } from './rules.ts'

/** What the service's own history says of a confirmation. `at` is the service's time. */
export type Proof = { readonly kind: 'ours'; readonly at: number } | { readonly kind: 'elsewhere'; readonly at: number } | { readonly kind: 'absent' }

/** A stretch of service time in which one of our requests may have had its effect. */
export interface OwnTime {
  readonly fromAt: number
  readonly toAt: number
}

interface Sending {
  readonly beganAt: number
  readonly endedAt: number | null
}

/** All requests of a row, oldest first: an earlier one whose line was cut may be the one that had the effect. */
function sendingsOf(row: OutboxRow, audit: readonly LedgerEvent[]): readonly Sending[] {
  const sendings: Sending[] = []
  for (const event of [...audit].sort((a, b) => a.seq - b.seq)) {
    if (event.type !== 'outbox-changed' || event.outboxUuid !== row.uuid) continue
    const beganAt = event.sendingBeganAt ?? null
    const endedAt = event.sendingEndedAt ?? null
    const last = sendings.at(-1)
    if (beganAt !== null && beganAt !== last?.beganAt) sendings.push({ beganAt, endedAt })
    else if (endedAt !== null && last?.endedAt === null) sendings[sendings.length - 1] = { ...last, endedAt }
  }
  if (sendings.length === 0 && row.sendingBeganAt !== null) sendings.push({ beganAt: row.sendingBeganAt, endedAt: row.sendingEndedAt })
  return sendings
}

/**
 * When a request of this row may have taken effect, in service time: between its begin and end by the local clock plus
 * the offset learnt from Date headers (durability.md 15). A request whose end nobody saw may take as long as the
 * service can hang and its job takes.
 * @param offsetMs service clock less local clock, used where the row has none of its own
 */
export function ownTimes(row: OutboxRow, audit: readonly LedgerEvent[], offsetMs: number, rules: OutboxRules): readonly OwnTime[] {
  const offset = row.serverOffsetMs ?? offsetMs
  return sendingsOf(row, audit).map(({ beganAt, endedAt }) => ({
    fromAt: beganAt + offset - rules.ownTimeSlackMs,
    toAt: (endedAt ?? beganAt + rules.longestEffectMs) + offset + rules.ownTimeSlackMs,
  }))
}

/** Reads a history: `Confirmed` carries the time of the POST that caused it (altinn3.md 2.3), so ours is told from a colleague's. */
export function proofOf(history: DetailsWire['statusHistory'], own: readonly OwnTime[], status: 'Confirmed' | 'Forwarded' = 'Confirmed'): Proof {
  const times = history.filter((row) => row.status === status).map((row) => toMs(row.statusChanged))
  const first = times[0]
  if (first === undefined) return { kind: 'absent' }
  const ours = times.find((at) => own.some((time) => at >= time.fromAt && at <= time.toAt))
  return ours === undefined ? { kind: 'elsewhere', at: first } : { kind: 'ours', at: ours }
}
