import type { ReactElement } from 'react'
import type { ConnectionView, ResponseOf } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { useWords } from '../texts/words.ts'
import { letterText, serviceDesk } from './letter.ts'
import { CopyButton } from './parts.tsx'
import { passed } from './steps.ts'

interface AccessStepProps {
  readonly connection: ConnectionView
  readonly scopes: ResponseOf<'connect.list'>['scopes']
}

/** What to send to Altinn, ready to copy: bokmål, with a translation beside it for who reads another language. */
export function AccessStep({ connection, scopes }: AccessStepProps): ReactElement {
  const { t, language } = useWords()
  const { profile } = useShared()
  const { organisation } = connection
  if (passed(connection, 'grant')) return <p>{t('connect.access.done')}</p>
  if (organisation === null || profile === null) return <p>{t('connect.access.first')}</p>
  const facts = { organisation, environment: profile.environment, environmentName: profile.environmentName, scopes }
  const text = letterText('nb', facts)
  return (
    <>
      <p>{t('connect.access.why', { address: serviceDesk })}</p>
      <pre className="letter-text" lang="nb" tabIndex={0} role="region" aria-label={t('connect.access.letter')}>{text}</pre>
      <div className="buttons"><CopyButton text={text} label="connect.access.copy" /><CopyButton text={serviceDesk} label="connect.access.copy-address" /></div>
      {language !== 'nb' && <details><summary>{t('connect.access.means')}</summary><pre className="letter-text" tabIndex={0} role="region" aria-label={t('connect.access.means')}>{letterText(language, facts)}</pre></details>}
    </>
  )
}
