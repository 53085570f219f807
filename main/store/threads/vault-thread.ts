import { createSecretKey } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { expand, vaultFilePurpose } from '../keys-purposes.ts'
import { settleFiles, type WholeFile } from '../vault/settle.ts'
import { runThread } from './rpc.ts'

/** What the vault's thread is started with; keys have 32 bytes, `key` is the vault's of this epoch. */
export interface VaultThreadData {
  readonly folder: string
  readonly epoch: number
  readonly nameKey: Uint8Array
  readonly keys: readonly Uint8Array[]
}

/** Writing of small files, in 'vault-thread'. Errors: StoreError 'full', 'unwritable'. */
export interface VaultThread {
  settle(files: readonly WholeFile[]): Promise<readonly string[]>
}

export const vaultMethods = ['settle'] as const satisfies readonly (keyof VaultThread)[]

if (parentPort !== null) {
  const { folder, epoch, nameKey, keys } = workerData as VaultThreadData
  const own = keys.map((key) => createSecretKey(key))
  const options = {
    folder,
    epoch,
    nameKey: createSecretKey(nameKey),
    fileKey: (header: { readonly epoch: number; readonly salt: Buffer }, name: string) => expand(own[header.epoch - 1] ?? Buffer.alloc(0), header.salt, vaultFilePurpose(name)),
  }
  runThread(parentPort, 'vault', () => ({ api: { settle: (files: readonly WholeFile[]) => settleFiles(options, files) } satisfies VaultThread, close: () => undefined }))
}
