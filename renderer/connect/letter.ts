import { type Language, translator } from '../../resources/locales/index.ts'
import type { ProfileState } from '../../preload/contract/index.ts'
import { shown } from '../texts/words.ts'
import { grouped } from './organisation-number.ts'

/** Where access to messages is asked for (altinn3.md 1.2). */
export const serviceDesk = 'servicedesk@altinn.no'

interface LetterFacts {
  readonly organisation: string
  readonly environment: ProfileState['environment']
  /** As its file of addresses calls it. */
  readonly environmentName: string
  readonly scopes: { readonly receive: readonly string[]; readonly ask: readonly string[] }
}

/** The text that asks Altinn for access. What is sent is bokmål; in other languages it is for reading. */
export function letterText(language: Language, { organisation, environment, environmentName, scopes }: LetterFacts): string {
  const t = translator(language)
  return t('connect.letter', { organisation: grouped(organisation).replace(/\u00a0/g, ' '), environment: environment === 'other' ? shown(environmentName) : t(`connect.environment.${environment}`), receive: scopes.receive.join('\n'), ask: scopes.ask.join('\n') })
}
