import { DAY, endOfDay, HOUR, MINUTE } from './calendar.ts'
import { isLabelled } from './compose.ts'
import type { Order } from './compose.ts'
import { letterKind } from './letters/index.ts'
import type { Language } from './model.ts'
import { parentIds, parents } from './others.ts'
import type { Recipient } from './parties.ts'
import { historyOf } from './plan.ts'
import { seededRandom } from './random.ts'

/** Letters that the world must hold whatever the dice say: deadlines around the anchor, expiry, confidential mail, long and hostile ones. */
interface Placed {
  readonly kind: string
  /** Number of the recipient. */
  readonly to: string
  /** Days before the anchor when it was sent. */
  readonly sent: number
  /** Days from the anchor to the deadline, negative: past. Without it the kind decides. */
  readonly due?: number
  readonly confirm?: boolean
  readonly language?: Language
  readonly migrated?: true
  readonly withoutTitle?: true
  /** Days from the anchor when its files expire. */
  readonly filesExpire?: number
  /** `none`: nobody has fetched it. `read`: read, nothing more. Otherwise what its age makes likely. */
  readonly history?: 'none' | 'read'
}

const bakery = '312845679'
const square = '311409360'
const transport = '311602748'
const cafe = '315301726'
const fish = '312077418'
const architects = '314519868'
const carpentry = '315182433'
const kindergarten = '314883071'
const housing = '310255203'
const nursery = '312766418'
const skiing = '312468026'
const boats = '312988666'
const sports = '313827461'

/** To be confirmed: past, near and later, none of it done. */
const deadlines: readonly Placed[] = [
  { kind: 'order', to: carpentry, sent: 13, due: -1, confirm: true, history: 'none' },
  { kind: 'attachment-of-earnings', to: transport, sent: 16, due: -4, confirm: true, history: 'none' },
  { kind: 'food-decision', to: cafe, sent: 3, due: 0, confirm: true, history: 'none' },
  { kind: 'vat-audit', to: bakery, sent: 1.2, due: 1, confirm: true, history: 'none' },
  { kind: 'dialogue-meeting', to: kindergarten, sent: 2.1, due: 2, confirm: true, history: 'none' },
  { kind: 'late-fee', to: architects, sent: 4.2, due: 3, confirm: true, history: 'none' },
  { kind: 'fire-inspection', to: housing, sent: 5.1, due: 5, confirm: true, history: 'read' },
  { kind: 'inspection-notice', to: skiing, sent: 2.3, due: 6, confirm: true, history: 'none' },
  { kind: 'order', to: fish, sent: 5.3, due: 9, confirm: true, history: 'none' },
  { kind: 'survey-fine', to: nursery, sent: 6.2, due: 15, confirm: true, history: 'none' },
  { kind: 'vat-decision', to: boats, sent: 3.3, due: 24, confirm: true, history: 'none' },
  { kind: 'survey', to: square, sent: 2.2, due: 4, history: 'none' },
]

const files: readonly Placed[] = [
  { kind: 'account-statement', to: transport, sent: 202, filesExpire: -5, history: 'none' },
  { kind: 'change-registered', to: architects, sent: 30, filesExpire: 2, history: 'none' },
  { kind: 'company-certificate', to: carpentry, sent: 84, filesExpire: 6 },
  { kind: 'case-papers', to: housing, sent: 8, history: 'none' },
  { kind: 'case-papers', to: skiing, sent: 120 },
  { kind: 'map-papers', to: boats, sent: 420, migrated: true },
  { kind: 'map-papers', to: sports, sent: 333, migrated: true },
  { kind: 'large-table', to: fish, sent: 22, history: 'none' },
  { kind: 'large-table', to: transport, sent: 260 },
]

const confidential: readonly Placed[] = [
  { kind: 'confidential-follow-up', to: bakery, sent: 1.4, due: 11, history: 'none' },
  { kind: 'confidential-follow-up', to: transport, sent: 3.4, due: 12, confirm: true, history: 'none' },
  { kind: 'confidential-follow-up', to: fish, sent: 9.2, due: 2, confirm: true, history: 'none' },
  { kind: 'confidential-follow-up', to: skiing, sent: 12.2, due: 6, history: 'none' },
  { kind: 'confidential-follow-up', to: kindergarten, sent: 150, history: 'read' },
  { kind: 'confidential-child-support', to: kindergarten, sent: 2.4, due: 13, confirm: true, history: 'none' },
  { kind: 'confidential-child-support', to: kindergarten, sent: 15.2, due: 4, history: 'none' },
  { kind: 'kindergarten-grant', to: kindergarten, sent: 5.4, history: 'none' },
  { kind: 'kindergarten-grant', to: kindergarten, sent: 290 },
]

