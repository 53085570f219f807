import type { Migration } from '../migrate.ts'
import { pack } from '../packed.ts'
import { version3 } from './schema-3.ts'
import { version4 } from './schema-4.ts'
import { version6 } from './schema-6.ts'
import { version7 } from './schema-7.ts'
import { version8 } from './schema-8.ts'

/**
 * mail.db (design.md section 3, durability.md A2): parties, dialogs, messages with a narrow list row, bodies, received
 * originals, attachments, and the cursors of sync in the same file as the rows they speak of.
 */
const version1 = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE party (
  id INTEGER PRIMARY KEY, urn TEXT NOT NULL UNIQUE, uuid TEXT NOT NULL, name TEXT NOT NULL,
  kind TEXT NOT NULL, parent_urn TEXT, is_deleted INTEGER NOT NULL, heading_only INTEGER NOT NULL, favourite INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE account_party (
  account_uuid TEXT NOT NULL, party_id INTEGER NOT NULL REFERENCES party, current INTEGER NOT NULL, first_seen_at INTEGER NOT NULL,
  lost_at INTEGER, watermark TEXT, rights_hash TEXT, PRIMARY KEY (account_uuid, party_id)
) STRICT, WITHOUT ROWID;

-- A pass over a group of parties. A poll that finds nothing writes one row of pass and nothing else (durability.md 14).
CREATE TABLE party_group (group_key TEXT NOT NULL, party_id INTEGER NOT NULL REFERENCES party, PRIMARY KEY (group_key, party_id)) STRICT, WITHOUT ROWID;
CREATE TABLE pass (
  account_uuid TEXT NOT NULL, group_key TEXT NOT NULL, pass TEXT NOT NULL, watermark TEXT, ended_at INTEGER NOT NULL, found INTEGER NOT NULL,
  PRIMARY KEY (account_uuid, group_key, pass)
) STRICT, WITHOUT ROWID;
CREATE TABLE pass_position (
  account_uuid TEXT NOT NULL, group_key TEXT NOT NULL, updated_after TEXT NOT NULL, started_server_at INTEGER, PRIMARY KEY (account_uuid, group_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE full_pass_seen (account_uuid TEXT NOT NULL, dialog_id TEXT NOT NULL, PRIMARY KEY (account_uuid, dialog_id)) STRICT, WITHOUT ROWID;

CREATE TABLE owner (code TEXT PRIMARY KEY, org_number TEXT NOT NULL, names TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE confidential_resource (resource TEXT PRIMARY KEY, kind TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE dialog (
  dialog_id TEXT PRIMARY KEY, party_id INTEGER NOT NULL REFERENCES party, resource TEXT NOT NULL, org TEXT NOT NULL, kind TEXT NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, updated_at_text TEXT NOT NULL, content_updated_at INTEGER NOT NULL,
  due_at INTEGER, status TEXT NOT NULL, labels TEXT NOT NULL, revision TEXT NOT NULL, external_reference TEXT, is_api_only INTEGER NOT NULL,
  transmissions_count INTEGER NOT NULL, transmissions_handled INTEGER NOT NULL DEFAULT 0, change_no INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dialog_id TEXT UNIQUE, correspondence_id TEXT UNIQUE, parent_dialog_id TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('correspondence', 'transmission', 'other')),
  -- found: known from a search; linked: its correspondence is known; fetched: its content is here
  state TEXT NOT NULL CHECK (state IN ('found', 'linked', 'fetched')),
  party_id INTEGER NOT NULL REFERENCES party, resource TEXT NOT NULL, org TEXT,
  title TEXT NOT NULL, title_level INTEGER NOT NULL, summary TEXT, sender_name TEXT, language TEXT,
  sort_at INTEGER NOT NULL, created_at INTEGER NOT NULL, published_at INTEGER, due_at INTEGER,
  needs_confirmation INTEGER NOT NULL DEFAULT 0, confidential INTEGER NOT NULL DEFAULT 0,
  read_at INTEGER, confirmed_at INTEGER, confirmed_by TEXT,
  archived INTEGER NOT NULL DEFAULT 0, binned INTEGER NOT NULL DEFAULT 0, removed_at INTEGER,
  attachment_count INTEGER NOT NULL DEFAULT 0, fetched_at INTEGER,
  -- mirrors of the ledger
  opened_here_at INTEGER, handled_at INTEGER, read_receipt TEXT, read_receipt_at INTEGER, confirm_receipt TEXT, confirm_receipt_at INTEGER,
  born_change_no INTEGER NOT NULL, change_no INTEGER NOT NULL,
  is_placed INTEGER GENERATED ALWAYS AS (archived = 0 AND binned = 0) VIRTUAL,
  is_unread INTEGER GENERATED ALWAYS AS (kind <> 'other' AND read_at IS NULL AND opened_here_at IS NULL AND archived = 0 AND binned = 0) VIRTUAL,
  is_to_confirm INTEGER GENERATED ALWAYS AS (needs_confirmation = 1 AND confirmed_at IS NULL AND binned = 0) VIRTUAL,
  is_due INTEGER GENERATED ALWAYS AS (due_at IS NOT NULL AND confirmed_at IS NULL AND handled_at IS NULL AND archived = 0 AND binned = 0) VIRTUAL
) STRICT;
CREATE INDEX message_all ON message (sort_at DESC, id DESC);
CREATE INDEX message_inbox ON message (sort_at DESC, id DESC) WHERE archived = 0 AND binned = 0;
CREATE INDEX message_of_party ON message (party_id, sort_at DESC, id DESC) WHERE archived = 0 AND binned = 0;
CREATE INDEX message_unread ON message (sort_at DESC, id DESC) WHERE kind <> 'other' AND read_at IS NULL AND opened_here_at IS NULL AND archived = 0 AND binned = 0;
CREATE INDEX message_to_confirm ON message (due_at, id) WHERE needs_confirmation = 1 AND confirmed_at IS NULL AND binned = 0;
CREATE INDEX message_due ON message (due_at, id) WHERE due_at IS NOT NULL AND confirmed_at IS NULL AND handled_at IS NULL AND archived = 0 AND binned = 0;
CREATE INDEX message_archive ON message (sort_at DESC, id DESC) WHERE archived = 1;
CREATE INDEX message_bin ON message (sort_at DESC, id DESC) WHERE binned = 1;
CREATE INDEX message_outgoing ON message (confirm_receipt_at DESC, id DESC) WHERE read_receipt IS NOT NULL OR confirm_receipt IS NOT NULL;
CREATE INDEX message_to_link ON message (sort_at DESC) WHERE state = 'found' AND kind = 'correspondence';
CREATE INDEX message_to_fetch ON message (sort_at DESC) WHERE state = 'linked';
CREATE INDEX message_parent ON message (parent_dialog_id) WHERE parent_dialog_id IS NOT NULL;
CREATE INDEX message_change ON message (change_no);
CREATE INDEX message_born ON message (born_change_no);
CREATE TABLE message_access (
  account_uuid TEXT NOT NULL, message_id INTEGER NOT NULL REFERENCES message ON DELETE CASCADE, last_pass INTEGER, PRIMARY KEY (account_uuid, message_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE moved (old_id INTEGER PRIMARY KEY, new_id INTEGER NOT NULL) STRICT;

CREATE TABLE body (
  message_id INTEGER PRIMARY KEY REFERENCES message ON DELETE CASCADE, body TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL,
  requested_publish_at INTEGER NOT NULL, allow_forwarding INTEGER NOT NULL, altinn2_id INTEGER, reply_options TEXT NOT NULL, property_list TEXT NOT NULL,
  status_history TEXT, via TEXT NOT NULL, version TEXT NOT NULL
) STRICT;
-- Versions of what was received, never overwritten, so that a better reader can run again.
CREATE TABLE original (
  id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL REFERENCES message ON DELETE CASCADE, source TEXT NOT NULL, sha256 TEXT NOT NULL,
  received_at INTEGER NOT NULL, account_uuid TEXT NOT NULL, text TEXT NOT NULL, UNIQUE (message_id, source, sha256)
) STRICT;
CREATE TABLE attachment (
  message_id INTEGER NOT NULL REFERENCES message ON DELETE CASCADE, attachment_id TEXT NOT NULL, position INTEGER NOT NULL,
  file_name TEXT NOT NULL, display_name TEXT, md5 TEXT, data_type TEXT NOT NULL, service_status TEXT NOT NULL, expires_at INTEGER,
  encrypted INTEGER NOT NULL, created_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('wanted', 'stored', 'gone')), vault_name TEXT, content BLOB, bytes INTEGER, received_md5 TEXT, md5_matches INTEGER, stored_at INTEGER,
  reason TEXT, detail TEXT, tries INTEGER NOT NULL DEFAULT 0, next_try_at INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
  text_state TEXT, PRIMARY KEY (message_id, attachment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_wanted ON attachment (ifnull(expires_at, 9223372036854775807), message_id DESC) WHERE state = 'wanted';
CREATE INDEX attachment_vault ON attachment (vault_name) WHERE vault_name IS NOT NULL;

CREATE TABLE deferral (
  message_id INTEGER PRIMARY KEY REFERENCES message ON DELETE CASCADE, stage TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
  error_code INTEGER, tries INTEGER NOT NULL, next_try_at INTEGER NOT NULL, failed INTEGER NOT NULL
) STRICT;
CREATE TABLE loose_deferral (
  correspondence_id TEXT PRIMARY KEY, reason TEXT NOT NULL, detail TEXT NOT NULL, error_code INTEGER, tries INTEGER NOT NULL, next_try_at INTEGER NOT NULL, failed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Items of a search that could not be read, and links that contradict each other (durability.md 7).
CREATE TABLE trouble (id INTEGER PRIMARY KEY, dialog_id TEXT, correspondence_id TEXT, error TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (dialog_id, correspondence_id, error)) STRICT;

-- Counts for each recipient, kept by triggers in the same transaction (durability.md 11).
CREATE TABLE party_count (
  party_id INTEGER PRIMARY KEY REFERENCES party, messages INTEGER NOT NULL DEFAULT 0, unread INTEGER NOT NULL DEFAULT 0, to_confirm INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TRIGGER party_born AFTER INSERT ON party BEGIN INSERT INTO party_count (party_id) VALUES (new.id); END;
CREATE TRIGGER message_born AFTER INSERT ON message BEGIN
  UPDATE party_count SET messages = messages + new.is_placed, unread = unread + new.is_unread, to_confirm = to_confirm + new.is_to_confirm WHERE party_id = new.party_id;
END;
CREATE TRIGGER message_gone AFTER DELETE ON message BEGIN
  UPDATE party_count SET messages = messages - old.is_placed, unread = unread - old.is_unread, to_confirm = to_confirm - old.is_to_confirm WHERE party_id = old.party_id;
END;
CREATE TRIGGER message_changed AFTER UPDATE OF party_id, kind, read_at, opened_here_at, archived, binned, needs_confirmation, confirmed_at ON message BEGIN
  UPDATE party_count SET messages = messages - old.is_placed, unread = unread - old.is_unread, to_confirm = to_confirm - old.is_to_confirm WHERE party_id = old.party_id;
  UPDATE party_count SET messages = messages + new.is_placed, unread = unread + new.is_unread, to_confirm = to_confirm + new.is_to_confirm WHERE party_id = new.party_id;
END;
`

/**
 * Originals and bodies packed (decision 0011); hashes as bytes; what is kept of attachments counted by triggers, because
 * adding up a million rows takes too long for a window that opens; what the open pass missed, so that it asks once
 * (durability.md 16); how far each full pass has come.
 */
const version2 = `
CREATE TABLE packed_original (
  id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL REFERENCES message ON DELETE CASCADE, source TEXT NOT NULL, sha256 BLOB NOT NULL,
  received_at INTEGER NOT NULL, account_uuid TEXT NOT NULL, content BLOB NOT NULL, UNIQUE (message_id, source, sha256)
) STRICT;
INSERT INTO packed_original (id, message_id, source, sha256, received_at, account_uuid, content)
  SELECT id, message_id, source, unhex(sha256), received_at, account_uuid, pack(text) FROM original;
DROP TABLE original;
ALTER TABLE packed_original RENAME TO original;

CREATE TABLE packed_body (
  message_id INTEGER PRIMARY KEY REFERENCES message ON DELETE CASCADE, content BLOB NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL,
  requested_publish_at INTEGER NOT NULL, allow_forwarding INTEGER NOT NULL, altinn2_id INTEGER, reply_options TEXT NOT NULL, property_list TEXT NOT NULL,
  status_history TEXT, via TEXT NOT NULL, version TEXT NOT NULL
) STRICT;
INSERT INTO packed_body SELECT message_id, pack(body), sender, recipient, requested_publish_at, allow_forwarding, altinn2_id, reply_options, property_list, status_history, via, version FROM body;
DROP TABLE body;
ALTER TABLE packed_body RENAME TO body;

CREATE TABLE kept (only INTEGER PRIMARY KEY CHECK (only = 1), files INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
INSERT INTO kept (only, files, bytes) SELECT 1, count(*), ifnull(sum(bytes), 0) FROM attachment WHERE state = 'stored';
CREATE TRIGGER attachment_kept AFTER UPDATE OF state ON attachment WHEN new.state = 'stored' AND old.state <> 'stored' BEGIN
  UPDATE kept SET files = files + 1, bytes = bytes + ifnull(new.bytes, 0);
END;
CREATE TRIGGER attachment_dropped AFTER UPDATE OF state ON attachment WHEN old.state = 'stored' AND new.state <> 'stored' BEGIN
  UPDATE kept SET files = files - 1, bytes = bytes - ifnull(old.bytes, 0);
END;
CREATE TRIGGER attachment_gone AFTER DELETE ON attachment WHEN old.state = 'stored' BEGIN
  UPDATE kept SET files = files - 1, bytes = bytes - ifnull(old.bytes, 0);
END;

CREATE TABLE open_absent (message_id INTEGER PRIMARY KEY REFERENCES message ON DELETE CASCADE, asked_at INTEGER NOT NULL) STRICT;
CREATE TABLE full_pass (
  account_uuid TEXT NOT NULL, group_key TEXT NOT NULL, began_at INTEGER NOT NULL, created_after TEXT, ended_at INTEGER, shrank INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account_uuid, group_key)
) STRICT, WITHOUT ROWID;
`

export const mailMigrations: readonly Migration[] = [
  {
    version: 1,
    up: (db) => {
      db.exec(version1)
    },
  },
  {
    version: 2,
    up: (db) => {
      db.function('pack', { deterministic: true }, (text) => pack(String(text)))
      db.exec(version2)
    },
  },
  { version: 3, up: version3 },
  {
    version: 4,
    up: (db) => {
      db.exec(version4)
    },
  },
  // Rows as before, but `vault_name` may name a pack (decision 0016), which an older program would take for no file at all.
  { version: 5, up: () => undefined },
  {
    version: 6,
    up: (db) => {
      db.exec(version6)
    },
  },
  {
    version: 7,
    up: (db) => {
      db.exec(version7)
    },
  },
  {
    version: 8,
    up: (db) => {
      db.exec(version8)
    },
  },
]
