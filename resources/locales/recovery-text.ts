import type { Translate } from './index.ts'

interface Recovering {
  readonly what: 'check' | 'mail' | 'ledger' | 'index' | 'mirrors'
  readonly done: number
  readonly total: number | null
}

/** What is being put right, in one sentence. */
export function recoveryText(t: Translate, { what, done, total }: Recovering): string {
  const percent = total === null || total === 0 ? 0 : Math.min(100, Math.floor((done / total) * 100))
  switch (what) {
    case 'check':
      return t('recovery.check')
    case 'ledger':
      return t('recovery.ledger')
    case 'mail':
      return t('recovery.mail', { percent })
    case 'mirrors':
      return t('recovery.mirrors', { percent })
    case 'index':
      return t('recovery.index', { percent })
  }
}
