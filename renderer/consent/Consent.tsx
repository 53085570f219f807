import { Button, Checkbox, Radio } from '@digdir/designsystemet-react'
import { type ReactElement, useState } from 'react'
import type { AccountView, EngineError, RecipientRow } from '../../preload/contract/index.ts'
import { osloMidnight } from '../../resources/locales/oslo-day.ts'
import { Logo } from '../app/Logo.tsx'
import { EnvironmentBadge } from '../app/TopBar.tsx'
import { useShared } from '../app/shared.ts'
import { usePlace } from '../app/state.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { LanguageChoice } from '../settings/LanguageChoice.tsx'
import { errorText, organisationNumber, shown, useWords } from '../texts/words.ts'
import { NoRecipients } from './NoRecipients.tsx'

type Span = 'today' | 'three-months' | 'eighteen-months' | 'all'
const spans: readonly Span[] = ['today', 'three-months', 'eighteen-months', 'all']

function fromAt(span: Span, now: number): number | null {
  const months = { today: 0, 'three-months': 3, 'eighteen-months': 18, all: null }[span]
  if (months === null) return null
  const day = new Date(osloMidnight(now, 0))
  day.setUTCMonth(day.getUTCMonth() - months)
  return months === 0 ? osloMidnight(now, 0) : osloMidnight(day.getTime() + 3_600_000 * 12, 0)
}

