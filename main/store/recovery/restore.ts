import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { syncFolderNow } from '../disk.ts'
import { StoreError } from '../errors.ts'
import { syncFileNow } from './files.ts'

/**
 * How mail.db came back.
 *
 * - copy: from its verified copy; what came after it is to be fetched again
 * - empty: there was no copy; everything that Altinn still has is to be fetched again
 * - replaced: somebody put another file in its place, whole; what came after it is to be fetched again
 */
export type MailRestored = 'copy' | 'empty' | 'replaced'

/** Errors of a file that cannot be trusted. A key that opened the ledger opens mail.db as well, unless the file is damaged. */
export const isDamage = (error: unknown): error is StoreError => error instanceof StoreError && (error.code === 'damaged' || error.code === 'wrong-key')

const markName = 'check.next'

/** Remembers, across the end of this process, that a file was found damaged: the next start looks at each before it uses it. */
export function markForCheck(profile: string): void {
  const path = join(profile, markName)
  writeFileSync(path, '', { mode: 0o600 })
  syncFileNow(path)
  syncFolderNow(profile)
}

export const isMarkedForCheck = (profile: string): boolean => existsSync(join(profile, markName))

export function clearMark(profile: string): void {
  rmSync(join(profile, markName), { force: true })
}
