/**
 * Text of attachments, once per content: the same file sent to two hundred clients is read once, and its text stays when
 * the attachment expires (design.md section 3). `content` is packed (packed.ts), its pages parted by U+000C; `none`: there
 * is no text in it, as in a scanned document; `unreadable`: it was tried, `reason` says what stood in the way.
 */
export const version7 = `
CREATE TABLE file_text (
  id INTEGER PRIMARY KEY, content_key TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('text', 'none', 'unreadable')), kind TEXT NOT NULL, reason TEXT,
  pages INTEGER, characters INTEGER NOT NULL, cut INTEGER NOT NULL DEFAULT 0, content BLOB, reader_version INTEGER NOT NULL, read_at INTEGER NOT NULL
) STRICT;
ALTER TABLE attachment ADD COLUMN file_text_id INTEGER REFERENCES file_text;
CREATE INDEX attachment_text ON attachment (file_text_id) WHERE file_text_id IS NOT NULL;
CREATE INDEX attachment_unread ON attachment (stored_at DESC) WHERE state = 'stored' AND file_text_id IS NULL;
`
