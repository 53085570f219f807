import { atomic, type Db } from '../sqlite.ts'
import type { MailApi } from './api.ts'
import type { Meta } from './meta.ts'

type OpenPassApi = Pick<MailApi, 'openAbsent' | 'openPassAt' | 'openPassEnded' | 'openAsked' | 'openPresent' | 'setPartyTrouble' | 'clearPartyTrouble' | 'troubleSince'>

/** Receipts after which nothing of ours can have changed whether Altinn asks. */
const noReceipt = `(m.confirm_receipt IS NULL OR (m.confirm_receipt IN ('refused', 'undone') AND m.confirm_receipt_at < @beganAt))`

/**
 * What the search for open confirmations says of letters that it does not name (durability.md 16): a lost right gives the
 * same answer as a confirmation by somebody else, so absence alone never counts.
 */
export function openPassApi(db: Db, meta: Meta): OpenPassApi {
  const absent = db.prepare<[{ accountUuid: string; parties: string; present: string; beganAt: number }], { id: number; correspondence_id: string; urn: string; to_confirm: number }>(`
    SELECT m.id, m.correspondence_id, p.urn, c.to_confirm FROM message m INDEXED BY message_to_confirm JOIN party p ON p.id = m.party_id JOIN party_count c ON c.party_id = p.id JOIN dialog d ON d.dialog_id = m.dialog_id
    WHERE m.needs_confirmation = 1 AND m.confirmed_at IS NULL AND m.settled = 0 AND m.binned = 0
      AND m.state = 'fetched' AND m.correspondence_id IS NOT NULL AND m.removed_at IS NULL AND m.confidential = 0
      AND d.status = 'RequiresAttention' AND d.updated_at < @beganAt AND m.fetched_at < @beganAt
      AND p.urn IN (SELECT value FROM json_each(@parties)) AND m.dialog_id NOT IN (SELECT value FROM json_each(@present))
      AND EXISTS (SELECT 1 FROM message_access a WHERE a.account_uuid = @accountUuid AND a.message_id = m.id)
      AND NOT EXISTS (SELECT 1 FROM open_absent o WHERE o.message_id = m.id) AND ${noReceipt}
    ORDER BY m.due_at`)
  const asked = db.prepare('INSERT INTO open_absent (message_id, asked_at) VALUES (?, ?) ON CONFLICT DO UPDATE SET asked_at = excluded.asked_at')
  const present = db.prepare('DELETE FROM open_absent WHERE message_id IN (SELECT id FROM message WHERE dialog_id IN (SELECT value FROM json_each(?)))')
  const anyAbsent = db.prepare<[], { one: number }>('SELECT 1 AS one FROM open_absent LIMIT 1')
  const trouble = db.prepare('INSERT INTO party_trouble (account_uuid, party_id, kind, since) SELECT ?, id, ?, ? FROM party WHERE urn = ? ON CONFLICT DO NOTHING')
  const clear = db.prepare('DELETE FROM party_trouble WHERE account_uuid = ? AND kind = ? AND party_id IN (SELECT id FROM party WHERE urn IN (SELECT value FROM json_each(?)))')
  const since = db.prepare<[string, string, string], { since: number | null }>(
    'SELECT min(t.since) AS since FROM party_trouble t JOIN party p ON p.id = t.party_id WHERE t.account_uuid = ? AND t.kind = ? AND p.urn IN (SELECT value FROM json_each(?))',
  )
  const anyTrouble = db.prepare<[string, string], { one: number }>('SELECT 1 AS one FROM party_trouble WHERE account_uuid = ? AND kind = ? LIMIT 1')

  return {
    openAbsent: ({ accountUuid, parties, present: met, beganAt }) =>
      absent
        .all({ accountUuid, parties: JSON.stringify(parties), present: JSON.stringify(met), beganAt })
        .map((row) => ({ messageId: row.id, correspondenceId: row.correspondence_id, party: row.urn, ofParty: row.to_confirm })),
    openPassAt: (accountUuid) => Number(meta.get(`open_pass.${accountUuid}`) ?? '0'),
    openPassEnded: (accountUuid, at) => {
      meta.set(`open_pass.${accountUuid}`, String(at))
    },
    openAsked: atomic(db, (messageIds, at) => {
      for (const id of messageIds) asked.run(id, at)
    }),
    openPresent: (dialogIds) => {
      if (anyAbsent.get() !== undefined) present.run(JSON.stringify(dialogIds))
    },
    setPartyTrouble: atomic(db, (accountUuid, kind, parties, at) => {
      for (const urn of parties) trouble.run(accountUuid, kind, at, urn)
    }),
    troubleSince: (accountUuid, kind, parties) => since.get(accountUuid, kind, JSON.stringify(parties))?.since ?? null,
    // Asked before each write: a poll that finds nothing writes nothing more (durability.md 14).
    clearPartyTrouble: (accountUuid, kind, parties) => {
      if (anyTrouble.get(accountUuid, kind) !== undefined) clear.run(accountUuid, kind, JSON.stringify(parties))
    },
  }
}
