import type { Dialog } from './dialog.ts'
import { stem, stopWords } from './stemmer.ts'

/** What is wrong with a language of a search, or null. `no` is none: bokmål and nynorsk are two (recorded). */
export function languageProblem(code: string): string | null {
  const plain = code.toLowerCase().split(/[-_]/)[0] ?? ''
  const isKnown = /^[a-z]{2}$/.test(plain) && plain !== 'no' && new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(plain) !== undefined
  if (isKnown) return null
  return `'SearchLanguageCode' '${code}' is not a valid language code. ${plain === 'no' ? "Use 'nb' or 'nn' for Norwegian. " : ''}Culture specific codes like 'en_GB' and 'en-US' are normalized to 'en' (ISO 639).`
}

/**
 * Words as the database cuts them: one with a dot in it stays whole, one with hyphens counts whole and in parts, and a
 * number behind a hyphen is a negative one (recorded: 4711 does not find `arkivnøkkel-4711`).
 */
function wordsOf(text: string): readonly string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+(?:[.-][\p{L}\p{N}]+)*/gu) ?? []).flatMap((word) => {
    const [first = '', ...rest] = word.split('-')
    const parts = [first, ...rest.map((part) => (/^\d+$/.test(part) ? `-${part}` : part))]
    return rest.length > 0 && rest.every((part) => !/^\d+$/.test(part)) ? [word, ...parts] : parts
  })
}

/** The stems of a text, in their order; what the language thinks nothing of is left out. */
const lexemes = (text: string, language: string): readonly string[] => wordsOf(text).flatMap((word) => (stopWords(language).has(word) ? [] : [stem(word, language)]))

/** Everything of a dialog that text search sees: texts, tags, descriptions of activities, texts of transmissions; no names of files, buttons or references (recorded). */
function indexed(dialog: Dialog): readonly (readonly string[])[] {
  const localizedTexts = [dialog.title, dialog.summary, dialog.senderName, dialog.extendedStatus?.text ?? null, ...dialog.descriptions, ...dialog.transmissions.flatMap((one) => [one.title, one.summary])]
  const texts = localizedTexts.flatMap((texts) => (texts === null ? [] : Object.entries(texts).map(([language, text]) => lexemes(text, language))))
  return [...texts, ...dialog.searchTags.map((tag) => lexemes(tag, 'nb'))]
}

/**
 * Terms are joined with OR; whole stems only; in quotation marks they must follow each other. Without a language the query
 * is not stemmed though the index is, so that most words find nothing (altinn3.md 3.2).
 */
export function textMatcher(search: string, language: string | null): (dialog: Dialog) => boolean {
  const plainLanguage = language?.toLowerCase().split(/[-_]/)[0] ?? 'simple'
  const phrases = (search.match(/"[^"]*"|[^\s"]+/g) ?? []).map((part) => lexemes(part, plainLanguage)).filter((terms) => terms.length > 0)
  return (dialog) => {
    const texts = indexed(dialog)
    return phrases.some((terms) => texts.some((words) => words.some((_, at) => terms.every((term, n) => words[at + n] === term))))
  }
}
