import { decodeXml, pseudoAttributes, readXmlText } from './xml-text.ts'

/** What a document, or a template's empty document, says of the form it is of (xml-forms.md 2). */
export interface FormFacts {
  readonly root: { readonly namespace: string; readonly name: string }
  /** Of a SERES form, or of the message's own data. */
  readonly dataFormat: { readonly provider: string | null; readonly id: string; readonly version: string | null } | null
  /** Of a form of Oppgaveregisteret. */
  readonly register: { readonly id: string; readonly version: string | null; readonly form: string | null } | null
  /** Of the instruction that InfoPath writes: the template's urn. */
  readonly solution: { readonly name: string; readonly version: string | null } | null
  readonly title: string | null
}

/** Said of a text in this profile's words: what tells attributes of a root apart. */
export function rootFacts(namespace: string, name: string, attributes: ReadonlyMap<string, string>): Pick<FormFacts, 'root' | 'dataFormat' | 'register' | 'title'> {
  // Some programs write the first letter large; a form knows only one attribute of a name.
  const at = (wanted: string): string | null => {
    const value = [...attributes].find(([key]) => key.toLowerCase() === wanted.toLowerCase())?.[1].trim() ?? ''
    return value === '' ? null : value
  }
  const [format, register] = [at('dataFormatId'), at('skjemanummer')]
  return {
    root: { namespace, name },
    dataFormat: format === null ? null : { provider: at('dataFormatProvider'), id: format, version: at('dataFormatVersion') },
    register: register === null ? null : { id: register, version: at('spesifikasjonsnummer'), form: at('blankettnummer') },
    title: at('tittel'),
  }
}

/**
 * What a document says of its form.
 * @throws {FormError} 'data-broken', 'doctype'
 */
export function documentFacts(bytes: Uint8Array): FormFacts {
  const roots: Pick<FormFacts, 'root' | 'dataFormat' | 'register' | 'title'>[] = []
  let solution: FormFacts['solution'] = null
  readXmlText(decodeXml(bytes), 'data-broken', {
    instruction: (target, body) => {
      if (target !== 'mso-infoPathSolution') return
      const values = pseudoAttributes(body)
      const name = values.get('name')
      if (name !== undefined && name !== '') solution = { name, version: values.get('solutionVersion') ?? null }
    },
    open: (tag) => {
      if (roots.length === 0) roots.push(rootFacts(tag.uri, tag.local, new Map(Object.values(tag.attributes).map((attribute) => [attribute.local, attribute.value]))))
    },
  })
  return { ...(roots[0] ?? rootFacts('', '', new Map())), solution }
}
