import type { ReactElement } from 'react'
import type { AccountView } from '../../preload/contract/index.ts'
import { signInText } from '../../resources/locales/sign-in-text.ts'
import { getMessages } from '../app/accounts.ts'
import { useEngine } from '../engine/hooks.ts'
import { useWords } from '../texts/words.ts'

/** Why no recipient is listed: they are being looked for, the service was not reached, or the identity reaches none. */
export function NoRecipients({ account }: { readonly account: AccountView }): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const { busy, lastEndedAt, trouble, signIn } = account
  if (busy || (lastEndedAt === null && trouble === null)) return <li className="quiet"><p role="status">{t('consent.looking')}</p></li>
  return (
    <li>
      <p role="status">{trouble === null ? t('consent.no-recipients') : <><b>{t(`banner.${trouble}`)}</b>{signIn !== null && ` ${signInText(t, signIn)}`}</>}</p>
      <button type="button" className="text-link" onClick={() => { getMessages(engine, [account]) }}>{t('do.try-now')}</button>
    </li>
  )
}
