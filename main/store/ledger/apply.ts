import type { Db } from '../sqlite.ts'
import { type LedgerEvent, type LetterIds, type OutboxState } from './events.ts'
import { LedgerRefusal } from './ledger.ts'
import { letterFinder } from './letters.ts'
import { mayBecome } from './outbox.ts'

type OutboxChanged = Extract<LedgerEvent, { type: 'outbox-changed' }>
type OutboxAdded = Extract<LedgerEvent, { type: 'outbox-added' }>

/** Columns that an event may change; a field left out keeps its value (events.ts). */
const changeable = {
  notBeforeAt: 'not_before_at',
  attempt: 'attempt',
  sendingBeganAt: 'sending_began_at',
  sendingEndedAt: 'sending_ended_at',
  serverOffsetMs: 'server_offset_ms',
  answerStatus: 'answer_status',
  answerCode: 'answer_code',
  traceId: 'trace_id',
  provenAt: 'proven_at',
  reason: 'reason',
  nextAskAt: 'next_ask_at',
  asks: 'asks',
} as const satisfies Partial<Record<keyof OutboxChanged, string>>

/**
 * Applies one event inside the caller's transaction.
 * @returns a function that throws LedgerRefusal for an event that may not happen; the transaction is then rolled back.
 */
export function eventApplier(db: Db): (event: LedgerEvent) => void {
  const record = db.prepare('INSERT INTO event (seq, uuid, at, person, type, dialog_id, correspondence_id, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const setMeta = db.prepare('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
  const restoreDone = db.prepare(`DELETE FROM meta WHERE name = 'restoring'`)
  const addAccount = db.prepare(
    `INSERT INTO account (uuid, kind, client_id, kid, organisation, external_ref, scopes, party_uuid, name, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (uuid) DO UPDATE SET client_id = excluded.client_id, kid = excluded.kid, external_ref = excluded.external_ref, scopes = excluded.scopes, party_uuid = excluded.party_uuid, name = excluded.name
    WHERE kind = excluded.kind`,
  )
  const signIn = db.prepare(`UPDATE account SET signed_in_at = ?, sign_in_ends_at = ?, signed_out_at = NULL, signed_out_reason = NULL WHERE uuid = ? AND kind = 'person'`)
  const signOut = db.prepare(`UPDATE account SET signed_out_at = ?, signed_out_reason = ? WHERE uuid = ? AND kind = 'person'`)
  const account = db.prepare<[string], { uuid: string }>('SELECT uuid FROM account WHERE uuid = ?')
  const removeAccount = db.prepare('DELETE FROM account WHERE uuid = ?')
  const unfinished = db.prepare<[string], { n: number }>(`SELECT count(*) AS n FROM outbox WHERE account_uuid = ? AND state IN ('waiting', 'sending', 'accepted', 'undecided')`)
  const consent = db.prepare('INSERT INTO consent (seq, account_uuid, from_at, parties, attachments, given_by, given_at, person) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const outbox = db.prepare<[string], { state: OutboxState; dialog_id: string | null; correspondence_id: string }>('SELECT state, dialog_id, correspondence_id FROM outbox WHERE uuid = ?')
  const openOfKind = db.prepare<[string, string], { uuid: string }>(`
    SELECT uuid FROM outbox WHERE correspondence_id = ? AND kind = ? AND state IN ('waiting', 'sending', 'accepted', 'undecided')`)
  const addOutbox = db.prepare(`
    INSERT INTO outbox (uuid, kind, account_uuid, dialog_id, correspondence_id, party, state, clicked_at, not_before_at, version_shown, forward_to, forward_text, person, added_seq, changed_seq)
    VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?, ?, ?, ?, ?, ?)`)
  const setState = db.prepare('UPDATE outbox SET state = ?, changed_seq = ? WHERE uuid = ?')
  const setColumn = Object.fromEntries(Object.entries(changeable).map(([field, column]) => [field, db.prepare(`UPDATE outbox SET ${column} = ? WHERE uuid = ?`)]))
  const letter = letterFinder(db)
  const letterColumn = {
    opened: db.prepare('UPDATE letter SET opened_at = coalesce(opened_at, ?) WHERE id = ?'),
    unread: db.prepare('UPDATE letter SET opened_at = ? WHERE id = ?'),
    handled: db.prepare('UPDATE letter SET handled_at = ? WHERE id = ?'),
    assignee: db.prepare('UPDATE letter SET assignee = ? WHERE id = ?'),
    note: db.prepare('UPDATE letter SET note = ? WHERE id = ?'),
    due: db.prepare('UPDATE letter SET due_at = ? WHERE id = ?'),
    deleted: db.prepare('UPDATE letter SET deleted_at = ? WHERE id = ?'),
  }
  const notified = db.prepare('INSERT OR IGNORE INTO notified (key, what, count, at) VALUES (?, ?, ?, ?)')
  const setting = db.prepare('INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')

  const mark = (event: LetterIds & { readonly seq: number }, column: keyof typeof letterColumn, value: string | number | null): void => {
    letterColumn[column].run(value, letter(event, event.seq))
  }

  const added = (event: OutboxAdded & { readonly person: string }): void => {
    if (account.get(event.accountUuid) === undefined) throw new LedgerRefusal('unknown-account', 'The identity of a receipt is not known')
    if (outbox.get(event.outboxUuid) !== undefined) throw new LedgerRefusal('duplicate', 'This receipt was added before')
    if (openOfKind.get(event.correspondenceId, event.kind) !== undefined) throw new LedgerRefusal('already-open', 'A receipt of this kind is under way for the letter')
    addOutbox.run(event.outboxUuid, event.kind, event.accountUuid, event.dialogId, event.correspondenceId, event.party, event.clickedAt, event.notBeforeAt, event.versionShown, event.forwardTo, event.forwardText, event.person, event.seq, event.seq)
  }

  const move = (uuid: string, to: OutboxState, seq: number): void => {
    const row = outbox.get(uuid)
    if (row === undefined) throw new LedgerRefusal('unknown-outbox', 'There is no such receipt')
    if (!mayBecome(row.state, to)) throw new LedgerRefusal('illegal-transition', `A receipt that is ${row.state} cannot become ${to}`)
    setState.run(to, seq, uuid)
  }

  const changed = (event: OutboxChanged): void => {
    move(event.outboxUuid, event.state, event.seq)
    for (const field of Object.keys(changeable) as (keyof typeof changeable)[]) {
      const value = event[field]
      if (value !== undefined) setColumn[field]?.run(value, event.outboxUuid)
    }
  }

  const lettersOf = (event: LedgerEvent): LetterIds => {
    if ('outboxUuid' in event && event.type !== 'outbox-added') {
      const row = outbox.get(event.outboxUuid)
      return { dialogId: row?.dialog_id ?? null, correspondenceId: row?.correspondence_id ?? null }
    }
    return 'correspondenceId' in event ? event : { dialogId: null, correspondenceId: null }
  }

  const effect = (event: LedgerEvent): void => {
    switch (event.type) {
      case 'account-added': {
        const { account: row } = event
        const written =
          row.kind === 'person'
            ? addAccount.run(row.uuid, row.kind, null, null, null, null, null, row.partyUuid, row.name, event.at)
            : addAccount.run(row.uuid, row.kind, row.clientId, row.kid, row.organisation, row.externalRef ?? null, JSON.stringify(row.scopes), null, row.name, event.at)
        if (written.changes === 0) throw new LedgerRefusal('duplicate', 'There is an identity of another kind under this name')
        return
      }
      case 'account-signed-in':
        if (signIn.run(event.at, event.endsAt, event.accountUuid).changes === 0) throw new LedgerRefusal('unknown-account', 'There is no such person')
        return
      case 'account-signed-out':
        if (signOut.run(event.at, event.reason, event.accountUuid).changes === 0) throw new LedgerRefusal('unknown-account', 'There is no such person')
        return
      case 'system-user-asked':
      case 'system-user-answered':
        // Nothing but the trail: how it stands is what the service says.
        return
      case 'account-removed':
        if ((unfinished.get(event.accountUuid)?.n ?? 0) > 0) throw new LedgerRefusal('unfinished-outbox', 'The identity has receipts that are not finished')
        removeAccount.run(event.accountUuid)
        return
      case 'consent-given':
        consent.run(event.seq, event.accountUuid, event.fromAt, event.parties === null ? null : JSON.stringify(event.parties), Number(event.attachments), event.by, event.at, event.person)
        return
      case 'outbox-added':
        added(event)
        return
      case 'outbox-changed':
        changed(event)
        return
      case 'outbox-undone':
        move(event.outboxUuid, 'undone', event.seq)
        return
      case 'opened-here':
        mark(event, 'opened', event.openedAt)
        return
      case 'marked-unread':
        mark(event, 'unread', null)
        return
      case 'handled':
        mark(event, 'handled', event.handledAt)
        return
      case 'assigned':
        mark(event, 'assignee', event.assignee)
        return
      case 'noted':
        mark(event, 'note', event.note)
        return
      case 'internal-deadline':
        mark(event, 'due', event.dueAt)
        return
      case 'deleted-here':
        mark(event, 'deleted', event.at)
        return
      case 'notified':
        notified.run(event.key, event.what, event.count, event.at)
        return
      case 'setting-changed':
        setting.run(event.name, JSON.stringify(event.value))
        return
      case 'run-started':
        setMeta.run('run_id', event.runId)
        if (event.previousRunId !== null) setMeta.run('previous_run_id', event.previousRunId)
        return
      case 'generation-began':
        setMeta.run('generation', event.generation)
        restoreDone.run()
    }
  }

  return (event) => {
    effect(event)
    const { dialogId, correspondenceId } = lettersOf(event)
    record.run(event.seq, event.uuid, event.at, event.person, event.type, dialogId, correspondenceId, JSON.stringify(event))
    setMeta.run('last_seq', String(event.seq))
  }
}

