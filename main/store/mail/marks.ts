import { z } from 'zod'
import { atomic, type Db } from '../sqlite.ts'
import type { MailApi, MirrorRow } from './api.ts'
import type { Meta } from './meta.ts'
import { placeColumns } from './places.ts'

type MarkApi = Pick<MailApi, 'mirror' | 'mirroredTo' | 'serviceFacts'>

const mark = z.object({ generation: z.string(), seq: z.number() })

/** What lists filter by and only the ledger knows, mirrored here; the place in the ledger's history goes with it (durability.md 5). */
export function markApi(db: Db, meta: Meta): MarkApi {
  const where = '(correspondence_id = @correspondenceId OR dialog_id = @dialogId)'
  const opened = db.prepare(`UPDATE message SET opened_here_at = @at, change_no = @changeNo WHERE ${where}`)
  const handled = db.prepare(`UPDATE message SET handled_at = @at, change_no = @changeNo WHERE ${where}`)
  const receipts = {
    read: db.prepare(`UPDATE message SET read_receipt = @state, read_receipt_at = @at, change_no = @changeNo WHERE ${where}`),
    confirm: db.prepare(`UPDATE message SET confirm_receipt = @state, confirm_receipt_at = @at, change_no = @changeNo WHERE ${where}`),
  }
  const moved = db.prepare(`UPDATE message SET move_kind = @kind, move_receipt = @state, move_receipt_at = @at, change_no = @changeNo WHERE ${where}`)
  const place = db.prepare(`
    UPDATE message SET ${placeColumns(`ifnull((SELECT d.labels FROM dialog d WHERE d.dialog_id = message.dialog_id), '')`)} WHERE ${where}`)
  const gone = db.prepare(`UPDATE message SET removed_at = coalesce(removed_at, @at) WHERE ${where}`)
  const facts = db.prepare(`
    UPDATE message SET read_at = coalesce(read_at, @readAt), confirmed_at = coalesce(confirmed_at, @confirmedAt), confirmed_by = coalesce(@confirmedBy, confirmed_by), change_no = @changeNo
    WHERE correspondence_id = @correspondenceId`)

  const receipt = (ids: { readonly correspondenceId: string | null; readonly dialogId: string | null }, changeNo: number, { kind, state, at }: NonNullable<MirrorRow['receipt']>): void => {
    switch (kind) {
      case 'read':
      case 'confirm':
        receipts[kind].run({ ...ids, changeNo, state, at })
        return
      case 'archive':
      case 'bin':
      case 'restore':
      case 'purge':
        moved.run({ ...ids, changeNo, kind, state, at })
        place.run(ids)
        if (kind === 'purge' && (state === 'proven' || state === 'done-elsewhere')) gone.run({ ...ids, at })
        return
      case 'forward':
    }
  }

  const apply = (row: MirrorRow): void => {
    const ids = { correspondenceId: row.correspondenceId, dialogId: row.dialogId, changeNo: meta.nextChange() }
    if (row.openedHereAt !== undefined) opened.run({ ...ids, at: row.openedHereAt })
    if (row.handledAt !== undefined) handled.run({ ...ids, at: row.handledAt })
    if (row.receipt !== undefined) receipt({ correspondenceId: row.correspondenceId, dialogId: row.dialogId }, ids.changeNo, row.receipt)
  }

  return {
    mirror: atomic(db, (rows, to) => {
      for (const row of rows) apply(row)
      if (to !== null) meta.set('ledger_mark', JSON.stringify(to))
    }),
    mirroredTo: () => {
      const text = meta.get('ledger_mark')
      return text === null ? null : mark.parse(JSON.parse(text))
    },
    serviceFacts: atomic(db, (correspondenceId, { readAt = null, confirmedAt = null, confirmedBy = null }) => {
      facts.run({ correspondenceId, readAt, confirmedAt, confirmedBy, changeNo: meta.nextChange() })
    }),
  }
}
