import { describe, expect, it } from 'vitest'
import { documentFacts, type FormFacts } from '../../../main/reading/forms/document.ts'
import { matchTemplate } from '../../../main/reading/forms/matching.ts'

const facts = (wanted: Partial<FormFacts>): FormFacts => ({ root: { namespace: '', name: '' }, dataFormat: null, register: null, solution: null, title: null, ...wanted })
const of = (xml: string): FormFacts => documentFacts(Buffer.from(xml))
const root = { namespace: 'urn:x', name: 'melding' }
const library = {
  hint: facts({ dataFormat: { provider: 'SERES', id: '1', version: '1' } }),
  seres: facts({ dataFormat: { provider: 'SERES', id: '2', version: '7' } }),
  older: facts({ dataFormat: { provider: 'SERES', id: '2', version: '6' } }),
  register: facts({ register: { id: '1327', version: '9843', form: 'RA-0123' } }),
  solution: facts({ solution: { name: 'urn:a', version: '1.0.0.9' } }),
  newer: facts({ solution: { name: 'urn:a', version: '1.0.0.10' } }),
  root: facts({ root }),
}
const names = Object.keys(library) as (keyof typeof library)[]
const match = (document: FormFacts, hint: Parameters<typeof matchTemplate>[3] = null) => {
  const found = matchTemplate(document, names, (name) => library[name], hint)
  return found === null ? null : `${found.template} ${found.quality}`
}

describe('the template of a form', () => {
  it('is found by the message, the root, the instruction, and last by the root element alone', () => {
    const everything = of('<?mso-infoPathSolution solutionVersion="1.0.0.9" href="http://ond.no/x.xsn" name=\'urn:a\'?><melding xmlns="urn:x" dataFormatProvider="SERES" dataFormatId="2" dataFormatVersion="7"/>')
    expect(match(everything, { provider: 'SERES', id: '1', version: '1' })).toBe('hint exact')
    expect(match(everything)).toBe('seres exact')
    expect(match({ ...everything, dataFormat: null })).toBe('solution exact')
    expect(match({ ...everything, dataFormat: null, solution: null })).toBe('root root-only')
    expect(match(of('<Skjema skjemanummer="1327" spesifikasjonsnummer="9843" blankettnummer="RA-0123"/>'))).toBe('register exact')
    // Older SERES forms have their own namespace on these.
    expect(match(of('<s:melding xmlns:s="http://seres.no/x" s:dataFormatProvider="SERES" s:dataFormatId="2" s:dataFormatVersion="6"/>'))).toBe('older exact')
  })
  it('of another version, or by the root alone, is called so', () => {
    expect(match(of('<melding dataFormatId="2" dataFormatVersion="9"/>'))).toBe('seres other-version')
    expect(match(of('<?mso-infoPathSolution name="urn:a" solutionVersion="1.0.0.1"?><a/>'))).toBe('newer other-version')
    expect(match(of('<melding xmlns="urn:x"/>'))).toBe('root root-only')
  })
  it('is none of another provider, another root or another namespace', () => {
    expect(match(of('<melding dataFormatProvider="OR" dataFormatId="2" dataFormatVersion="7"/>'))).toBeNull()
    expect(match(of('<melding xmlns="urn:y"/>'))).toBeNull()
    expect(match(of('<a/>'))).toBeNull()
  })
})
