/** One text in one language, as the service writes it. */
interface Localization {
  readonly value: string
  readonly languageCode: string
}

const isLocalization = (value: unknown): value is Localization => typeof value === 'object' && value !== null && 'languageCode' in value && 'value' in value

/** The languages of an Accept-Language in the order of their weights, without their regions; a star asks for none. */
function wanted(header: string): readonly string[] {
  return header
    .split(',')
    .map((part, index) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const weight = Number(/^\s*q=([\d.]+)\s*$/.exec(parameters.join(';'))?.[1] ?? '1')
      return { language: tag.trim().toLowerCase().split('-')[0] ?? '', weight: Number.isNaN(weight) ? 0 : weight, index }
    })
    .filter(({ language, weight }) => /^[a-z]{2,3}$/.test(language) && weight > 0)
    .sort((a, b) => b.weight - a.weight || a.index - b.index)
    .map(({ language }) => language)
}

/** The best of several languages; where nothing matches, English, and what there is where there is no English (altinn3.md 3.1). */
function best(texts: readonly Localization[], languages: readonly string[]): Localization | undefined {
  for (const language of [...languages, 'en']) {
    const found = texts.find((one) => one.languageCode === language)
    if (found !== undefined) return found
  }
  return texts[0]
}

/** Leaves one language of every text of an answer. Without the header all languages stay. */
export function pruned(body: unknown, acceptLanguage: string | undefined): unknown {
  if (acceptLanguage === undefined || acceptLanguage.trim() === '') return body
  const languages = wanted(acceptLanguage)
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      const texts = value.filter(isLocalization)
      if (texts.length > 0 && texts.length === value.length) return [best(texts, languages)]
      return value.map(walk)
    }
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]))
  }
  return walk(body)
}
