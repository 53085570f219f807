/**
 * What presses, counted without touching the rows: the indexes hold every column that the counts and the list of
 * recipients ask for (design.md section 8, count badges and a window that opens).
 */
export const version4 = `
DROP INDEX message_to_confirm;
DROP INDEX message_due;
CREATE INDEX message_to_confirm ON message (due_at, id, party_id, needs_confirmation, confirmed_at, settled, binned)
  WHERE needs_confirmation = 1 AND confirmed_at IS NULL AND settled = 0 AND binned = 0;
CREATE INDEX message_due ON message (due_at, id, party_id, confirmed_at, settled, handled_at, archived, binned)
  WHERE due_at IS NOT NULL AND confirmed_at IS NULL AND settled = 0 AND handled_at IS NULL AND archived = 0 AND binned = 0;
`
