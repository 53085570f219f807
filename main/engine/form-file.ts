import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openForms } from '../reading/forms/forms.ts'
import type { FormNotice } from '../reading/forms/jobs.ts'
import type { TemplateSource } from '../reading/forms/package.ts'
import { FormError, formLimits, type FormProblem } from '../reading/forms/problems.ts'
import { openReading } from '../reading/reading.ts'

export type { FormNotice } from '../reading/forms/jobs.ts'
export type { FormProblem } from '../reading/forms/problems.ts'

/**
 * A template as it lies on the disk: a file, or a folder with its files.
 * @throws {FormError} when it is too large; errors of the file system as they are
 */
export async function readTemplate(path: string): Promise<TemplateSource> {
  if (!(await lstat(path)).isDirectory()) {
    if ((await lstat(path)).size > formLimits.packed) throw new FormError('template-too-big', 'bytes')
    return { packed: await readFile(path) }
  }
  const entries = (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isFile())
  if (entries.length > formLimits.files) throw new FormError('template-too-big', 'files')
  let left: number = formLimits.bytes
  const files: { readonly name: string; readonly bytes: Uint8Array }[] = []
  for (const { name } of entries) {
    left -= (await lstat(join(path, name))).size
    if (left < 0) throw new FormError('template-too-big', 'bytes')
    files.push({ name, bytes: await readFile(join(path, name)) })
  }
  return { files }
}

/** A form as a page of its own, which needs nothing and loads nothing. */
export interface FormPage {
  readonly html: string
  /** What was shown; null for the plain view. */
  readonly view: string | null
  readonly views: readonly string[]
  /** Why it is not the sender's layout. */
  readonly problem: FormProblem | null
  readonly notices: readonly FormNotice[]
}

const plainStyle = 'body{font:16px/1.5 system-ui,sans-serif;color:#292c30;max-width:46rem;margin:2rem auto;padding:0 1rem}.mb-facts{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.35rem 1.25rem}.mb-facts dt{color:#5b5d60}.mb-facts dd{margin:0}section section{padding-left:1rem;border-left:1px solid #d9dadb}table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.3em 1em .3em 0;border-bottom:1px solid #d9dadb}pre{white-space:pre-wrap}'

/** A whole document around safe HTML: its policy lets nothing in but inline style and pictures it carries (xml-forms.md 9). */
const pageOf = (html: string, style: string, language: string): string =>
  `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src 'none'; form-action 'none'; base-uri 'none'; frame-src 'none'"><title>-</title><style>${style}</style></head><body>${html}</body></html>\n`

/**
 * Renders a form, for the command line: with its template, or else as the plain view with the reason.
 * @param template null or a reason where there is none to try
 */
export async function renderFormFile(template: TemplateSource | FormProblem, data: Uint8Array, options: { readonly view: string | null; readonly language: string }): Promise<FormPage> {
  const forms = openForms()
  try {
    const { form, views } = await forms.with(async (ask) => {
      if (typeof template === 'string') throw new FormError(template)
      const facts = await ask('template', { template })
      return { form: await ask('render', { template, data, view: options.view }), views: facts.views.map(({ name }) => name) }
    })
    return { html: pageOf(form.html, 'body{margin:8px}', options.language), view: form.view, views, problem: null, notices: form.notices }
  } catch (error) {
    if (!(error instanceof FormError)) throw error
    const reading = openReading()
    try {
      const letter = await reading.xml(data)
      return { html: pageOf(letter.html, plainStyle, options.language), view: null, views: [], problem: error.problem, notices: [] }
    } finally {
      await reading.close()
    }
  } finally {
    forms.close()
  }
}
