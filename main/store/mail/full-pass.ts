import { atomic, type Db } from '../sqlite.ts'
import type { MailApi } from './api.ts'
import type { Meta } from './meta.ts'
import { sharply } from './sharp.ts'

type FullPassApi = Pick<MailApi, 'beginFullPass' | 'fullPass' | 'splitFullGroup' | 'endFullGroup' | 'leaveFullGroup' | 'missingEverywhere' | 'missingAsked'>

/** How a full pass marks what it meets, for the page that is applied in the same transaction. */
export function fullPassMarks(db: Db): (accountUuid: string, groupKey: string, createdAfter: string, dialogIds: readonly string[]) => void {
  const seen = db.prepare('INSERT OR IGNORE INTO full_pass_seen (account_uuid, message_id) SELECT ?, id FROM message WHERE dialog_id = ?')
  const position = db.prepare('UPDATE full_pass SET created_after = ? WHERE account_uuid = ? AND group_key = ?')
  return (accountUuid, groupKey, createdAfter, dialogIds) => {
    for (const dialogId of dialogIds) seen.run(accountUuid, dialogId)
    position.run(createdAfter, accountUuid, groupKey)
  }
}

/**
 * The look through everything: it finds what no watermark can, and is the only way to learn that a letter is gone
 * (altinn3.md 3.7, durability.md 9). Its cursor stands beside the rows it speaks of.
 */
