import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Dialog } from './dialogporten/dialog.ts'
import { dialogChange, type DialogChange, writtenActivity, writtenTransmission } from './dialogporten/effects.ts'
import { handedIn, refused } from './door.ts'
import type { Handler, Reply } from './http.ts'
import type { LocalState } from './state.ts'

const moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const changeRequest = z.strictObject({
  /** Moves neither timestamps nor labels (altinn3.md 3.7). */
  silent: z.boolean().default(false),
  change: dialogChange.extend({ dueAt: moment.nullable().optional(), expiresAt: moment.nullable().optional() }).default({}),
  activity: writtenActivity.optional(),
  transmission: writtenTransmission.optional(),
})
const backDateRequest = z.strictObject({ to: moment })
const done: Reply = { status: 204 }

/** What of a change is one: the same value again moves nothing (recorded). */
function real(dialog: Dialog, change: DialogChange): DialogChange {
  const first = (texts: Readonly<Record<string, string>> | null): string | null => (texts === null ? null : (Object.values(texts)[0] ?? null))
  const current: Readonly<Record<string, unknown>> = {
    title: first(dialog.title),
    summary: first(dialog.summary),
    status: dialog.status,
    progress: dialog.progress,
    externalReference: dialog.externalReference,
    dueAt: dialog.dueAt,
    expiresAt: dialog.expiresAt,
  }
  return Object.fromEntries(Object.entries(change).filter(([key, value]) => !(key in current) || current[key] !== value))
}

/**
 * The service owner of a dialog at the side door: `POST /localtest/dialogs/{id}` changes it, `DELETE` takes it away so that
 * it can come back, `…/restore` brings it back, `…/erase` takes it away for good, `…/back-date` puts it into the past.
 */
export function ownerDoor(state: LocalState): Handler {
  return (call) => {
    const [, idText = '', action = ''] = /^\/localtest\/dialogs\/([0-9a-f-]{36})(?:\/([a-z-]+))?$/.exec(call.path) ?? []
    const dialog = idText === '' ? null : state.dialogs.get(idText)
    if (dialog === null) return refused('There is no such dialog in this world', 404)
    const common = { at: state.now(), caller: 'sender', dialog: dialog.id }
    if (action === '' && call.method === 'DELETE') {
      if (!dialog.isDeleted) state.record({ kind: 'DialogDeleted', ...common })
      return done
    }
    if (call.method !== 'POST') return { status: 405, headers: { allow: action === '' ? 'POST, DELETE' : 'POST' } }
    switch (action) {
      case '': {
        const asked = handedIn(changeRequest, call)
        if ('refusal' in asked) return asked.refusal
        const { silent, activity, transmission } = asked.value
        const change = real(dialog, asked.value.change)
        if (Object.keys(change).length === 0 && activity === undefined && transmission === undefined) return done
        const withId = <T>(one: T | undefined): (T & { readonly id: string }) | null => (one === undefined ? null : { ...one, id: randomUUID() })
        state.record({ kind: 'DialogChanged', ...common, silent, change, activity: withId(activity), transmission: withId(transmission), revision: randomUUID() })
        return done
      }
      case 'restore':
        if (dialog.message !== null && state.purgedAt(dialog.message) !== null) return refused('Its recipient deleted the message for good: it cannot come back', 409)
        state.record({ kind: 'DialogRestored', ...common })
        return done
      case 'erase':
        state.record({ kind: 'DialogErased', ...common })
        return done
      case 'back-date': {
        const asked = handedIn(backDateRequest, call)
        if ('refusal' in asked) return asked.refusal
        state.record({ kind: 'DialogBackDated', ...common, to: asked.value.to })
        return done
      }
      default:
        return { status: 404 }
    }
  }
}
