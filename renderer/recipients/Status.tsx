import { ArrowsCirclepathIcon, CheckmarkCircleFillIcon, ExclamationmarkTriangleIcon, EyeSlashIcon } from '@navikt/aksel-icons'
import type { ReactElement } from 'react'
import { useShared } from '../app/shared.ts'
import { useWords } from '../texts/words.ts'
import type { Line } from './tree.ts'

/** How a recipient stands: what was taken away first, and until somebody has seen it as a mark. */
export function Status({ line }: { readonly line: Line }): ReactElement | null {
  const { t, number, moment } = useWords()
  const { accounts, now } = useShared()
  const { row, coverage } = line
  if (row === null) return null
  const loss = coverage?.loss ?? null
  const troubleSince = coverage?.troubleSince ?? null
  if (!row.current || coverage?.trouble === 'no-access') {
    const since = loss?.since ?? troubleSince
    return <><span className="badge" data-tone={loss?.seen === true ? 'quiet' : 'late'}>{t('coverage.gone')}</span><span className="quiet">{since === null ? t('coverage.gone.more') : t('coverage.no-access-since', { when: moment(since, now) })}</span></>
  }
  if (coverage === null) return null
  if (loss?.kind === 'unlisted') return <><span className="badge" data-tone={loss.seen ? 'quiet' : 'soon'}>{t('coverage.unlisted')}</span><span className="quiet">{t('coverage.unlisted.since', { when: moment(loss.since, now) })}</span></>
  if (loss !== null && !loss.seen) return <><span className="badge" data-tone="soon">{t('coverage.fewer')}</span><span className="quiet">{t('coverage.fewer.since', { when: moment(loss.since, now) })}</span></>
  if (coverage.trouble === 'failed') return <><span className="with-icon"><ExclamationmarkTriangleIcon aria-hidden />{t('coverage.failed')}</span><span className="quiet">{troubleSince === null ? t('coverage.failed.more') : t('coverage.failed.since', { when: moment(troubleSince, now) })}</span></>
  if (coverage.trouble === 'shrunk') return <><span className="badge" data-tone="soon">{t('coverage.shrunk')}</span><span className="quiet">{t('coverage.shrunk.more')}</span></>
  if (!coverage.fetched) return <span className="with-icon"><EyeSlashIcon aria-hidden />{t('coverage.list-only')}</span>
  if (coverage.waiting > 0) return <span className="with-icon"><ArrowsCirclepathIcon aria-hidden />{t(accounts.some(({ busy }) => busy) ? 'coverage.being-fetched' : 'coverage.waiting', { count: coverage.waiting, number: number(coverage.waiting) })}</span>
  return <span className="status-done"><CheckmarkCircleFillIcon aria-hidden />{t('coverage.done')}</span>
}