export function fullPassApi(db: Db, meta: Meta): FullPassApi {
  const forget = db.prepare('DELETE FROM full_pass WHERE account_uuid = ?')
  const forgetSeen = db.prepare('DELETE FROM full_pass_seen WHERE account_uuid = ?')
  // Of this group only: another that waits half looked through still needs its own.
  const forgetSeenOf = db.prepare(`
    DELETE FROM full_pass_seen WHERE account_uuid = ? AND message_id IN (SELECT m.id FROM message m JOIN party_group g ON g.party_id = m.party_id WHERE g.group_key = ?)`)
  const begin = db.prepare('INSERT INTO full_pass (account_uuid, group_key, began_at) VALUES (?, ?, ?)')
  const knownGroup = db.prepare<[string], { one: number }>('SELECT 1 AS one FROM party_group WHERE group_key = ? LIMIT 1')
  const split = db.prepare('INSERT OR IGNORE INTO full_pass (account_uuid, group_key, began_at, created_after) SELECT account_uuid, ?, began_at, created_after FROM full_pass WHERE account_uuid = ? AND group_key = ?')
  const drop = db.prepare('DELETE FROM full_pass WHERE account_uuid = ? AND group_key = ?')
  const member = db.prepare('INSERT OR IGNORE INTO party_group (group_key, party_id) VALUES (?, (SELECT id FROM party WHERE urn = ?))')
  const groups = db.prepare<[string], { group_key: string; began_at: number; created_after: string | null; ended_at: number | null }>(
    'SELECT group_key, began_at, created_after, ended_at FROM full_pass WHERE account_uuid = ? ORDER BY ended_at IS NOT NULL, created_after IS NULL, group_key',
  )
  const members = db.prepare<[string], { urn: string }>('SELECT p.urn FROM party_group g JOIN party p ON p.id = g.party_id WHERE g.group_key = ? ORDER BY p.urn')
  const began = db.prepare<[string, string], { began_at: number }>('SELECT began_at FROM full_pass WHERE account_uuid = ? AND group_key = ?')
  // Only letters that were known before the pass began: what came since is met by the next one.
  const known = `FROM message m JOIN party_group g ON g.party_id = m.party_id AND g.group_key = @groupKey
    WHERE m.dialog_id IS NOT NULL AND m.parent_dialog_id IS NULL AND m.removed_at IS NULL AND m.created_at < @beganAt
      AND EXISTS (SELECT 1 FROM message_access a WHERE a.account_uuid = @accountUuid AND a.message_id = m.id)`
  const unseen = `NOT EXISTS (SELECT 1 FROM full_pass_seen s WHERE s.account_uuid = @accountUuid AND s.message_id = m.id)`
  type GroupParameters = [{ accountUuid: string; groupKey: string; beganAt: number }]
  const byParty = db.prepare<GroupParameters, { party_id: number; urn: string; known: number; missing: number }>(`
    SELECT m.party_id, (SELECT urn FROM party WHERE id = m.party_id) AS urn, count(*) AS known, count(*) FILTER (WHERE ${unseen}) AS missing ${known} GROUP BY m.party_id HAVING missing > 0`)
  const miss = db.prepare(`
    INSERT INTO full_pass_missing (message_id, account_uuid, at) SELECT m.id, @accountUuid, @at ${known} AND m.party_id = @partyId AND ${unseen}
    ON CONFLICT DO UPDATE SET at = excluded.at, asked_at = NULL`)
  const found = db.prepare(`
    DELETE FROM full_pass_missing WHERE account_uuid = @accountUuid AND message_id IN (SELECT message_id FROM full_pass_seen WHERE account_uuid = @accountUuid)`)
  const end = db.prepare('UPDATE full_pass SET ended_at = ?, shrank = ? WHERE account_uuid = ? AND group_key = ?')
  const everywhere = db.prepare<[number, string, string, number], { id: number; dialog_id: string }>(`
    SELECT m.id, m.dialog_id FROM message m WHERE m.id > ? AND m.removed_at IS NULL AND m.dialog_id IS NOT NULL
      AND m.id IN (SELECT message_id FROM full_pass_missing WHERE asked_at IS NULL)
      AND NOT EXISTS (
        SELECT 1 FROM message_access a WHERE a.message_id = m.id AND a.account_uuid IN (SELECT value FROM json_each(?))
          AND NOT EXISTS (SELECT 1 FROM full_pass_missing f WHERE f.message_id = m.id AND f.account_uuid = a.account_uuid))
      AND EXISTS (SELECT 1 FROM message_access a WHERE a.message_id = m.id AND a.account_uuid IN (SELECT value FROM json_each(?)))
    ORDER BY m.id LIMIT ?`)
  const remove = db.prepare('UPDATE message SET removed_at = ?, change_no = ? WHERE id = ? AND removed_at IS NULL')
  const asked = db.prepare('UPDATE full_pass_missing SET asked_at = ? WHERE message_id = ?')

  const addMembers = (key: string, parties: readonly string[]): void => {
    if (knownGroup.get(key) === undefined) for (const urn of parties) member.run(key, urn)
  }

  return {
    beginFullPass: atomic(db, (accountUuid, wanted, at) => {
      forget.run(accountUuid)
      forgetSeen.run(accountUuid)
      for (const { key, parties } of wanted) {
        addMembers(key, parties)
        begin.run(accountUuid, key, at)
      }
    }),
    fullPass: (accountUuid, leftOut = []) => {
      const rows = groups.all(accountUuid)
      const [first] = rows
      if (first === undefined) return null
      const done = rows.filter((row) => row.ended_at !== null)
      const open = rows.find((row) => row.ended_at === null && !leftOut.includes(row.group_key))
      const next = open === undefined ? null : { groupKey: open.group_key, parties: members.all(open.group_key).map((row) => row.urn), createdAfter: open.created_after }
      return { beganAt: first.began_at, endedAt: done.length === rows.length ? Math.max(...done.map((row) => row.ended_at ?? 0)) : null, done: done.length, total: rows.length, next }
    },
    splitFullGroup: atomic(db, (accountUuid, groupKey, parts) => {
      for (const { key, parties } of parts) {
        addMembers(key, parties)
        split.run(key, accountUuid, groupKey)
      }
      drop.run(accountUuid, groupKey)
    }),
    endFullGroup: atomic(db, (accountUuid, groupKey, at) => {
      const beganAt = began.get(accountUuid, groupKey)?.began_at ?? at
      const parameters = { accountUuid, groupKey, beganAt }
      const shrunk: string[] = []
      let missing = 0
      for (const party of byParty.all(parameters)) {
        if (sharply(party.missing, party.known)) shrunk.push(party.urn)
        else missing += miss.run({ ...parameters, at, partyId: party.party_id }).changes
      }
      found.run({ accountUuid })
      forgetSeenOf.run(accountUuid, groupKey)
      end.run(at, Number(shrunk.length > 0), accountUuid, groupKey)
      return { missing, shrunk }
    }),
    leaveFullGroup: atomic(db, (accountUuid, groupKey, at) => {
      // What was met is not missing, whatever becomes of the rest.
      found.run({ accountUuid })
      forgetSeenOf.run(accountUuid, groupKey)
      end.run(at, 0, accountUuid, groupKey)
    }),
    missingEverywhere: (accountUuids, after, limit) => {
      const accounts = JSON.stringify(accountUuids)
      return everywhere.all(after, accounts, accounts, limit).map((row) => ({ messageId: row.id, dialogId: row.dialog_id }))
    },
    missingAsked: atomic(db, (messageIds, gone, at) => {
      for (const id of messageIds) {
        asked.run(at, id)
        if (gone) remove.run(at, meta.nextChange(), id)
      }
    }),
  }
}
