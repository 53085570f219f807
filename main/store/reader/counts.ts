import type { Db } from '../sqlite.ts'
import type { CoverageRow, Moments, Pressing, ReaderApi, RecipientRow, TextCounts, ViewCounts } from './api.ts'
import { listColumns, type ListRead, listRow, listTables, placed, views } from './list.ts'

type Asked = [{ party: string | null; nowAt: number; soonBefore: number; todayFrom: number }]

interface RecipientRead {
  urn: string
  name: string
  kind: RecipientRow['kind']
  parent_urn: string | null
  is_deleted: number
  current: number
  messages: number
  unread: number
  to_confirm: number
  late: number | null
  soon: number | null
  next_due_at: number | null
}

/** What triggers count. */
type Kept = Pick<ViewCounts, 'inbox' | 'unread' | 'handled' | 'archive' | 'bin'> & { readonly toConfirm: number; readonly due: number }
const nothingKept: Kept = { inbox: 0, unread: 0, toConfirm: 0, due: 0, handled: 0, archive: 0, bin: 0 }

const ofParty = 'm.party_id = (SELECT id FROM party WHERE urn = @party)'
const ofAll = '@party IS NULL'
const everyMoment = '(@nowAt > 0 AND @soonBefore > 0 AND @todayFrom > 0)'

