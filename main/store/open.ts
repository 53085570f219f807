import { join } from 'node:path'
import { type IndexApi, indexMethods, indexName } from './index/index-db.ts'
import type { Ledger } from './ledger/ledger.ts'
import { ledgerMethods, ledgerName } from './ledger/ledger-db.ts'
import type { ProfileKeys } from './keys.ts'
import { acquireLock } from './lock.ts'
import type { MailApi, MailWriter, MirrorRow } from './mail/api.ts'
import { mailMethods, mailName } from './mail/mail-db.ts'
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
  const now = await ledger.generation()
  const letters: readonly MirrorRow[] = (await ledger.letters({ changedAfter: from })).map((row) => ({ dialogId: row.dialogId, correspondenceId: row.correspondenceId, openedHereAt: row.openedAt, handledAt: row.handledAt }))
  const receipts: readonly MirrorRow[] = (await ledger.outbox({ changedAfter: from })).map((row) => ({
    dialogId: row.dialogId,
    correspondenceId: row.correspondenceId,
    receipt: { kind: row.kind, state: row.state, at: row.provenAt ?? row.sendingEndedAt ?? row.clickedAt },
  }))
  await mail.mirror([...letters, ...receipts], { generation: now.generation, seq: now.lastSeq })
  return parked
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
    const mail = keep(await startThread<MailApi>('mail-thread', mailData(folder, keys), mailMethods)).api
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
    return { ledger, mail, reader, vault, refreshIndex, parkedByMail, close: closeAll }
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
