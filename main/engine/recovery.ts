import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { StoreError } from '../store/errors.ts'
import type { Ledger } from '../store/ledger/ledger.ts'
import type { Store } from '../store/open.ts'
import type { MailRestored } from '../store/recovery/restore.ts'
import type { Handlers } from './calls.ts'

/** Why fetching waits for a person's word: mail.db was put back, or the profile woke up on another machine. */
export type Held = MailRestored | 'moved'

const heldSetting = 'sync.held'
const mirrorSetting = 'sync.mirror-returned'
const machineSetting = 'machine'
const heldValue = z.object({ how: z.enum(['copy', 'empty', 'replaced', 'moved']), at: z.number() })

/** Until a person agrees nothing is fetched: much of it was fetched before, and senders would see it a second time. */
export async function hold(ledger: Ledger, how: Held, at: number): Promise<void> {
  await ledger.appendAll([
    { type: 'setting-changed', name: heldSetting, value: { how, at } },
    { type: 'setting-changed', name: mirrorSetting, value: true },
  ])
}

/**
 * Notices a profile that was copied from another machine, which may go on with its own: then two would send the same
 * receipts. Everything unfinished becomes undecided, which is asked about and never sent by itself, and fetching is held
 * (durability.md 22).
 * @param mine who this machine is, to this profile alone
 * @returns receipts that became undecided
 */
export async function noticeMove(store: Store, mine: string, at: number): Promise<number> {
  const { ledger } = store
  const known = await ledger.setting(machineSetting)
  if (known === mine) return 0
  if (typeof known !== 'string') {
    await ledger.append({ type: 'setting-changed', name: machineSetting, value: mine })
    return 0
  }
  if ((await heldBecause(ledger)) === 'moved') return 0
  const parked = await ledger.reportRestored('the profile was copied from another machine')
  await hold(ledger, 'moved', at)
  await store.mirrorAll()
  return parked
}

/** Rows that come back after a restore learn what only the ledger knows of them: opened, handled, receipts. */
export async function mirrorReturned(store: Store): Promise<void> {
  const { ledger } = store
  if ((await ledger.setting(mirrorSetting)) !== true || (await isHeld(ledger))) return
  await store.mirrorAll()
  await ledger.append({ type: 'setting-changed', name: mirrorSetting, value: false })
}

/** Why fetching is held, or null. */
export async function heldBecause(ledger: Ledger): Promise<Held | null> {
  const held = heldValue.safeParse(await ledger.setting(heldSetting))
  return held.success ? held.data.how : null
}

export const isHeld = async (ledger: Ledger): Promise<boolean> => (await heldBecause(ledger)) !== null

/** A person's word after mail.db was put back, or that this machine is the one that goes on. */
export function recoveryHandlers(ledger: Ledger, machine: string | null, changed: () => void): Handlers {
  return {
    'recovery.state': async () => ({ held: await heldBecause(ledger) }),
    'recovery.agree': async () => {
      await ledger.appendAll([
        ...(machine === null ? [] : [{ type: 'setting-changed' as const, name: machineSetting, value: machine }]),
        { type: 'setting-changed', name: heldSetting, value: null },
      ])
      changed()
      return {}
    },
  }
}

const hour = 3_600_000
const day = 24 * hour
/** After the window is up, so that it has the disk to itself. */
const firstMs = 20_000
/** A copy that holds what a person deleted is replaced within so long (durability.md 21), and soon before that at the latest. */
const copiesHoldMs = 7 * day
const copiesLateMs = 6 * day
/** Vault files looked at in an hour: so many, or until so many bytes were read. */
const lookedAtFiles = 100
const lookedAtBytes = 64 * 1024 * 1024
/** A file that no row refers to stays so long, for a copy of mail.db that may still need it (durability.md 13). */
const unusedMs = 30 * day

const inCopiesSetting = 'deleted.in-copies'
/** First and last deletion whose text a copy may still hold. */
const inCopies = z.object({ since: z.number(), last: z.number() })

interface Tended {
  readonly store: Store
  readonly now: () => number
  readonly failed: (error: unknown) => void
  readonly busy: () => boolean
  readonly damaged: () => void
}

/** What looks after the files while the engine runs. */
export interface Tending {
  /** Resolves when no copy is being made: fetching waits for it (durability.md 19). */
  readonly quiet: () => Promise<void>
  /** Nothing is being fetched any more: a good time. */
  readonly idle: () => void
  /** A person deleted something. @returns until when a copy may still hold it, ms since 1970, or null */
  readonly deleted: (at: number) => Promise<number | null>
  /** All of an hour's work at once; what is due by the clock is done by it. */
  readonly turn: () => Promise<void>
  close(): Promise<void>
}

