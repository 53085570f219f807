import type { SearchPage } from '../altinn/client.ts'
import type { DialogRecord, RejectedItem } from '../store/mail/records.ts'
import { dialogRecord, systemUserLevel } from './convert/dialog.ts'

/** The items of a page as records; one that cannot be read is reported beside the others and stops nothing. */
export function recordsOf(page: SearchPage): { readonly dialogs: readonly DialogRecord[]; readonly rejected: readonly RejectedItem[] } {
  const dialogs: DialogRecord[] = []
  const rejected: RejectedItem[] = page.rejected.map((item) => ({ dialogId: item.id, error: item.error }))
  page.items.forEach((item, index) => {
    try {
      dialogs.push(dialogRecord(item, page.originals[index] ?? '', systemUserLevel))
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      rejected.push({ dialogId: item.id, error: error.message })
    }
  })
  return { dialogs, rejected }
}
