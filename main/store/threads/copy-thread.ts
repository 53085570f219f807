import { parentPort, workerData } from 'node:worker_threads'
import { openCopies } from '../recovery/copies.ts'
import { runThread } from './rpc.ts'

/** What the copier is started with; keys have 32 bytes. */
export interface CopyThreadData {
  readonly profile: string
  readonly ledgerKey: Uint8Array
  readonly mailKey: Uint8Array
}

if (parentPort !== null) {
  const { profile, ledgerKey, mailKey } = workerData as CopyThreadData
  runThread(parentPort, 'copies', () => ({ api: openCopies({ profile, ledgerKey: Buffer.from(ledgerKey), mailKey: Buffer.from(mailKey) }), close: () => undefined }))
}
