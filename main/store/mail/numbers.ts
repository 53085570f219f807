import type { Db } from '../sqlite.ts'
import type { ConsentNumbers, DueRow, MailApi, Totals } from './api.ts'
import type { Meta } from './meta.ts'

type NumberApi = Pick<MailApi, 'consentNumbers' | 'totals' | 'newSince' | 'dueBefore'>

/** Counts for reports, the consent and reminders. */
export function numberApi(db: Db, meta: Meta): NumberApi {
  const seen = '(@accountUuid IS NULL OR EXISTS (SELECT 1 FROM message_access a WHERE a.account_uuid = @accountUuid AND a.message_id = m.id))'
  const recipients = db.prepare<[{ accountUuid: string | null }], { n: number }>(
    'SELECT count(DISTINCT a.party_id) AS n FROM account_party a JOIN party p ON p.id = a.party_id WHERE a.current = 1 AND p.heading_only = 0 AND (@accountUuid IS NULL OR a.account_uuid = @accountUuid)',
  )
  const messages = db.prepare<[{ accountUuid: string | null }], { dialogs: number; messages: number }>(
    `SELECT count(*) AS dialogs, count(m.fetched_at) AS messages FROM message m WHERE ${seen}`,
  )
  const files = db.prepare<[{ accountUuid: string | null }], { attachments: number; bytes: number }>(`
    SELECT count(*) AS attachments, ifnull(sum(f.bytes), 0) AS bytes FROM attachment f JOIN message m ON m.id = f.message_id WHERE f.state = 'stored' AND ${seen}`)
  const put = db.prepare<[{ accountUuid: string | null }], { reason: string; failed: number; n: number }>(`
    SELECT reason, failed, count(*) AS n FROM (
      SELECT d.reason, d.failed FROM deferral d JOIN message m ON m.id = d.message_id WHERE m.confidential = 0 AND ${seen}
      UNION ALL SELECT reason, failed FROM loose_deferral
      UNION ALL SELECT f.reason, f.failed FROM attachment f JOIN message m ON m.id = f.message_id WHERE f.state <> 'stored' AND f.reason IS NOT NULL AND ${seen}
      UNION ALL SELECT 'confidential', 0 FROM message m WHERE m.confidential = 1 AND m.fetched_at IS NULL AND ${seen}
    ) GROUP BY reason, failed ORDER BY reason`)
  const trouble = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM trouble')
  const consentSql = (columns: string, confidential: number, group: string): string => `
    SELECT ${columns} FROM message m JOIN party p ON p.id = m.party_id
    WHERE m.kind = 'correspondence' AND m.state <> 'fetched' AND m.confidential = ${String(confidential)} AND (@fromAt IS NULL OR m.sort_at >= @fromAt)
      AND (CASE WHEN @parties IS NULL THEN p.kind = 'organisation' ELSE p.urn IN (SELECT value FROM json_each(@parties)) END)
      AND EXISTS (SELECT 1 FROM message_access a WHERE a.account_uuid = @accountUuid AND a.message_id = m.id) ${group}`
  type ConsentParameters = [{ accountUuid: string; fromAt: number | null; parties: string | null }]
  const consent = db.prepare<ConsentParameters, { n: number; senders: number; recipients: number; oldest: number | null; newest: number | null }>(
    consentSql('count(*) AS n, count(DISTINCT coalesce(m.org, m.resource)) AS senders, count(DISTINCT m.party_id) AS recipients, min(m.sort_at) AS oldest, max(m.sort_at) AS newest', 0, ''),
  )
  const consentByParty = db.prepare<ConsentParameters, { urn: string; n: number }>(consentSql('p.urn, count(*) AS n', 0, 'GROUP BY p.id ORDER BY p.name, p.urn'))
  const consentConfidential = db.prepare<ConsentParameters, { n: number }>(consentSql('count(*) AS n', 1, ''))
  const born = db.prepare<[number, number | null, number | null], { urn: string; n: number }>(`
    SELECT p.urn, count(*) AS n FROM message m JOIN party p ON p.id = m.party_id
    WHERE m.born_change_no > ? AND m.kind <> 'other' AND m.is_unread = 1 AND (? IS NULL OR m.sort_at >= ?) GROUP BY p.urn ORDER BY p.urn`)
  const due = db.prepare<[number, number | null, number | null], { id: number; correspondence_id: string | null; dialog_id: string | null; urn: string; due_at: number; confidential: number }>(`
    SELECT m.id, m.correspondence_id, m.dialog_id, p.urn, m.due_at, m.confidential FROM message m JOIN party p ON p.id = m.party_id
    WHERE m.due_at IS NOT NULL AND m.confirmed_at IS NULL AND m.settled = 0 AND m.handled_at IS NULL AND m.archived = 0 AND m.binned = 0 AND m.due_at < ? AND (? IS NULL OR m.sort_at >= ?)
    ORDER BY m.due_at`)

  const deferrals = db.prepare<[], { state: string }>(`
    SELECT (SELECT count(*) || ' ' || ifnull(sum(tries), 0) FROM deferral) || ' ' || (SELECT count(*) || ' ' || ifnull(sum(tries), 0) FROM loose_deferral) || ' ' || (SELECT count(*) FROM trouble) || ' ' || (SELECT count(*) FROM account_party WHERE current = 1) AS state`)
  const counted = new Map<string | null, { readonly state: string; readonly totals: Totals }>()
  const count = (accountUuid: string | null): Totals => {
    const reasons = put.all({ accountUuid })
    return {
      recipients: recipients.get({ accountUuid })?.n ?? 0,
      ...(messages.get({ accountUuid }) ?? { dialogs: 0, messages: 0 }),
      ...(files.get({ accountUuid }) ?? { attachments: 0, bytes: 0 }),
      skipped: Object.fromEntries(reasons.filter((row) => row.failed === 0).map((row) => [row.reason, row.n])),
      failed: reasons.filter((row) => row.failed === 1).reduce((sum, row) => sum + row.n, 0) + (trouble.get()?.n ?? 0),
    }
  }

  return {
    consentNumbers: (accountUuid, fromAt, parties): ConsentNumbers => {
      const asked = { accountUuid, fromAt, parties: parties === null ? null : JSON.stringify(parties) }
      const row = consent.get(asked)
      return {
        byParty: consentByParty.all(asked).map((one) => ({ party: one.urn, messages: one.n })),
        confidential: consentConfidential.get(asked)?.n ?? 0, messages: row?.n ?? 0, senders: row?.senders ?? 0, recipients: row?.recipients ?? 0, oldestAt: row?.oldest ?? null, newestAt: row?.newest ?? null }
    },
    totals: (accountUuid): Totals => {
      // A poll that found nothing must not count a million rows: as long as nothing changed they are the same.
      const state = `${String(meta.changeNo())} ${deferrals.get()?.state ?? ''}`
      const known = counted.get(accountUuid)
      if (known?.state === state) return known.totals
      const totals = count(accountUuid)
      counted.set(accountUuid, { state, totals })
      return totals
    },
    newSince: (changeNo, fromAt) => ({ changeNo: meta.changeNo(), byParty: born.all(changeNo, fromAt, fromAt).map((row) => ({ party: row.urn, count: row.n })) }),
    dueBefore: (at, fromAt) =>
      due.all(at, fromAt, fromAt).map(
        (row): DueRow => ({ messageId: row.id, correspondenceId: row.correspondence_id, dialogId: row.dialog_id, party: row.urn, dueAt: row.due_at, confidential: row.confidential === 1 }),
      ),
  }
}
