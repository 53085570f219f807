import { osloDaysBetween } from '../../resources/locales/oslo-day.ts'

/** What a notification is about (design.md section 6). */
export type ReminderWhat = 'new' | 'due-soon' | 'overdue' | 'refused' | 'undelivered' | 'sign-in' | 'sign-in-ends' | 'system-user-accepted' | 'system-user-refused' | 'coverage-shrunk'

/** A letter whose due date may call for a reminder; done ones (confirmed, handled, archived) are not among them. */
export interface DueLetter {
  readonly messageId: number
  readonly correspondenceId: string | null
  readonly dialogId: string | null
  readonly party: string
  readonly dueAt: number
  readonly confidential: boolean
}

export interface NewLetters {
  readonly party: string
  readonly count: number
}

/** A receipt that the user must look at: refused, or still without proof. */
export interface TroubledReceipt {
  readonly outboxUuid: string
  readonly party: string
  readonly messageId: number | null
}

export interface ReminderInput {
  readonly now: number
  /** New since the last notification, by recipient; counts only, no titles. */
  readonly fresh: readonly NewLetters[]
  /** Names the state of the cache `fresh` was counted at, so that it is told once. */
  readonly freshKey: string
  readonly due: readonly DueLetter[]
  readonly receipts: readonly TroubledReceipt[]
  /** Confirmations that Altinn does not have yet and that may come too late. */
  readonly undelivered: readonly (TroubledReceipt & { readonly dueAt: number })[]
  /** Accounts that must sign in again. */
  readonly signedOut: readonly string[]
  /** Logins of persons that end at a known time, ms since 1970 UTC. */
  readonly signInEnds: readonly { readonly account: string; readonly sinceAt: number; readonly endsAt: number }[]
  /** Requests for system users that were answered. */
  readonly answered: readonly { readonly key: string; readonly accepted: boolean }[]
  /** What was taken away from recipients and nobody has seen yet; `key` names each such loss. */
  readonly shrunk: readonly { readonly party: string; readonly key: string }[]
  /** Keys of everything told before, also before a restart. */
  readonly notified: ReadonlySet<string>
  /** The first sync tells new and overdue together, once (design.md section 4). */
  readonly first: boolean
}

/** One notification to show: what, for how many letters of which recipients, and what is to be remembered once it was shown. */
export interface Reminder {
  readonly what: ReminderWhat
  readonly count: number
  /** Letters past their due date that the first summary tells along with the new ones. */
  readonly overdueCount: number
  readonly parties: readonly string[]
  /** The letter to open when there is just one. */
  readonly messageId: number | null
  readonly keys: readonly string[]
}

/** Days before the due date from which a letter counts as due soon, in Norwegian calendar days. */
export const dueSoonDays = 3

const letterOf = (letter: DueLetter): string => letter.correspondenceId ?? letter.dialogId ?? ''

/** A moved due date is told anew, so the date is part of the key. */
const dueKey = (what: 'due-soon' | 'overdue', letter: DueLetter): string => `${what}:${letterOf(letter)}:${String(letter.dueAt)}`

function digest(what: ReminderWhat, letters: readonly { readonly party: string; readonly messageId: number | null }[], keys: readonly string[]): readonly Reminder[] {
  if (letters.length === 0) return []
  const only = letters.length === 1 ? (letters[0]?.messageId ?? null) : null
  const parties = [...new Set(letters.map((letter) => letter.party))]
  return [{ what, count: letters.length, overdueCount: 0, parties, messageId: only, keys }]
}

/**
 * Which notifications are due now: one digest a kind instead of one a letter, and nothing twice. Whoever shows one
 * records its keys.
 */
