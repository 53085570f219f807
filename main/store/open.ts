import { join } from 'node:path'
import { type IndexApi, indexMethods, indexName } from './index/index-db.ts'
import type { Ledger } from './ledger/ledger.ts'
import { ledgerMethods, ledgerName } from './ledger/ledger-db.ts'
import type { ProfileKeys } from './keys.ts'
import { mendKeysFile } from './keys-file.ts'
import { acquireLock } from './lock.ts'
import type { MailWriter } from './mail/api.ts'
import { copiedAt, type CopiedFile, type CopyApi, mayStillHold, oldestCopyAt, removeOld } from './recovery/copies.ts'
import { catchUp, mirrorSince } from './recovery/mirrors.ts'
import { copier, mailData, openMailThread } from './recovery/open-mail.ts'
import { type TellRecovering, told } from './recovery/progress.ts'
import { isDamage, type MailRestored, markForCheck } from './recovery/restore.ts'
import { defaultRoom, makeReserve, roomForDownloads, type RoomRules, withReserveLater } from './recovery/room.ts'
import { refuseNetworkDisk } from './network-disk.ts'
import type { ReaderApi } from './reader/api.ts'
import { readerMethods } from './reader/reader-db.ts'
import { type Remote, startThread, type Thread } from './threads/rpc.ts'
import { vaultMethods } from './threads/vault-thread.ts'
import { FolderVault, type VaultWork } from './vault/folder-vault.ts'
import type { Vault } from './vault/vault.ts'

export type Reader = Remote<ReaderApi>

/** A profile's data, open for writing: its process is the only one (design.md section 2). */
export interface Store {
  readonly ledger: Ledger
  readonly mail: MailWriter
  readonly reader: Reader
  readonly vault: Vault
  /** Brings the full-text index up to mail.db; returns when it is. */
  refreshIndex(): Promise<void>
  /** Brings the letters that came into the index while others are still being fetched. */
  indexFetched(): Promise<void>
  /** Receipts that became undecided because mail.db had seen later events than the ledger holds. */
  readonly parkedByMail: number
  /** mail.db is not what it was at the last run: what is missing is fetched again on a person's word only, since senders see it. */
  readonly mailRestored: MailRestored | null
  /** Mirrors all of the ledger's history again: rows that came back later have not seen it. */
  mirrorAll(): Promise<void>
  /** Looks at mail.db whole after an unclean end; false: it is damaged, and the next start puts it right. */
  checkAfterUncleanEnd(): Promise<boolean>
  /** A verified copy of a database, beside everything else. */
  copy(which: CopiedFile): ReturnType<Remote<CopyApi>['copy']>
  /** When the newest copy was made, and the oldest that is kept; ms since 1970, or null. */
  copiedAt(which: CopiedFile): number | null
  oldestCopyAt(which: CopiedFile): number | null
  /** Whether a copy, or a file set aside, may still hold what was deleted from mail.db at a time; and the end of them. */
  mayStillHold(at: number): boolean
  removeOld(at: number, copies: boolean): void
  /** Keeps room for the ledger where there is enough of it; false while there is not (durability.md 18). */
  keepRoom(): Promise<boolean>
  /**
   * What a person deleted leaves the vault, the index and the logs beside the databases (durability.md 21). Nothing may be
   * downloaded meanwhile; broken off by `stop`, it goes on the next time.
   */
  forgetDeleted(stop?: () => boolean): Promise<void>
  /** Writes the parts of the index together where that is worth it, some at a time; broken off by `stop`, it goes on the next time. */
  gatherIndex(stop?: () => boolean): Promise<void>
  /** Empties the logs beside the databases. */
  emptyLogs(): Promise<void>
  close(): Promise<void>
}

/** How a profile is opened. */
export interface StoreOptions {
  readonly room?: Partial<RoomRules>
  /** Told of what is being put right. */
  readonly recovering?: TellRecovering
  /** mail.db is about to be put back: what must be known of it even after a kill belongs into the ledger. */
  readonly willRestore?: (ledger: Ledger) => Promise<void>
  /** A database was found damaged while it was used: the next start puts it right. Said once, and not when that start was this one. */
  readonly damaged?: (error: Error) => void
}

/** A profile's data beside a writing process, or without one. */
export interface ReadOnlyStore {
  readonly reader: Reader
  readonly vault: Vault
  close(): Promise<void>
}

const readerData = (folder: string, keys: ProfileKeys) => ({ ...mailData(folder, keys), indexPath: join(folder, indexName), indexKey: keys.derive('index') })

/** Contents on their way into the vault have memory of their own, which moves to its thread. */
function memoryOf(args: readonly unknown[]): readonly ArrayBuffer[] {
  const [files] = args as Parameters<VaultWork['settle']> | Parameters<VaultWork['drop']>
  if (typeof files === 'string') return []
  return files.flatMap(({ content: { buffer, byteLength } }) => (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []))
}

/**
 * Opens a profile for writing: lock, ledger, mail, reader, vault.
 * @param person local user of the operating system, for the audit trail
 * @throws {StoreError} 'locked' while another process holds the profile, and what the files themselves say.
 */
