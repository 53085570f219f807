/**
 * Text of attachments, once per content: the same file sent to two hundred clients is read once, and its text stays when
 * the attachment expires (design.md section 3). `content` is packed (packed.ts), its pages parted by U+000C; `none`: there
 * is no text in it, as in a scanned document; `unreadable`: it was tried, `reason` says what stood in the way. A text goes
 * with the last attachment that refers to it, in the same transaction (durability.md 21); how many files are still to be
 * read is kept by triggers like the other counts.
 */
export const version7 = `
CREATE TABLE file_text (
  id INTEGER PRIMARY KEY, content_key TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('text', 'none', 'unreadable')), kind TEXT NOT NULL, reason TEXT,
  pages INTEGER, characters INTEGER NOT NULL, cut INTEGER NOT NULL DEFAULT 0, content BLOB, reader_version INTEGER NOT NULL, read_at INTEGER NOT NULL
) STRICT;
CREATE INDEX file_text_without ON file_text (state, kind) WHERE state <> 'text';
ALTER TABLE attachment ADD COLUMN file_text_id INTEGER REFERENCES file_text;
CREATE INDEX attachment_text ON attachment (file_text_id) WHERE file_text_id IS NOT NULL;
CREATE INDEX attachment_unread ON attachment (stored_at DESC) WHERE state = 'stored' AND file_text_id IS NULL;

ALTER TABLE kept ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;
UPDATE kept SET unread = files;
CREATE TRIGGER attachment_unread_changed AFTER UPDATE OF state, file_text_id ON attachment
WHEN (old.state = 'stored' AND old.file_text_id IS NULL) <> (new.state = 'stored' AND new.file_text_id IS NULL) BEGIN
  UPDATE kept SET unread = unread + CASE WHEN new.state = 'stored' AND new.file_text_id IS NULL THEN 1 ELSE -1 END;
END;
CREATE TRIGGER attachment_unread_gone AFTER DELETE ON attachment WHEN old.state = 'stored' AND old.file_text_id IS NULL BEGIN
  UPDATE kept SET unread = unread - 1;
END;
CREATE TRIGGER attachment_text_gone AFTER DELETE ON attachment WHEN old.file_text_id IS NOT NULL BEGIN
  DELETE FROM file_text WHERE id = old.file_text_id AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.file_text_id = old.file_text_id);
END;
`
