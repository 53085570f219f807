import { z } from 'zod'
import { atomic, type Db } from '../sqlite.ts'
import type { MailApi, MirrorRow } from './api.ts'
import type { Meta } from './meta.ts'

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
  const facts = db.prepare(`
    UPDATE message SET read_at = coalesce(read_at, @readAt), confirmed_at = coalesce(confirmed_at, @confirmedAt), confirmed_by = coalesce(@confirmedBy, confirmed_by), change_no = @changeNo
    WHERE correspondence_id = @correspondenceId`)

  const apply = (row: MirrorRow): void => {
    const ids = { correspondenceId: row.correspondenceId, dialogId: row.dialogId, changeNo: meta.nextChange() }
    if (row.openedHereAt !== undefined) opened.run({ ...ids, at: row.openedHereAt })
    if (row.handledAt !== undefined) handled.run({ ...ids, at: row.handledAt })
    if (row.receipt !== undefined) receipts[row.receipt.kind].run({ ...ids, state: row.receipt.state, at: row.receipt.at })
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
