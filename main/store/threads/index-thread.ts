import { parentPort, workerData } from 'node:worker_threads'
import { indexName, openIndex } from '../index/index-db.ts'
import { runThread } from './rpc.ts'

/** What the index thread is started with; keys have 32 bytes. */
export interface IndexThreadData {
  readonly path: string
  readonly key: Uint8Array
  readonly mailPath: string
  readonly mailKey: Uint8Array
}

if (parentPort !== null) {
  const { path, key, mailPath, mailKey } = workerData as IndexThreadData
  runThread(parentPort, indexName, () => openIndex(path, Buffer.from(key), mailPath, Buffer.from(mailKey)))
}
