import type { OutboxRow } from '../store/ledger/events.ts'

/** What is known of the way to Altinn for an identity. Times are ms since 1970 UTC. */
export interface Contact {
  /** Since when it has not been reached; null: the last run reached it. */
  readonly awaySince: number | null
  /** When it is tried next by itself; null: not at all. */
  readonly nextTryAt: number | null
  /** Nothing can be sent before a person signs in. */
  readonly signedOut: boolean
}

const day = 86_400_000
/** Without a person nothing happens: due dates within these days count as near. */
const signedOutDays = 3

/**
 * When Altinn is likely to be reached again: at the next try, or, once it has been away for a while, after as long again,
 * because what has lasted long usually lasts on.
 */
export function likelyContactAt(contact: Contact, nowAt: number): number {
  if (contact.signedOut) return nowAt + signedOutDays * day
  if (contact.awaySince === null) return nowAt
  return Math.max(contact.nextTryAt ?? nowAt, nowAt + (nowAt - contact.awaySince))
}

const notDelivered: readonly OutboxRow['state'][] = ['waiting', 'sending', 'undecided']

/**
 * Whether a confirmation that Altinn does not have yet may come too late: its due date is nearer than the next likely
 * contact (design.md section 4). The user's own ten seconds are no danger.
 */
export function inDanger(row: OutboxRow, dueAt: number | null, contact: Contact, nowAt: number): boolean {
  if (row.kind !== 'confirm' || dueAt === null || !notDelivered.includes(row.state)) return false
  const ownWait = row.state === 'waiting' && row.reason === null && row.notBeforeAt > nowAt && contact.awaySince === null && !contact.signedOut
  return !ownWait && dueAt < likelyContactAt(contact, nowAt)
}
