import type { ReactElement } from 'react'
import type { EnvironmentKind } from '../../preload/contract/index.ts'
import { shown, useWords } from '../texts/words.ts'

/** Which world the post is of: there on every page where it is not real, or not production. */
export function EnvironmentName({ environment, environmentName }: { readonly environment: EnvironmentKind; readonly environmentName: string }): ReactElement | null {
  const { t } = useWords()
  if (environment === 'prod') return null
  const full = environment === 'demo' ? t('top.demo') : environment === 'tt02' ? t('top.tt02') : t('top.other', { name: shown(environmentName) })
  return <span className="environment" title={full}><span className="wide-only">{full}</span><span className="narrow-only">{t(environment === 'demo' ? 'top.demo.short' : 'top.test.short')}</span></span>
}
