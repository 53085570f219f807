import { atomic, type Db } from '../sqlite.ts'
import type { MailApi, TaskQuery } from './api.ts'
import type { Meta } from './meta.ts'
import type { Deferred, FetchTask } from './records.ts'

type TaskApi = Pick<
  MailApi,
  'toLink' | 'linked' | 'notCorrespondence' | 'deferred' | 'deferredCorrespondence' | 'unknownCorrespondences' | 'publishTimeOf' | 'toFetch' | 'messageTask' | 'setConfidentialResources' | 'confidentialResources'
>

interface TaskRow {
  id: number
  dialog_id: string | null
  correspondence_id: string
  urn: string
  resource: string
  created_at: number
  tries: number | null
}

/** How long before its due date a letter goes before newer ones. */
const dueSoonMs = 14 * 86_400_000
/** When a link that contradicts another one is asked about again. */
const conflictMs = 86_400_000

/** The user's choice and the identity's rights; the same in every task list. */
const scopeSql = `
  EXISTS (SELECT 1 FROM message_access a WHERE a.account_uuid = @accountUuid AND a.message_id = m.id)
  AND m.removed_at IS NULL AND m.confidential = 0 AND (@fromAt IS NULL OR m.sort_at >= @fromAt)
  AND (CASE WHEN @parties IS NULL THEN p.kind = 'organisation' ELSE p.urn IN (SELECT value FROM json_each(@parties)) END)
  AND (d.message_id IS NULL OR d.next_try_at <= @nowAt)`

export const scopeParameters = (query: TaskQuery) => ({
  accountUuid: query.accountUuid,
  nowAt: query.nowAt,
  fromAt: query.scope.fromAt,
  parties: query.scope.parties === null ? null : JSON.stringify(query.scope.parties),
})

