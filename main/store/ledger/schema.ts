import type { Migration } from '../migrate.ts'

/** ledger.db: the journal's events applied (design.md section 3). */
const version1 = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE event (
  seq INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, person TEXT NOT NULL, type TEXT NOT NULL,
  dialog_id TEXT, correspondence_id TEXT, content TEXT NOT NULL
) STRICT;
CREATE INDEX event_correspondence ON event (correspondence_id, seq) WHERE correspondence_id IS NOT NULL;
CREATE INDEX event_dialog ON event (dialog_id, seq) WHERE dialog_id IS NOT NULL;
CREATE TABLE account (
  uuid TEXT PRIMARY KEY, kind TEXT NOT NULL, client_id TEXT NOT NULL, kid TEXT NOT NULL, organisation TEXT NOT NULL, scopes TEXT NOT NULL, name TEXT NOT NULL, added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE consent (
  seq INTEGER PRIMARY KEY, account_uuid TEXT NOT NULL, from_at INTEGER, parties TEXT, attachments INTEGER NOT NULL, given_by TEXT NOT NULL, given_at INTEGER NOT NULL, person TEXT NOT NULL
) STRICT;
CREATE INDEX consent_account ON consent (account_uuid, seq);
CREATE TABLE outbox (
  uuid TEXT PRIMARY KEY, kind TEXT NOT NULL, account_uuid TEXT NOT NULL, dialog_id TEXT, correspondence_id TEXT NOT NULL, party TEXT NOT NULL,
  state TEXT NOT NULL, clicked_at INTEGER NOT NULL, not_before_at INTEGER NOT NULL, version_shown TEXT, attempt INTEGER NOT NULL DEFAULT 0,
  sending_began_at INTEGER, sending_ended_at INTEGER, server_offset_ms REAL, answer_status INTEGER, answer_code INTEGER, trace_id TEXT,
  proven_at INTEGER, reason TEXT, next_ask_at INTEGER, asks INTEGER NOT NULL DEFAULT 0, added_seq INTEGER NOT NULL, changed_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_open ON outbox (state, added_seq) WHERE state IN ('waiting', 'sending', 'accepted', 'undecided');
CREATE INDEX outbox_letter ON outbox (correspondence_id, added_seq);
CREATE TABLE letter (
  id INTEGER PRIMARY KEY, dialog_id TEXT UNIQUE, correspondence_id TEXT UNIQUE, opened_at INTEGER, handled_at INTEGER, assignee TEXT, note TEXT, due_at INTEGER, deleted_at INTEGER, changed_seq INTEGER NOT NULL
) STRICT;
CREATE INDEX letter_changed ON letter (changed_seq);
CREATE TABLE notified (key TEXT PRIMARY KEY, what TEXT NOT NULL, count INTEGER NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`

export const ledgerMigrations: readonly Migration[] = [
  {
    version: 1,
    up: (db) => {
      db.exec(version1)
    },
  },
  {
    version: 2,
    up: (db) => {
      db.exec(`
        ALTER TABLE outbox ADD COLUMN forward_to TEXT;
        ALTER TABLE outbox ADD COLUMN forward_text TEXT;
        ALTER TABLE outbox ADD COLUMN person TEXT NOT NULL DEFAULT '';
        UPDATE outbox SET person = ifnull((SELECT e.person FROM event e WHERE e.seq = outbox.added_seq), '');
        CREATE INDEX outbox_added ON outbox (added_seq);
        CREATE INDEX outbox_refused ON outbox (added_seq) WHERE state = 'refused';`)
    },
  },
  {
    version: 3,
    up: (db) => {
      // Persons have no client; what is not theirs may be empty now. No other table refers to this one.
      db.exec(`
        CREATE TABLE account_3 (
          uuid TEXT PRIMARY KEY, kind TEXT NOT NULL, client_id TEXT, kid TEXT, organisation TEXT, external_ref TEXT, scopes TEXT, party_uuid TEXT, name TEXT NOT NULL, added_at INTEGER NOT NULL,
          signed_in_at INTEGER, sign_in_ends_at INTEGER, signed_out_at INTEGER, signed_out_reason TEXT,
          CHECK (kind <> 'system-user' OR (client_id IS NOT NULL AND kid IS NOT NULL AND organisation IS NOT NULL AND scopes IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        INSERT INTO account_3 (uuid, kind, client_id, kid, organisation, scopes, name, added_at) SELECT uuid, kind, client_id, kid, organisation, scopes, name, added_at FROM account;
        DROP TABLE account;
        ALTER TABLE account_3 RENAME TO account;`)
    },
  },
]