/** Numbers beside the views and recipients; what is kept by triggers is read, the rest walks small partial indexes. */
export function countApi(db: Db): Pick<ReaderApi, 'counts' | 'recipients' | 'coverage' | 'lastPassAt' | 'letterFacts' | 'keptBytes' | 'textCounts'> {
  // Each for one recipient and for all: asked with "or", an index that begins with neither would be walked for both.
  const either = <Row>(prepare: (which: string) => { get(asked: Asked[0]): Row | undefined }): ((asked: Asked[0]) => Row | undefined) => {
    const [one, all] = [prepare(`${ofParty} AND ${everyMoment}`), prepare(`${ofAll} AND ${everyMoment}`)]
    return (asked) => (asked.party === null ? all : one).get(asked)
  }
  const kept = either((which) => db.prepare<Asked, Kept>(`
    SELECT ifnull(sum(m.messages), 0) AS inbox, ifnull(sum(m.unread), 0) AS unread, ifnull(sum(m.to_confirm), 0) AS toConfirm, ifnull(sum(m.due), 0) AS due,
      ifnull(sum(m.handled), 0) AS handled, ifnull(sum(m.archived), 0) AS archive, ifnull(sum(m.binned), 0) AS bin FROM party_count m WHERE ${which}`))
  const today = either((which) => db.prepare<Asked, { n: number }>(`SELECT count(*) AS n FROM message m WHERE m.sort_at >= @todayFrom AND ${views.unread.where} AND ${which}`))
  // Only from now on: how much there is in all is kept, so what is late is the rest.
  const pressing = (view: 'needs-confirmation' | 'due') => {
    const walk = (name: string, due: string) =>
      either((which) => db.prepare<Asked, { n: number; soon: number }>(`
        SELECT count(*) AS n, count(*) FILTER (WHERE m.due_at < @soonBefore) AS soon FROM message m INDEXED BY ${name} WHERE ${views[view].where} AND m.due_at ${due} AND ${which}`))
    const name = view === 'due' ? 'message_due' : 'message_to_confirm'
    const [later, undated] = [walk(name, '>= @nowAt'), walk(name, 'IS NULL')]
    return (asked: Asked[0], count: number): Pressing => {
      const ahead = later(asked) ?? { n: 0, soon: 0 }
      const open = view === 'due' ? 0 : (undated(asked)?.n ?? 0)
      return { count, late: count - ahead.n - open, soon: ahead.soon }
    }
  }
  const needsConfirmation = pressing('needs-confirmation')
  const due = pressing('due')
  const recipients = db.prepare<[{ nowAt: number; soonBefore: number }], RecipientRead>(`
    WITH pressing AS MATERIALIZED (
      SELECT m.party_id, count(*) FILTER (WHERE m.due_at < @nowAt) AS late, count(*) FILTER (WHERE m.due_at >= @nowAt AND m.due_at < @soonBefore) AS soon,
        coalesce(min(m.due_at) FILTER (WHERE m.due_at >= @nowAt), max(m.due_at)) AS next_due_at
      FROM message m INDEXED BY message_due WHERE ${views.due.where} GROUP BY m.party_id)
    SELECT p.urn, p.name, p.kind, p.parent_urn, p.is_deleted, ifnull(max(a.current), 0) AS current, c.messages, c.unread, c.to_confirm, d.late, d.soon, d.next_due_at
    FROM party p JOIN party_count c ON c.party_id = p.id LEFT JOIN account_party a ON a.party_id = p.id LEFT JOIN pressing d ON d.party_id = p.id
    WHERE p.heading_only = 0 GROUP BY p.id ORDER BY p.name, p.urn`)
  const coverage = db.prepare<[{ accountUuid: string }], { urn: string; services: number; last_message_at: number | null; passed_at: number | null; quiet_at: number | null; waiting: number; trouble: CoverageRow['trouble']; trouble_since: number | null }>(`
    SELECT p.urn,
      (SELECT count(DISTINCT m.resource) FROM message m WHERE m.party_id = p.id AND ${placed}) AS services,
      (SELECT m.sort_at FROM message m WHERE m.party_id = p.id AND ${placed} ORDER BY m.sort_at DESC LIMIT 1) AS last_message_at,
      (SELECT max(s.ended_at) FROM party_group g JOIN pass s ON s.group_key = g.group_key WHERE g.party_id = p.id AND s.account_uuid = @accountUuid AND s.pass = 'poll') AS passed_at,
      (SELECT max(q.ended_at) FROM party_group g JOIN poll_group e ON e.group_key = g.group_key JOIN poll q ON q.set_key = e.set_key WHERE g.party_id = p.id AND q.account_uuid = @accountUuid) AS quiet_at,
      t.kind AS trouble, min(t.since) AS trouble_since,
      (SELECT count(*) FROM message m WHERE m.party_id = p.id AND ${placed} AND m.kind = 'correspondence' AND m.state <> 'fetched' AND m.confidential = 0) AS waiting
    FROM party p LEFT JOIN party_trouble t ON t.party_id = p.id AND t.account_uuid = @accountUuid WHERE p.heading_only = 0 GROUP BY p.id ORDER BY p.name, p.urn`)
  const lastPass = db.prepare<[{ accountUuid: string }], { at: number | null }>(`
    SELECT max(at) AS at FROM (SELECT max(ended_at) AS at FROM pass WHERE account_uuid = @accountUuid AND pass = 'poll' UNION ALL SELECT ended_at FROM poll WHERE account_uuid = @accountUuid)`)
  // A scanned document is a PDF without text; pictures and office files have none by their kind.
  const texts = db.prepare<[], TextCounts>(`
    SELECT files, unread AS waiting, (SELECT count(*) FROM file_text WHERE state = 'none' AND kind = 'pdf') AS none, (SELECT count(*) FROM file_text WHERE state = 'unreadable') AS unreadable FROM kept`)
  const attachments = db.prepare<[], { bytes: number }>('SELECT bytes FROM kept')
  const facts = db.prepare<[string], ListRead>(`SELECT ${listColumns} FROM ${listTables} WHERE m.correspondence_id IN (SELECT value FROM json_each(?))`)

  return {
    // In one transaction: the numbers are taken from one another.
    counts: db.transaction(({ nowAt, soonBefore, todayFrom }: Moments, party: string | null) => {
      const asked = { party, nowAt, soonBefore, todayFrom }
      const { toConfirm, due: dueInAll, ...placedSomewhere } = kept(asked) ?? nothingKept
      return { ...placedSomewhere, needsConfirmation: needsConfirmation(asked, toConfirm), due: due(asked, dueInAll), newToday: today(asked)?.n ?? 0 }
    }),
    recipients: ({ nowAt, soonBefore }) =>
      recipients.all({ nowAt, soonBefore }).map((row) => ({
        party: row.urn,
        name: row.name,
        kind: row.kind,
        parent: row.parent_urn,
        isDeleted: row.is_deleted === 1,
        current: row.current === 1,
        messages: row.messages,
        unread: row.unread,
        toConfirm: row.to_confirm,
        late: row.late ?? 0,
        soon: row.soon ?? 0,
        nextDueAt: row.next_due_at,
      })),
    coverage: (accountUuid) =>
      coverage.all({ accountUuid }).map((row) => ({
        party: row.urn, services: row.services, lastMessageAt: row.last_message_at, waiting: row.waiting, trouble: row.trouble, troubleSince: row.trouble_since,
        lastUpdatedAt: row.passed_at === null && row.quiet_at === null ? null : Math.max(row.passed_at ?? 0, row.quiet_at ?? 0),
      })),
    keptBytes: () => attachments.get()?.bytes ?? 0,
    textCounts: () => texts.get() ?? { files: 0, waiting: 0, none: 0, unreadable: 0 },
    lastPassAt: (accountUuid) => lastPass.get({ accountUuid })?.at ?? null,
    letterFacts: (ids) =>
      facts.all(JSON.stringify(ids)).flatMap((read) => {
        const { id, correspondenceId, title, sender, partyName, dueAt } = listRow(read)
        return correspondenceId === null ? [] : [{ correspondenceId, id, title, sender, partyName, dueAt }]
      }),
  }
}
