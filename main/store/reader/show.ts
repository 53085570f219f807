import { z } from 'zod'
import { unpack } from '../packed.ts'
import type { Db } from '../sqlite.ts'
import type { AttachmentView, MessageView, ReaderApi } from './api.ts'
import { listColumns, type ListRead, listRow, listTables } from './list.ts'

const replyOptions = z.array(z.object({ url: z.string(), text: z.string().nullable() }))
const properties = z.record(z.string(), z.string())

interface ShowRead extends ListRead {
  body: Buffer | null
  language: string | null
  sender: string | null
  published_at: number | null
  fetched_at: number | null
  allow_forwarding: number | null
  altinn2_id: number | null
  reply_options: string | null
  property_list: string | null
  version: string | null
  reason: string | null
  detail: string | null
  next_try_at: number | null
  failed: number | null
}

interface FileRead {
  attachment_id: string
  file_name: string
  display_name: string | null
  data_type: string
  state: AttachmentView['state']
  bytes: number | null
  expires_at: number | null
  md5_matches: number | null
  reason: string | null
  text: AttachmentView['text']
}

/** One message with everything that is kept of it. */
export function showApi(db: Db): Pick<ReaderApi, 'show' | 'find' | 'attachment'> {
  const show = db.prepare<[number], ShowRead>(`
    SELECT ${listColumns}, b.content AS body, m.language, b.sender, m.published_at, m.fetched_at, b.allow_forwarding, b.altinn2_id, b.reply_options, b.property_list, b.version,
      f.reason, f.detail, f.next_try_at, f.failed
    FROM ${listTables} LEFT JOIN body b ON b.message_id = m.id LEFT JOIN deferral f ON f.message_id = m.id WHERE m.id = ?`)
  const files = db.prepare<[number], FileRead>(
    `SELECT a.attachment_id, a.file_name, a.display_name, a.data_type, a.state, a.bytes, a.expires_at, a.md5_matches, a.reason,
      CASE WHEN a.state = 'stored' OR t.id IS NOT NULL THEN ifnull(t.state, 'waiting') END AS text
    FROM attachment a LEFT JOIN file_text t ON t.id = a.file_text_id WHERE a.message_id = ? ORDER BY a.position`,
  )
  const byGuid = db.prepare<[string, string], { id: number }>('SELECT id FROM message WHERE correspondence_id = ? OR dialog_id = ? ORDER BY id LIMIT 1')
  const byId = db.prepare<[number], { id: number }>('SELECT id FROM message WHERE id = ?')
  const moved = db.prepare<[number], { new_id: number }>('SELECT new_id FROM moved WHERE old_id = ?')
  const file = db.prepare<[number, string], { file_name: string; bytes: number | null; vault_name: string | null; content: Buffer | null }>(
    `SELECT file_name, bytes, vault_name, content FROM attachment WHERE message_id = ? AND attachment_id = ? AND state = 'stored'`,
  )

  return {
    find: (text) => {
      const wanted = text.trim().toLowerCase()
      if (/^\d{1,15}$/.test(wanted)) {
        const id = Number(wanted)
        return byId.get(id)?.id ?? moved.get(id)?.new_id ?? null
      }
      return byGuid.get(wanted, wanted)?.id ?? null
    },
    show: (id): MessageView | null => {
      const row = show.get(id)
      if (row === undefined) return null
      return {
        ...listRow(row),
        body: row.body === null ? null : unpack(row.body),
        language: row.language,
        senderUrn: row.sender,
        publishedAt: row.published_at,
        fetchedAt: row.fetched_at,
        allowForwarding: row.allow_forwarding === 1,
        altinn2Id: row.altinn2_id,
        replyOptions: replyOptions.parse(JSON.parse(row.reply_options ?? '[]')),
        propertyList: properties.parse(JSON.parse(row.property_list ?? '{}')),
        attachments: files.all(id).map((one) => ({
          attachmentId: one.attachment_id,
          fileName: one.file_name,
          displayName: one.display_name,
          dataType: one.data_type,
          state: one.state,
          bytes: one.bytes,
          expiresAt: one.expires_at,
          md5Matches: one.md5_matches === null ? null : one.md5_matches === 1,
          reason: one.reason,
          text: one.text,
        })),
        version: row.version,
        deferral: row.reason === null ? null : { reason: row.reason, detail: row.detail ?? '', nextTryAt: row.next_try_at ?? 0, failed: row.failed === 1 },
      }
    },
    attachment: (id, attachmentId) => {
      const row = file.get(id, attachmentId.toLowerCase())
      return row === undefined ? null : { fileName: row.file_name, bytes: row.bytes ?? 0, vaultName: row.vault_name, content: row.content }
    },
  }
}
