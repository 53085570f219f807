import type { OutboxState } from '../ledger/outbox.ts'
import type { Db } from '../sqlite.ts'
import type { ListRow, PageKey, ReaderApi, View } from './api.ts'

export interface ListRead {
  id: number
  dialog_id: string | null
  correspondence_id: string | null
  kind: ListRow['kind']
  state: ListRow['state']
  urn: string
  party_name: string
  title: string
  sender_name: string | null
  owner_names: string | null
  org: string | null
  summary: string | null
  sort_at: number
  due_at: number | null
  needs_confirmation: number
  confidential: number
  is_unread: number
  read_at: number | null
  confirmed_at: number | null
  confirmed_by: ListRow['confirmedBy']
  opened_here_at: number | null
  handled_at: number | null
  read_receipt: OutboxState | null
  read_receipt_at: number | null
  confirm_receipt: OutboxState | null
  confirm_receipt_at: number | null
  settled: number
  move_kind: NonNullable<ListRow['moveReceipt']>['kind'] | null
  move_receipt: OutboxState | null
  move_receipt_at: number | null
  attachment_count: number
  archived: number
  binned: number
  removed_at: number | null
}

/** The dialog is only looked up for the few rows that do not name the owner themselves: it lies elsewhere on the disk. */
export const orgOfRow = 'coalesce(m.org, (SELECT d.org FROM dialog d WHERE d.dialog_id = m.dialog_id))'

export const listColumns = `
  m.id, m.dialog_id, m.correspondence_id, m.kind, m.state, p.urn, p.name AS party_name, m.title, m.sender_name, o.names AS owner_names, ${orgOfRow} AS org, m.summary,
  m.sort_at, m.due_at, m.needs_confirmation, m.confidential, m.is_unread, m.read_at, m.confirmed_at, m.confirmed_by, m.opened_here_at, m.handled_at,
  m.read_receipt, m.read_receipt_at, m.confirm_receipt, m.confirm_receipt_at, m.settled, m.move_kind, m.move_receipt, m.move_receipt_at, m.attachment_count,
  m.archived, m.binned, m.removed_at`
export const listTables = `
  message m JOIN party p ON p.id = m.party_id LEFT JOIN owner o ON o.code = ${orgOfRow}`

/** The sender as shown: the name given with the message, else the service owner's, else its code (terms.md 9). */
function senderOf(row: ListRead): string {
  if (row.sender_name !== null) return row.sender_name
  if (row.owner_names !== null) {
    const names = JSON.parse(row.owner_names) as Readonly<Record<string, string>>
    const name = names['nb'] ?? names['nn'] ?? Object.values(names)[0]
    if (name !== undefined) return name
  }
  return row.org ?? ''
}

export function listRow(row: ListRead): ListRow {
  const hidden = row.confidential === 1 && row.state !== 'fetched'
  return {
    id: row.id,
    dialogId: row.dialog_id,
    correspondenceId: row.correspondence_id,
    kind: row.kind,
    state: row.state,
    party: row.urn,
    partyName: row.party_name,
    title: hidden ? null : row.title,
    sender: senderOf(row),
    summary: hidden ? null : row.summary,
    sortAt: row.sort_at,
    dueAt: row.due_at,
    // Altinn no longer asks: it was confirmed by somebody, whom only the history names.
    needsConfirmation: row.needs_confirmation === 1 && (row.settled === 0 || row.confirmed_at !== null),
    confidential: row.confidential === 1,
    unread: row.is_unread === 1,
    readAt: row.read_at,
    confirmedAt: row.confirmed_at,
    confirmedBy: row.confirmed_by,
    openedHereAt: row.opened_here_at,
    handledAt: row.handled_at,
    readReceipt: row.read_receipt === null ? null : { state: row.read_receipt, at: row.read_receipt_at },
    confirmReceipt: row.confirm_receipt === null ? null : { state: row.confirm_receipt, at: row.confirm_receipt_at },
    moveReceipt: row.move_kind === null || row.move_receipt === null ? null : { kind: row.move_kind, state: row.move_receipt, at: row.move_receipt_at },
    attachmentCount: row.attachment_count,
    archived: row.archived === 1,
    binned: row.binned === 1,
    removedAt: row.removed_at,
  }
}

