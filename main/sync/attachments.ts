import type { Failure } from '../altinn/outcome.ts'
import type { DownloadTask, FailReason, SkipReason } from '../store/mail/records.ts'
import type { MailWriter } from '../store/mail/api.ts'
import type { Vault, VaultPending, VaultWriter } from '../store/vault/vault.ts'
import { type SyncContext, PassStopped, stopsPass } from './context.ts'
import { pump, type Upstream } from './pump.ts'
import { retryDelayMs } from './rules.ts'

type DownloadResult =
  | { readonly kind: 'received'; readonly task: DownloadTask; readonly file: VaultPending; readonly md5: string; readonly md5Matches: boolean | null }
  | { readonly kind: 'deferred'; readonly task: DownloadTask; readonly deferral: AttachmentDeferral }
  | { readonly kind: 'stopped'; readonly failure: Failure }

export interface AttachmentDeferral {
  readonly reason: SkipReason | FailReason
  readonly detail: string
  /** null: it is never asked for again. */
  readonly nextTryAt: number | null
  readonly failed: boolean
}

/** What a finished download adds to the report of a run. */
export interface AttachmentStage {
  readonly upstream: Upstream
  readonly take: (limit: number) => Promise<readonly DownloadTask[]>
  readonly stored: (bytes: number) => void
  readonly deferred: (deferral: AttachmentDeferral) => void
}

/** Codes of altinn3.md 2.3 that say that the file is gone for good: purged, expired, not there. */
const goneCodes: readonly number[] = [2001, 2018, 2019, 2020]

function deferralOf(context: SyncContext, failure: Failure, tries: number): AttachmentDeferral {
  const detail = failure.message
  const nextTryAt = context.now() + (failure.retryAfterMs ?? retryDelayMs(context.rules, tries))
  if (failure.errorCode !== null && goneCodes.includes(failure.errorCode)) {
    return { reason: failure.errorCode === 2001 ? 'not-found' : 'expired', detail, nextTryAt: null, failed: false }
  }
  switch (failure.kind) {
    case 'no-access':
      return { reason: 'no-access', detail, nextTryAt, failed: false }
    case 'not-found':
      return { reason: 'not-found', detail, nextTryAt, failed: false }
    case 'unexpected-content':
    case 'schema':
      return { reason: 'schema', detail, nextTryAt, failed: true }
    case 'refused':
    case 'already-done':
      return { reason: 'refused', detail, nextTryAt, failed: true }
    case 'server':
    case 'throttled':
      return { reason: 'server', detail, nextTryAt, failed: true }
    case 'unreachable':
    case 'captive-portal':
    case 'paused':
    case 'token':
    case 'cancelled':
      return { reason: 'unreachable', detail, nextTryAt, failed: true }
  }
}

function rethrow(failed: { readonly error: unknown } | null): void {
  if (failed !== null) throw failed.error
}

/** A file whose time is up, or that the service has taken away, is not asked for: it would be refused. */
function goneBefore(context: SyncContext, task: DownloadTask): AttachmentDeferral | null {
  const expired = task.expiresAt !== null && task.expiresAt <= context.now()
  if (!expired && task.status !== 'Expired' && task.status !== 'Purged') return null
  return { reason: 'expired', detail: expired ? 'The attachment expired before it was fetched' : `The service says ${task.status}`, nextTryAt: null, failed: false }
}

/**
 * Downloads one file into the vault. The sender sees every download, so a file that is here whole is never asked for
 * again; one that broke off begins anew, because the service knows no ranges (altinn3.md 2.3).
 */
