import { atomic, type Db } from '../sqlite.ts'
import type { MailApi } from './api.ts'

type AccessApi = Pick<MailApi, 'passOn' | 'accountsOf' | 'keepAccounts' | 'isStale' | 'isSettledByUnknown'>

/** Which identities may see a letter: several may have overlapping rights, and a call uses one with a proven right (design.md section 3). */
export function accessApi(db: Db): AccessApi {
  // The one whose answer is kept has proven its right.
  const accounts = db.prepare<[number], { account_uuid: string }>(`
    SELECT a.account_uuid FROM message_access a WHERE a.message_id = ?
    ORDER BY EXISTS (SELECT 1 FROM original o WHERE o.message_id = a.message_id AND o.account_uuid = a.account_uuid AND o.source <> 'search') DESC, a.account_uuid`)
  const others = db.prepare<[number, string], { n: number }>('SELECT count(*) AS n FROM message_access WHERE message_id = ? AND account_uuid <> ?')
  const take = db.prepare('DELETE FROM message_access WHERE message_id = ? AND account_uuid = ?')
  const stale = db.prepare<[string], { stale: number }>(`
    SELECT b.dialog_content_at IS NOT NULL AND d.content_updated_at > b.dialog_content_at AS stale
    FROM message m JOIN body b ON b.message_id = m.id JOIN dialog d ON d.dialog_id = m.dialog_id WHERE m.correspondence_id = ? AND m.removed_at IS NULL`)

  const settled = db.prepare<[string], { one: number }>(`
    SELECT 1 AS one FROM message m WHERE m.correspondence_id = ? AND m.needs_confirmation = 1 AND m.settled = 1 AND m.confirmed_at IS NULL AND m.removed_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM open_absent o WHERE o.message_id = m.id)`)

  const strangers = db.prepare<[string], { account_uuid: string }>('SELECT DISTINCT account_uuid FROM account_party WHERE account_uuid NOT IN (SELECT value FROM json_each(?))')
  const dropRights = db.prepare('DELETE FROM message_access WHERE account_uuid = ?')
  const forgetCoverage = ['coverage_loss', 'available_client', 'clients_asked', 'parties_asked'].map((table) => db.prepare(`DELETE FROM ${table} WHERE account_uuid = ?`))
  const loseParties = db.prepare('UPDATE account_party SET current = 0, lost_at = ? WHERE account_uuid = ? AND current = 1')

  return {
    keepAccounts: atomic(db, (accounts, at) => {
      for (const { account_uuid: uuid } of strangers.all(JSON.stringify(accounts))) {
        dropRights.run(uuid)
        loseParties.run(at, uuid)
        // Who took the identity away knows that nothing is seen by it any more.
        for (const forget of forgetCoverage) forget.run(uuid)
      }
    }),
    passOn: atomic(db, (messageId, accountUuid) => {
      if ((others.get(messageId, accountUuid)?.n ?? 0) === 0) return false
      take.run(messageId, accountUuid)
      return true
    }),
    accountsOf: (messageId) => accounts.all(messageId).map((row) => row.account_uuid),
    isSettledByUnknown: (correspondenceId) => settled.get(correspondenceId) !== undefined,
    isStale: (correspondenceId) => stale.get(correspondenceId)?.stale === 1,
  }
}
