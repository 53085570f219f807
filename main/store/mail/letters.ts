import { atomic, type Db } from '../sqlite.ts'
import type { MailApi } from './api.ts'
import { pack } from '../packed.ts'
import { deletedLetters } from './delete.ts'
import { clampedSortAt, movedSortAt, sha256 } from './dialogs.ts'
import type { Meta } from './meta.ts'
import { partyIds } from './parties.ts'
import type { FetchedMessage } from './records.ts'

type LetterApi = Pick<MailApi, 'storeFetched'>

interface Holder {
  id: number
  dialog_id: string | null
  correspondence_id: string | null
  sort_at: number
  state: string
  confirmed_at: number | null
}

/** A letter's content: list row, body, the exact answer as a version of its own, attachments; one transaction a batch. */
export function letterApi(db: Db, meta: Meta): LetterApi {
  const partyId = partyIds(db)
  const isDeleted = deletedLetters(db)
  const columns = 'id, dialog_id, correspondence_id, sort_at, state, confirmed_at'
  const byCorrespondence = db.prepare<[string], Holder>(`SELECT ${columns} FROM message WHERE correspondence_id = ?`)
  const byDialog = db.prepare<[string], Holder>(`SELECT ${columns} FROM message WHERE dialog_id = ?`)
  const byId = db.prepare<[number], Holder>(`SELECT ${columns} FROM message WHERE id = ?`)
  const insert = db.prepare(`
    INSERT INTO message (dialog_id, correspondence_id, kind, state, party_id, resource, title, title_level, sort_at, created_at, born_change_no, change_no)
    VALUES (@dialogId, @correspondenceId, 'correspondence', 'linked', @partyId, @resourceId, @title, 0, @sortAt, @createdAt, @changeNo, @changeNo)`)
  const fill = db.prepare(`
    UPDATE message SET correspondence_id = @correspondenceId, parent_dialog_id = @isTransmissionOf, kind = @kind, state = 'fetched', title = @title, summary = @summary,
      sender_name = coalesce(@messageSender, sender_name), language = @language, sort_at = @sortAt, published_at = @publishedAt, due_at = @dueAt,
      needs_confirmation = @needsConfirmation, settled = @settled, confidential = @confidential, read_at = coalesce(@readAt, read_at), confirmed_at = coalesce(@confirmedAt, confirmed_at),
      attachment_count = @attachmentCount, fetched_at = coalesce(fetched_at, @fetchedAt), removed_at = NULL, change_no = @changeNo
    WHERE id = @id`)
  const body = db.prepare(`
    INSERT INTO body (message_id, content, sender, recipient, requested_publish_at, allow_forwarding, altinn2_id, reply_options, property_list, status_history, via, version, dialog_content_at)
    VALUES (@id, @content, @sender, @recipient, @requestedPublishAt, @forwarding, @altinn2Id, @replies, @properties, @history, @via, @version, @dialogContentAt)
    ON CONFLICT (message_id) DO UPDATE SET content = excluded.content, sender = excluded.sender, recipient = excluded.recipient, requested_publish_at = excluded.requested_publish_at,
      allow_forwarding = excluded.allow_forwarding, altinn2_id = excluded.altinn2_id, reply_options = excluded.reply_options, property_list = excluded.property_list,
      status_history = coalesce(excluded.status_history, status_history), via = excluded.via, version = excluded.version, dialog_content_at = excluded.dialog_content_at`)
  const original = db.prepare('INSERT OR IGNORE INTO original (message_id, source, sha256, received_at, account_uuid, content) VALUES (?, ?, unhex(?), ?, ?, ?)')
  // What is stored stays stored, whatever the service says of the file later.
  const attachment = db.prepare(`
    INSERT INTO attachment (message_id, attachment_id, position, file_name, display_name, md5, data_type, service_status, expires_at, encrypted, created_at, state)
    VALUES (@id, @attachmentId, @position, @fileName, @displayName, @md5, @dataType, @status, @expiresAt, @isEncrypted, @createdAt, 'wanted')
    ON CONFLICT (message_id, attachment_id) DO UPDATE SET position = excluded.position, file_name = excluded.file_name, display_name = excluded.display_name,
      md5 = coalesce(excluded.md5, md5), data_type = excluded.data_type, service_status = excluded.service_status, expires_at = excluded.expires_at`)
  const dialogOf = db.prepare<[string], { status: string; content_updated_at: number }>('SELECT status, content_updated_at FROM dialog WHERE dialog_id = ?')
  const access = db.prepare('INSERT OR IGNORE INTO message_access (account_uuid, message_id) VALUES (?, ?)')
  const forget = db.prepare('DELETE FROM deferral WHERE message_id = ?')
  const forgetLoose = db.prepare('DELETE FROM loose_deferral WHERE correspondence_id = ?')
  const trouble = db.prepare('INSERT OR IGNORE INTO trouble (dialog_id, correspondence_id, error, at) VALUES (?, ?, ?, ?)')

  /** The row of a letter: by its correspondence, by the row it was fetched for, by the dialog it names; else a new one. */
  const rowOf = (message: FetchedMessage, changeNo: number): Holder | null => {
    const known = byCorrespondence.get(message.correspondenceId)
    if (known !== undefined) return known
    const asked = message.messageId === null ? undefined : byId.get(message.messageId)
    const named = asked ?? (message.dialogId === null ? undefined : byDialog.get(message.dialogId))
    if (named?.correspondence_id === null) return named
    // A filled link is never overwritten; the letter is here all the same, as one without a dialog (durability.md 7).
    const dialogId = named === undefined ? message.dialogId : null
    if (named !== undefined) trouble.run(named.dialog_id, message.correspondenceId, 'The dialog already belongs to another correspondence', message.fetchedAt)
    const added = insert.run({
      dialogId,
      correspondenceId: message.correspondenceId,
      partyId: partyId(message.recipient),
      resourceId: message.resourceId,
      title: message.title,
      sortAt: clampedSortAt(message.publishedAt ?? message.createdAt),
      createdAt: message.createdAt,
      changeNo,
    })
    return byId.get(Number(added.lastInsertRowid)) ?? null
  }

  const store = (message: FetchedMessage): { readonly fresh: boolean; readonly attachments: number } | null => {
    // A person deleted it here while its answer was on its way, or before its correspondence was known.
    if (isDeleted(message.dialogId, message.correspondenceId)) return null
    const changeNo = meta.nextChange()
    const row = rowOf(message, changeNo)
    if (row === null) return null
    const { id } = row
    const version = sha256(message.original)
    const dialog = row.dialog_id === null ? undefined : dialogOf.get(row.dialog_id)
    // The dialog stopped asking before we ever looked: somebody confirmed it, though only its history tells who.
    const settled = message.needsConfirmation && message.confirmedAt === null && dialog !== undefined && dialog.status !== 'RequiresAttention'
    fill.run({
      id,
      correspondenceId: message.correspondenceId,
      isTransmissionOf: message.isTransmissionOf,
      kind: message.isTransmissionOf === null ? 'correspondence' : 'transmission',
      title: message.title,
      summary: message.summary,
      messageSender: message.messageSender,
      language: message.language,
      sortAt: movedSortAt(row.sort_at, message.publishedAt ?? message.createdAt),
      publishedAt: message.publishedAt,
      dueAt: message.dueAt,
      needsConfirmation: Number(message.needsConfirmation),
      settled: Number(settled),
      confidential: Number(message.confidential),
      readAt: message.readAt,
      confirmedAt: message.confirmedAt,
      attachmentCount: message.attachments.length,
      fetchedAt: message.fetchedAt,
      changeNo,
    })
    body.run({
      id,
      content: pack(message.body),
      sender: message.sender,
      recipient: message.recipient,
      requestedPublishAt: message.requestedPublishAt,
      forwarding: Number(message.allowForwarding),
      altinn2Id: message.altinn2Id,
      replies: JSON.stringify(message.replyOptions),
      properties: JSON.stringify(message.propertyList),
      history: message.statusHistory === null ? null : JSON.stringify(message.statusHistory),
      via: message.via,
      version,
      dialogContentAt: dialog?.content_updated_at ?? null,
    })
    original.run(id, message.via, version, message.fetchedAt, message.accountUuid, pack(message.original))
    message.attachments.forEach((file, position) => {
      const { encrypted, ...facts } = file
      attachment.run({ ...facts, id, position, isEncrypted: Number(encrypted) })
    })
    access.run(message.accountUuid, id)
    forget.run(id)
    forgetLoose.run(message.correspondenceId)
    return { fresh: row.state !== 'fetched', attachments: message.attachments.length }
  }

  return {
    storeFetched: atomic(db, (batch) => {
      let [stored, attachments] = [0, 0]
      for (const message of batch) {
        const result = store(message)
        if (result?.fresh === true) stored += 1
        attachments += result?.attachments ?? 0
      }
      return { stored, attachments }
    }),
  }
}
