/**
 * What each identity can see of each recipient, and what was taken from it.
 *
 * - `holding`: a set of packages, roles and services; clients of one firm mostly hold the same, so a recipient's row names its
 *   set, and two thousand recipients with thirty packages each are not sixty thousand rows
 * - `by_full`, `by_plain`: whether access management and Dialogporten named the recipient when each answered last: the shorter
 *   word of one must never look like access that was lost by the other (altinn3.md 1.7)
 * - `coverage_loss`: what was taken away, until it comes back; who lost access before this version has been told of it
 * - names of services and what packages reach, as the resource registry says them (altinn3.md 1.8)
 */
export const version8 = `
CREATE TABLE holding (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, packages TEXT NOT NULL, roles TEXT NOT NULL, resources TEXT NOT NULL) STRICT;
ALTER TABLE account_party ADD COLUMN holding_id INTEGER REFERENCES holding;
ALTER TABLE account_party ADD COLUMN holding_since INTEGER;
ALTER TABLE account_party ADD COLUMN by_full INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account_party ADD COLUMN by_plain INTEGER NOT NULL DEFAULT 0;
UPDATE account_party SET by_plain = current;
CREATE INDEX party_uuid ON party (uuid) WHERE uuid <> '';

CREATE TABLE parties_asked (
  account_uuid TEXT PRIMARY KEY, source TEXT NOT NULL CHECK (source IN ('access-management', 'dialogporten')), asked_at INTEGER, full_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO parties_asked (account_uuid, source) SELECT DISTINCT account_uuid, 'dialogporten' FROM account_party;
CREATE TABLE coverage_loss (
  account_uuid TEXT NOT NULL, party_id INTEGER NOT NULL REFERENCES party, kind TEXT NOT NULL CHECK (kind IN ('gone', 'unlisted', 'fewer')),
  before_id INTEGER REFERENCES holding, since INTEGER NOT NULL, seen_at INTEGER, PRIMARY KEY (account_uuid, party_id)
) STRICT, WITHOUT ROWID;
INSERT INTO coverage_loss (account_uuid, party_id, kind, since, seen_at)
  SELECT account_uuid, party_id, 'gone', ifnull(lost_at, first_seen_at), ifnull(lost_at, first_seen_at) FROM account_party WHERE current = 0;

CREATE TABLE clients_asked (account_uuid TEXT PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('known', 'no-scope', 'none')), asked_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE available_client (
  account_uuid TEXT NOT NULL, party_uuid TEXT NOT NULL, organisation TEXT NOT NULL, name TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (account_uuid, party_uuid)
) STRICT, WITHOUT ROWID;

CREATE TABLE service_name (resource TEXT PRIMARY KEY, titles TEXT, owner TEXT, asked_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE package_service (package TEXT PRIMARY KEY, resources TEXT NOT NULL, asked_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`
