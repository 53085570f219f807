import type { Db } from '../sqlite.ts'
import type { LetterIds, LetterRow } from './events.ts'

interface Stored {
  id: number
  dialog_id: string | null
  correspondence_id: string | null
  opened_at: number | null
  handled_at: number | null
  assignee: string | null
  note: string | null
  due_at: number | null
  deleted_at: number | null
  changed_seq: number
}

/** Rows of one letter; a dialog's row that already names another correspondence belongs to another letter (durability.md 7). */
const rowsOf = `SELECT * FROM letter WHERE correspondence_id = @correspondenceId
  OR (dialog_id = @dialogId AND (@correspondenceId IS NULL OR correspondence_id IS NULL OR correspondence_id = @correspondenceId)) ORDER BY id`

const earliest = (a: number | null, b: number | null): number | null => (a === null || b === null ? (a ?? b) : Math.min(a, b))

/** Two rows that prove to be one letter: nothing of either is lost; of what can stand only once, the later word counts. */
function unite(a: Stored, b: Stored): Stored {
  const [older, newer] = a.changed_seq <= b.changed_seq ? [a, b] : [b, a]
  const notes = [older.note, newer.note].filter((note) => note !== null && note !== '')
  return {
    id: Math.min(a.id, b.id),
    dialog_id: a.dialog_id ?? b.dialog_id,
    correspondence_id: a.correspondence_id ?? b.correspondence_id,
    opened_at: earliest(a.opened_at, b.opened_at),
    handled_at: newer.handled_at ?? older.handled_at,
    assignee: newer.assignee ?? older.assignee,
    note: notes.length === 0 ? newer.note : [...new Set(notes)].join('\n'),
    due_at: newer.due_at ?? older.due_at,
    deleted_at: earliest(a.deleted_at, b.deleted_at),
    changed_seq: newer.changed_seq,
  }
}

const toRow = (row: Stored): LetterRow => ({
  dialogId: row.dialog_id,
  correspondenceId: row.correspondence_id,
  openedAt: row.opened_at,
  handledAt: row.handled_at,
  assignee: row.assignee,
  note: row.note,
  dueAt: row.due_at,
  deletedAt: row.deleted_at,
  changedSeq: row.changed_seq,
})

/** The correspondence's own row decides: one that belongs to another dialog does not take this dialog's row as well. */
function mineOf(found: readonly Stored[], { dialogId, correspondenceId }: LetterIds): readonly Stored[] {
  const own = found.find((row) => row.correspondence_id !== null && row.correspondence_id === correspondenceId)
  return own !== undefined && own.dialog_id !== null && own.dialog_id !== dialogId ? [own] : found
}

export interface LetterReads {
  readonly letter: (ids: LetterIds) => LetterRow | null
  readonly letters: (filter?: { readonly changedAfter?: number }) => readonly LetterRow[]
}

export function letterReads(db: Db): LetterReads {
  const find = db.prepare<[LetterIds], Stored>(rowsOf)
  const changed = db.prepare<[number], Stored>('SELECT * FROM letter WHERE changed_seq > ? ORDER BY changed_seq, id')
  return {
    letter: ({ dialogId, correspondenceId }) => {
      const ids = { dialogId, correspondenceId }
      const [first, ...others] = mineOf(find.all(ids), ids)
      return first === undefined ? null : toRow(others.reduce(unite, first))
    },
    letters: (filter = {}) => changed.all(filter.changedAfter ?? 0).map(toRow),
  }
}

/**
 * Finds or makes a letter's row by either GUID, inside the caller's transaction, and merges the two when a dialog and a
 * correspondence prove to be one: the lower id stays. A filled GUID is never overwritten.
 * @returns the row's id
 */
export function letterFinder(db: Db): (ids: LetterIds, seq: number) => number {
  const find = db.prepare<[LetterIds], Stored>(rowsOf)
  const holder = db.prepare<[string], { id: number }>('SELECT id FROM letter WHERE dialog_id = ?')
  const add = db.prepare('INSERT INTO letter (dialog_id, correspondence_id, changed_seq) VALUES (?, ?, ?)')
  const remove = db.prepare('DELETE FROM letter WHERE id = ?')
  const put = db.prepare<[Stored]>(`
    UPDATE letter SET dialog_id = @dialog_id, correspondence_id = @correspondence_id, opened_at = @opened_at, handled_at = @handled_at,
      assignee = @assignee, note = @note, due_at = @due_at, deleted_at = @deleted_at, changed_seq = @changed_seq WHERE id = @id`)
  return ({ dialogId, correspondenceId }, seq) => {
    const ids = { dialogId, correspondenceId }
    const mine = mineOf(find.all(ids), ids)
    const holds = dialogId === null ? undefined : holder.get(dialogId)?.id
    const [first, ...others] = mine
    if (first === undefined) return Number(add.run(holds === undefined ? dialogId : null, correspondenceId, seq).lastInsertRowid)
    const united = others.reduce(unite, first)
    for (const { id } of mine) if (id !== united.id) remove.run(id)
    const free = holds === undefined || mine.some(({ id }) => id === holds)
    put.run({ ...united, dialog_id: united.dialog_id ?? (free ? dialogId : null), correspondence_id: united.correspondence_id ?? correspondenceId, changed_seq: seq })
    return united.id
  }
}