interface ViewSql {
  readonly where: string
  /** Column the view is sorted by. */
  readonly by: string
  readonly descending: boolean
}

const newest = { by: 'm.sort_at', descending: true } as const
export const placed = 'm.archived = 0 AND m.binned = 0'

/** Written as the partial indexes are, so that each view walks its own (design.md section 8). */
export const views: Readonly<Record<View, ViewSql>> = {
  all: { ...newest, where: '1' },
  inbox: { ...newest, where: placed },
  unread: { ...newest, where: `m.kind <> 'other' AND m.read_at IS NULL AND m.opened_here_at IS NULL AND ${placed}` },
  'needs-confirmation': { by: 'm.due_at', descending: false, where: 'm.needs_confirmation = 1 AND m.confirmed_at IS NULL AND m.settled = 0 AND m.binned = 0' },
  due: { by: 'm.due_at', descending: false, where: `m.due_at IS NOT NULL AND m.confirmed_at IS NULL AND m.settled = 0 AND m.handled_at IS NULL AND ${placed}` },
  outgoing: { by: 'm.confirm_receipt_at', descending: true, where: '(m.read_receipt IS NOT NULL OR m.confirm_receipt IS NOT NULL)' },
  handled: { ...newest, where: 'm.handled_at IS NOT NULL' },
  archive: { ...newest, where: 'm.archived = 1' },
  bin: { ...newest, where: 'm.binned = 1' },
}

type ListParameters = [{ party: string | null; at: number | null; id: number | null; limit: number }]

function statement(db: Db, view: View, party: boolean, after: boolean, handled: boolean | undefined) {
  const { where, by, descending } = views[view]
  const compare = descending ? '<' : '>'
  const order = descending ? 'DESC' : 'ASC'
  // A missing due date sorts first in SQLite; the key of such a row is the smallest number there is.
  const key = `ifnull(${by}, -9007199254740991)`
  const sql = `
    SELECT ${listColumns}, ${key} AS sort_key FROM ${listTables} WHERE ${where}
      ${party ? 'AND m.party_id = (SELECT id FROM party WHERE urn = @party)' : ''}
      ${handled === undefined ? '' : `AND m.handled_at IS ${handled ? 'NOT ' : ''}NULL`}
      ${after ? `AND (${by === 'm.sort_at' ? by : key}, m.id) ${compare} (@at, @id)` : ''}
    ORDER BY ${by} ${order}, m.id ${order} LIMIT @limit`
  return db.prepare<ListParameters, ListRead & { sort_key: number }>(sql)
}

/** Lists by keyset pages: a page is never found by counting rows (design.md section 2). */
export function listApi(db: Db): Pick<ReaderApi, 'list' | 'position'> {
  const prepared = new Map<string, ReturnType<typeof statement>>()
  const statementFor = (view: View, party: boolean, after: boolean, handled: boolean | undefined): ReturnType<typeof statement> => {
    const name = `${view} ${String(party)} ${String(after)} ${String(handled)}`
    const known = prepared.get(name) ?? statement(db, view, party, after, handled)
    prepared.set(name, known)
    return known
  }
  const change = db.prepare<[], { value: string }>(`SELECT value FROM meta WHERE name = 'change_no'`)

  return {
    list: ({ view, party, after, handled, limit }) => {
      const parameters = { party: party ?? null, at: after?.at ?? null, id: after?.id ?? null, limit: limit + 1 }
      const found = statementFor(view, party !== undefined, after !== undefined, handled).all(...([parameters] satisfies ListParameters))
      const rows = found.slice(0, limit)
      const last = rows.at(-1)
      const next: PageKey | null = found.length > limit && last !== undefined ? { at: last.sort_key, id: last.id } : null
      return { rows: rows.map(listRow), next }
    },
    position: () => Number(change.get()?.value ?? '0'),
  }
}
