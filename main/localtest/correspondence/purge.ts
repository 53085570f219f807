import type { Caller } from '../callers.ts'
import type { LocalState, MessageState } from '../state.ts'
import { countsAsSender, effectOf, isRecipient, isSender } from './access.ts'
import type { ProblemCode } from './problems.ts'
import { highest, isAvailable, isPurge, type StatusWord, statusRows } from './status.ts'

const isLinked = ({ sent }: MessageState): boolean => sent.externalReferences.some((one) => one.referenceType === 'DialogportenTransmissionId')

function refusalToSender(status: StatusWord): ProblemCode | null {
  if (isPurge(status)) return 1014
  return ['Initialized', 'ReadyForPublish', 'Failed'].includes(status) ? null : 1013
}

/** A confirm counts only once its job has written it: until then a message that needs one cannot be purged (altinn3.md 2.3). */
function refusalToRecipient(state: LocalState, message: MessageState, status: StatusWord): ProblemCode | null {
  if (isPurge(status)) return 1014
  if (!isAvailable(status) || !state.isOpen(message)) return 1001
  if (message.sent.needsConfirmation && state.confirmed(message).length === 0) return 1026
  return isLinked(message) ? 1043 : null
}

/**
 * `DELETE /{id}/purge`: deletes a message for good. Where a later status hides the purge, it can be repeated, and each writes
 * its own row (altinn3.md 2.3). Altinn's reminder of a confidential message stays (3.8).
 */
export function purge(state: LocalState, message: MessageState, caller: Caller): ProblemCode | null {
  const { status } = highest(statusRows(state, message))
  const asSender = isSender(caller, message) && (countsAsSender(caller) || !isRecipient(caller, message))
  const refusal = asSender ? refusalToSender(status) : refusalToRecipient(state, message, status)
  if (refusal !== null) return refusal
  state.record({ kind: 'Purged', by: asSender ? 'PurgedByAltinn' : 'PurgedByRecipient', ...effectOf(state, message, caller) })
  return null
}
