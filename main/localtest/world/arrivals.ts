import { endOfDay } from './calendar.ts'
import { compose } from './compose.ts'
import { everyday } from './letters/index.ts'
import type { SentMessage } from './model.ts'
import type { Recipient } from './parties.ts'
import { kindFor, languageFor } from './plan.ts'
import { seededRandom } from './random.ts'

/**
 * The n-th letter that comes while the world runs. About one in four asks for a confirmation, due in 1 to 14 days; others have the
 * deadline of their kind or none. Its correspondence id and text follow from seed, n and `at`.
 */
export function arrivalOf(seed: number, recipients: readonly Recipient[], n: number, at: number): SentMessage {
  const random = seededRandom(seed, 'arrival-plan', n)
  const recipient = random.weighted(recipients.filter(({ party }) => !party.isDeleted), ({ share }) => share)
  const confirm = random.chance(0.25)
  const kind = kindFor(confirm ? everyday.filter(({ due }) => due !== undefined) : everyday, recipient, random)
  const days = kind.due === undefined ? null : confirm ? random.int(1, 14) : random.int(...kind.due)
  return compose(seed, {
    path: ['arrival', n],
    kind,
    recipient,
    language: languageFor(kind, recipient, random),
    at,
    dueAt: days === null ? null : endOfDay(at, days),
    confirm,
    unpublished: true,
    serviceOwnerLabel: true,
  })
}
