import { openDatabase } from '../sqlite.ts'
import { mailName } from '../mail/mail-db.ts'
import { listApi } from './list.ts'
import type { ReaderApi } from './api.ts'
import { showApi } from './show.ts'

export const readerMethods = ['list', 'show', 'find', 'recipients', 'attachment', 'position'] as const satisfies readonly (keyof ReaderApi)[]

/**
 * Opens mail.db for reading only; works beside a writing process and without one. Blocks: it belongs into a thread of its own.
 * @throws {StoreError} 'unwritable' when there is no file, 'wrong-key', 'damaged'.
 */
export function openReader(path: string, key: Buffer): { readonly api: ReaderApi; readonly close: () => void } {
  const db = openDatabase(path, mailName, key, { readonly: true })
  return {
    api: { ...listApi(db), ...showApi(db) },
    close: () => {
      db.close()
    },
  }
}
