import { openStates } from '../store/ledger/outbox.ts'
import type { Store } from '../store/open.ts'
import type { Handlers } from './calls.ts'
import { Refusal } from './errors.ts'
import type { Tending } from './recovery.ts'

/**
 * Deletes the copy here; Altinn and the sender see nothing of it. An event of the ledger, so that it holds against sync
 * and every restore (durability.md 21); then the rows go, and after them the words in files and logs.
 */
export function deleteHandlers({ store, tending, changed }: { readonly store: Store; readonly tending: Tending; readonly changed: () => void }): Handlers {
  const { ledger, mail } = store
  return {
    'messages.delete-here': async ({ id }) => {
      const message = await store.reader.show(id)
      if (message === null) throw new Refusal('not-found', 'There is no such message')
      const ids = { dialogId: message.dialogId, correspondenceId: message.correspondenceId }
      const open = ids.correspondenceId === null ? [] : await ledger.outbox({ correspondenceId: ids.correspondenceId, states: openStates })
      if (open.length > 0) throw new Refusal('not-possible', 'under-way')
      const { seq, at } = await ledger.append({ type: 'deleted-here', ...ids })
      await mail.deleteHere([{ ...ids, deletedAt: at }])
      await mail.mirror([], { generation: (await ledger.generation()).generation, seq })
      changed()
      return { copiesHoldItUntil: await tending.deleted(at) }
    },
  }
}
