import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { colleague } from './dialogporten/actors.ts'
import { labelOf, relabelled } from './dialogporten/labels.ts'
import { handedIn, refused } from './door.ts'
import type { Call, Handler, Reply } from './http.ts'
import type { LocalState, MessageState } from './state.ts'

const labelName = z.string().transform((text, context) => {
  const label = labelOf(text)
  if (label !== null && label !== 'Sent') return label
  context.addIssue({ code: 'custom', message: 'must be Default, Archive, Bin or MarkedAsUnopened' })
  return z.NEVER
})
const deedRequest = z.discriminatedUnion('does', [
  z.strictObject({ does: z.enum(['fetch', 'read', 'confirm', 'purge']), message: z.guid() }),
  z.strictObject({ does: z.literal('see'), dialog: z.guid() }),
  z.strictObject({ does: z.literal('label'), dialog: z.guid(), addLabels: z.array(labelName).default([]), removeLabels: z.array(labelName).default([]) }),
])
const rightRequest = z.strictObject({ party: z.string(), held: z.boolean(), resources: z.union([z.literal('all'), z.array(z.string())]).optional() })
const done: Reply = { status: 204 }

/** What somebody else who acts for the recipient does with a message, with the service's own conditions (altinn3.md 2.3). */
function withMessage(state: LocalState, message: MessageState, does: 'fetch' | 'read' | 'confirm' | 'purge'): Reply {
  const common = { at: state.now(), caller: colleague, message: message.sent.id }
  if (state.purgedAt(message) !== null) return refused('The message was deleted for good before (1014)')
  if (does !== 'purge') state.record({ kind: 'Fetched', ...common })
  switch (does) {
    case 'fetch':
      return done
    case 'read':
      if (message.reads.length === 0) state.record({ kind: 'Read', ...common })
      if (message.openedAt === null) state.record({ kind: 'Opened', ...common })
      if (message.sent.confidential) state.record({ kind: 'ReminderEnded', ...common })
      return done
    case 'confirm':
      if (state.confirmed(message).length > 0) return refused('The message was confirmed before (1041)')
      state.record({ kind: 'ConfirmRequested', ...common, afterMs: state.confirmDelay(message.sent.id) })
      return done
    case 'purge':
      if (message.sent.needsConfirmation && state.confirmed(message).length === 0) return refused('The message must be confirmed first (1026)')
      if (message.sent.transmissionOf !== null) return refused('A message within another dialog cannot be deleted (1043)')
      state.record({ kind: 'Purged', by: 'PurgedByRecipient', ...common })
      return done
  }
}

/** `POST /localtest/colleague`: another person who acts for the same recipients reads, confirms, deletes, looks or sorts. */
export function colleagueDoor(state: LocalState): Handler {
  return (call) => {
    const asked = handedIn(deedRequest, call)
    if ('refusal' in asked) return asked.refusal
    const deed = asked.value
    if ('message' in deed) {
      const message = state.message(deed.message.toLowerCase())
      return message === undefined ? refused('There is no such message in this world', 404) : withMessage(state, message, deed.does)
    }
    const dialog = state.dialogs.get(deed.dialog.toLowerCase())
    if (dialog === null || dialog.isDeleted) return refused('There is no such dialog in this world', 404)
    const common = { at: state.now(), caller: colleague, dialog: dialog.id }
    if (deed.does === 'see') {
      state.record({ kind: 'Seen', ...common })
      return done
    }
    const { labels, log } = relabelled(dialog.labels, deed.addLabels, deed.removeLabels)
    if (log.length > 0) state.record({ kind: 'Labelled', ...common, labels: [...labels], revision: randomUUID(), log: [...log] })
    return done
  }
}

/** `POST /localtest/rights`: the world's system user may act for a party from now on, or no longer; with `resources` only for these services. */
export function rightsDoor(state: LocalState): (call: Call) => Reply {
  return (call) => {
    const asked = handedIn(rightRequest, call)
    if ('refusal' in asked) return asked.refusal
    const party = /^\d{9}$/.test(asked.value.party) ? `urn:altinn:organization:identifier-no:${asked.value.party}` : asked.value.party
    if (state.party(party) === undefined) return refused('party: nobody in this world has that number')
    const { held, resources } = asked.value
    if (Array.isArray(resources) && resources.some((id) => state.resource(id) === undefined)) return refused('resources: this world has no such service')
    state.record({ kind: 'RightChanged', at: state.now(), caller: 'sender', party, held, ...(resources === undefined ? {} : { resources }) })
    return done
  }
}
