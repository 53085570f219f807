import type { Db } from '../sqlite.ts'
import { deletedTable } from './delete.ts'

/**
 * What the slow passes, several identities and the other things that are sent to Altinn need:
 *
 * - `settled`: Altinn no longer asks for a confirmation, as the dialog's status says; who gave it, only its history tells
 * - `move_*`: the last move or deletion asked for here, mirrored from the ledger
 * - a poll in which nothing was found is one row, whatever number of groups it went through (durability.md 14)
 * - what a full pass has not met again, for each identity, until the look-up says what became of it (durability.md 9)
 */
const tables = `
DROP TRIGGER message_born;
DROP TRIGGER message_gone;
DROP TRIGGER message_changed;
DROP INDEX message_to_confirm;
DROP INDEX message_due;
ALTER TABLE message DROP COLUMN is_to_confirm;
ALTER TABLE message DROP COLUMN is_due;
ALTER TABLE message ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN move_kind TEXT;
ALTER TABLE message ADD COLUMN move_receipt TEXT;
ALTER TABLE message ADD COLUMN move_receipt_at INTEGER;
ALTER TABLE message ADD COLUMN is_to_confirm INTEGER GENERATED ALWAYS AS (needs_confirmation = 1 AND confirmed_at IS NULL AND settled = 0 AND binned = 0) VIRTUAL;
UPDATE message SET settled = 1 WHERE needs_confirmation = 1 AND confirmed_at IS NULL AND state = 'fetched'
  AND EXISTS (SELECT 1 FROM dialog d WHERE d.dialog_id = message.dialog_id AND d.status <> 'RequiresAttention');
CREATE INDEX message_to_confirm ON message (due_at, id) WHERE needs_confirmation = 1 AND confirmed_at IS NULL AND settled = 0 AND binned = 0;
CREATE INDEX message_due ON message (due_at, id) WHERE due_at IS NOT NULL AND confirmed_at IS NULL AND settled = 0 AND handled_at IS NULL AND archived = 0 AND binned = 0;
CREATE INDEX message_handled ON message (sort_at DESC, id DESC) WHERE handled_at IS NOT NULL;
ALTER TABLE message ADD COLUMN is_handled INTEGER GENERATED ALWAYS AS (handled_at IS NOT NULL) VIRTUAL;
ALTER TABLE party_count ADD COLUMN handled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE party_count ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE party_count ADD COLUMN binned INTEGER NOT NULL DEFAULT 0;
UPDATE party_count SET (to_confirm, handled, archived, binned) =
  (SELECT ifnull(sum(is_to_confirm), 0), ifnull(sum(is_handled), 0), ifnull(sum(archived), 0), ifnull(sum(binned), 0) FROM message m WHERE m.party_id = party_count.party_id);
CREATE TRIGGER message_born AFTER INSERT ON message BEGIN
  UPDATE party_count SET messages = messages + new.is_placed, unread = unread + new.is_unread, to_confirm = to_confirm + new.is_to_confirm,
    handled = handled + new.is_handled, archived = archived + new.archived, binned = binned + new.binned WHERE party_id = new.party_id;
END;
CREATE TRIGGER message_gone AFTER DELETE ON message BEGIN
  UPDATE party_count SET messages = messages - old.is_placed, unread = unread - old.is_unread, to_confirm = to_confirm - old.is_to_confirm,
    handled = handled - old.is_handled, archived = archived - old.archived, binned = binned - old.binned WHERE party_id = old.party_id;
END;
CREATE TRIGGER message_changed AFTER UPDATE OF party_id, kind, read_at, opened_here_at, archived, binned, needs_confirmation, confirmed_at, settled, handled_at ON message BEGIN
  UPDATE party_count SET messages = messages - old.is_placed, unread = unread - old.is_unread, to_confirm = to_confirm - old.is_to_confirm,
    handled = handled - old.is_handled, archived = archived - old.archived, binned = binned - old.binned WHERE party_id = old.party_id;
  UPDATE party_count SET messages = messages + new.is_placed, unread = unread + new.is_unread, to_confirm = to_confirm + new.is_to_confirm,
    handled = handled + new.is_handled, archived = archived + new.archived, binned = binned + new.binned WHERE party_id = new.party_id;
END;

-- Up to where the dialog was known when the content was fetched: a later change makes it stale (durability.md 10).
ALTER TABLE body ADD COLUMN dialog_content_at INTEGER;
ALTER TABLE dialog ADD COLUMN transmissions_tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dialog ADD COLUMN transmissions_next_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX dialog_transmissions ON dialog (dialog_id) WHERE transmissions_count > transmissions_handled;
ALTER TABLE loose_deferral ADD COLUMN account_uuid TEXT;
ALTER TABLE loose_deferral ADD COLUMN party TEXT;
ALTER TABLE loose_deferral ADD COLUMN resource TEXT;

CREATE TABLE poll (account_uuid TEXT PRIMARY KEY, set_key TEXT NOT NULL, watermark TEXT, ended_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE poll_group (set_key TEXT NOT NULL, group_key TEXT NOT NULL, PRIMARY KEY (set_key, group_key)) STRICT, WITHOUT ROWID;
CREATE TABLE party_trouble (
  account_uuid TEXT NOT NULL, party_id INTEGER NOT NULL REFERENCES party, kind TEXT NOT NULL CHECK (kind IN ('no-access', 'failed', 'shrunk')), since INTEGER NOT NULL,
  PRIMARY KEY (account_uuid, party_id, kind)
) STRICT, WITHOUT ROWID;

DROP TABLE full_pass_seen;
CREATE TABLE full_pass_seen (
  account_uuid TEXT NOT NULL, message_id INTEGER NOT NULL REFERENCES message ON DELETE CASCADE, PRIMARY KEY (account_uuid, message_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE full_pass_missing (
  message_id INTEGER NOT NULL REFERENCES message ON DELETE CASCADE, account_uuid TEXT NOT NULL, at INTEGER NOT NULL, asked_at INTEGER, PRIMARY KEY (message_id, account_uuid)
) STRICT, WITHOUT ROWID;
`

export function version3(db: Db): void {
  db.exec(tables)
  db.exec(deletedTable)
}
