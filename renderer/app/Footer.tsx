import { ArrowsCirclepathIcon, CheckmarkCircleIcon, CloudSlashIcon, FileSearchIcon, HourglassIcon, PadlockLockedIcon, WrenchIcon } from '@navikt/aksel-icons'
import { type ReactElement, useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import type { SyncProgressView } from '../../preload/contract/index.ts'
import { recoveredPercent } from '../../resources/locales/recovery-text.ts'
import type { LinkState } from '../engine/client.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { shown, useWords } from '../texts/words.ts'
import { freshSince, getMessages, worstOf } from './accounts.ts'
import { useShared } from './shared.ts'
import { usePlace } from './state.ts'

/** The newest progress; gone when the run has ended. */
function useProgress(): SyncProgressView | null {
  const engine = useEngine()
  const [progress, setProgress] = useState<SyncProgressView | null>(null)
  useEffect(() => {
    // The end of one identity's run says nothing of another's.
    const ends = [engine.on('sync.progress', setProgress), engine.on('sync.finished', ({ accountUuid }) => { setProgress((known) => (known?.accountUuid === accountUuid ? null : known)) })]
    return () => { for (const end of ends) end() }
  }, [engine])
  return progress
}

/** What is being put right while the window is up, or null. */
function useRecovering(): LinkState['recovering'] {
  const engine = useEngine()
  return useSyncExternalStore(useCallback((watcher) => engine.watch(watcher), [engine]), () => engine.state.recovering)
}

function Progress({ progress }: { readonly progress: SyncProgressView | null }): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const { recipients } = useShared()
  const { t, number } = words
  const name = progress?.party == null ? null : (recipients.find((row) => row.party === progress.party)?.name ?? null)
  const counted = progress !== null && (progress.phase === 'fetch' || progress.phase === 'full-pass') && progress.total !== null && progress.total > 0 ? { done: progress.done, total: progress.total } : null
  return (
    <>
      <ArrowsCirclepathIcon aria-hidden />
      <span role="status" className="only-read">{t('footer.fetching')}</span>
      {counted === null ? (
        <span>{t(progress?.phase === 'full-pass' ? 'footer.full-pass' : progress?.phase === 'attachments' ? 'footer.attachments' : progress?.phase === 'link' ? 'footer.looking' : 'footer.looking-for', { count: number(progress?.done ?? 0) })}</span>
      ) : (
        <>
          <span>{t(progress?.phase === 'full-pass' ? 'footer.full-pass' : 'footer.fetching')}: <b>{t('footer.of', { done: number(counted.done), total: number(counted.total) })}</b></span>
          <span className="progress" role="progressbar" aria-label={t('footer.fetching')} aria-valuemin={0} aria-valuemax={counted.total} aria-valuenow={counted.done} aria-valuetext={t(progress?.phase === 'full-pass' ? 'footer.of-recipients' : 'footer.of-messages', { done: number(counted.done), total: number(counted.total) })}>
            <span style={{ width: `${String((100 * counted.done) / counted.total)}%` }} />
          </span>
        </>
      )}
      {name !== null && <bdi className="footer-name">{name}</bdi>}
      <button type="button" className="text-link" onClick={() => { void engine.call('sync.stop', {}) }}>{t('do.stop')}</button>
    </>
  )
}

/** Below everything: how fresh the copy is, what is under way, what waits; never a dialog. */
export function Footer(): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const { accounts, profile, counts, recipients, now } = useShared()
  const [, go] = usePlace()
  const progress = useProgress()
  const recovering = useRecovering()
  const isBusy = accounts.some(({ busy }) => busy)
  const texts = useAsk('texts.state', {}, ['texts.changed', 'sync.finished']).value
  const isReading = texts !== null && texts.waiting > 0 && !isBusy && profile?.readOnly !== true
  const recovered = recovering === null ? null : recoveredPercent(recovering)
  const { t, number } = words
  const current = recipients.filter((row) => row.current).length
  const run = (): void => { getMessages(engine, accounts) }
  const since = freshSince(accounts)
  const last = since === null ? t('footer.never') : t('footer.updated', { when: words.moment(since, now) })
  const troubled = worstOf(accounts.filter(({ trouble }) => trouble === 'offline' || trouble === 'service'))
  // Whose it is matters only while others get through.
  const whose = troubled !== null && accounts.some(({ trouble }) => trouble !== troubled.trouble) ? ` · ${t('identity.footer', { name: shown(troubled.name) })}` : ''
  const next = troubled?.nextAt == null ? '' : t('footer.next', { time: words.time(troubled.nextAt) })
  return (
    <footer className="footer">
      <div className="footer-left">
        {profile?.readOnly === true ? <><PadlockLockedIcon aria-hidden /><span role="status">{t('footer.read-only')}</span></> : isBusy ? <Progress progress={progress} /> : troubled !== null ? (
          <><CloudSlashIcon aria-hidden /><span role="status"><b>{t(troubled.trouble === 'offline' ? 'footer.offline' : 'footer.service')}</b>{whose} · {last} · {next}</span><button type="button" className="text-link" onClick={run}>{t('do.try-now')}</button></>
        ) : (
          <>{accounts.length === 0 ? <span role="status">{t('connect.none.title')}</span> : <><CheckmarkCircleIcon aria-hidden /><span role="status">{last} · {t('footer.recipients', { count: current, number: number(current) })}</span><button type="button" className="text-link" onClick={run}>{t('do.get-messages')}</button></>}</>
        )}
      </div>
      <div className="footer-right">
        {recovering !== null && <span className="footer-item"><WrenchIcon aria-hidden /><span role="status">{t('footer.recovering')}</span>{recovered !== null && <span aria-hidden>{t('footer.percent', { percent: recovered })}</span>}</span>}
        {isReading && <span className="footer-item"><FileSearchIcon aria-hidden /><span>{t('texts.reading', { done: number(texts.files - texts.waiting), total: number(texts.files) })}</span></span>}
        {(counts?.outgoing.open ?? 0) > 0 && <button type="button" className="footer-item" onClick={() => { go({ to: 'page', page: 'outgoing' }) }}><HourglassIcon aria-hidden />{t('footer.waiting', { count: counts?.outgoing.open ?? 0 })}</button>}
        {profile !== null && <span className="footer-item"><PadlockLockedIcon aria-hidden />{t(profile.environment === 'demo' ? 'footer.demo-copy' : 'footer.copy', { size: words.size(profile.bytes) })}</span>}
        <button type="button" className="footer-item" onClick={() => { go({ to: 'dialog', dialog: 'keys' }) }}><kbd aria-hidden>?</kbd>{t('footer.keys')}</button>
      </div>
    </footer>
  )
}
