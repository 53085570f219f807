import type { Caller } from '../callers.ts'
import type { LocalState, MessageState } from '../state.ts'

export const readScope = 'altinn:correspondence.read'
/** A caller with it counts as the sender, and nothing is marked (altinn3.md trap 13). */
export const writeScope = 'altinn:correspondence.write'
/** Altinn's own inbox: downloads only (altinn3.md 2.2). */
export const portalScope = 'altinn:portal/enduser'
export const forwardCheckScope = 'altinn:correspondence.forward.check'

export const countsAsSender = (caller: Caller): boolean => caller.scopes.includes(writeScope)
export const isRecipient = (caller: Caller, { sent }: MessageState): boolean => caller.may(sent.recipient, sent.resourceId)
export const isSender = (caller: Caller, { sent }: MessageState): boolean => caller.sends(sent.sender)

/** Overviews of one caller within this time are one Fetched (altinn3.md 2.3). */
const debounceMs = 15_000

/** What every effect of a call says. */
export const effectOf = (state: LocalState, message: MessageState, caller: Caller) => ({ at: state.now(), caller: caller.id, message: message.sent.id })

/** Lets the sender see that a recipient has fetched the message; when, or null where nothing new is written. */
export function fetched(state: LocalState, message: MessageState, caller: Caller, debounce: boolean): number | null {
  if (countsAsSender(caller)) return null
  const at = state.now()
  const last = message.fetched.findLast((row) => row.caller === caller.id)
  if (debounce && last !== undefined && at - last.at < debounceMs) return null
  state.record({ kind: 'Fetched', at, caller: caller.id, message: message.sent.id })
  return at
}

/** Overview and content publish a message that is late, and end Altinn's reminder of a confidential one (altinn3.md trap 27, 36). */
export function opened(state: LocalState, message: MessageState, caller: Caller): void {
  if (state.now() < state.publishAt(message)) state.record({ kind: 'Published', ...effectOf(state, message, caller) })
  if (message.sent.confidential && !countsAsSender(caller)) state.record({ kind: 'ReminderEnded', ...effectOf(state, message, caller) })
}
