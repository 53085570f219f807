import { createSecretKey } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { expand, vaultFilePurpose } from '../keys-purposes.ts'
import type { VaultWork } from '../vault/folder-vault.ts'
import { dropMembers, settleFiles } from '../vault/settle.ts'
import { runThread } from './rpc.ts'

/** What the vault's thread is started with; `keys` are the vault's of every epoch, 32 bytes each. */
export interface VaultThreadData {
  readonly folder: string
  readonly epoch: number
  readonly keys: readonly Uint8Array[]
}

export const vaultMethods = ['settle', 'drop'] as const satisfies readonly (keyof VaultWork)[]

if (parentPort !== null) {
  const { folder, epoch, keys } = workerData as VaultThreadData
  const own = keys.map((key) => createSecretKey(key))
  const options = {
    folder,
    epoch,
    fileKey: (header: { readonly epoch: number; readonly salt: Buffer }, name: string) => expand(own[header.epoch - 1] ?? Buffer.alloc(0), header.salt, vaultFilePurpose(name)),
  }
  const work: VaultWork = { settle: (files) => settleFiles(options, files), drop: (pack, names) => dropMembers(folder, pack, names) }
  runThread(parentPort, 'vault', () => ({ api: work, close: () => undefined }))
}