export function decideReminders(input: ReminderInput): readonly Reminder[] {
  const { now, notified } = input
  const overdue = input.due.filter((letter) => letter.dueAt < now)
  const soon = input.due.filter((letter) => letter.dueAt >= now && osloDaysBetween(now, letter.dueAt) <= dueSoonDays)
  const untold = (what: 'due-soon' | 'overdue', letters: readonly DueLetter[]): readonly DueLetter[] => letters.filter((letter) => !notified.has(dueKey(what, letter)))
  const keysOf = (what: 'due-soon' | 'overdue', letters: readonly DueLetter[]): readonly string[] => letters.map((letter) => dueKey(what, letter))
  const freshCount = input.fresh.reduce((sum, one) => sum + one.count, 0)
  const parties = input.fresh.map((one) => one.party)

  if (input.first) {
    if (freshCount === 0) return signInReminders(input)
    const keys = [input.freshKey, ...keysOf('overdue', overdue), ...keysOf('due-soon', soon)]
    return [{ what: 'new', count: freshCount, overdueCount: overdue.length, parties, messageId: null, keys }, ...signInReminders(input)]
  }

  const newOverdue = untold('overdue', overdue)
  const newSoon = untold('due-soon', soon)
  const receipts = input.receipts.filter((receipt) => !notified.has(`refused:${receipt.outboxUuid}`))
  const undelivered = input.undelivered.filter((receipt) => !notified.has(undeliveredKey(receipt)))
  return [
    ...(freshCount === 0 || notified.has(input.freshKey) ? [] : [{ what: 'new' as const, count: freshCount, overdueCount: 0, parties, messageId: null, keys: [input.freshKey] }]),
    ...digest('overdue', newOverdue, keysOf('overdue', newOverdue)),
    ...digest('due-soon', newSoon, keysOf('due-soon', newSoon)),
    ...digest('undelivered', undelivered, undelivered.map(undeliveredKey)),
    ...digest('refused', receipts, receipts.map((receipt) => `refused:${receipt.outboxUuid}`)),
    ...coverageReminders(input),
    ...signInReminders(input),
  ]
}

/** What was taken away, in one notification: the recipients, not what it was. */
function coverageReminders({ shrunk, notified }: ReminderInput): readonly Reminder[] {
  const fresh = shrunk.filter(({ key }) => !notified.has(key))
  const parties = [...new Set(fresh.map(({ party }) => party))]
  return fresh.length === 0 ? [] : [{ what: 'coverage-shrunk', count: parties.length, overdueCount: 0, parties, messageId: null, keys: fresh.map(({ key }) => key) }]
}

const undeliveredKey = (receipt: { readonly outboxUuid: string; readonly dueAt: number }): string => `undelivered:${receipt.outboxUuid}:${String(receipt.dueAt)}`

/** A lost sign-in is told once a Norwegian calendar day. */
const signInKey = (account: string, now: number): string => `sign-in:${account}:${String(osloDaysBetween(0, now))}`

const dayMs = 86_400_000

/** The day before a login ends; of one that lasts less than a day, once half of it is over: the day before, nobody was logged in. */
const remindsFrom = ({ sinceAt, endsAt }: ReminderInput['signInEnds'][number]): number => (endsAt - sinceAt > dayMs ? endsAt - dayMs : sinceAt + (endsAt - sinceAt) / 2)

/** A login that was renewed ends at another time, and is told again then. */
const endsKey = ({ account, endsAt }: ReminderInput['signInEnds'][number]): string => `sign-in-ends:${account}:${String(endsAt)}`

/** What is told of identities, whether or not there are letters. */
function signInReminders({ now, notified, signedOut, signInEnds, answered }: ReminderInput): readonly Reminder[] {
  const told = (what: ReminderWhat, keys: readonly string[]): readonly Reminder[] => {
    const fresh = keys.filter((key) => !notified.has(key))
    return fresh.length === 0 ? [] : [{ what, count: fresh.length, overdueCount: 0, parties: [], messageId: null, keys: fresh }]
  }
  return [
    ...told('sign-in', signedOut.map((account) => signInKey(account, now))),
    ...told('sign-in-ends', signInEnds.filter((one) => now >= remindsFrom(one) && now < one.endsAt).map(endsKey)),
    ...told('system-user-accepted', answered.filter(({ accepted }) => accepted).map(({ key }) => key)),
    ...told('system-user-refused', answered.filter(({ accepted }) => !accepted).map(({ key }) => key)),
  ]
}
