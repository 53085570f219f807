import { atomic, type Db } from '../sqlite.ts'
import type { MailApi } from './api.ts'
import type { Meta } from './meta.ts'
import type { DownloadTask } from './records.ts'
import { scopeParameters } from './tasks.ts'

type FileApi = Pick<MailApi, 'toDownload' | 'downloadTask' | 'attachmentsStored' | 'attachmentDeferred' | 'adoptAttachment' | 'knownVaultFiles' | 'vaultPlaces'>

interface WantedRow {
  correspondence_id: string
  attachment_id: string
  file_name: string
  md5: string | null
  service_status: string
  expires_at: number | null
  tries: number
}

const taskOf = (row: WantedRow): DownloadTask => ({
  correspondenceId: row.correspondence_id,
  attachmentId: row.attachment_id,
  fileName: row.file_name,
  md5: row.md5,
  status: row.service_status,
  expiresAt: row.expires_at,
  tries: row.tries,
})

/** Rows of attachments: what is wanted, soonest expiry first, and where what is here lies. */
export function fileApi(db: Db, meta: Meta): FileApi {
  // Attachments of a message follow its scope; a confidential one was fetched on a person's word, and its files wait for another.
  const wanted = db.prepare<[ReturnType<typeof scopeParameters> & { limit: number }], WantedRow>(`
    SELECT m.correspondence_id, a.attachment_id, a.file_name, a.md5, a.service_status, a.expires_at, a.tries
    FROM attachment a JOIN message m ON m.id = a.message_id JOIN party p ON p.id = m.party_id
    WHERE a.state = 'wanted' AND a.next_try_at <= @nowAt AND m.removed_at IS NULL AND m.confidential = 0
      AND (@fromAt IS NULL OR m.sort_at >= @fromAt)
      AND (CASE WHEN @parties IS NULL THEN p.kind = 'organisation' ELSE p.urn IN (SELECT value FROM json_each(@parties)) END)
      AND EXISTS (SELECT 1 FROM message_access x WHERE x.account_uuid = @accountUuid AND x.message_id = m.id)
    ORDER BY ifnull(a.expires_at, 9223372036854775807), a.message_id DESC LIMIT @limit`)
  const single = db.prepare<[number, string], WantedRow>(`
    SELECT m.correspondence_id, a.attachment_id, a.file_name, a.md5, a.service_status, a.expires_at, a.tries
    FROM attachment a JOIN message m ON m.id = a.message_id WHERE m.id = ? AND a.attachment_id = ? AND a.state = 'wanted' AND m.correspondence_id IS NOT NULL`)
  const target = `message_id = (SELECT id FROM message WHERE correspondence_id = @correspondenceId) AND attachment_id = @attachmentId`
  const store = db.prepare(`
    UPDATE attachment SET state = 'stored', vault_name = @name, content = @content, bytes = @bytes, received_md5 = @md5, md5_matches = @matches, stored_at = @at,
      reason = NULL, detail = NULL, failed = 0 WHERE ${target}`)
  const defer = db.prepare(`
    UPDATE attachment SET state = CASE WHEN @nextTryAt IS NULL THEN 'gone' ELSE state END, reason = @reason, detail = @detail, failed = @failed, tries = tries + 1,
      next_try_at = ifnull(@nextTryAt, next_try_at) WHERE ${target} AND state <> 'stored'`)
  const adopt = db.prepare(`
    UPDATE attachment SET state = 'stored', vault_name = @name, bytes = @bytes, stored_at = @at, reason = NULL, detail = NULL, failed = 0 WHERE ${target} AND state = 'wanted'`)
  const known = db.prepare<[string], { value: string }>('SELECT j.value FROM json_each(?) j WHERE EXISTS (SELECT 1 FROM attachment WHERE vault_name = j.value)')
  // A place is the name of its content, or begins with that and a dot (vault/place.ts), which a slash comes after.
  const place = db.prepare<[{ name: string }], { vault_name: string }>("SELECT vault_name FROM attachment WHERE vault_name >= @name AND vault_name < @name || '/' LIMIT 1")

  return {
    toDownload: (query) => {
      if (!query.scope.attachments) return []
      return wanted.all({ ...scopeParameters(query), limit: query.limit }).map(taskOf)
    },
    downloadTask: (messageId, attachmentId) => {
      const row = single.get(messageId, attachmentId)
      return row === undefined ? null : taskOf(row)
    },
    attachmentsStored: atomic(db, (files) => {
      for (const file of files) {
        store.run({
          correspondenceId: file.correspondenceId,
          attachmentId: file.attachmentId,
          name: file.storedAs.kind === 'file' ? file.storedAs.name : null,
          content: file.storedAs.kind === 'inline' ? file.storedAs.content : null,
          bytes: file.bytes,
          md5: file.md5,
          matches: file.md5Matches === null ? null : Number(file.md5Matches),
          at: file.at,
        })
      }
      // Windows notice; the index need not write a row again whose words are the same.
      meta.nextChange()
    }),
    attachmentDeferred: atomic(db, ({ failed, ...file }) => {
      defer.run({ ...file, failed: Number(failed) })
      meta.nextChange()
    }),
    adoptAttachment: atomic(db, (file) => {
      const { changes } = adopt.run(file)
      if (changes > 0) meta.nextChange()
      return changes > 0
    }),
    vaultPlaces: (names) => names.map((name) => place.get({ name })?.vault_name ?? null),
    knownVaultFiles: (names) => known.all(JSON.stringify(names)).map((row) => row.value),
  }
}
