import { atomic, type Db } from '../sqlite.ts'
import type { MailApi } from './api.ts'
import type { Meta } from './meta.ts'

type PlaceApi = Pick<MailApi, 'placeTask' | 'placed'>

/** States in which a move asked for here is still on its way, so that the row stands where the person put it. */
export const movesUnderWay = `('waiting', 'sending', 'accepted', 'undecided')`

/** Where a row lies: where it was moved to here as long as that is on its way, else where Altinn's labels say. */
export const placeColumns = (labels: string): string => `
  archived = CASE WHEN move_receipt IN ${movesUnderWay} AND move_kind IN ('archive', 'bin', 'restore') THEN move_kind = 'archive' ELSE instr(' ' || ${labels} || ' ', ' Archive ') > 0 END,
  binned = CASE WHEN move_receipt IN ${movesUnderWay} AND move_kind IN ('archive', 'bin', 'restore') THEN move_kind = 'bin' ELSE instr(' ' || ${labels} || ' ', ' Bin ') > 0 END`

/** Labels of dialogs, shared by everybody who acts for the party (altinn3.md 3.4). */
export function placeApi(db: Db, meta: Meta): PlaceApi {
  const task = db.prepare<[string], { urn: string; created_at: number; revision: string; labels: string }>(
    'SELECT p.urn, d.created_at, d.revision, d.labels FROM dialog d JOIN party p ON p.id = d.party_id WHERE d.dialog_id = ?',
  )
  const dialog = db.prepare('UPDATE dialog SET labels = ?, revision = coalesce(?, revision), change_no = ? WHERE dialog_id = ?')
  const row = db.prepare(`UPDATE message SET ${placeColumns('@labels')}, change_no = @changeNo WHERE dialog_id = @dialogId`)
  return {
    placeTask: (dialogId) => {
      const found = task.get(dialogId)
      return found === undefined ? null : { party: found.urn, createdAt: found.created_at, revision: found.revision, labels: found.labels === '' ? [] : found.labels.split(' ') }
    },
    placed: atomic(db, (dialogId, labels, revision) => {
      const changeNo = meta.nextChange()
      const text = [...labels].sort().join(' ')
      dialog.run(text, revision, changeNo, dialogId)
      row.run({ labels: text, changeNo, dialogId })
    }),
  }
}
