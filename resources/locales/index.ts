import { createInstance } from 'i18next'
import { connectionTexts } from './connections.ts'
import { en } from './en.ts'
import { nb, type TextFile as SharedText } from './nb.ts'
import { nn } from './nn.ts'
import { receiptTexts } from './receipt-document.ts'
import { signInTexts } from './sign-in.ts'
import { column } from './table.ts'
import { windowTexts } from './window/index.ts'

export type Language = 'nb' | 'nn' | 'en'
export const languages: readonly Language[] = ['nb', 'nn', 'en']

type TextFile = SharedText | keyof typeof connectionTexts | keyof typeof receiptTexts | keyof typeof signInTexts | keyof typeof windowTexts
type Texts = Readonly<Record<TextFile, string>>

/** Names of texts as they are asked for: plural forms by their stem. */
export type TextKey = TextFile extends infer Key ? (Key extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : Key) : never

/** A text in the chosen language; `count` chooses between singular and plural. */
export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string

export const allTexts: Readonly<Record<Language, Texts>> = {
  nb: { ...nb, ...column(connectionTexts, 0), ...column(receiptTexts, 0), ...column(signInTexts, 0), ...column(windowTexts, 0) },
  nn: { ...nn, ...column(connectionTexts, 1), ...column(receiptTexts, 1), ...column(signInTexts, 1), ...column(windowTexts, 1) },
  en: { ...en, ...column(connectionTexts, 2), ...column(receiptTexts, 2), ...column(signInTexts, 2), ...column(windowTexts, 2) },
}

export function translator(language: Language): Translate {
  const instance = createInstance({
    lng: language,
    fallbackLng: false,
    initAsync: false,
    keySeparator: false,
    nsSeparator: false,
    // The shells write plain text or set text nodes, never HTML.
    interpolation: { escapeValue: false },
    resources: Object.fromEntries(Object.entries(allTexts).map(([name, translation]) => [name, { translation }])),
  })
  void instance.init()
  return (key, values = {}) => instance.t(key, values)
}

/** The language of a setting like `nn_NO.UTF-8`: nynorsk and English when named, else bokmål. */
export function languageOf(setting: string | undefined): Language {
  const code = setting?.slice(0, 2).toLowerCase()
  return code === 'nn' || code === 'en' ? code : 'nb'
}
