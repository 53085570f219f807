import { z } from 'zod'
import { atomic, type Db } from '../sqlite.ts'
import type { Meta } from './meta.ts'

/** Which letter a person deleted here, as the ledger has it: either GUID may be unknown, never both. */
export interface DeletedLetter {
  readonly dialogId: string | null
  readonly correspondenceId: string | null
  /** ms since 1970 UTC. */
  readonly deletedAt: number
}

/** A vault file that no row refers to since a deletion. */
export interface VaultFileToDrop {
  readonly name: string
  /** Younger than this it was put there again. */
  readonly deletedAt: number
}

/** Deletion of the copy here (durability.md 21). Part of the writer of mail.db. */
export interface DeleteApi {
  /**
   * Everything of these letters goes, and none of them comes back by itself: searches, lists and answers on their way
   * leave them out. Said again, nothing happens: the ledger's events are applied after every restore.
   * @returns how many messages went
   */
  deleteHere(letters: readonly DeletedLetter[]): number
  /** Vault files of deleted letters that are still to be removed, those that another row refers to left out. */
  vaultFilesToDrop(): readonly VaultFileToDrop[]
  vaultFilesDropped(): void
}

/**
 * Letters that a person deleted here, by either GUID. `id` is the order in which the index forgets their
 * `message_ids` (JSON); `vault_names` (JSON) waits until the files are gone.
 */
export const deletedTable = `
CREATE TABLE IF NOT EXISTS deleted (
  id INTEGER PRIMARY KEY AUTOINCREMENT, dialog_id TEXT UNIQUE, correspondence_id TEXT UNIQUE, message_ids TEXT NOT NULL, deleted_at INTEGER NOT NULL, vault_names TEXT
) STRICT;
`

/**
 * Whether a person deleted a letter here; asked, inside the caller's transaction, before a row is made of it. A null GUID
 * names nothing. Where only one GUID of a deleted letter was known, the other is remembered: a list names it by that.
 */
export function deletedLetters(db: Db): (dialogId: string | null, correspondenceId: string | null) => boolean {
  const any = db.prepare<[], { one: number }>('SELECT 1 AS one FROM deleted LIMIT 1')
  const find = db.prepare<[string | null, string | null], { id: number; correspondence_id: string | null }>('SELECT id, correspondence_id FROM deleted WHERE dialog_id = ? OR correspondence_id = ?')
  const learn = db.prepare('UPDATE deleted SET correspondence_id = ? WHERE id = ?')
  return (dialogId, correspondenceId) => {
    if (any.get() === undefined) return false
    const [first, ...others] = find.all(dialogId, correspondenceId)
    if (first === undefined) return false
    if (others.length === 0 && first.correspondence_id === null && correspondenceId !== null) learn.run(correspondenceId, first.id)
    return true
  }
}

interface Holder {
  id: number
  dialog_id: string | null
  correspondence_id: string | null
}

interface Remembered extends Holder {
  message_ids: string
  deleted_at: number
  vault_names: string | null
}

const listed = z.array(z.string())
const numbers = z.array(z.number())

export function deleteApi(db: Db, meta: Meta): DeleteApi {
  // A dialog's row that already names another correspondence is another letter (durability.md 7).
  const rows = db.prepare<[Omit<DeletedLetter, 'deletedAt'>], Holder>(`
    SELECT id, dialog_id, correspondence_id FROM message WHERE correspondence_id = @correspondenceId
      OR (dialog_id = @dialogId AND (@correspondenceId IS NULL OR correspondence_id IS NULL OR correspondence_id = @correspondenceId))`)
  const files = db.prepare<[number], { vault_name: string }>('SELECT vault_name FROM attachment WHERE message_id = ? AND vault_name IS NOT NULL')
  const dropMessage = db.prepare('DELETE FROM message WHERE id = ?')
  const dropDialog = db.prepare('DELETE FROM dialog WHERE dialog_id = ?')
  const dropTrouble = db.prepare('DELETE FROM trouble WHERE dialog_id = ? OR correspondence_id = ?')
  const dropLoose = db.prepare('DELETE FROM loose_deferral WHERE correspondence_id = ?')
  const known = db.prepare<[string | null, string | null], Remembered>('SELECT * FROM deleted WHERE dialog_id = ? OR correspondence_id = ?')
  const forget = db.prepare('DELETE FROM deleted WHERE id = ?')
  const remember = db.prepare('INSERT INTO deleted (dialog_id, correspondence_id, message_ids, deleted_at, vault_names) VALUES (?, ?, ?, ?, ?)')
  const waiting = db.prepare<[], { name: string; deleted_at: number }>(`
    SELECT j.value AS name, max(d.deleted_at) AS deleted_at FROM deleted d, json_each(d.vault_names) j
    WHERE d.vault_names IS NOT NULL AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.vault_name = j.value) GROUP BY j.value`)
  const dropped = db.prepare('UPDATE deleted SET vault_names = NULL WHERE vault_names IS NOT NULL')

  /** One row a letter, whatever of it was known before; a new number, so that the index looks at it. */
  const put = ({ dialogId, correspondenceId, deletedAt }: DeletedLetter, before: readonly Remembered[], rows: readonly Holder[], names: readonly string[]): void => {
    const known = [...rows, ...before]
    for (const { id } of before) forget.run(id)
    const vaultNames = [...names, ...before.flatMap((one) => (one.vault_names === null ? [] : listed.parse(JSON.parse(one.vault_names))))]
    remember.run(
      dialogId ?? known.find((one) => one.dialog_id !== null)?.dialog_id ?? null,
      correspondenceId ?? known.find((one) => one.correspondence_id !== null)?.correspondence_id ?? null,
      JSON.stringify([...rows.map(({ id }) => id), ...before.flatMap((one) => numbers.parse(JSON.parse(one.message_ids)))]),
      Math.max(deletedAt, ...before.map((one) => one.deleted_at)),
      vaultNames.length === 0 ? null : JSON.stringify(vaultNames),
    )
  }

  const deleteOne = (letter: DeletedLetter): number => {
    const { dialogId, correspondenceId } = letter
    const found = rows.all({ dialogId, correspondenceId })
    const before = known.all(dialogId, correspondenceId)
    // After a restore nothing of most is here, and what is remembered of them stays as it is.
    if (found.length === 0 && before.length > 0) return 0
    put(letter, before, found, found.flatMap((row) => files.all(row.id).map((file) => file.vault_name)))
    for (const row of found) dropMessage.run(row.id)
    for (const id of new Set([dialogId, ...found.map((row) => row.dialog_id)])) {
      dropDialog.run(id)
      dropTrouble.run(id, null)
    }
    for (const id of new Set([correspondenceId, ...found.map((row) => row.correspondence_id)])) {
      dropLoose.run(id)
      dropTrouble.run(null, id)
    }
    return found.length
  }

  return {
    deleteHere: atomic(db, (letters) => {
      const gone = letters.reduce((sum, letter) => sum + deleteOne(letter), 0)
      // Windows notice.
      if (gone > 0) meta.nextChange()
      return gone
    }),
    vaultFilesToDrop: () => waiting.all().map((row) => ({ name: row.name, deletedAt: row.deleted_at })),
    vaultFilesDropped: () => {
      dropped.run()
    },
  }
}
