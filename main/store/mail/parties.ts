import { createHash } from 'node:crypto'
import { atomic, type Db } from '../sqlite.ts'
import type { MailApi } from './api.ts'
import type { PartyRow } from './records.ts'

type PartyApi = Pick<MailApi, 'parties' | 'watermarks' | 'silentParties' | 'groupPosition' | 'finishGroup' | 'quietPoll'>

interface PartyRead {
  urn: string
  uuid: string
  name: string
  kind: PartyRow['kind']
  parent_urn: string | null
  is_deleted: number
  heading_only: number
  current: number
}

/** The row of a party that a dialog names but no list of rights has named yet: its URN is its name for now. */
export function partyIds(db: Db): (urn: string) => number {
  const find = db.prepare<[string], { id: number }>('SELECT id FROM party WHERE urn = ?')
  const add = db.prepare(`INSERT INTO party (urn, uuid, name, kind, parent_urn, is_deleted, heading_only) VALUES (?, '', ?, ?, NULL, 0, 0)`)
  return (urn) => find.get(urn)?.id ?? Number(add.run(urn, urn, urn.startsWith('urn:altinn:organization:') ? 'organisation' : 'person').lastInsertRowid)
}

/** Parties an identity may act for, and how far each is known (durability.md 14). */
export function partyApi(db: Db): PartyApi {
  const rows = db.prepare<[string], PartyRead>(`
    SELECT p.urn, p.uuid, p.name, p.kind, p.parent_urn, p.is_deleted, p.heading_only, a.current
    FROM account_party a JOIN party p ON p.id = a.party_id WHERE a.account_uuid = ? ORDER BY p.urn`)
  // Of a party the latest of: its own row, the passes of its groups, the last poll that found nothing in one of them.
  const marks = db.prepare<[{ accountUuid: string }], { urn: string; watermark: string | null; passed: string | null; quiet: string | null }>(`
    SELECT p.urn, a.watermark,
      (SELECT max(s.watermark) FROM party_group g JOIN pass s ON s.group_key = g.group_key WHERE g.party_id = p.id AND s.account_uuid = @accountUuid AND s.pass = 'poll') AS passed,
      (SELECT max(q.watermark) FROM party_group g JOIN poll_group e ON e.group_key = g.group_key JOIN poll q ON q.set_key = e.set_key WHERE g.party_id = p.id AND q.account_uuid = @accountUuid) AS quiet
    FROM account_party a JOIN party p ON p.id = a.party_id WHERE a.account_uuid = @accountUuid`)
  const silent = db.prepare<[string], { urn: string }>(`
    SELECT p.urn FROM account_party a JOIN party p ON p.id = a.party_id JOIN party_count c ON c.party_id = p.id WHERE a.account_uuid = ? AND c.messages = 0`)
  const position = db.prepare<[string, string], { updated_after: string; started_server_at: number | null }>(
    'SELECT updated_after, started_server_at FROM pass_position WHERE account_uuid = ? AND group_key = ?',
  )
  const endPosition = db.prepare('DELETE FROM pass_position WHERE account_uuid = ? AND group_key = ?')
  const pass = db.prepare(`
    INSERT INTO pass (account_uuid, group_key, pass, watermark, ended_at, found) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET watermark = excluded.watermark, ended_at = excluded.ended_at, found = excluded.found`)
  const knownGroup = db.prepare<[string], { one: number }>('SELECT 1 AS one FROM party_group WHERE group_key = ? LIMIT 1')
  const member = db.prepare('INSERT OR IGNORE INTO party_group (group_key, party_id) VALUES (?, (SELECT id FROM party WHERE urn = ?))')

  const knownSet = db.prepare<[string], { one: number }>('SELECT 1 AS one FROM poll_group WHERE set_key = ? LIMIT 1')
  const addToSet = db.prepare('INSERT OR IGNORE INTO poll_group (set_key, group_key) VALUES (?, ?)')
  const usedSets = db.prepare('DELETE FROM poll_group WHERE set_key NOT IN (SELECT set_key FROM poll)')
  const quiet = db.prepare(`
    INSERT INTO poll (account_uuid, set_key, watermark, ended_at) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET set_key = excluded.set_key, watermark = excluded.watermark, ended_at = excluded.ended_at`)
  const addMembers = (key: string, urns: readonly string[]): void => {
    // The members of a group are written once; the key names exactly this set.
    if (knownGroup.get(key) === undefined) for (const urn of urns) member.run(key, urn)
  }

  const parties: PartyApi['parties'] = (accountUuid) =>
    rows.all(accountUuid).map((row) => ({
      urn: row.urn,
      uuid: row.uuid,
      name: row.name,
      kind: row.kind,
      parentUrn: row.parent_urn,
      isDeleted: row.is_deleted === 1,
      headingOnly: row.heading_only === 1,
      current: row.current === 1,
    }))

  return {
    parties,
    watermarks: (accountUuid) =>
      Object.fromEntries(
        marks.all({ accountUuid }).map(({ urn, watermark, passed, quiet }) => [urn, [watermark, passed, quiet].reduce((a, b) => (a === null || (b !== null && b > a) ? b : a))]),
      ),
    silentParties: (accountUuid) => silent.all(accountUuid).map((row) => row.urn),
    groupPosition: (accountUuid, groupKey) => {
      const row = position.get(accountUuid, groupKey)
      return row === undefined ? null : { updatedAfter: row.updated_after, startedServerDateAt: row.started_server_at }
    },
    finishGroup: atomic(db, (group) => {
      addMembers(group.groupKey, group.parties)
      pass.run(group.accountUuid, group.groupKey, group.pass, group.watermark, group.at, group.found)
      if (position.get(group.accountUuid, group.groupKey) !== undefined) endPosition.run(group.accountUuid, group.groupKey)
    }),
    quietPoll: atomic(db, ({ accountUuid, groups, watermark, at }) => {
      const setKey = createHash('sha256').update(groups.map(({ key }) => key).sort().join('\n')).digest('hex').slice(0, 32)
      const isNew = knownSet.get(setKey) === undefined
      if (isNew) {
        for (const { key, parties: urns } of groups) {
          addMembers(key, urns)
          addToSet.run(setKey, key)
        }
      }
      quiet.run(accountUuid, setKey, watermark, at)
      if (isNew) usedSets.run()
    }),
  }
}
