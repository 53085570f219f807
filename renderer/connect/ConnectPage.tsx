import type { ReactElement } from 'react'
import type { ConnectionView, ConnectWay, ResponseOf } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { usePlace } from '../app/state.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { shown, useWords } from '../texts/words.ts'
import { useAction } from './action.ts'
import { Checklist } from './Checklist.tsx'
import { ErrorLine } from './parts.tsx'
import { Profiles } from './Profiles.tsx'
import { checklist } from './steps.ts'
import { Ways } from './Ways.tsx'

type Listed = ResponseOf<'connect.list'>

/** How far one has come, or whether it is in use. */
function Standing({ connection, personClient }: { readonly connection: ConnectionView; readonly personClient: boolean }): ReactElement {
  const { t, number } = useWords()
  const steps = checklist(connection, personClient)
  const isFailed = steps.some(({ state }) => state === 'failed')
  if (connection.connected) return isFailed ? <span className="badge" data-tone="soon">{t(connection.login?.state === 'over' || connection.login?.state === 'none' ? 'connect.signed-out' : 'connect.state.failed')}</span> : <span className="quiet">{t('connect.in-use')}</span>
  const done = steps.filter(({ state }) => state === 'done').length
  return (
    <>
      {isFailed ? <span className="badge" data-tone="soon">{t('connect.state.failed')}</span> : steps.some(({ state }) => state === 'waiting') && <span className="badge" data-tone="quiet">{t('connect.waiting')}</span>}
      <span className="quiet">{t('connect.progress', { done: number(done), all: number(steps.length) })}</span>
    </>
  )
}

interface RowsProps {
  readonly title: string
  readonly rows: readonly ConnectionView[]
  readonly listed: Listed
  readonly action: string
}

function Rows({ title, rows, listed, action }: RowsProps): ReactElement | null {
  const { t } = useWords()
  const [, go] = usePlace()
  if (rows.length === 0) return null
  return (
    <section>
      <h2>{title}</h2>
      <ul className="connections">
        {rows.map((one) => (
          <li key={one.uuid}>
            <span className="connection-name"><bdi>{shown(one.name)}</bdi><span className="quiet">{t(`connect.way.${one.way}`)}</span></span>
            <span className="connection-state"><Standing connection={one} personClient={listed.personClient} /></span>
            <button type="button" className="text-link" aria-label={`${action}: ${shown(one.name)}`} onClick={() => { go({ to: 'page', page: 'connect', connection: one.uuid }) }}>{action}</button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** All ways in of this profile: what is in use, what is begun, and what can be begun. */
function Overview({ listed }: { readonly listed: Listed }): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const { profile } = useShared()
  const [, go] = usePlace()
  const { busy, error, run } = useAction()
  const { connections, personClient } = listed
  const connected = connections.filter((one) => one.connected)
  const begin = async (way: ConnectWay): Promise<void> => {
    const begun = await run(() => engine.call('connect.begin', { way, name: t(`connect.name.${way}`) }))
    if (begun !== null) go({ to: 'page', page: 'connect', connection: begun.uuid })
  }
  const isReadOnly = profile?.readOnly === true
  return (
    <>
      {isReadOnly ? <p className="notice">{t('connect.read-only')}</p> : connected.length === 0 && <p className="lead">{t('connect.lead')}</p>}
      <Rows title={t('connect.begun')} rows={connections.filter((one) => !one.connected)} listed={listed} action={t('connect.continue')} />
      <Rows title={t('connect.identities')} rows={connected} listed={listed} action={t('connect.show')} />
      {!isReadOnly && (
        <section>
          <h2>{t(connections.length === 0 ? 'connect.ways' : 'connect.another')}</h2>
          <ErrorLine error={error} />
          <Ways personClient={personClient} busy={busy} onBegin={(way) => { void begin(way) }} />
        </section>
      )}
    </>
  )
}

/** Connecting this profile to Altinn; in the demo, first a profile to connect. */
export function ConnectPage(): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const { profile } = useShared()
  const [{ connection }, go] = usePlace()
  const isDemo = profile?.environment === 'demo'
  const { value: listed, error } = useAsk('connect.list', isDemo ? null : {}, ['connect.changed', 'sync.changed'])
  const chosen = listed?.connections.find(({ uuid }) => uuid === connection) ?? null
  return (
    <main className="full-page" id="message" tabIndex={-1} aria-labelledby="page-title">
      <header className="column-head"><h1 id="page-title">{t('connect.title')}</h1><span className="bar-space" />{!isDemo && <button type="button" className="text-link" onClick={() => { engine.openProfile('demo') }}>{t('connect.profile.demo')}</button>}</header>
      <div className="connect">
        <ErrorLine error={error} />
        {isDemo && <p className="lead">{t('connect.demo')} {t('connect.demo.lead')}</p>}
        {chosen !== null && listed !== null ? <Checklist key={chosen.uuid} connection={chosen} listed={listed} onBack={() => { go({ to: 'page', page: 'connect', connection: null }) }} /> : (
          <>
            {listed !== null && <Overview listed={listed} />}
            <Profiles isDemo={isDemo} />
            {isDemo && <section><h2>{t('connect.ways')}</h2><Ways personClient={null} busy={false} onBegin={null} /></section>}
          </>
        )}
      </div>
    </main>
  )
}
