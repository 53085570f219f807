import { z } from 'zod'
import { StoreError } from '../store/errors.ts'
import type { Ledger } from '../store/ledger/ledger.ts'
import type { Store } from '../store/open.ts'
import type { MailRestored } from '../store/recovery/restore.ts'
import type { Handlers } from './calls.ts'

const heldSetting = 'sync.held'
const mirrorSetting = 'sync.mirror-returned'
const heldValue = z.object({ how: z.enum(['copy', 'empty', 'replaced']), at: z.number() })

/** Until a person agrees nothing is fetched: much of it was fetched before, and senders would see it a second time. */
export async function hold(ledger: Ledger, how: MailRestored, at: number): Promise<void> {
  await ledger.appendAll([
    { type: 'setting-changed', name: heldSetting, value: { how, at } },
    { type: 'setting-changed', name: mirrorSetting, value: true },
  ])
}

/** Rows that come back after a restore learn what only the ledger knows of them: opened, handled, receipts. */
export async function mirrorReturned(store: Store): Promise<void> {
  const { ledger } = store
  if ((await ledger.setting(mirrorSetting)) !== true || (await isHeld(ledger))) return
  await store.mirrorAll()
  await ledger.append({ type: 'setting-changed', name: mirrorSetting, value: false })
}

/** Why fetching is held, or null. */
export async function heldBecause(ledger: Ledger): Promise<MailRestored | null> {
  const held = heldValue.safeParse(await ledger.setting(heldSetting))
  return held.success ? held.data.how : null
}

export const isHeld = async (ledger: Ledger): Promise<boolean> => (await heldBecause(ledger)) !== null

/** A person's word after mail.db was put back. */
export function recoveryHandlers(ledger: Ledger, changed: () => void): Handlers {
  return {
    'recovery.state': async () => ({ held: await heldBecause(ledger) }),
    'recovery.agree': async () => {
      await ledger.append({ type: 'setting-changed', name: heldSetting, value: null })
      changed()
      return {}
    },
  }
}

const hour = 3_600_000
const day = 24 * hour
/** After the window is up, so that it has the disk to itself. */
const firstMs = 20_000

interface Tended {
  readonly store: Store
  readonly now: () => number
  readonly failed: (error: unknown) => void
  readonly busy: () => boolean
  readonly damaged: () => void
}

/**
 * Looks after the files in idle time: mail.db is looked at whole after an unclean end, and verified copies are made of
 * what cannot be made anew, daily when something came (durability.md 4 and 20).
 */
export function tend({ store, now, failed, busy, damaged }: Tended): { close(): Promise<void> } {
  let copiedPosition = -1
  let closed = false
  let work: Promise<void> = Promise.resolve()
  const checked = store.checkAfterUncleanEnd().then((whole) => {
    if (whole) return
    failed(new StoreError('damaged', 'mail.db is damaged'))
    damaged()
  })
  const copies = async (): Promise<void> => {
    await checked
    for (const which of ['ledger', 'mail'] as const) {
      const position = await store.reader.position()
      const age = now() - ((await store.copiedAt(which)) ?? 0)
      if (closed || busy() || age < day || (which === 'mail' && position === copiedPosition)) continue
      const done = await store.copy(which)
      if (which === 'mail' && done === 'copied') copiedPosition = position
    }
  }
  const turn = (): void => {
    work = work.then(copies).catch(failed)
  }
  const first = setTimeout(turn, firstMs)
  const timer = setInterval(turn, hour)
  first.unref()
  timer.unref()
  work = checked.catch(failed)
  return {
    close: async () => {
      closed = true
      clearTimeout(first)
      clearInterval(timer)
      await work
    },
  }
}