export async function openStore(folder: string, keys: ProfileKeys, person: string, options: StoreOptions = {}): Promise<Store> {
  const { recovering = () => undefined } = options
  const room = { ...defaultRoom, ...options.room }
  if (keys.holder !== 'demo-file') await refuseNetworkDisk(folder)
  const lock = acquireLock(folder)
  const opened: { close(): Promise<void> }[] = []
  const closeAll = async (): Promise<void> => {
    for (const one of opened.reverse()) await one.close()
    lock.release()
  }
  const keep = <Api>(thread: Thread<Api>): Thread<Api> => {
    opened.push(thread)
    return thread
  }
  try {
    if (keys.recovered !== null) await mendKeysFile(folder, Date.now())
    const ledgerData = {
      path: join(folder, ledgerName),
      key: keys.derive('ledger'),
      journalFolder: join(folder, 'ledger.journal'),
      journalKeys: Array.from({ length: keys.epoch }, (_, index) => ({ epoch: index + 1, key: keys.derive('journal', index + 1), headerKey: keys.derive('journal-header', index + 1) })),
      profileId: keys.profileId,
      person,
    }
    const ledgerThread = keep(await told(recovering, () => ({ what: 'ledger', done: 0, total: null }), () => startThread<Ledger>('ledger-thread', ledgerData, ledgerMethods)))
    const ledger = ledgerThread.api
    const copying = copier(folder, keys)
    // Any of them at any time (durability.md 20); where looking at it did not help, starting again would not either.
    let mayTell = false
    const refused = (error: Error): void => {
      if (!isDamage(error)) return
      markForCheck(folder)
      if (mayTell) options.damaged?.(error)
      mayTell = false
    }
    const opening = await openMailThread(folder, keys, ledger, copying, recovering, refused, () => options.willRestore?.(ledger) ?? Promise.resolve())
    mayTell = !opening.wasChecked
    const mailThread = keep(opening.thread)
    const mail = mailThread.api
    const ids = await mail.runIds()
    const hadMail = (await ledger.accounts()).length > 0 && (await ledger.setting('mail.made')) === true
    if (!hadMail) await ledger.append({ type: 'setting-changed', name: 'mail.made', value: true })
    const mailRestored: MailRestored | null = opening.restored ?? (ids.replaced ? 'replaced' : ids.isNew && hadMail ? 'empty' : null)
    const parkedByMail = await catchUp(ledger, mail, recovering)
    const { path: mailPath, key: mailKey } = mailData(folder, keys)
    const indexData = { path: join(folder, indexName), key: keys.derive('index'), mailPath, mailKey }
    const indexThread = keep(await withReserveLater(folder, () => startThread<IndexApi>('index-thread', indexData, indexMethods, undefined, refused)))
    const index = indexThread.api
    const reader = keep(await startThread<ReaderApi>('reader-thread', readerData(folder, keys), readerMethods, undefined, refused)).api
    const vaultFolder = join(folder, 'vault')
    const vaultData = { folder: vaultFolder, epoch: keys.epoch, keys: Array.from({ length: keys.epoch }, (_, index) => keys.derive('vault', index + 1)) }
    const work = keep(await startThread<VaultWork>('vault-thread', vaultData, vaultMethods, memoryOf)).api
    const vault = new FolderVault(vaultFolder, keys, { work, placesOf: (names) => mail.vaultPlaces(names), room: roomForDownloads(folder, room) })
    await vault.prepare()
    let refresh: Promise<void> | null = null
    let again = false
    let closing = false
    let isFirst = true
    /** Once after the start it may be far behind, because it was made anew. */
    const catchUpIndex = async (): Promise<void> => {
      let step = { what: 'index' as const, done: 0, total: null as number | null }
      const work = async (): Promise<void> => {
        for (let n = 1; !closing && (await index.catchUp('all')); n += 1) if (isFirst && n % 2 === 0) step = { ...step, done: (await index.position()).changeNo, total: await reader.position() }
      }
      if (isFirst) await told(recovering, () => step, work)
      else await work()
      isFirst = false
    }
    const refreshIndex = async (): Promise<void> => {
      again = true
      refresh ??= (async () => {
        while (again && !closing) {
          again = false
          await catchUpIndex()
        }
      })().finally(() => {
        refresh = null
      })
      await refresh
    }
    const indexFetched = async (): Promise<void> => {
      while (!closing && (await index.catchUp('fetched')));
    }
    const emptyLogs = async (): Promise<void> => {
      for (const thread of [mailThread, indexThread, ledgerThread]) await thread.truncate()
    }
    const forgetDeleted = async (stop = (): boolean => false): Promise<void> => {
      await vault.remove(await mail.vaultFilesToDrop())
      await mail.vaultFilesDropped()
      while (!stop() && (await index.forget()));
      await emptyLogs()
    }
    const gatherIndex = async (stop = (): boolean => false): Promise<void> => {
      while (!closing && !stop() && (await index.gather()));
    }
    const checkAfterUncleanEnd = async (): Promise<boolean> => {
      if (ids.endedWell) return true
      const whole = await copying((copies) => copies.check('mail'))
      if (!whole) markForCheck(folder)
      return whole
    }
    return {
      ledger, mail, reader, vault, refreshIndex, indexFetched, parkedByMail, mailRestored, checkAfterUncleanEnd, forgetDeleted, gatherIndex, emptyLogs,
      mirrorAll: () => mirrorSince(ledger, mail, 0, () => undefined),
      copy: (which) => copying((copies) => copies.copy(which)),
      copiedAt: (which) => copiedAt(folder, which),
      oldestCopyAt: (which) => oldestCopyAt(folder, which),
      mayStillHold: (at) => mayStillHold(folder, at),
      removeOld: (at, copies) => {
        removeOld(folder, at, copies)
      },
      keepRoom: () => makeReserve(folder, room),
      close: async () => {
        closing = true
        // Whoever asked for it is told how it ended.
        await Promise.allSettled([refresh])
        await closeAll()
      },
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

/** Opens a profile for reading only; nothing is written, and no lock is taken. @throws {StoreError} as the files say. */
export async function openReadOnly(folder: string, keys: ProfileKeys): Promise<ReadOnlyStore> {
  const thread = await startThread<ReaderApi>('reader-thread', readerData(folder, keys), readerMethods)
  return { reader: thread.api, vault: new FolderVault(join(folder, 'vault'), keys), close: () => thread.close() }
}
