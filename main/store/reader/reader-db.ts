import { existsSync } from 'node:fs'
import { indexName } from '../index/index-db.ts'
import { openDatabase } from '../sqlite.ts'
import { mailName } from '../mail/mail-db.ts'
import { mailMigrations } from '../mail/schema.ts'
import { refuseNewer } from '../migrate.ts'
import { countApi } from './counts.ts'
import { coverageReads } from './coverage.ts'
import { listApi } from './list.ts'
import type { ReaderApi } from './api.ts'
import { searchApi } from './search.ts'
import { showApi } from './show.ts'

export const readerMethods = ['list', 'show', 'find', 'recipients', 'coverage', 'coverageFacts', 'serviceTexts', 'sentServices', 'losses', 'counts', 'lastPassAt', 'letterFacts', 'attachment', 'keptBytes', 'textCounts', 'position', 'search', 'searchCount', 'searchHint'] as const satisfies readonly (keyof ReaderApi)[]

/** Enough for the inner pages of a million letters; rows and words of one question are rarely those of the next. */
const cacheKib = 8192

/**
 * Opens mail.db for reading only; works beside a writing process and without one. Blocks: it belongs into a thread of its own.
 * @throws {StoreError} 'unwritable' when there is no file, 'wrong-key', 'damaged', 'too-new'.
 */
export function openReader(path: string, key: Buffer, index: { readonly path: string; readonly key: Buffer }): { readonly api: ReaderApi; readonly close: () => void } {
  const db = openDatabase(path, mailName, key, { readonly: true, cacheKib })
  try {
    refuseNewer(db, mailName, mailMigrations)
  } catch (error) {
    db.close()
    throw error
  }
  // The index is derived: without it everything but search works.
  const words = existsSync(index.path) ? openDatabase(index.path, indexName, index.key, { readonly: true, cacheKib }) : null
  return {
    api: { ...listApi(db), ...countApi(db), ...coverageReads(db), ...showApi(db), ...searchApi(db, words) },
    close: () => {
      words?.close()
      db.close()
    },
  }
}
