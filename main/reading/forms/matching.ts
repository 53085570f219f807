import type { FormFacts } from './document.ts'

/** How sure it is that a template is the one of a document (xml-forms.md 2). */
export type MatchQuality = 'exact' | 'other-version' | 'root-only'

/** What the message itself says of its form, where the service passes it on. */
export interface FormHint {
  readonly provider: string | null
  readonly id: string
  readonly version: string | null
}

export interface Match<T> {
  readonly template: T
  readonly quality: MatchQuality
}

/** Ways a document names its form, the surest first: each with its version on both sides; null where it says nothing. */
function ways(document: FormFacts, hint: FormHint | null, template: FormFacts): readonly (null | { readonly same: boolean; readonly version: readonly [string | null, string | null] })[] {
  const format = template.dataFormat
  const byFormat = (wanted: FormHint | null): null | { readonly same: boolean; readonly version: readonly [string | null, string | null] } =>
    wanted === null || format === null ? null : { same: format.id === wanted.id && (format.provider === null || wanted.provider === null || format.provider === wanted.provider), version: [format.version, wanted.version] }
  // Oppgaveregisteret's numbers are the data format of its forms, under other names.
  const asFormat = (facts: FormFacts): FormHint | null => (facts.register === null ? null : { provider: null, id: facts.register.id, version: facts.register.version })
  const byRegister = (wanted: FormHint | null): ReturnType<typeof byFormat> => {
    const own = asFormat(template)
    return own === null || wanted === null ? null : { same: own.id === wanted.id, version: [own.version, wanted.version] }
  }
  const { solution } = document
  return [
    byFormat(hint) ?? byRegister(hint),
    byFormat(document.dataFormat),
    byRegister(asFormat(document)) ?? byFormat(asFormat(document)),
    solution === null || template.solution === null ? null : { same: solution.name === template.solution.name, version: [template.solution.version, solution.version] },
  ]
}

const newerFirst = (a: string | null, b: string | null): number => (b ?? '').localeCompare(a ?? '', 'en', { numeric: true })

/**
 * The template of a document: by the message's data, the attributes of its root, the instruction of InfoPath, and last by
 * its root element alone. A match by the root alone or of another version is to be shown as such. An address in the document
 * never chooses (xml-forms.md 10.11).
 *
 * @param templates those that may serve it, the preferred ones first
 */
export function matchTemplate<T>(document: FormFacts, templates: readonly T[], factsOf: (template: T) => FormFacts, hint: FormHint | null = null): Match<T> | null {
  const all = templates.map((template) => ({ template, facts: factsOf(template), ways: ways(document, hint, factsOf(template)) }))
  const count = all[0]?.ways.length ?? 0
  for (let step = 0; step < count; step += 1) {
    // Where neither side names a version, there is only one.
    const found = all.find(({ ways: steps }) => { const way = steps[step]; return way?.same === true && (way.version[0] === way.version[1] || way.version[1] === null) })
    if (found !== undefined) return { template: found.template, quality: 'exact' }
  }
  for (let step = 0; step < count; step += 1) {
    const found = all.filter(({ ways: steps }) => steps[step]?.same === true).sort((a, b) => newerFirst(a.ways[step]?.version[0] ?? null, b.ways[step]?.version[0] ?? null))[0]
    if (found !== undefined) return { template: found.template, quality: 'other-version' }
  }
  const byRoot = all.find(({ facts }) => facts.root.name !== '' && facts.root.name === document.root.name && facts.root.namespace === document.root.namespace)
  return byRoot === undefined ? null : { template: byRoot.template, quality: 'root-only' }
}
