import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readTemplate } from '../../../main/engine/form-file.ts'
import { bothPages, domLines, hasXsltproc } from './same-page.ts'

const samples = join(import.meta.dirname, '..', '..', 'samples', 'xml-forms')
const cases = [
  ...['rudine-baseline2013', 'rudine-xsn-example'].flatMap((name) => ['data-empty.xml', 'data-filled.xml'].map((data) => ({ name, template: join(name, 'form.xsn'), data: join(name, data), view: null }))),
  ...['Side 1', 'Side 2', 'Utskrift'].flatMap((view) => ['data-empty.xml', 'data-filled.xml'].map((data) => ({ name: 'handwritten', template: 'handwritten', data: join('handwritten', data), view }))),
]

describe('a form', { timeout: 180_000 }, () => {
  for (const { name, template, data, view } of cases) {
    it(`${name}, ${data}${view === null ? '' : `, ${view}`}: is the page that xsltproc makes`, async ({ skip }) => {
      if (!hasXsltproc) skip('xsltproc is not on this machine')
      const { ours, reference } = await bothPages(await readTemplate(join(samples, template)), readFileSync(join(samples, data)), view)
      const lines = domLines(ours)
      expect(lines.length).toBeGreaterThan(8)
      expect(lines).toEqual(domLines(reference))
    })
  }
})
