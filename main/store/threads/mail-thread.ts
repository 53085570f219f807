import { parentPort, workerData } from 'node:worker_threads'
import { mailName, openMail } from '../mail/mail-db.ts'
import { runThread } from './rpc.ts'

/** What the mail thread is started with: the file and its 32-byte key. */
export interface MailThreadData {
  readonly path: string
  readonly key: Uint8Array
}

if (parentPort !== null) {
  const { path, key } = workerData as MailThreadData
  runThread(parentPort, mailName, () => openMail(path, Buffer.from(key)))
}
