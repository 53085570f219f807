/**
 * What is due is counted by triggers like the rest (durability.md 11): the counts then only walk what is due from now on,
 * and not all that a large office has let pass.
 */
export const version6 = `
DROP TRIGGER message_born;
DROP TRIGGER message_gone;
DROP TRIGGER message_changed;
ALTER TABLE message ADD COLUMN is_due INTEGER GENERATED ALWAYS AS
  (due_at IS NOT NULL AND confirmed_at IS NULL AND settled = 0 AND handled_at IS NULL AND archived = 0 AND binned = 0) VIRTUAL;
ALTER TABLE party_count ADD COLUMN due INTEGER NOT NULL DEFAULT 0;
UPDATE party_count SET due = d.n FROM (
  SELECT party_id, count(*) AS n FROM message INDEXED BY message_due
  WHERE due_at IS NOT NULL AND confirmed_at IS NULL AND settled = 0 AND handled_at IS NULL AND archived = 0 AND binned = 0 GROUP BY party_id) AS d
  WHERE d.party_id = party_count.party_id;
CREATE TRIGGER message_born AFTER INSERT ON message BEGIN
  UPDATE party_count SET messages = messages + new.is_placed, unread = unread + new.is_unread, to_confirm = to_confirm + new.is_to_confirm, due = due + new.is_due,
    handled = handled + new.is_handled, archived = archived + new.archived, binned = binned + new.binned WHERE party_id = new.party_id;
END;
CREATE TRIGGER message_gone AFTER DELETE ON message BEGIN
  UPDATE party_count SET messages = messages - old.is_placed, unread = unread - old.is_unread, to_confirm = to_confirm - old.is_to_confirm, due = due - old.is_due,
    handled = handled - old.is_handled, archived = archived - old.archived, binned = binned - old.binned WHERE party_id = old.party_id;
END;
CREATE TRIGGER message_changed AFTER UPDATE OF party_id, kind, read_at, opened_here_at, archived, binned, needs_confirmation, confirmed_at, settled, handled_at, due_at ON message
WHEN old.party_id <> new.party_id OR old.is_placed <> new.is_placed OR old.is_unread <> new.is_unread OR old.is_to_confirm <> new.is_to_confirm OR old.is_due <> new.is_due
  OR old.is_handled <> new.is_handled OR old.archived <> new.archived OR old.binned <> new.binned BEGIN
  UPDATE party_count SET messages = messages - old.is_placed, unread = unread - old.is_unread, to_confirm = to_confirm - old.is_to_confirm, due = due - old.is_due,
    handled = handled - old.is_handled, archived = archived - old.archived, binned = binned - old.binned WHERE party_id = old.party_id;
  UPDATE party_count SET messages = messages + new.is_placed, unread = unread + new.is_unread, to_confirm = to_confirm + new.is_to_confirm, due = due + new.is_due,
    handled = handled + new.is_handled, archived = archived + new.archived, binned = binned + new.binned WHERE party_id = new.party_id;
END;
`
