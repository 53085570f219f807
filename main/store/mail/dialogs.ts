import { createHash } from 'node:crypto'
import { pack } from '../packed.ts'
import { atomic, type Db } from '../sqlite.ts'
import type { MailApi } from './api.ts'
import { deletedLetters } from './delete.ts'
import type { Meta } from './meta.ts'
import { fullPassMarks } from './full-pass.ts'
import { partyIds } from './parties.ts'
import { placeColumns } from './places.ts'
import type { DialogRecord } from './records.ts'

type DialogApi = Pick<MailApi, 'applySearchPage'>

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const earliest = Date.UTC(1990, 0, 1)
const latest = Date.UTC(2200, 0, 1)

/** The place of a message in time: kept within bounds so that no date can push a letter out of the list (design.md section 3). */
export const clampedSortAt = (at: number): number => Math.min(Math.max(at, earliest), latest)

/** A place moves only by more than a minute, so that rows do not jump about (durability.md 12). */
export const movedSortAt = (from: number, to: number): number => (Math.abs(clampedSortAt(to) - from) > 60_000 ? clampedSortAt(to) : from)

/** Before it is published: when its content last changed, or when it was made where that is back-dated (design.md section 3). */
const firstSortAt = (dialog: DialogRecord): number => clampedSortAt(dialog.contentUpdatedAt >= dialog.createdAt ? dialog.contentUpdatedAt : dialog.createdAt)

interface MessageRead {
  id: number
  state: string
  title: string
  title_level: number
  summary: string | null
  sender_name: string | null
  sort_at: number
  due_at: number | null
  needs_confirmation: number
}

interface DialogFacts {
  updated_at_text: string
  status: string
  labels: string
  due_at: number | null
  transmissions_count: number
}

