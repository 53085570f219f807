import { outgoingGroupOf, outgoingGroups } from '../../preload/contract/index.ts'
import { translator } from '../../resources/locales/index.ts'
import { osloDay } from '../../resources/locales/oslo-day.ts'
import { outgoingCsv } from '../export/outgoing-csv.ts'
import { outgoingPdf } from '../export/outgoing-pdf.ts'
import type { ReceiptFacts } from '../export/receipt.ts'
import type { OutboxRow } from '../store/ledger/events.ts'
import type { Store } from '../store/open.ts'
import type { Handlers } from './calls.ts'
import type { Desk } from './desk.ts'
import { saveTo } from './saving.ts'
import type { ReceiptViews } from './receipts.ts'

/** Every settled row: the ledger is asked for a number of them. */
const everyRow = 2 ** 31 - 1
/** Rows whose letters are looked up at once; between two batches everything else has its turn. */
const batchRows = 100

/** Saving the list of everything told to Altinn, all of it and not only what a window shows. */
export function outgoingListHandlers({ store, views, desk, now }: { readonly store: Pick<Store, 'ledger'>; readonly views: ReceiptViews; readonly desk: Desk; readonly now: () => number }): Handlers {
  async function* inBatches(rows: readonly OutboxRow[]): AsyncGenerator<readonly ReceiptFacts[]> {
    for (let at = 0; at < rows.length; at += batchRows) yield await views.withLetters(rows.slice(at, at + batchRows))
  }
  return {
    'receipts.save-list': async ({ format, group, party = null, language }) => {
      const nowAt = now()
      const target = await desk.saveTarget(`${translator(language)('nav.outgoing')}-${osloDay(nowAt)}.${format}`)
      if (target === null) return { path: null, count: 0 }
      const found = await store.ledger.outgoing({ party, correspondenceId: null, limit: everyRow })
      // As the window shows them: what asks for somebody first, and the newest of each first.
      const rows = outgoingGroups.filter((one) => group === 'all' || one === group).flatMap((one) => found.filter((row) => outgoingGroupOf(row) === one))
      const [first] = party === null ? [] : await views.withLetters(rows.slice(0, 1))
      const batches = inBatches(rows)
      await saveTo(target, format === 'csv' ? outgoingCsv(batches, language) : outgoingPdf(batches, { language, group, recipient: party === null ? null : (first?.partyName ?? ''), count: rows.length, nowAt }))
      return { path: target.path, count: rows.length }
    },
  }
}
