import { parentPort, workerData } from 'node:worker_threads'
import { mailName } from '../mail/mail-db.ts'
import { openReader } from '../reader/reader-db.ts'
import { runThread } from './rpc.ts'
import type { MailThreadData } from './mail-thread.ts'

if (parentPort !== null) {
  const { path, key } = workerData as MailThreadData
  runThread(parentPort, mailName, () => openReader(path, Buffer.from(key)))
}