/** Some vault files, taken by chance, are read whole; what is damaged is wanted again before anybody misses it. */
async function lookAtFiles({ store, busy }: Pick<Tended, 'store' | 'busy'>, closed: () => boolean): Promise<void> {
  let bytes = 0
  for (const file of await store.mail.vaultFilesAfter(randomBytes(32).toString('hex'), lookedAtFiles)) {
    if (closed() || busy() || bytes > lookedAtBytes) return
    bytes += file.bytes
    if (!(await store.vault.verify(file.name))) await store.mail.vaultFileLost(file.name)
  }
}

/**
 * Looks after the files in idle time: mail.db is looked at whole after an unclean end; room is kept for the ledger;
 * verified copies are made of what cannot be made anew, daily when something came; what a person deleted leaves files and
 * copies; the index is written together; vault files are looked at, and those that nobody needs go (durability.md 4, 13, 18-21).
 */
export function tend({ store, now, failed, busy, damaged }: Tended): Tending {
  const { ledger } = store
  let copiedPosition = -1
  let collectedAt = 0
  let closed = false
  let copying: Promise<unknown> = Promise.resolve()
  let copies = false
  let work: Promise<void> = Promise.resolve()
  const isClosed = (): boolean => closed
  const checked = store.checkAfterUncleanEnd().then((whole) => {
    if (whole) return
    failed(new StoreError('damaged', 'mail.db is damaged'))
    damaged()
  })
  const held = async (): Promise<z.infer<typeof inCopies> | null> => inCopies.safeParse(await ledger.setting(inCopiesSetting)).data ?? null

  const copyOne = async (which: 'ledger' | 'mail'): Promise<void> => {
    const position = await store.reader.position()
    const deletions = which === 'mail' ? await held() : null
    const isLate = deletions !== null && now() - deletions.since >= copiesLateMs
    const isDue = now() - (store.copiedAt(which) ?? 0) >= day && !(which === 'mail' && position === copiedPosition)
    if (closed || busy() || !(isDue || isLate)) return
    const beganAt = Date.now()
    copies = true
    const copy = store.copy(which)
    copying = copy.then(() => undefined, () => undefined)
    const done = await copy.finally(() => {
      copies = false
    })
    if (which === 'ledger' || done !== 'copied') return
    copiedPosition = position
    if (deletions === null || deletions.last >= beganAt) return
    store.removeOld(deletions.last, false)
    await ledger.append({ type: 'setting-changed', name: inCopiesSetting, value: null })
  }
  /** Where no new copy could be made in time, the old one goes without. */
  const dropLateCopies = async (): Promise<void> => {
    const deletions = await held()
    if (deletions === null || now() - deletions.since < copiesHoldMs) return
    store.removeOld(deletions.last, true)
    await ledger.append({ type: 'setting-changed', name: inCopiesSetting, value: null })
  }
  const collect = async (): Promise<void> => {
    if (closed || busy() || now() - collectedAt < day) return
    collectedAt = now()
    await store.vault.collect((names) => store.mail.knownVaultFiles(names), Math.min(now() - unusedMs, store.oldestCopyAt('mail') ?? Infinity))
  }
  const afterwards = async (): Promise<void> => {
    await store.keepRoom()
    if (!closed && !busy()) await store.forgetDeleted(() => closed || busy())
    if (!closed && !busy()) await store.gatherIndex(() => closed || busy())
  }
  const hourly = async (): Promise<void> => {
    await checked
    await afterwards()
    for (const which of ['ledger', 'mail'] as const) await copyOne(which)
    await dropLateCopies()
    await lookAtFiles({ store, busy }, isClosed)
    await collect()
  }
  const then = (next: () => Promise<void>): Promise<void> => {
    work = work.then(() => (closed ? undefined : next())).catch(failed)
    return work
  }
  const first = setTimeout(() => void then(hourly), firstMs)
  const timer = setInterval(() => void then(hourly), hour)
  first.unref()
  timer.unref()
  work = checked.then(async () => {
    await store.keepRoom()
  }).catch(failed)
  return {
    quiet: async () => {
      await copying
    },
    idle: () => void then(afterwards),
    deleted: async (at) => {
      const before = await held()
      if (before === null && !copies && !store.mayStillHold(at)) {
        void then(afterwards)
        return null
      }
      await ledger.append({ type: 'setting-changed', name: inCopiesSetting, value: { since: before?.since ?? at, last: at } })
      void then(afterwards)
      return at + copiesHoldMs
    },
    turn: () => then(hourly),
    close: async () => {
      closed = true
      clearTimeout(first)
      clearInterval(timer)
      await work
    },
  }
}
