import { parentPort, workerData } from 'node:worker_threads'
import { ledgerName, openLedger } from '../ledger/ledger-db.ts'
import { runThread } from './rpc.ts'

/** What the ledger thread is started with; keys have 32 bytes. */
export interface LedgerThreadData {
  readonly path: string
  readonly key: Uint8Array
  readonly journalFolder: string
  readonly journalKeys: readonly { readonly epoch: number; readonly key: Uint8Array; readonly headerKey: Uint8Array }[]
  readonly profileId: string
  readonly person: string
}

if (parentPort !== null) {
  const data = workerData as LedgerThreadData
  runThread(parentPort, ledgerName, () =>
    openLedger({
      ...data,
      key: Buffer.from(data.key),
      journalKeys: data.journalKeys.map((one) => ({ epoch: one.epoch, key: Buffer.from(one.key), headerKey: Buffer.from(one.headerKey) })),
    }),
  )
}
