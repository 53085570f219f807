import { Button } from '@digdir/designsystemet-react'
import type { ReactElement } from 'react'
import type { AccountView } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { useAsk } from '../engine/hooks.ts'
import { shown, useWords } from '../texts/words.ts'

interface ChosenProps {
  readonly account: AccountView
  /** There are others, so it says whose choice it is. */
  readonly isNamed: boolean
  readonly onConsent: (accountUuid: string) => void
}

/** What an identity may fetch, as it was chosen, and the way to change it. */
export function Chosen({ account, isNamed, onConsent }: ChosenProps): ReactElement {
  const { t, moment } = useWords()
  const { profile, now } = useShared()
  const { accountUuid } = account
  const name = shown(account.name)
  const { value } = useAsk('consent.state', { accountUuid }, ['sync.finished'])
  return (
    <>
      <p>{isNamed && <><b><bdi>{name}</bdi></b> · </>}{value?.givenAt == null ? t('settings.consent.none') : t('settings.consent', { when: moment(value.givenAt, now) })}</p>
      {profile?.readOnly !== true && <Button variant="secondary" data-size="sm" aria-label={isNamed ? `${t('settings.consent.change')}: ${name}` : undefined} onClick={() => { onConsent(accountUuid) }}>{t('settings.consent.change')}</Button>}
    </>
  )
}
