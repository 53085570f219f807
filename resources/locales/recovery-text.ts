import type { Translate } from './index.ts'

interface Recovering {
  readonly what: 'check' | 'mail' | 'ledger' | 'index' | 'mirrors'
  readonly done: number
  readonly total: number | null
}

/** How much of it is done, in whole percent; null where that is not known. Bytes and rows say nothing to a person. */
export function recoveredPercent({ done, total }: Pick<Recovering, 'done' | 'total'>): number | null {
  return total === null || total <= 0 ? null : Math.min(100, Math.floor((100 * done) / total))
}

/** What is being put right and how far it has come, on one line. */
export function recoveryText(t: Translate, recovering: Recovering): string {
  const percent = recoveredPercent(recovering)
  const what = t(`recovering.${recovering.what}`)
  return percent === null ? what : `${what} ${t('footer.percent', { percent })}`
}