const titles: readonly Placed[] = [
  { kind: 'water-off', to: housing, sent: 402, migrated: true, withoutTitle: true },
  { kind: 'change-registered', to: carpentry, sent: 471, migrated: true, withoutTitle: true, language: 'nb' },
]

const long: readonly Placed[] = [
  { kind: 'audit-report', to: transport, sent: 7.2, due: 17, confirm: true, history: 'none' },
  { kind: 'audit-report', to: bakery, sent: 210 },
  { kind: 'audit-report', to: skiing, sent: 96 },
  { kind: 'property-tax-list', to: housing, sent: 268, migrated: true },
  { kind: 'property-tax-list', to: fish, sent: 44 },
  { kind: 'inspection-report', to: fish, sent: 66 },
  { kind: 'inspection-report', to: carpentry, sent: 300, migrated: true },
  { kind: 'inspection-report', to: boats, sent: 18, due: 20, confirm: true, history: 'none' },
  { kind: 'survey-codes', to: transport, sent: 24, language: 'en', history: 'none' },
  { kind: 'survey-codes', to: fish, sent: 380 },
]

const hostile: readonly Placed[] = [
  { kind: 'hostile-script', to: sports, sent: 4.4, history: 'none' },
  { kind: 'hostile-turned-title', to: housing, sent: 9.3, history: 'none' },
  { kind: 'hostile-file-names', to: cafe, sent: 12.3, history: 'none' },
  { kind: 'hostile-long-title', to: sports, sent: 19.2, history: 'none' },
  { kind: 'hostile-formulas', to: bakery, sent: 27.1, history: 'none' },
  { kind: 'hostile-imitation', to: housing, sent: 41, history: 'none' },
]

function order(seed: number, anchorAt: number, recipients: readonly Recipient[], placed: Placed, n: number): Order {
  const random = seededRandom(seed, 'special-plan', n)
  const recipient = recipients.find(({ party }) => party.number === placed.to)
  if (recipient === undefined) throw new RangeError(`No such recipient: ${placed.to}`)
  const kind = letterKind(placed.kind)
  const at = anchorAt - Math.round(placed.sent * DAY) + random.int(0, 50 * MINUTE)
  const dueAt = placed.due === undefined ? (kind.due === undefined ? null : endOfDay(at, random.int(...kind.due))) : endOfDay(anchorAt, placed.due)
  const confirm = placed.confirm ?? (placed.due === undefined && dueAt !== null && random.chance(kind.confirm ?? 0))
  const wished: Language = recipient.business.municipality === 'vinterdal' ? 'nn' : 'nb'
  const readAt = Math.min(at + 3 * HOUR, anchorAt - HOUR)
  const history = placed.history === 'none' ? {} : placed.history === 'read' ? { fetchedAt: at + HOUR, readAt } : historyOf(at, confirm, anchorAt, random)
  return {
    path: ['special', n], kind, recipient, at, dueAt, confirm, ...history,
    language: placed.language ?? (kind.languages.includes(wished) ? wished : 'nb'),
    serviceOwnerLabel: isLabelled(at, anchorAt),
    ...(placed.migrated === true ? { altinn2Id: 29_000_000 + n * 41 } : {}),
    ...(placed.withoutTitle === true ? { withoutTitle: true } : {}),
    ...(placed.filesExpire === undefined ? {} : { filesExpireAt: anchorAt + placed.filesExpire * DAY }),
  }
}

/** Answers that lie in the dialog of an application. */
function transmissions(seed: number, anchorAt: number, recipients: readonly Recipient[]): readonly Order[] {
  return parents.map((parent) => {
    const { dialogId, transmissionId, sentAt } = parentIds(seed, anchorAt, parent.key, parent.made, parent.sent)
    const recipient = recipients.find(({ party }) => party.number === parent.to)
    if (recipient === undefined) throw new RangeError(`No such recipient: ${parent.to}`)
    return {
      path: ['transmission', parent.key], kind: letterKind(parent.letter), recipient, language: 'nb', at: sentAt, dueAt: null, confirm: false,
      serviceOwnerLabel: isLabelled(sentAt, anchorAt), transmission: { dialogId, transmissionId },
    }
  })
}

/** The orders of all placed letters, in no order of time. */
export function specials(seed: number, anchorAt: number, recipients: readonly Recipient[]): readonly Order[] {
  const placed = [...deadlines, ...files, ...confidential, ...titles, ...long, ...hostile]
  return [...placed.map((one, n) => order(seed, anchorAt, recipients, one, n)), ...transmissions(seed, anchorAt, recipients)]
}
