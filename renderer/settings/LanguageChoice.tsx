import type { ReactElement } from 'react'
import { type Language, languages } from '../../resources/locales/index.ts'
import { useEngine } from '../engine/hooks.ts'
import { useWords } from '../texts/words.ts'

/** Languages by their own names. */
const names: Readonly<Record<Language, string>> = { nb: 'Bokmål', nn: 'Nynorsk', en: 'English' }

export function LanguageChoice({ id = 'language' }: { readonly id?: string }): ReactElement {
  const { t, language } = useWords()
  const engine = useEngine()
  return (
    <select id={id} className="plain-select" aria-label={t('settings.language')} value={language} onChange={(event) => { const wanted = languages.find((one) => one === event.target.value); if (wanted !== undefined) void engine.call('settings.set', { language: wanted }) }}>
      {languages.map((one) => <option key={one} value={one} lang={one}>{names[one]}</option>)}
    </select>
  )
}
