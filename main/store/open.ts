import { join } from 'node:path'
import { type IndexApi, indexMethods, indexName } from './index/index-db.ts'
import type { Ledger } from './ledger/ledger.ts'
import { ledgerMethods, ledgerName } from './ledger/ledger-db.ts'
import type { ProfileKeys } from './keys.ts'
import { acquireLock } from './lock.ts'
import type { MailApi, MailWriter, MirrorRow } from './mail/api.ts'
import { mailMethods, mailName } from './mail/mail-db.ts'
import { existsSync } from 'node:fs'
import { type CopiedFile, type CopyApi, copyMethods } from './recovery/copies.ts'
import { clearMark, isDamage, isMarkedForCheck, type MailRestored, markForCheck, restoreMail } from './recovery/restore.ts'
import { refuseNetworkDisk } from './network-disk.ts'
import type { ReaderApi } from './reader/api.ts'
import { readerMethods } from './reader/reader-db.ts'
import { type Remote, startThread, type Thread } from './threads/rpc.ts'
import { type VaultThread, vaultMethods } from './threads/vault-thread.ts'
import { FolderVault } from './vault/folder-vault.ts'
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
  copiedAt(which: CopiedFile): Promise<number | null>
  close(): Promise<void>
}

/** A profile's data beside a writing process, or without one. */
export interface ReadOnlyStore {
  readonly reader: Reader
  readonly vault: Vault
  close(): Promise<void>
}

const readerData = (folder: string, keys: ProfileKeys) => ({ ...mailData(folder, keys), indexPath: join(folder, indexName), indexKey: keys.derive('index') })

const mailData = (folder: string, keys: ProfileKeys): { readonly path: string; readonly key: Buffer } => ({ path: join(folder, mailName), key: keys.derive('mail') })

type Copying = <T>(work: (copies: Remote<CopyApi>) => Promise<T>) => Promise<T>

/** Opens mail.db; a damaged one is set aside and its newest whole copy takes its place, or nothing does. */
async function openMailThread(folder: string, keys: ProfileKeys, ledger: Ledger, copying: Copying): Promise<{ readonly thread: Thread<MailApi>; readonly restored: 'copy' | 'empty' | null }> {
  const { runId, previousRunId } = await ledger.generation()
  const data = { ...mailData(folder, keys), run: { runId, previousRunId } }
  const start = (): Promise<Thread<MailApi>> => startThread<MailApi>('mail-thread', data, mailMethods)
  let restored: 'copy' | 'empty' | null = null
  if (isMarkedForCheck(folder)) {
    if (existsSync(data.path) && !(await copying((copies) => copies.check('mail')))) restored = restoreMail(folder, data.key, Date.now())
    clearMark(folder)
  }
  try {
    return { thread: await start(), restored }
  } catch (error) {
    if (!isDamage(error) || restored !== null) throw error
    return { restored: restoreMail(folder, data.key, Date.now()), thread: await start() }
  }
}

/** Contents on their way into the vault have memory of their own, which moves to its thread. */
function memoryOf(args: readonly unknown[]): readonly ArrayBuffer[] {
  const [files] = args as Parameters<VaultThread['settle']>
  return files.flatMap(({ content: { buffer, byteLength } }) => (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []))
}

/** What only the ledger knows, brought into mail.db after a start or a restore; ahead is as wrong as behind (durability.md 5). */
async function catchUp(ledger: Ledger, mail: MailWriter): Promise<number> {
  const { generation, lastSeq } = await ledger.generation()
  const mark = await mail.mirroredTo()
  const ahead = mark?.generation === generation && mark.seq > lastSeq
  const parked = ahead ? await ledger.reportRestored('mail.db has seen later events than the ledger holds') : 0
  const from = mark?.generation === generation && mark.seq <= lastSeq ? mark.seq : 0
  await mirrorSince(ledger, mail, from)
  return parked
}

/** Rows of one transaction: so that a list is never held up by them. */
const mirrorStep = 500

