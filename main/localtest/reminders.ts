import type { LocalState, MessageState } from './state.ts'
import { uuidv7 } from './world/ids.ts'
import type { OtherDialog } from './world/model.ts'
import { reminderDialog } from './world/others.ts'
import { seededRandom } from './world/random.ts'

/** Jobs that run within this time do not see what the other has made (altinn3.md 3.8: two at once), ms. */
const sameMoment = 1000
const week = 7 * 86_400_000

interface Standing {
  readonly dialogId: string
  readonly at: number
}

/**
 * Altinn's reminders of confidential mail that nobody has opened (altinn3.md 3.8, trap 27). A message that waits too long
 * makes a dialog for its recipient, unless one stands already; with the last that is opened the dialog goes. Two messages of
 * the same moment make two dialogs, of which only the later one is ever taken back.
 */
export class Reminders {
  readonly #state: LocalState
  /** Unopened messages that a recipient is reminded of, oldest first. */
  readonly #waiting = new Map<string, Set<string>>()
  readonly #standing = new Map<string, Standing>()
  readonly #ended = new Set<string>()

  constructor(state: LocalState) {
    this.#state = state
  }

  /** A reminder that the world began with. */
  track(other: OtherDialog): void {
    if (this.#standing.get(other.party)?.dialogId === other.id) return
    this.#standing.set(other.party, { dialogId: other.id, at: other.createdAt })
    for (const id of other.reminderFor ?? []) this.#of(other.party).add(id)
  }

  /** A confidential message: its reminder comes in its time. One that was opened before the world began never needs one. */
  watch(message: MessageState): void {
    const { sent, bornAt } = message
    if (sent.alreadyFetched !== null || this.#waiting.get(sent.recipient)?.has(sent.id) === true) return
    const { anchorAt } = this.#state.world
    const began = sent.publishedAt !== null && bornAt < anchorAt
    const dueAt = began ? bornAt + week : Math.max(bornAt, sent.requestedPublishAt) + this.#state.delays.reminder
    // What was due before the world began is in the world, or was not wanted there.
    if (dueAt > anchorAt || !began) this.#state.plan(dueAt, (at) => { this.#due(message, at) })
  }

  /** Overview or content was asked for (altinn3.md trap 27, 36). */
  ended(message: MessageState, at: number): void {
    const { id, recipient } = message.sent
    this.#ended.add(id)
    const waiting = this.#waiting.get(recipient)
    const standing = this.#standing.get(recipient)
    if (waiting?.delete(id) !== true || waiting.size > 0 || standing === undefined) return
    this.#standing.delete(recipient)
    this.#state.dialogs.remove(standing.dialogId, at)
  }

  /** What a recipient is reminded of; purged messages still stand here. */
  waiting(party: string): readonly MessageState[] {
    return [...(this.#waiting.get(party) ?? [])].flatMap((id) => this.#state.message(id) ?? [])
  }

  #of(party: string): Set<string> {
    const known = this.#waiting.get(party) ?? new Set<string>()
    this.#waiting.set(party, known)
    return known
  }

  #due(message: MessageState, at: number): void {
    const { id, recipient } = message.sent
    if (this.#ended.has(id)) return
    this.#of(recipient).add(id)
    const standing = this.#standing.get(recipient)
    if (standing !== undefined && at - standing.at >= sameMoment) return
    const dialogId = uuidv7(at, seededRandom(this.#state.world.seed, 'reminder', id))
    this.#standing.set(recipient, { dialogId, at })
    this.#state.addOther(reminderDialog(dialogId, recipient, at, [id]))
  }
}
