import { z } from 'zod'
import type { Db } from '../sqlite.ts'
import { type AccountRow, type ConsentRow, type LetterIds, ledgerEvent, type LedgerEvent, type OutboxRow, type SignedOutReason } from './events.ts'
import type { OutboxFilter, OutgoingFilter } from './ledger.ts'
import { letterReads } from './letters.ts'

const strings = z.array(z.string())

interface OutboxRead {
  uuid: string
  kind: OutboxRow['kind']
  account_uuid: string
  dialog_id: string | null
  correspondence_id: string
  party: string
  state: OutboxRow['state']
  clicked_at: number
  not_before_at: number
  version_shown: string | null
  forward_to: string | null
  forward_text: string | null
  person: string
  attempt: number
  sending_began_at: number | null
  sending_ended_at: number | null
  server_offset_ms: number | null
  answer_status: number | null
  answer_code: number | null
  trace_id: string | null
  proven_at: number | null
  reason: string | null
  next_ask_at: number | null
  asks: number
  added_seq: number
  changed_seq: number
}

const outboxRow = (row: OutboxRead): OutboxRow => ({
  uuid: row.uuid,
  kind: row.kind,
  accountUuid: row.account_uuid,
  dialogId: row.dialog_id,
  correspondenceId: row.correspondence_id,
  party: row.party,
  state: row.state,
  clickedAt: row.clicked_at,
  notBeforeAt: row.not_before_at,
  versionShown: row.version_shown,
  forwardTo: row.forward_to,
  forwardText: row.forward_text,
  person: row.person,
  attempt: row.attempt,
  sendingBeganAt: row.sending_began_at,
  sendingEndedAt: row.sending_ended_at,
  serverOffsetMs: row.server_offset_ms,
  answerStatus: row.answer_status,
  answerCode: row.answer_code,
  traceId: row.trace_id,
  provenAt: row.proven_at,
  reason: row.reason,
  nextAskAt: row.next_ask_at,
  asks: row.asks,
  addedSeq: row.added_seq,
  changedSeq: row.changed_seq,
})

interface AccountRead {
  uuid: string
  kind: AccountRow['kind']
  client_id: string | null
  kid: string | null
  organisation: string | null
  external_ref: string | null
  scopes: string | null
  party_uuid: string | null
  name: string
  added_at: number
  signed_in_at: number | null
  sign_in_ends_at: number | null
  signed_out_at: number | null
  signed_out_reason: SignedOutReason | null
}

function accountRow(row: AccountRead): AccountRow {
  const { uuid, name, added_at: addedAt } = row
  if (row.kind === 'system-user') {
    // The table's own rule says that none of these is empty for this kind.
    return { uuid, name, addedAt, kind: row.kind, clientId: row.client_id ?? '', kid: row.kid ?? '', organisation: row.organisation ?? '', externalRef: row.external_ref, scopes: strings.parse(JSON.parse(row.scopes ?? '[]')) }
  }
  const { signed_in_at: inAt, signed_out_at: outAt } = row
  const signIn = inAt !== null && outAt === null ? { state: 'in' as const, at: inAt, endsAt: row.sign_in_ends_at } : { state: 'out' as const, at: outAt ?? addedAt, reason: row.signed_out_reason ?? 'ended' }
  return { uuid, name, addedAt, kind: row.kind, partyUuid: row.party_uuid, signIn }
}

