import { atomic, type Db } from '../sqlite.ts'
import type { MailApi } from './api.ts'
import type { Meta } from './meta.ts'
import { scopeParameters } from './tasks.ts'

type TransmissionApi = Pick<MailApi, 'toTransmissions' | 'transmissionsHandled' | 'transmissionsDeferred' | 'missingCorrespondences' | 'looseToFetch'>

/** Letters inside other dialogs: they have no dialog of their own, only the parent's list names them (durability.md 8 and 9). */
export function transmissionApi(db: Db, meta: Meta): TransmissionApi {
  const grown = db.prepare<[ReturnType<typeof scopeParameters> & { limit: number }], { dialog_id: string; urn: string; resource: string; transmissions_count: number; transmissions_tries: number }>(`
    SELECT d.dialog_id, p.urn, d.resource, d.transmissions_count, d.transmissions_tries
    FROM dialog d INDEXED BY dialog_transmissions JOIN message m ON m.dialog_id = d.dialog_id JOIN party p ON p.id = d.party_id
    WHERE d.transmissions_count > d.transmissions_handled AND d.transmissions_next_at <= @nowAt AND m.removed_at IS NULL
      AND (@fromAt IS NULL OR m.sort_at >= @fromAt)
      AND (CASE WHEN @parties IS NULL THEN p.kind = 'organisation' ELSE p.urn IN (SELECT value FROM json_each(@parties)) END)
      AND EXISTS (SELECT 1 FROM message_access a WHERE a.account_uuid = @accountUuid AND a.message_id = m.id)
    ORDER BY m.sort_at DESC LIMIT @limit`)
  const handled = db.prepare('UPDATE dialog SET transmissions_handled = ?, transmissions_tries = 0, transmissions_next_at = 0 WHERE dialog_id = ?')
  const defer = db.prepare('UPDATE dialog SET transmissions_tries = transmissions_tries + 1, transmissions_next_at = ? WHERE dialog_id = ?')
  // The parent's list was answered whole, so what it lacks is gone; what it names again is back.
  const gone = db.prepare<[number, number, string, string]>(
    'UPDATE message SET removed_at = ?, change_no = ? WHERE parent_dialog_id = ? AND removed_at IS NULL AND correspondence_id NOT IN (SELECT value FROM json_each(?))',
  )
  const lacking = db.prepare<[string, string], { one: number }>(
    'SELECT 1 AS one FROM message WHERE parent_dialog_id = ? AND removed_at IS NULL AND correspondence_id NOT IN (SELECT value FROM json_each(?)) LIMIT 1',
  )
  const unknown = db.prepare<[string], { value: string }>(`
    SELECT j.value FROM json_each(?) j WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.correspondence_id = j.value)
      AND NOT EXISTS (SELECT 1 FROM loose_deferral l WHERE l.correspondence_id = j.value) AND NOT EXISTS (SELECT 1 FROM deleted x WHERE x.correspondence_id = j.value)`)
  const loose = db.prepare<[string, number, number], { correspondence_id: string; party: string; resource: string; tries: number }>(`
    SELECT correspondence_id, party, resource, tries FROM loose_deferral WHERE account_uuid = ? AND next_try_at <= ? AND party IS NOT NULL AND resource IS NOT NULL ORDER BY next_try_at LIMIT ?`)

  return {
    toTransmissions: (query) =>
      grown.all({ ...scopeParameters(query), limit: query.limit }).map((row) => ({ dialogId: row.dialog_id, party: row.urn, resource: row.resource, count: row.transmissions_count, tries: row.transmissions_tries })),
    transmissionsHandled: atomic(db, (dialogId, count, correspondenceIds, at) => {
      const ids = JSON.stringify(correspondenceIds)
      if (lacking.get(dialogId, ids) !== undefined) gone.run(at, meta.nextChange(), dialogId, ids)
      handled.run(count, dialogId)
    }),
    transmissionsDeferred: (dialogId, nextTryAt) => {
      defer.run(nextTryAt, dialogId)
    },
    missingCorrespondences: (ids) => unknown.all(JSON.stringify(ids)).map((row) => row.value),
    looseToFetch: (accountUuid, limit, nowAt) =>
      loose.all(accountUuid, nowAt, limit).map((row) => ({ messageId: null, dialogId: null, correspondenceId: row.correspondence_id, party: row.party, resource: row.resource, createdAt: null, tries: row.tries, careful: true })),
  }
}
