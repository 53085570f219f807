import { WrenchIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useEffect, useState } from 'react'
import { errorCode, startProblem } from '../../preload/contract/errors.ts'
import type { Translate } from '../../resources/locales/index.ts'
import { recoveredPercent } from '../../resources/locales/recovery-text.ts'
import type { EngineClient, LinkState } from '../engine/client.ts'
import { shown, useWords } from '../texts/words.ts'
import { EnvironmentName } from './EnvironmentName.tsx'
import { Locked, type Way, waysOf } from './Locked.tsx'
import { Logo } from './Logo.tsx'

/** Starting takes a moment; a flicker of words would say less than nothing. */
const quietMs = 400

/** Why there is no engine, as a sentence; empty where the heading says it all. */
function reasonText(t: Translate, trouble: LinkState['trouble']): string {
  if (trouble === null || trouble.code === 'engine-gone' || trouble.code === 'engine-silent') return ''
  if (trouble.code === 'engine-held') return t('away.held')
  const values = { detail: trouble.values['detail'] ?? '', folder: trouble.values['folder'] ?? '', name: trouble.values['name'] ?? '' }
  const code = errorCode.safeParse(trouble.code)
  // What is not possible is said of one request, never of a start.
  if (code.success && code.data !== 'not-possible') return t(`error.${code.data}`, values)
  const start = startProblem.safeParse(trouble.code)
  if (start.success) return t(`error.${start.data}`, trouble.values)
  return t(`away.trouble.${trouble.code === 'no-profile' ? 'no-profile' : trouble.code === 'demo-start' ? 'demo' : 'other'}`, values)
}

/** What is being put right, without anybody having to know a file's name. */
function Recovering({ recovering }: { readonly recovering: NonNullable<LinkState['recovering']> }): ReactElement {
  const { t } = useWords()
  const { what } = recovering
  const percent = recoveredPercent(recovering)
  return (
    <main className="locked" role="status">
      <h1><WrenchIcon aria-hidden />{t('recovering.title')}</h1>
      <p>{t(`recovering.${what}`)}</p>
      <div
        className="progress wide" role="progressbar" aria-label={t(`recovering.${what}`)} data-known={percent !== null}
        {...(percent !== null ? { 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': percent } : {})}
      ><span style={{ width: `${String(percent ?? 100)}%` }} /></div>
      {/* Read out once, not at every count. */}
      <p className="quiet" aria-hidden>{percent === null ? '' : t('footer.percent', { percent })}</p>
      <p className="quiet">{t('recovering.more')}</p>
    </main>
  )
}

/** The other profiles, where this one cannot be opened: the demo always can. */
function Others({ state, engine }: { readonly state: LinkState; readonly engine: EngineClient }): ReactElement | null {
  const { t } = useWords()
  const others = state.profiles.filter(({ name }) => name !== state.profile)
  if (others.length === 0) return null
  return (
    <section className="others" aria-labelledby="others">
      <h2 id="others">{t('away.others')}</h2>
      <ul>{others.map(({ name, environment }) => <li key={name}><button type="button" className="text-link" onClick={() => { engine.openProfile(name) }}>{environment === 'demo' ? t('top.demo') : <bdi>{shown(name)}</bdi>}</button></li>)}</ul>
    </section>
  )
}

/** Where there is no engine to talk to: what happened and what to do. */
export function Away({ state, engine }: { readonly state: LinkState; readonly engine: EngineClient | null }): ReactElement {
  const { t } = useWords()
  const [late, setLate] = useState(false)
  /** How a person tried to unlock it last. */
  const [tried, setTried] = useState<Way | null>(null)
  useEffect(() => {
    const timer = setTimeout(() => { setLate(true) }, quietMs)
    return () => { clearTimeout(timer) }
  }, [])
  const { link, trouble, recovering } = state
  const [ways, setWays] = useState(waysOf(trouble))
  const asked = waysOf(trouble)
  // The ways in stay known while what was typed is being tried.
  if (asked !== null && asked.join() !== ways?.join()) setWays(asked)
  const isLocked = engine !== null && ways !== null && ((link === 'stopped' && asked !== null) || (link === 'starting' && tried !== null && recovering === null))
  if (!late && !isLocked && link !== 'stopped' && link !== 'refused') return <div className="blank" />
  const current = state.profiles.find(({ name }) => name === state.profile)
  const header = <header className="top-bar"><span className="brand"><Logo /><span className="brand-name">Meldingsboks</span></span><span className="bar-space" />{current !== undefined && <EnvironmentName {...current} />}</header>
  if (isLocked) return <div className="away">{header}<Locked engine={engine} trouble={trouble} ways={ways} busy={link === 'starting'} tried={tried} onTry={setTried}>{link === 'stopped' && <Others state={state} engine={engine} />}</Locked></div>
  if (recovering !== null) return <div className="away">{header}<Recovering recovering={recovering} /></div>
  const name = link === 'ready' ? 'starting' : link === 'gone' && trouble?.code === 'engine-silent' ? 'silent' : link
  const reason = reasonText(t, trouble)
  return (
    <div className="away">
      {header}
      <main role={link === 'stopped' || link === 'refused' ? 'alert' : 'status'}>
        <h1>{t(`away.${name}`)}</h1>
        <p>{reason !== '' ? reason : t(`away.${name}.more`)}</p>
        {link === 'stopped' && engine !== null && <Button variant="secondary" onClick={() => { engine.restart() }}>{t('do.try-again')}</Button>}
        {link === 'stopped' && engine !== null && <Others state={state} engine={engine} />}
      </main>
    </div>
  )
}
