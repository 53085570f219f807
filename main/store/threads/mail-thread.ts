import { parentPort, workerData } from 'node:worker_threads'
import { type LedgerRun, mailName, openMail } from '../mail/mail-db.ts'
import { runThread } from './rpc.ts'

/** What the mail thread is started with: the file, its 32-byte key, and the ledger's run that opens it. */
export interface MailThreadData {
  readonly path: string
  readonly key: Uint8Array
  readonly run: LedgerRun
}

if (parentPort !== null) {
  const { path, key, run } = workerData as MailThreadData
  runThread(parentPort, mailName, () => openMail(path, Buffer.from(key), run))
}