/** Everything that only asks the ledger. */
export function ledgerReads(db: Db) {
  const accounts = db.prepare<[], AccountRead>('SELECT * FROM account ORDER BY added_at, uuid')
  const account = db.prepare<[string], AccountRead>('SELECT * FROM account WHERE uuid = ?')
  const consent = db.prepare<[string], { seq: number; from_at: number | null; parties: string | null; attachments: number; given_by: ConsentRow['by']; given_at: number; person: string }>(
    'SELECT * FROM consent WHERE account_uuid = ? ORDER BY seq DESC LIMIT 1',
  )
  const outbox = db.prepare<[{ states: string | null; correspondenceId: string | null; changedAfter: number }], OutboxRead>(`
    SELECT * FROM outbox WHERE changed_seq > @changedAfter AND (@correspondenceId IS NULL OR correspondence_id = @correspondenceId)
      AND (@states IS NULL OR state IN (SELECT value FROM json_each(@states))) ORDER BY added_seq`)
  const one = db.prepare<[string], OutboxRead>('SELECT * FROM outbox WHERE uuid = ?')
  const due = db.prepare<[{ nowAt: number }], OutboxRead>(`
    SELECT * FROM outbox o WHERE (o.state = 'waiting' AND o.not_before_at <= @nowAt AND NOT EXISTS (
        SELECT 1 FROM outbox e WHERE e.correspondence_id = o.correspondence_id AND e.added_seq < o.added_seq AND e.state IN ('waiting', 'sending', 'accepted', 'undecided')))
      OR (o.state IN ('sending', 'accepted', 'undecided') AND o.next_ask_at <= @nowAt) ORDER BY o.added_seq`)
  // A refused one stands until another of its kind was made for the letter.
  const troubled = `o.state = 'refused' AND NOT EXISTS (SELECT 1 FROM outbox l WHERE l.correspondence_id = o.correspondence_id AND l.kind = o.kind AND l.added_seq > o.added_seq)`
  const of = '(@party IS NULL OR o.party = @party) AND (@correspondenceId IS NULL OR o.correspondence_id = @correspondenceId)'
  type Outgoing = [{ party: string | null; correspondenceId: string | null; limit: number }]
  const openOnes = db.prepare<Outgoing, OutboxRead>(`SELECT * FROM outbox o WHERE o.state IN ('waiting', 'sending', 'accepted', 'undecided') AND ${of} AND @limit > 0 ORDER BY o.added_seq DESC`)
  const troubledOnes = db.prepare<Outgoing, OutboxRead>(`SELECT * FROM outbox o WHERE ${troubled} AND ${of} AND @limit > 0 ORDER BY o.added_seq DESC`)
  const settledOnes = db.prepare<Outgoing, OutboxRead>(`SELECT * FROM outbox o WHERE o.state IN ('proven', 'done-elsewhere') AND ${of} ORDER BY o.added_seq DESC LIMIT @limit`)
  const counts = db.prepare<[], { open: number; refused: number }>(`
    SELECT (SELECT count(*) FROM outbox o WHERE o.state IN ('waiting', 'sending', 'accepted', 'undecided')) AS open, (SELECT count(*) FROM outbox o WHERE ${troubled} AND o.reason IS NOT 'given-up') AS refused`)
  const notified = db.prepare<[string], { key: string }>('SELECT key FROM notified WHERE key = ?')
  const notifiedKeys = db.prepare<[], { key: string }>('SELECT key FROM notified ORDER BY key')
  const { letter, letters } = letterReads(db)
  const setting = db.prepare<[string], { value: string }>('SELECT value FROM setting WHERE name = ?')
  const settings = db.prepare<[], { name: string; value: string }>('SELECT name, value FROM setting ORDER BY name')
  const audit = db.prepare<[{ correspondenceId: string | null; dialogId: string | null; limit: number }], { content: string }>(`
    SELECT content FROM event WHERE (@correspondenceId IS NULL AND @dialogId IS NULL) OR correspondence_id = @correspondenceId
      OR dialog_id = coalesce(@dialogId, (SELECT dialog_id FROM letter WHERE correspondence_id = @correspondenceId)) ORDER BY seq DESC LIMIT @limit`)

  return {
    accounts: (): readonly AccountRow[] => accounts.all().map(accountRow),
    account: (uuid: string): AccountRow | null => {
      const row = account.get(uuid)
      return row === undefined ? null : accountRow(row)
    },
    consent: (accountUuid: string): ConsentRow | null => {
      const row = consent.get(accountUuid)
      if (row === undefined) return null
      const parties = row.parties === null ? null : strings.parse(JSON.parse(row.parties))
      return { accountUuid, fromAt: row.from_at, parties, attachments: row.attachments === 1, by: row.given_by, givenAt: row.given_at, person: row.person, seq: row.seq }
    },
    outbox: (filter: OutboxFilter = {}): readonly OutboxRow[] =>
      outbox
        .all({ states: filter.states === undefined ? null : JSON.stringify(filter.states), correspondenceId: filter.correspondenceId ?? null, changedAfter: filter.changedAfter ?? 0 })
        .map(outboxRow),
    outboxOne: (uuid: string): OutboxRow | null => {
      const row = one.get(uuid)
      return row === undefined ? null : outboxRow(row)
    },
    outgoing: ({ party = null, correspondenceId = null, limit }: OutgoingFilter): readonly OutboxRow[] => {
      const asked = { party, correspondenceId, limit }
      const current = [...openOnes.all(asked), ...troubledOnes.all(asked)].sort((a, b) => b.added_seq - a.added_seq)
      return [...current, ...settledOnes.all(asked)].map(outboxRow)
    },
    outgoingCounts: (): { readonly open: number; readonly refused: number } => counts.get() ?? { open: 0, refused: 0 },
    outboxDue: (nowAt: number): readonly OutboxRow[] => due.all({ nowAt }).map(outboxRow),
    notified: (key: string): boolean => notified.get(key) !== undefined,
    notifiedKeys: (): readonly string[] => notifiedKeys.all().map((row) => row.key),
    openedHere: (ids: LetterIds): number | null => letter(ids)?.openedAt ?? null,
    letter,
    letters,
    setting: (name: string): unknown => {
      const row = setting.get(name)
      return row === undefined ? null : JSON.parse(row.value)
    },
    settings: (): Readonly<Record<string, unknown>> => Object.fromEntries(settings.all().map((row) => [row.name, JSON.parse(row.value) as unknown])),
    audit: (filter: { readonly correspondenceId?: string; readonly dialogId?: string; readonly limit: number }): readonly LedgerEvent[] =>
      audit
        .all({ correspondenceId: filter.correspondenceId ?? null, dialogId: filter.dialogId ?? null, limit: filter.limit })
        .map((row) => ledgerEvent.parse(JSON.parse(row.content))),
  }
}
