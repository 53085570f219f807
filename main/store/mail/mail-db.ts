import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { migrate } from '../migrate.ts'
import { type WalKeeper, walKeeper } from '../recovery/wal.ts'
import { assertEncrypted, asDatabaseError, atomic, type Db, openDatabase } from '../sqlite.ts'
import type { MailApi } from './api.ts'
import { coverageApi } from './coverage.ts'
import { deleteApi } from './delete.ts'
import { dialogApi } from './dialogs.ts'
import { fileApi } from './files.ts'
import { keptFileApi } from './kept-files.ts'
import { letterApi } from './letters.ts'
import { markApi } from './marks.ts'
import { type Meta, metaOf } from './meta.ts'
import { accessApi } from './access.ts'
import { fullPassApi } from './full-pass.ts'
import { numberApi } from './numbers.ts'
import { openPassApi } from './open-pass.ts'
import { placeApi } from './places.ts'
import { serviceApi } from './services.ts'
import { textApi } from './texts.ts'
import { transmissionApi } from './transmissions.ts'
import { partyApi } from './parties.ts'
import { mailMigrations } from './schema.ts'
import { taskApi } from './tasks.ts'

export const mailName = 'mail.db'

/** Names of every method of the writer, for the thread that asks. */
export const mailMethods = [
  'partiesAnswered',
  'lossesSeen',
  'untoldLosses',
  'clientsAnswered',
  'servicesToName',
  'servicesNamed',
  'packagesToAsk',
  'packagesAnswered',
  'parties',
  'watermarks',
  'silentParties',
  'groupPosition',
  'applySearchPage',
  'finishGroup',
  'quietPoll',
  'beginFullPass',
  'fullPass',
  'splitFullGroup',
  'endFullGroup',
  'leaveFullGroup',
  'missingEverywhere',
  'missingAsked',
  'openAbsent',
  'openPassAt',
  'openPassEnded',
  'openAsked',
  'openPresent',
  'setPartyTrouble',
  'clearPartyTrouble',
  'troubleSince',
  'toTransmissions',
  'transmissionsHandled',
  'transmissionsDeferred',
  'missingCorrespondences',
  'looseToFetch',
  'passOn',
  'accountsOf',
  'keepAccounts',
  'isStale',
  'isSettledByUnknown',
  'placeTask',
  'placed',
  'toLink',
  'linked',
  'notCorrespondence',
  'deferred',
  'deferredCorrespondence',
  'unknownCorrespondences',
  'publishTimeOf',
  'toFetch',
  'storeFetched',
  'toDownload',
  'attachmentsStored',
  'attachmentDeferred',
  'adoptAttachment',
  'knownVaultFiles',
  'vaultPlaces',
  'vaultFileLost',
  'vaultFilesAfter',
  'nextTexts',
  'textsRead',
  'textsPutOff',
  'deleteHere',
  'vaultFilesToDrop',
  'vaultFilesDropped',
  'mirror',
  'mirroredTo',
  'serviceFacts',
  'setConfidentialResources',
  'confidentialResources',
  'consentNumbers',
  'totals',
  'messageTask',
  'downloadTask',
  'newSince',
  'dueBefore',
  'runIds',
  'beginRun',
] as const satisfies readonly (keyof MailApi)[]

/** The ledger's run that opens this file, and the one before it. */
export interface LedgerRun {
  readonly runId: string
  readonly previousRunId: string | null
}

function writeRun(meta: Meta, { runId, previousRunId }: ReturnType<MailApi['runIds']>): void {
  if (previousRunId !== null) meta.set('previous_run_id', previousRunId)
  meta.set('run_id', runId)
}

/**
 * Each start writes the ledger's run id and keeps the one before. A file whose pair does not overlap the ledger's was put
 * back by somebody: it begins a new generation, and what depends on it is made anew (durability.md 5).
 * Its run is written only once that has been acted on (`beginRun`): a kill until then does not hide it.
 */
function startRun(db: Db, meta: Meta, run: LedgerRun): ReturnType<MailApi['runIds']> {
  return db.transaction(() => {
    const last = meta.get('run_id')
    const own = [last, meta.get('previous_run_id')]
    const known = meta.get('generation')
    const replaced = last !== null && run.previousRunId !== null && ![run.runId, run.previousRunId].some((id) => own.includes(id))
    const isNew = last === null
    const generation = known === null || replaced ? randomUUID() : known
    const endedWell = meta.get('ended_well') !== '0'
    meta.set('generation', generation)
    meta.set('ended_well', '0')
    const ids = { generation, runId: run.runId, previousRunId: last, endedWell, replaced, isNew }
    if (!replaced && !isNew) writeRun(meta, ids)
    return ids
  })()
}

/**
 * Opens or makes mail.db and gives its writer. Blocks: it belongs into a thread of its own.
 * @throws {StoreError} 'wrong-key', 'damaged', 'too-new', 'full', 'unwritable'.
 */
export function openMail(path: string, key: Buffer, run: LedgerRun): { readonly api: MailApi; readonly close: () => void; readonly wal: WalKeeper } {
  if (!existsSync(path)) {
    const made = openDatabase(path, mailName, key)
    made.pragma('user_version=0')
    migrate(made, mailName, mailMigrations)
    made.close()
    assertEncrypted(path, mailName)
  }
  const db = openDatabase(path, mailName, key, { cacheKib: 49_152 })
  try {
    migrate(db, mailName, mailMigrations)
    const meta = metaOf(db)
    const ids = startRun(db, meta, run)
    const api: MailApi = {
      ...partyApi(db),
      ...coverageApi(db),
      ...serviceApi(db),
      ...dialogApi(db, meta),
      ...taskApi(db, meta),
      ...letterApi(db, meta),
      ...fileApi(db, meta),
      ...keptFileApi(db, meta),
      ...deleteApi(db, meta),
      ...textApi(db, meta),
      ...markApi(db, meta),
      ...numberApi(db, meta),
      ...fullPassApi(db, meta),
      ...openPassApi(db, meta),
      ...transmissionApi(db, meta),
      ...accessApi(db),
      ...placeApi(db, meta),
      runIds: () => ids,
      beginRun: atomic(db, () => {
        if (ids.replaced || ids.isNew) writeRun(meta, ids)
      }),
    }
    return {
      api,
      wal: walKeeper(db, mailName, path),
      close: () => {
        if (!db.open) return
        meta.set('ended_well', '1')
        db.close()
      },
    }
  } catch (error) {
    db.close()
    throw asDatabaseError(error, mailName)
  }
}
