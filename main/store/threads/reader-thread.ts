import { parentPort, workerData } from 'node:worker_threads'
import { mailName } from '../mail/mail-db.ts'
import { openReader } from '../reader/reader-db.ts'
import { runThread } from './rpc.ts'

/** What a reader is started with; keys have 32 bytes. */
export interface ReaderThreadData {
  readonly path: string
  readonly key: Uint8Array
  readonly indexPath: string
  readonly indexKey: Uint8Array
}

if (parentPort !== null) {
  const { path, key, indexPath, indexKey } = workerData as ReaderThreadData
  runThread(parentPort, mailName, () => openReader(path, Buffer.from(key), { path: indexPath, key: Buffer.from(indexKey) }))
}
