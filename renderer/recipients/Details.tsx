import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, type ReactNode, useState } from 'react'
import type { EngineError, NamedRight, RecipientAccess } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { errorText, shown, useWords } from '../texts/words.ts'
import { AccessLink } from './AccessLink.tsx'
import { isUnseen, type Line } from './tree.ts'

/** A service, package or role; without a name by its id. */
function Right({ right, more }: { readonly right: NamedRight; readonly more?: string }): ReactElement {
  const { name, owner, id } = right
  const said = [owner === null ? null : shown(owner), more ?? null].filter((part) => part !== null).join(' · ')
  return <li><bdi>{shown(name ?? id)}</bdi>{said !== '' && <span className="quiet"><bdi>{said}</bdi></span>}</li>
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return <div><h3>{title}</h3>{children}</div>
}

const plain = (id: string): NamedRight => ({ id, name: null, owner: null })

/** How one identity reaches the recipient: what it holds, what was taken from it. */
function Access({ access }: { readonly access: RecipientAccess }): ReactElement {
  const { t, moment, day } = useWords()
  const { now } = useShared()
  const { rights, loss } = access
  const list = (rows: readonly NamedRight[]): ReactElement => (rows.length === 0 ? <p className="quiet">{t('coverage.details.none')}</p> : <ul className="rights">{rows.map((one) => <Right key={one.id} right={one} />)}</ul>)
  const taken = loss === null ? [] : [...loss.packages, ...loss.roles.map(plain), ...loss.services]
  return (
    <section className="access">
      <h2><bdi>{access.name === null ? t('coverage.details.unnamed') : shown(access.name)}</bdi></h2>
      <p className="quiet">{access.current ? t('coverage.details.reaches', { when: day(access.since, now) }) : t('coverage.details.lost', { when: moment(loss?.since ?? access.lostAt ?? access.since, now) })}{' · '}{access.askedAt === null ? t('coverage.asked.never') : t('coverage.asked.when', { when: moment(access.askedAt, now) })}</p>
      {access.current && access.source === 'dialogporten' && <p>{t('coverage.details.plain')}</p>}
      {loss !== null && taken.length > 0 && <Group title={t('coverage.details.taken', { when: moment(loss.since, now) })}>{list(taken)}</Group>}
      {rights !== null && (
        <div className="rights-columns">
          <Group title={t('coverage.details.packages')}>{list(rights.packages)}</Group>
          {rights.roles.length > 0 && <Group title={t('coverage.details.roles')}>{list(rights.roles.map(plain))}</Group>}
          {rights.services.some(({ single }) => single) && <Group title={t('coverage.details.single')}>{list(rights.services.filter(({ single }) => single))}</Group>}
          <Group title={t('coverage.details.services')}>{list(rights.services)}</Group>
        </div>
      )}
    </section>
  )
}

/** What can be seen of a recipient, by whom and since when; what has been sent; and what to do about what is gone. */
export function Details({ line, hasAccessPage }: { readonly line: Line; readonly hasAccessPage: boolean }): ReactElement {
  const { t, language, number, day } = useWords()
  const engine = useEngine()
  const { now, profile } = useShared()
  const { value, error } = useAsk('recipients.details', { party: line.party, language }, ['recipients.changed', 'sync.finished'])
  const [failed, setFailed] = useState<EngineError | null>(null)
  const see = async (): Promise<void> => {
    const result = await engine.call('recipients.seen', { parties: [line.party] })
    setFailed(result.ok ? null : result.error)
  }
  if (error !== null) return <p role="alert" className="error-text">{errorText(t, error)}</p>
  if (value === null) return <p role="status" className="quiet">{t('coverage.details.loading')}</p>
  const isGone = line.row?.current === false
  return (
    <div className="coverage-details">
      {(isGone || line.coverage?.loss != null) && (
        <div className="how-back">
          <p><b>{t('coverage.how-back')}</b> {t('coverage.how-back.more', { name: shown(line.name) })}</p>
          <div className="buttons">
            {isUnseen(line) && profile?.readOnly === false && <Button variant="secondary" data-size="sm" onClick={() => void see()}>{t('coverage.seen')}</Button>}
            {hasAccessPage && <AccessLink />}
          </div>
          {failed !== null && <p role="alert" className="error-text">{errorText(t, failed)}</p>}
        </div>
      )}
      {value.identities.map((access) => <Access key={access.accountUuid} access={access} />)}
      <section className="access">
        <h2>{t('coverage.details.sent')}</h2>
        {value.sent.length === 0 ? <p>{t(isGone ? 'coverage.details.none' : 'coverage.details.never')}</p> : (
          <ul className="rights">{value.sent.map((one) => <Right key={one.id} right={one} more={t('coverage.details.sent.row', { count: one.messages, number: number(one.messages), when: day(one.lastAt, now) })} />)}</ul>
        )}
      </section>
    </div>
  )
}
