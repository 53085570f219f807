import { readFile, writeFile } from 'node:fs/promises'
import { type FormProblem, readTemplate, renderFormFile } from '../../engine/form-file.ts'
import { CliFailure, exit } from '../failure.ts'
import { type Options, UsageError } from './options.ts'
import type { Output } from './output.ts'
import { safe } from './terminal.ts'

const needed = (value: string | null, name: string): string => {
  if (value === null || value === '') throw new UsageError(`--${name}?`)
  return value
}
const codeOf = (error: unknown): string | null => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null)

/** What the file system refuses, as a sentence with the file's name. */
async function named<T>(file: string, key: 'cli.form.no-file' | 'cli.form.no-out', work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (codeOf(error) === null) throw error
    throw new CliFailure(codeOf(error) === 'ENOSPC' ? 'error.disk-full' : key, { file: safe(file) })
  }
}

async function templateOf(path: string): Promise<Awaited<ReturnType<typeof readTemplate>> | FormProblem> {
  try {
    return await named(path, 'cli.form.no-file', readTemplate(path))
  } catch (error) {
    // Too large to be looked at; its data still is.
    if (error instanceof Error && 'problem' in error) return error.problem as FormProblem
    throw error
  }
}

/**
 * `render-form`: a form as one page in a file, with any template. Where the template cannot be used it is the plain view, and
 * stderr says why; the exit code is 0 either way, because the data can be read.
 */
export async function renderForm(options: Options, output: Output): Promise<number> {
  const [template, data, out] = [needed(options.template, 'template'), needed(options.data, 'data'), needed(options.out, 'out')]
  if (options.words.length > 0) throw new UsageError('render-form --template <file|folder> --data <file> --out <html> [--view <name>].')
  const bytes = await named(data, 'cli.form.no-file', readFile(data))
  const page = await renderFormFile(await templateOf(template), bytes, { view: options.view, language: options.language ?? 'nb' })
  if (options.view !== null && page.view !== null && page.view !== options.view) throw new CliFailure('cli.form.view', { view: safe(options.view), views: page.views.map(safe).join(', ') }, exit.usage)
  await named(out, 'cli.form.no-out', writeFile(out, page.html, { mode: 0o600 }))
  for (const { kind, names } of page.notices) output.say(output.t(`form.notice.${kind}`, { names: names.map(safe).join(', ') }))
  if (page.problem === null) {
    if (output.json) output.out(JSON.stringify({ view: page.view, views: page.views, problem: null, notices: page.notices }))
    else output.out(output.t('cli.form.done', { file: safe(out), view: safe(page.view ?? '') }))
    return exit.done
  }
  if (output.json) output.out(JSON.stringify({ view: null, views: [], problem: page.problem, notices: page.notices }))
  output.say(output.t('cli.form.plain', { reason: output.t(`form.problem.${page.problem}`), file: safe(out) }))
  return exit.done
}
