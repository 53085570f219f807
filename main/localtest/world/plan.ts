import { DAY, endOfDay, HOUR, MINUTE, onWorkday, osloDate, osloMidnight } from './calendar.ts'
import { isLabelled } from './compose.ts'
import type { Order } from './compose.ts'
import type { LetterKind } from './letters/kind.ts'
import type { Language } from './model.ts'
import type { Recipient } from './parties.ts'
import { seededRandom } from './random.ts'
import type { Random } from './random.ts'

/** Who gets which letter when: the ordinary mail of eighteen months, without what `specials.ts` places by hand. */

/** How far back the mail goes. */
export const monthsBack = 18

/** Eighteen months before the anchor, as civil months: the same day, or the last of a shorter month. */
export function beginning(anchorAt: number): number {
  const date = new Date(anchorAt)
  const target = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - monthsBack + 1, 0))
  return Date.UTC(target.getUTCFullYear(), target.getUTCMonth(), Math.min(date.getUTCDate(), target.getUTCDate()), date.getUTCHours(), date.getUTCMinutes())
}

/** The language in which a body writes to the recipient: nynorsk in Vinterdal, otherwise bokmål; English now and then. */
export function languageFor(kind: LetterKind, recipient: Recipient, random: Random): Language {
  if (kind.languages.includes('en') && random.chance(0.12)) return 'en'
  const wished: Language = recipient.business.municipality === 'vinterdal' ? 'nn' : 'nb'
  if (kind.languages.includes(wished)) return wished
  return kind.languages[0] ?? 'nb'
}

/** The kinds that a recipient may get, by weight. */
export function kindFor(kinds: readonly LetterKind[], recipient: Recipient, random: Random): LetterKind {
  return random.weighted(kinds.filter((kind) => kind.applies === undefined || kind.applies(recipient)), ({ weight }) => weight)
}

interface Week {
  readonly startAt: number
  readonly weight: number
}

/** Weeks from the beginning to the anchor. About one in eight is busy, July is quiet, the last fortnight is full. */
function weeks(anchorAt: number, random: Random): readonly Week[] {
  const first = beginning(anchorAt)
  const found: Week[] = []
  for (let startAt = anchorAt - 7 * DAY; startAt > first - 7 * DAY; startAt -= 7 * DAY) {
    const begins = Math.max(startAt, first)
    const busy = random.chance(0.13) ? 4 : 0.7 + random.next() * 0.6
    const summer = osloDate(begins).month === 7 ? 0.4 : 1
    const recent = found.length < 2 ? 2.5 : 1
    found.push({ startAt: begins, weight: busy * summer * recent })
  }
  return found
}

/** A moment in that week when public bodies send: mostly early on working days, in batches; never after the anchor. */
function momentIn(week: Week, anchorAt: number, random: Random): number {
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const day = onWorkday(osloMidnight(week.startAt, random.int(0, 6)))
    const hour = random.weighted([5, 6, 7, 8, 9, 11, 13, 15, 21], (value) => (value <= 7 ? 3 : 1))
    const at = day + hour * HOUR + random.int(0, 59) * MINUTE + random.int(0, 59_999)
    if (at < anchorAt - 10 * MINUTE && at >= week.startAt) return at
  }
  return week.startAt + random.int(1, 6 * 24) * HOUR + random.int(0, 59_999)
}

/** What another system of the firm did with the letter before the anchor: the older, the more likely all of it. */
export function historyOf(at: number, confirm: boolean, anchorAt: number, random: Random): Pick<Order, 'fetchedAt' | 'readAt' | 'confirmedAt' | 'label'> {
  const days = (anchorAt - at) / DAY
  const likely = (old: number, middle: number, young: number): boolean => random.chance(days > 45 ? old : days > 14 ? middle : days > 4 ? young : 0)
  // Within four days at most, and never after the anchor.
  const later = (from: number): number => Math.min(from + random.int(20, 5000) * MINUTE, anchorAt - random.int(2, 9) * MINUTE)
  const confirmed = confirm && (days > 120 || likely(0.93, 0.6, 0.2))
  const read = confirmed || likely(0.9, 0.5, 0.15)
  const fetched = read || likely(1, 0.7, 0.3)
  if (!fetched) return {}
  const fetchedAt = later(at)
  const readAt = read ? later(fetchedAt) : undefined
  const label = days > 200 && read && random.chance(0.3) ? 'Archive' : days > 60 && random.chance(0.015) ? 'Bin' : undefined
  return {
    fetchedAt,
    ...(readAt === undefined ? {} : { readAt }),
    ...(confirmed && readAt !== undefined ? { confirmedAt: later(readAt) } : {}),
    ...(label === undefined ? {} : { label }),
  }
}

/** Altinn II took letters until half a year before the anchor; of what was sent then, about every third came over by migration. */
export const migratedUntilDays = 183

function order(seed: number, n: number, anchorAt: number, spread: readonly Week[], recipients: readonly Recipient[], kinds: readonly LetterKind[]): Order {
  const random = seededRandom(seed, 'plan', n)
  const at = momentIn(random.weighted(spread, ({ weight }) => weight), anchorAt, random)
  const age = (anchorAt - at) / DAY
  const alive = recipients.filter(({ party }) => !party.isDeleted || age > 300)
  // The first letters go round, so that nobody is left without.
  const recipient = n < 2 * alive.length ? (alive[n % alive.length] ?? random.pick(alive)) : random.weighted(alive, ({ share }) => share)
  const kind = kindFor(kinds, recipient, random)
  const dueAt = kind.due === undefined ? null : endOfDay(at, random.int(...kind.due))
  const confirm = dueAt !== null && random.chance(kind.confirm ?? 0)
  const migrated = age > migratedUntilDays && random.chance(0.3)
  return {
    path: ['letter', n], kind, recipient, at, dueAt, confirm, language: languageFor(kind, recipient, random), serviceOwnerLabel: isLabelled(at, anchorAt),
    ...(migrated ? { altinn2Id: 20_000_000 + n * 37 + random.int(0, 36) } : {}),
    ...historyOf(at, confirm, anchorAt, random),
  }
}

/** `count` orders of ordinary letters, in no order of time. */
export function ordinary(seed: number, anchorAt: number, count: number, recipients: readonly Recipient[], kinds: readonly LetterKind[]): readonly Order[] {
  const spread = weeks(anchorAt, seededRandom(seed, 'weeks'))
  return Array.from({ length: count }, (_, n) => order(seed, n, anchorAt, spread, recipients, kinds))
}
