import { Buildings3Icon, ClockIcon, PersonGroupIcon, PersonIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import type { ReactElement } from 'react'
import type { ConnectWay } from '../../preload/contract/index.ts'
import { useWords } from '../texts/words.ts'

/** The simplest first. */
const ways: readonly ConnectWay[] = ['person', 'own', 'clients']
const icons = { person: PersonIcon, own: Buildings3Icon, clients: PersonGroupIcon } as const

interface WaysProps {
  /** Whether persons can log in in this environment; null where that is not known yet. */
  readonly personClient: boolean | null
  /** null: they are only explained here. */
  readonly onBegin: ((way: ConnectWay) => void) | null
  readonly busy: boolean
}

/** The three ways in: what each is for, what it takes of whom, how long it usually takes. */
export function Ways({ personClient, onBegin, busy }: WaysProps): ReactElement {
  const { t } = useWords()
  return (
    <ul className="ways">
      {ways.map((way) => {
        const Icon = icons[way]
        const isMissing = way === 'person' && personClient === false
        return (
          <li key={way} className="card">
            <h3 className="with-icon"><Icon aria-hidden />{t(`connect.way.${way}`)}</h3>
            <p>{t(`connect.way.${way}.for`)}</p>
            <p>{t(`connect.way.${way}.needs`)}</p>
            {isMissing && <div className="notice"><p><b>{t('connect.no-person-client')}</b></p><p>{t('connect.no-person-client.do')}</p></div>}
            <p className="with-icon quiet way-time"><ClockIcon aria-hidden />{t(`connect.way.${way}.time`)}</p>
            {onBegin !== null && !isMissing && <Button type="button" variant={way === 'person' || (way === 'own' && personClient === false) ? 'primary' : 'secondary'} data-size="sm" aria-disabled={busy} aria-label={`${t('connect.begin')}: ${t(`connect.way.${way}`)}`} onClick={() => { if (!busy) onBegin(way) }}>{t('connect.begin')}</Button>}
          </li>
        )
      })}
    </ul>
  )
}
