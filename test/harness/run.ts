import { UsageError } from './arguments.ts'

/** A harness: does its work and gives the object of its last line. */
export type Harness = (args: readonly string[]) => Promise<{ readonly result: Readonly<Record<string, unknown>>; readonly passed: boolean }>

/** Progress of a harness, on standard error, so that standard output stays for the result. */
export const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

/**
 * Runs the harness that the first argument names. The last line is one JSON object; the exit code is 0 when it passed,
 * 1 when it did not, 64 for arguments that cannot be read.
 */
export async function runHarness(program: string, harnesses: Readonly<Record<string, Harness>>): Promise<void> {
  const [name = '', ...args] = process.argv.slice(2)
  const usage = `Usage: npm run ${program} -- <${Object.keys(harnesses).join('|')}> [--seed <number>] [--json] [options]`
  const harness = Object.hasOwn(harnesses, name) ? harnesses[name] : undefined
  if (harness === undefined) {
    say(usage)
    process.exitCode = 64
    return
  }
  try {
    const { result, passed } = await harness(args)
    process.stdout.write(`${JSON.stringify(result)}\n`)
    process.exitCode = passed ? 0 : 1
  } catch (error) {
    if (error instanceof UsageError) {
      say(`${error.message}. ${usage}`)
      process.exitCode = 64
      return
    }
    throw error
  }
}