/** What is still to be linked and fetched, in the order it is wanted, and what has been put off. */
export function taskApi(db: Db, meta: Meta): TaskApi {
  const toLink = db.prepare<[ReturnType<typeof scopeParameters> & { limit: number }], TaskRow>(`
    SELECT m.id, m.dialog_id, '' AS correspondence_id, p.urn, m.resource, m.created_at, d.tries
    FROM message m JOIN party p ON p.id = m.party_id LEFT JOIN deferral d ON d.message_id = m.id
    WHERE m.state = 'found' AND m.kind = 'correspondence' AND m.dialog_id IS NOT NULL AND ${scopeSql} ORDER BY m.sort_at DESC LIMIT @limit`)
  const fetchSql = (condition: string, order: string): string => `
    SELECT m.id, m.dialog_id, m.correspondence_id, p.urn, m.resource, m.created_at, d.tries
    FROM message m JOIN party p ON p.id = m.party_id LEFT JOIN deferral d ON d.message_id = m.id
    WHERE m.state = 'linked' AND ${condition} AND ${scopeSql} ORDER BY ${order} LIMIT @limit`
  type FetchParameters = [ReturnType<typeof scopeParameters> & { limit: number; soonAt: number }]
  const dueSoon = db.prepare<FetchParameters, TaskRow>(fetchSql('m.due_at IS NOT NULL AND m.confirmed_at IS NULL AND m.due_at < @soonAt AND m.due_at > @nowAt', 'm.due_at'))
  const newest = db.prepare<FetchParameters, TaskRow>(fetchSql('@soonAt IS NOT NULL', 'm.sort_at DESC'))
  const one = db.prepare<[number], { id: number; dialog_id: string | null; correspondence_id: string | null; urn: string; resource: string; created_at: number; confidential: number; via: string | null; account_uuid: string | null }>(`
    SELECT m.id, m.dialog_id, m.correspondence_id, p.urn, m.resource, m.created_at, m.confidential, b.via, (SELECT a.account_uuid FROM message_access a WHERE a.message_id = m.id LIMIT 1) AS account_uuid
    FROM message m JOIN party p ON p.id = m.party_id LEFT JOIN body b ON b.message_id = m.id WHERE m.id = ? AND m.kind <> 'other' AND m.removed_at IS NULL`)
  const link = db.prepare(`UPDATE message SET correspondence_id = ?, state = 'linked', change_no = ? WHERE id = ? AND correspondence_id IS NULL AND state = 'found'`)
  const holder = db.prepare<[string], { id: number }>('SELECT id FROM message WHERE correspondence_id = ?')
  const own = db.prepare<[number], { dialog_id: string | null; correspondence_id: string | null }>('SELECT dialog_id, correspondence_id FROM message WHERE id = ?')
  const adopt = db.prepare(`UPDATE message SET dialog_id = ?, change_no = ? WHERE id = ? AND dialog_id IS NULL`)
  const drop = db.prepare('DELETE FROM message WHERE id = ?')
  const moved = db.prepare('INSERT OR REPLACE INTO moved (old_id, new_id) VALUES (?, ?)')
  const giveAccess = db.prepare('INSERT OR IGNORE INTO message_access (account_uuid, message_id) SELECT account_uuid, ? FROM message_access WHERE message_id = ?')
  const trouble = db.prepare('INSERT OR IGNORE INTO trouble (dialog_id, correspondence_id, error, at) VALUES (?, ?, ?, ?)')
  const owner = db.prepare(`INSERT INTO owner (code, org_number, names) VALUES (?, ?, ?) ON CONFLICT (code) DO UPDATE SET org_number = excluded.org_number, names = excluded.names`)
  const other = db.prepare(`UPDATE message SET kind = 'other', needs_confirmation = 0, change_no = ? WHERE id = ?`)
  const forget = db.prepare('DELETE FROM deferral WHERE message_id = ?')
  const defer = db.prepare(`
    INSERT INTO deferral (message_id, stage, reason, detail, error_code, tries, next_try_at, failed) SELECT @messageId, @stage, @reason, @detail, @errorCode, 1, @nextTryAt, @failed
    WHERE @stage <> 'link' OR EXISTS (SELECT 1 FROM message WHERE id = @messageId AND state = 'found')
    ON CONFLICT (message_id) DO UPDATE SET stage = excluded.stage, reason = excluded.reason, detail = excluded.detail, error_code = excluded.error_code,
      tries = tries + 1, next_try_at = excluded.next_try_at, failed = excluded.failed`)
  const deferLoose = db.prepare(`
    INSERT INTO loose_deferral (correspondence_id, reason, detail, error_code, tries, next_try_at, failed, account_uuid, party, resource)
    VALUES (@correspondenceId, @reason, @detail, @errorCode, 1, @nextTryAt, @failed, @accountUuid, @party, @resource)
    ON CONFLICT (correspondence_id) DO UPDATE SET account_uuid = excluded.account_uuid, party = excluded.party, resource = excluded.resource, reason = excluded.reason, detail = excluded.detail, error_code = excluded.error_code,
      tries = tries + 1, next_try_at = excluded.next_try_at, failed = excluded.failed`)
  const unknown = db.prepare<[string, number], { value: string }>(`
    SELECT j.value FROM json_each(?) j
    WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.correspondence_id = j.value)
      AND NOT EXISTS (SELECT 1 FROM deleted x WHERE x.correspondence_id = j.value)
      AND NOT EXISTS (SELECT 1 FROM loose_deferral l WHERE l.correspondence_id = j.value AND l.next_try_at > ?)`)
  const published = db.prepare<[string], { requested_publish_at: number }>('SELECT b.requested_publish_at FROM message m JOIN body b ON b.message_id = m.id WHERE m.correspondence_id = ?')
  const clearConfidential = db.prepare('DELETE FROM confidential_resource')
  const addConfidential = db.prepare('INSERT OR REPLACE INTO confidential_resource (resource, kind) VALUES (?, ?)')
  const markConfidential = db.prepare(`
    UPDATE message SET confidential = (EXISTS (SELECT 1 FROM confidential_resource c WHERE c.resource = message.resource AND c.kind = 'confidential'))
    WHERE state <> 'fetched' AND confidential <> (EXISTS (SELECT 1 FROM confidential_resource c WHERE c.resource = message.resource AND c.kind = 'confidential'))`)
  const confidential = db.prepare<[], { resource: string; kind: string }>('SELECT resource, kind FROM confidential_resource ORDER BY resource')

  const tries = (row: TaskRow): number => row.tries ?? 0
  const fetchTask = (row: TaskRow): FetchTask => ({ messageId: row.id, dialogId: row.dialog_id, correspondenceId: row.correspondence_id, party: row.urn, resource: row.resource, createdAt: row.created_at, tries: tries(row), careful: false })
  const deferralParameters = (deferral: Deferred) => ({ reason: deferral.reason, detail: deferral.detail, errorCode: deferral.errorCode, nextTryAt: deferral.nextTryAt, failed: Number(deferral.failed) })

  /**
   * A dialog's row and a correspondence's row prove to be one: the row with the content stays and takes the dialog, the
   * other's id is remembered (durability.md 7).
   */
  const merge = (keep: number, gone: number, dialogId: string | null): void => {
    giveAccess.run(keep, gone)
    drop.run(gone)
    if (dialogId !== null) adopt.run(dialogId, meta.nextChange(), keep)
    moved.run(gone, keep)
  }

  const linkOne = (messageId: number, correspondenceId: string): void => {
    const row = own.get(messageId)
    if (row === undefined || row.correspondence_id === correspondenceId) return
    if (row.correspondence_id !== null) {
      // A filled link is never overwritten: a receipt could land on the wrong letter.
      trouble.run(row.dialog_id, correspondenceId, 'The dialog now names another correspondence than before', Date.now())
      return
    }
    const held = holder.get(correspondenceId)
    if (held === undefined) link.run(correspondenceId, meta.nextChange(), messageId)
    else {
      const heldDialog = own.get(held.id)?.dialog_id ?? null
      if (heldDialog === null) merge(held.id, messageId, row.dialog_id)
      else {
        // Asked about again tomorrow, not at every poll.
        const [at, detail] = [Date.now(), 'Two dialogs name the same correspondence']
        trouble.run(row.dialog_id, correspondenceId, detail, at)
        defer.run({ messageId, stage: 'link', ...deferralParameters({ reason: 'conflict', detail, errorCode: null, nextTryAt: at + conflictMs, failed: true }) })
        return
      }
    }
    forget.run(messageId)
  }

  return {
    toLink: (query) =>
      toLink.all({ ...scopeParameters(query), limit: query.limit }).map((row) => ({
        messageId: row.id,
        dialogId: row.dialog_id ?? '',
        party: row.urn,
        resource: row.resource,
        createdAt: row.created_at,
        tries: tries(row),
      })),
    linked: atomic(db, (links) => {
      for (const one of links) {
        if (one.owner !== null) owner.run(one.owner.code, one.owner.orgNumber, JSON.stringify(one.owner.names))
        linkOne(one.messageId, one.correspondenceId)
      }
    }),
    notCorrespondence: atomic(db, (messageIds) => {
      for (const id of messageIds) {
        other.run(meta.nextChange(), id)
        forget.run(id)
      }
    }),
    deferred: atomic(db, (rows) => {
      for (const row of rows) defer.run({ messageId: row.messageId, stage: row.stage, ...deferralParameters(row) })
    }),
    deferredCorrespondence: (correspondenceId, deferral, from) => {
      deferLoose.run({ correspondenceId, ...deferralParameters(deferral), accountUuid: from?.accountUuid ?? null, party: from?.party ?? null, resource: from?.resource ?? null })
    },
    unknownCorrespondences: (ids, nowAt) => unknown.all(JSON.stringify(ids), nowAt).map((row) => row.value),
    publishTimeOf: (correspondenceId) => published.get(correspondenceId)?.requested_publish_at ?? null,
    messageTask: (messageId) => {
      const row = one.get(messageId)
      if (row === undefined) return null
      return {
        messageId: row.id, dialogId: row.dialog_id, correspondenceId: row.correspondence_id, party: row.urn, resource: row.resource, createdAt: row.created_at,
        confidential: row.confidential === 1, via: row.via, accountUuid: row.account_uuid,
      }
    },
    toFetch: (query) => {
      const parameters = { ...scopeParameters(query), limit: query.limit, soonAt: query.nowAt + dueSoonMs }
      const first = dueSoon.all(parameters).map(fetchTask)
      if (first.length >= query.limit) return first
      const seen = new Set(first.map((task) => task.messageId))
      return [...first, ...newest.all(parameters).map(fetchTask).filter((task) => !seen.has(task.messageId))].slice(0, query.limit)
    },
    setConfidentialResources: atomic(db, (resources, at) => {
      clearConfidential.run()
      for (const resource of resources.confidential) addConfidential.run(resource, 'confidential')
      for (const resource of resources.mixed) addConfidential.run(resource, 'mixed')
      markConfidential.run()
      meta.set('confidential_asked_at', String(at))
    }),
    confidentialResources: () => {
      const rows = confidential.all()
      const askedAt = meta.get('confidential_asked_at')
      const of = (kind: string): readonly string[] => rows.filter((row) => row.kind === kind).map((row) => row.resource)
      return { confidential: of('confidential'), mixed: of('mixed'), askedAt: askedAt === null ? null : Number(askedAt) }
    },
  }
}
