import { languageOf, type Language, languages, translator } from '../../../resources/locales/index.ts'
import { asFailure, exit, sentence } from '../failure.ts'
import { coverage } from './coverage.ts'
import { list } from './list.ts'
import { type Options, readOptions, usage, UsageError } from './options.ts'
import { type Output, terminalOutput } from './output.ts'
import { profile } from './profile.ts'
import { renderForm } from './render-form.ts'
import { report } from './report.ts'
import { demo, run } from './run.ts'
import { dataFolder } from './session.ts'
import { show } from './show.ts'
import { sync } from './sync.ts'

function languageFor(wanted: string | null): Language {
  return languages.find((language) => language === wanted) ?? languageOf(process.env['LC_ALL'] ?? process.env['LC_MESSAGES'] ?? process.env['LANG'])
}

function dispatch(options: Options, output: Output, failed: (error: unknown) => void): Promise<number> {
  switch (options.command) {
    case 'sync':
      return sync(options, output, failed)
    case 'list':
      return list(options, output, failed)
    case 'coverage':
      return coverage(options, output, failed)
    case 'show':
      return show(options, output, failed)
    case 'confirm':
    case 'read':
      return report(options.command, options, output, failed)
    case 'demo':
      return demo(options, output, failed)
    case 'run':
      return run(options, output, failed)
    case 'profile':
      return profile(options, output, failed)
    case 'render-form':
      return renderForm(options, output)
  }
}

async function main(args: readonly string[]): Promise<number> {
  let options: Options | 'help'
  try {
    options = readOptions(args)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`${translator(languageFor(null))('error.usage', { detail: error.message })}\n`)
    return exit.usage
  }
  if (options === 'help') {
    process.stdout.write(usage)
    return exit.done
  }
  const chosen = options
  const language = languageFor(chosen.language)
  const output = terminalOutput(translator(language), language, chosen.json)
  const failed = (error: unknown): void => {
    output.say(output.t('error.internal', { detail: error instanceof Error ? error.name : 'unknown' }))
    if (chosen.verbose) output.say(error instanceof Error ? (error.stack ?? error.message) : 'unknown')
  }
  try {
    return await dispatch(chosen, output, failed)
  } catch (error) {
    if (error instanceof UsageError) {
      output.say(output.t('error.usage', { detail: error.message }))
      return exit.usage
    }
    const failure = asFailure(error, dataFolder(chosen))
    if (failure === null) {
      failed(error)
      return exit.failed
    }
    output.say(sentence(output.t, failure))
    if (chosen.verbose && error instanceof Error) output.say(error.stack ?? error.message)
    return failure.exitCode
  }
}

// Whatever is made here is for this user only.
process.umask(0o077)
// A reader that ends early (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exit.done : exit.failed)
})
const code = await main(process.argv.slice(2))
// A keychain that never answers would keep the process alive; what was written goes out first.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