/** What lists filter by, from all of the ledger's history after a number (durability.md 5 and 20). */
async function mirrorSince(ledger: Ledger, mail: MailWriter, from: number): Promise<void> {
  const now = await ledger.generation()
  const letters: readonly MirrorRow[] = (await ledger.letters({ changedAfter: from })).map((row) => ({ dialogId: row.dialogId, correspondenceId: row.correspondenceId, openedHereAt: row.openedAt, handledAt: row.handledAt }))
  const receipts: readonly MirrorRow[] = (await ledger.outbox({ changedAfter: from })).map((row) => ({
    dialogId: row.dialogId,
    correspondenceId: row.correspondenceId,
    receipt: { kind: row.kind, state: row.state, at: row.provenAt ?? row.sendingEndedAt ?? row.clickedAt },
  }))
  const rows = [...receipts, ...letters]
  // The place in the history is written with the last step: broken off, it begins where it began.
  for (let at = 0; at + mirrorStep < rows.length; at += mirrorStep) await mail.mirror(rows.slice(at, at + mirrorStep), null)
  await mail.mirror(rows.slice(Math.floor(Math.max(0, rows.length - 1) / mirrorStep) * mirrorStep), { generation: now.generation, seq: now.lastSeq })
}

/**
 * Opens a profile for writing: lock, ledger, mail, reader, vault.
 * @param person local user of the operating system, for the audit trail
 * @throws {StoreError} 'locked' while another process holds the profile, and what the files themselves say.
 */
export async function openStore(folder: string, keys: ProfileKeys, person: string): Promise<Store> {
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
    const ledgerData = {
      path: join(folder, ledgerName),
      key: keys.derive('ledger'),
      journalFolder: join(folder, 'ledger.journal'),
      journalKeys: Array.from({ length: keys.epoch }, (_, index) => ({ epoch: index + 1, key: keys.derive('journal', index + 1), headerKey: keys.derive('journal-header', index + 1) })),
      profileId: keys.profileId,
      person,
    }
    const ledger = keep(await startThread<Ledger>('ledger-thread', ledgerData, ledgerMethods)).api
    const copying = async <T>(work: (copies: Remote<CopyApi>) => Promise<T>): Promise<T> => {
      const thread = await startThread<CopyApi>('copy-thread', { profile: folder, ledgerKey: keys.derive('ledger'), mailKey: keys.derive('mail') }, copyMethods)
      try {
        return await work(thread.api)
      } finally {
        await thread.close()
      }
    }
    const opening = await openMailThread(folder, keys, ledger, copying)
    const mail = keep(opening.thread).api
    const ids = await mail.runIds()
    const hadMail = (await ledger.accounts()).length > 0 && (await ledger.setting('mail.made')) === true
    if (!hadMail) await ledger.append({ type: 'setting-changed', name: 'mail.made', value: true })
    const mailRestored: MailRestored | null = opening.restored ?? (ids.replaced ? 'replaced' : ids.isNew && hadMail ? 'empty' : null)
    const parkedByMail = await catchUp(ledger, mail)
    const { path: mailPath, key: mailKey } = mailData(folder, keys)
    const indexData = { path: join(folder, indexName), key: keys.derive('index'), mailPath, mailKey }
    const index = keep(await startThread<IndexApi>('index-thread', indexData, indexMethods)).api
    const reader = keep(await startThread<ReaderApi>('reader-thread', readerData(folder, keys), readerMethods)).api
    const vaultFolder = join(folder, 'vault')
    const vaultData = { folder: vaultFolder, epoch: keys.epoch, nameKey: keys.derive('vault-name'), keys: Array.from({ length: keys.epoch }, (_, index) => keys.derive('vault', index + 1)) }
    const vaultThread = keep(await startThread<VaultThread>('vault-thread', vaultData, vaultMethods, memoryOf)).api
    const vault = new FolderVault(vaultFolder, keys, (files) => vaultThread.settle(files))
    await vault.prepare()
    let refresh: Promise<void> | null = null
    let again = false
    const refreshIndex = async (): Promise<void> => {
      again = true
      refresh ??= (async () => {
        while (again) {
          again = false
          while (await index.catchUp()) again = true
        }
      })().finally(() => {
        refresh = null
      })
      await refresh
    }
    const checkAfterUncleanEnd = async (): Promise<boolean> => {
      if (ids.endedWell) return true
      const whole = await copying((copies) => copies.check('mail'))
      if (!whole) markForCheck(folder)
      return whole
    }
    return {
      ledger, mail, reader, vault, refreshIndex, parkedByMail, mailRestored, checkAfterUncleanEnd,
      mirrorAll: () => mirrorSince(ledger, mail, 0),
      copy: (which) => copying((copies) => copies.copy(which)),
      copiedAt: (which) => copying((copies) => copies.copiedAt(which)),
      close: closeAll,
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