/** Before anything becomes visible to a sender: what they will see, of how much, and what is chosen (design.md section 4). */
export function Consent({ account, onDone }: { readonly account: AccountView; readonly onDone: () => void }): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const { profile, accounts, recipients, now } = useShared()
  const [, go] = usePlace()
  const [span, setSpan] = useState<Span>('three-months')
  /** What was ticked or unticked by hand. */
  const [ticked, setTicked] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [attachments, setAttachments] = useState(true)
  const [wanted, setWanted] = useState('')
  const [error, setError] = useState<EngineError | null>(null)
  const { t, number } = words
  // A day's beginning, so that the answer does not change from second to second.
  const today = osloMidnight(now, 0)
  // Persons stand after the organisations, and are ticked only where a person fetches their own mail.
  const current = recipients.filter((row) => row.current)
  const all = [...current.filter(({ kind }) => kind === 'organisation'), ...current.filter(({ kind }) => kind === 'person')]
  // Of several identities, each is asked about those it may act for; who comes later comes along with the rest.
  const choice = accounts.length > 1 ? all.filter((row) => row.accounts.includes(account.accountUuid)) : all
  const everyParty = choice.some(({ kind }) => kind === 'person') ? choice.map(({ party }) => party) : null
  const from = { accountUuid: account.accountUuid, fromAt: fromAt(span, today) }
  const every = useAsk('consent.preview', { ...from, parties: everyParty }, ['messages.changed', 'sync.finished'])
  const about = new Map((every.value?.byParty ?? []).map((one) => [one.party, one.messages]))
  const isChosen = ({ party, kind }: RecipientRow): boolean => ticked.get(party) ?? (kind === 'organisation' || account.kind === 'person')
  const chosen = choice.filter(isChosen)
  const isEverything = choice.every((row) => isChosen(row) === (row.kind === 'organisation'))
  const request = { ...from, parties: isEverything ? null : chosen.map(({ party }) => party) }
  const isSame = request.parties === null && everyParty === null
  const some = useAsk('consent.preview', isSame ? null : request, ['messages.changed', 'sync.finished'])
  const preview = isSame ? every : some
  // Before the recipients are known a number would be a wrong promise.
  const value = choice.length === 0 ? null : preview.value
  const plain = wanted.trim().toLowerCase()
  const found = choice.filter((row) => plain === '' || row.name.toLowerCase().includes(plain) || row.party.includes(plain.replace(/\s/g, '')))
  const favourites = choice.filter((row) => row.favourite)
  const only = (kept: readonly { readonly party: string }[]): void => {
    const keep = new Set(kept.map((row) => row.party))
    setTicked(new Map(choice.map(({ party }) => [party, keep.has(party)])))
  }
  const give = async (): Promise<void> => {
    const result = await engine.call('consent.give', { ...request, attachments, by: 'window' })
    if (!result.ok) {
      setError(result.error)
      return
    }
    onDone()
    void engine.call('sync.run', { accountUuid: account.accountUuid })
  }
  const decline = async (): Promise<void> => {
    const result = await engine.call('consent.decline', { accountUuid: account.accountUuid })
    if (result.ok) onDone()
    else setError(result.error)
  }
  const since = (one: Span): string => {
    const at = fromAt(one, today)
    return one === 'today' ? t('consent.span.today.more') : at === null ? '' : t('consent.since', { date: words.day(at, now) })
  }
  const fact = (name: string, value1: string, more: string): ReactElement => <div><dt>{name}</dt><dd><b>{value1}</b>{more !== '' && <span>{more}</span>}</dd></div>
  return (
    <div className="consent">
      <header className="top-bar"><span className="brand"><Logo /><span className="brand-name">Meldingsboks</span></span><span className="bar-space" /><EnvironmentBadge /><LanguageChoice /></header>
      <main className="consent-body">
        <div className="consent-inner">
          {profile?.environment === 'demo' && <p className="demo-strip"><span>{t('connect.demo')}</span><button type="button" className="text-link" onClick={() => { go({ to: 'page', page: 'connect' }) }}>{t('nav.connect')}</button></p>}
          {accounts.length > 1 && <p className="quiet"><bdi>{shown(account.name)}</bdi></p>}
          <h1>{t('consent.title')}</h1>
          <p className="lead">{t('consent.lead')}</p>
          <div className="consent-cards">
            <section className="card" aria-labelledby="consent-recipients">
              <header><h2 id="consent-recipients">{t('rail.recipients')}</h2><span>{t('consent.chosen', { chosen: number(chosen.length), all: number(choice.length) })}</span></header>
              <input className="plain-field" type="search" autoComplete="off" spellCheck={false} aria-label={t('rail.find')} placeholder={t('rail.find')} value={wanted} onChange={(event) => { setWanted(event.target.value) }} />
              <div className="chips">
                <button type="button" className="chip" onClick={() => { only(choice) }}>{t('consent.all')}</button>
                {favourites.length > 0 && <button type="button" className="chip" onClick={() => { only(favourites) }}>{t('consent.favourites')} <span className="quiet">{number(favourites.length)}</span></button>}
                <button type="button" className="chip" onClick={() => { only([]) }}>{t('consent.none')}</button>
              </div>
              <ul className="consent-list">
                {found.map((row) => {
                  const isOn = isChosen(row)
                  const details = !isOn ? t('consent.list-only') : row.kind === 'person' ? t('identity.person') : t('head.number', { number: organisationNumber(row.party) ?? '' })
                  return (
                    <li key={row.party}>
                      <Checkbox label={<bdi>{shown(row.name)}</bdi>} description={details} checked={isOn} onChange={(event) => { setTicked(new Map([...ticked, [row.party, event.target.checked]])) }} />
                      <span className="quiet">{t('consent.about', { number: number(about.get(row.party) ?? 0) })}</span>
                    </li>
                  )
                })}
                {choice.length === 0 && <NoRecipients account={account} />}
              </ul>
            </section>
            <section className="card" aria-labelledby="consent-span">
              <h2 id="consent-span">{t('consent.span')}</h2>
              <div role="radiogroup" aria-labelledby="consent-span" className="choices">
                {spans.map((one) => <Radio key={one} name="span" value={one} label={t(`consent.span.${one}`)} description={since(one) === '' ? undefined : since(one)} checked={span === one} onChange={() => { setSpan(one) }} />)}
              </div>
              <hr />
              <h2>{t('field.attachments')}</h2>
              <Checkbox label={t('consent.attachments')} description={t('consent.attachments.more')} checked={attachments} onChange={(event) => { setAttachments(event.target.checked) }} />
            </section>
            <section className="card seen" aria-labelledby="consent-seen">
              <h2 id="consent-seen">{t('consent.seen')}</h2>
              <dl>
                {fact(t('consent.fetched'), value === null ? '…' : t('consent.messages', { count: value.messages, number: number(value.messages) }), value === null ? '' : t('consent.senders', { recipients: number(chosen.length), senders: number(value.senders) }))}
                {fact(t('consent.downloads'), t(attachments ? 'consent.downloads.each' : 'consent.downloads.none'), '')}
                {fact(t('consent.reported'), t('consent.reported.none'), t('consent.reported.more'))}
                {fact(t('word.confidential'), t('consent.confidential'), value !== null && value.confidential > 0 ? t('consent.confidential.count', { count: value.confidential, number: number(value.confidential) }) : t('consent.confidential.more'))}
              </dl>
              <hr />
              <dl>{fact(t('consent.space'), value === null ? '…' : t('consent.about', { number: words.size(value.aboutBytes) }), value?.freeBytes == null ? '' : t('consent.free', { size: words.size(value.freeBytes) }))}</dl>
              <p>{t(account.kind === 'person' ? 'consent.coverage.person' : 'consent.coverage')}</p>
            </section>
          </div>
          {error !== null && <p role="alert" className="error-text">{errorText(t, error)}</p>}
        </div>
      </main>
      <footer className="consent-foot">
        <span className="quiet">{t('consent.change')}</span>
        <Button variant="secondary" onClick={() => void decline()}>{t('consent.decline')}</Button>
        <Button disabled={chosen.length === 0} onClick={() => void give()}>{t('do.get-messages')}</Button>
      </footer>
    </div>
  )
}