async function download(context: SyncContext, task: DownloadTask): Promise<DownloadResult> {
  const gone = goneBefore(context, task)
  if (gone !== null) return { kind: 'deferred', task, deferral: gone }
  const owner = { correspondenceId: task.correspondenceId, attachmentId: task.attachmentId, fileName: task.fileName }
  const writer: VaultWriter = await context.vault.begin(owner)
  let kept = false
  try {
    let diskError: { readonly error: unknown } | null = null
    const sink = {
      write: async (chunk: Buffer): Promise<void> => {
        try {
          await writer.write(chunk)
        } catch (error) {
          diskError = { error }
          throw error
        }
      },
    }
    const answer = await context.client.download(context.identity, task.correspondenceId, task.attachmentId, sink, context.signal)
    // A full disk ends the stage with its own error; it is no fault of this file.
    rethrow(diskError)
    if (!answer.ok) {
      if (stopsPass(answer.failure)) return { kind: 'stopped', failure: answer.failure }
      return { kind: 'deferred', task, deferral: deferralOf(context, answer.failure, task.tries + 1) }
    }
    const md5Matches = task.md5 === null ? null : task.md5 === answer.value.md5
    if (md5Matches === false) {
      const nextTryAt = context.now() + retryDelayMs(context.rules, task.tries + 1)
      const detail = 'The file does not have the checksum that the service gives for it'
      return { kind: 'deferred', task, deferral: { reason: 'checksum', detail, nextTryAt, failed: true } }
    }
    const file = await writer.end()
    kept = true
    return { kind: 'received', task, file, md5: answer.value.md5, md5Matches }
  } finally {
    if (!kept) await writer.abort()
  }
}

/**
 * Puts what came in into the vault, then writes its rows: only what is on disk for good is told of (durability.md 13).
 * @throws {PassStopped}; {StoreError} when the disk refuses.
 */
async function remember(context: SyncContext, results: readonly DownloadResult[]): Promise<void> {
  const received = results.filter((result) => result.kind === 'received')
  if (received.length > 0) {
    const settled = await context.vault.settle(received.map((result) => result.file))
    const at = context.now()
    await context.mail.attachmentsStored(
      received.flatMap(({ task, md5, md5Matches }, index) => {
        const storedAs = settled[index]
        return storedAs === undefined ? [] : [{ correspondenceId: task.correspondenceId, attachmentId: task.attachmentId, storedAs, bytes: storedAs.bytes, md5, md5Matches, at }]
      }),
    )
  }
  for (const result of results) {
    if (result.kind === 'deferred') await context.mail.attachmentDeferred({ correspondenceId: result.task.correspondenceId, attachmentId: result.task.attachmentId, ...result.deferral })
  }
  const stopped = results.find((result) => result.kind === 'stopped')
  if (stopped !== undefined) throw new PassStopped(stopped.failure)
}

/**
 * Downloads one file on a person's word.
 * @returns null when it is here, else why it is not
 * @throws {PassStopped} when the identity has no token; {StoreError} when the disk refuses.
 */
export async function fetchFile(context: SyncContext, task: DownloadTask): Promise<AttachmentDeferral | null> {
  const result = await download(context, task)
  await remember(context, [result])
  context.changed()
  return result.kind === 'deferred' ? result.deferral : null
}

/**
 * Adopts complete vault files that no row names: they were downloaded just before an unclean end (durability.md 13).
 * Files that have a row are not opened.
 */
export async function adoptStrays(vault: Vault, mail: MailWriter, at: number): Promise<void> {
  for await (const { name, owner } of vault.adoptable((names) => mail.knownVaultFiles(names))) {
    await mail.adoptAttachment({ ...owner, name, bytes: await vault.size(name), at })
  }
}

/**
 * Attachments, soonest expiry first, two at a time (design.md section 4).
 * @throws {PassStopped} when the identity has no token or the run is cancelled.
 * @throws {StoreError} `full` or `unwritable` when the disk refuses; what was written before is kept.
 */
export async function fetchAttachments(context: SyncContext, stage: AttachmentStage): Promise<void> {
  let done = 0
  await pump<DownloadTask, DownloadResult>({
    take: stage.take,
    key: (task) => `${task.correspondenceId}/${task.attachmentId}`,
    work: (task) => download(context, task),
    flush: async (results) => {
      await remember(context, results)
      for (const result of results) {
        if (result.kind === 'deferred') stage.deferred(result.deferral)
        if (result.kind !== 'received') continue
        stage.stored(result.file.bytes)
        done += 1
      }
      context.report({ phase: 'attachments', done, total: null, party: null })
      context.changed()
    },
    parallel: context.rules.downloads,
    batch: context.rules.batch,
    // While one batch waits for the disk the next is sealed.
    writers: 3,
    flushAfterMs: 200,
    signal: context.signal,
    upstream: stage.upstream,
  })
}