/** Stage 1: a page of a search, its rows and the position of the pass in one transaction (durability.md 14). */
export function dialogApi(db: Db, meta: Meta): DialogApi {
  const partyId = partyIds(db)
  const isDeleted = deletedLetters(db)
  const known = db.prepare<[string], DialogFacts>('SELECT updated_at_text, status, labels, due_at, transmissions_count FROM dialog WHERE dialog_id = ?')
  const upsertDialog = db.prepare(`
    INSERT INTO dialog (dialog_id, party_id, resource, org, kind, created_at, updated_at, updated_at_text, content_updated_at, due_at, status, labels, revision,
      external_reference, is_api_only, transmissions_count, change_no)
    VALUES (@dialogId, @partyId, @serviceResource, @org, @kind, @createdAt, @updatedAt, @updatedAtText, @contentUpdatedAt, @dueAt, @status, @labelText, @revision,
      @externalReference, @apiOnly, @transmissionsCount, @changeNo)
    ON CONFLICT (dialog_id) DO UPDATE SET resource = excluded.resource, org = excluded.org, kind = excluded.kind, updated_at = excluded.updated_at,
      updated_at_text = excluded.updated_at_text, content_updated_at = excluded.content_updated_at, due_at = excluded.due_at, status = excluded.status,
      labels = excluded.labels, revision = excluded.revision, external_reference = excluded.external_reference, is_api_only = excluded.is_api_only,
      transmissions_count = excluded.transmissions_count, change_no = excluded.change_no`)
  const byDialog = db.prepare<[string], MessageRead>(
    'SELECT id, state, title, title_level, summary, sender_name, sort_at, due_at, needs_confirmation FROM message WHERE dialog_id = ?',
  )
  const insert = db.prepare(`
    INSERT INTO message (dialog_id, kind, state, party_id, resource, org, title, title_level, summary, sender_name, language, sort_at, created_at, due_at,
      needs_confirmation, confidential, archived, binned, born_change_no, change_no)
    VALUES (@dialogId, @messageKind, 'found', @partyId, @serviceResource, @org, @title, @level, @summary, @senderName, @language, @sortAt, @createdAt, @dueAt,
      @needsConfirmation, @confidential, @archived, @binned, @changeNo, @changeNo)`)
  const update = db.prepare(`
    UPDATE message SET title = @title, title_level = @level, summary = @summary, sender_name = @senderName, sort_at = @sortAt, due_at = @dueAt,
      needs_confirmation = @needsConfirmation, settled = @settled, ${placeColumns('@labels')}, removed_at = NULL, change_no = @changeNo WHERE id = @id`)
  const access = db.prepare('INSERT OR IGNORE INTO message_access (account_uuid, message_id) VALUES (?, ?)')
  const original = db.prepare(`INSERT OR IGNORE INTO original (message_id, source, sha256, received_at, account_uuid, content) VALUES (?, 'search', unhex(?), ?, ?, ?)`)
  const confidential = db.prepare<[string], { kind: string }>('SELECT kind FROM confidential_resource WHERE resource = ?')
  const position = db.prepare(`
    INSERT INTO pass_position (account_uuid, group_key, updated_after, started_server_at) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET updated_after = excluded.updated_after, started_server_at = excluded.started_server_at`)
  // NULL differs from NULL in a unique index, so sameness is asked for.
  const trouble = db.prepare(`
    INSERT INTO trouble (dialog_id, error, at) SELECT @dialogId, @error, @at
    WHERE NOT EXISTS (SELECT 1 FROM trouble WHERE dialog_id IS @dialogId AND correspondence_id IS NULL AND error = @error)`)
  const readable = db.prepare('DELETE FROM trouble WHERE dialog_id = ? AND correspondence_id IS NULL')
  const removed = db.prepare<[string], { one: number }>('SELECT 1 AS one FROM message WHERE dialog_id = ? AND removed_at IS NOT NULL')
  const anyMissing = db.prepare<[], { one: number }>('SELECT 1 AS one FROM full_pass_missing LIMIT 1')
  const met = db.prepare('DELETE FROM full_pass_missing WHERE message_id = (SELECT id FROM message WHERE dialog_id = ?)')
  const markFull = fullPassMarks(db)
  const anyTrouble = db.prepare<[], { one: number }>('SELECT 1 AS one FROM trouble LIMIT 1')

  /** One of these fields must differ for a row to count as changed; never seen logs, actors or order (durability.md 10). */
  const changedFacts = (before: DialogFacts, dialog: DialogRecord): boolean =>
    before.updated_at_text !== dialog.updatedAtText ||
    before.status !== dialog.status ||
    before.labels !== dialog.labels.join(' ') ||
    before.due_at !== dialog.dueAt ||
    before.transmissions_count !== dialog.transmissionsCount

  const apply = (accountUuid: string, dialog: DialogRecord, at: number): 'new' | 'changed' | 'same' => {
    if (isDeleted(dialog.dialogId, null)) return 'same'
    const before = known.get(dialog.dialogId)
    const row = byDialog.get(dialog.dialogId)
    if (row !== undefined) access.run(accountUuid, row.id)
    // A dialog that was gone comes back with its old times (altinn3.md trap 35).
    if (before !== undefined && !changedFacts(before, dialog) && removed.get(dialog.dialogId) === undefined) return 'same'
    const changeNo = meta.nextChange()
    const facts = { ...dialog, labels: null, partyId: partyId(dialog.party), labelText: dialog.labels.join(' '), apiOnly: Number(dialog.isApiOnly), isApiOnly: null, changeNo }
    upsertDialog.run(facts)
    // A reminder about unopened confidential mail is no message (altinn3.md 3.8).
    if (dialog.kind === 'reminder') return before === undefined ? 'new' : 'changed'
    // As long as a confirmation is outstanding the dialog asks for it (altinn3.md 3.6).
    const asks = dialog.kind === 'correspondence' && dialog.status === 'RequiresAttention'
    if (row === undefined) {
      const { lastInsertRowid } = insert.run({
        ...facts,
        archived: Number(dialog.labels.includes('Archive')),
        binned: Number(dialog.labels.includes('Bin')),
        messageKind: dialog.kind,
        sortAt: firstSortAt(dialog),
        needsConfirmation: Number(asks),
        confidential: Number(confidential.get(dialog.serviceResource)?.kind === 'confidential'),
      })
      access.run(accountUuid, lastInsertRowid)
      original.run(lastInsertRowid, sha256(dialog.original), at, accountUuid, pack(dialog.original))
      return 'new'
    }
    // Texts seen at a lower level may be replaced ones and never overwrite those of a higher (durability.md 10).
    const texts =
      row.title_level > dialog.level
        ? { title: row.title, level: row.title_level, summary: row.summary, senderName: row.sender_name }
        : { title: row.state === 'fetched' ? row.title : dialog.title, level: dialog.level, summary: dialog.summary ?? row.summary, senderName: dialog.senderName ?? row.sender_name }
    update.run({
      id: row.id,
      ...texts,
      labels: facts.labelText,
      changeNo,
      sortAt: row.state === 'fetched' ? row.sort_at : movedSortAt(row.sort_at, firstSortAt(dialog)),
      dueAt: dialog.dueAt ?? (row.state === 'fetched' ? row.due_at : null),
      needsConfirmation: row.state === 'fetched' ? row.needs_confirmation : Number(asks),
      settled: Number(row.state === 'fetched' && row.needs_confirmation === 1 && dialog.kind === 'correspondence' && !asks),
    })
    original.run(row.id, sha256(dialog.original), at, accountUuid, pack(dialog.original))
    return 'changed'
  }

  return {
    applySearchPage: atomic(db, (page) => {
      let [newMessages, changed] = [0, 0]
      const troubled = anyTrouble.get() !== undefined
      const missing = anyMissing.get() !== undefined
      for (const dialog of page.dialogs) {
        if (troubled) readable.run(dialog.dialogId)
        if (missing) met.run(dialog.dialogId)
        const effect = apply(page.accountUuid, dialog, page.at)
        if (effect === 'new') newMessages += 1
        if (effect === 'changed') changed += 1
      }
      let newlyRejected = 0
      for (const item of page.rejected) newlyRejected += trouble.run({ dialogId: item.dialogId, error: item.error, at: page.at }).changes
      if (page.position !== null) position.run(page.accountUuid, page.groupKey, page.position.updatedAfter, page.position.startedServerDateAt)
      if (page.full !== undefined) markFull(page.accountUuid, page.groupKey, page.full.createdAfter, [...page.dialogs.map(({ dialogId }) => dialogId), ...page.full.alsoThere])
      return { newMessages, changed, newlyRejected }
    }),
  }
}
