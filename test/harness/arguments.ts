import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

/** What every harness takes: a seed to repeat a run, and `--json` for the machine line alone. */
export interface HarnessOptions<Name extends string> {
  readonly seed: number
  /** Only the JSON line on standard output; progress goes to standard error either way. */
  readonly json: boolean
  readonly numbers: Readonly<Record<Name, number>>
}

/** The arguments of a harness cannot be read. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * Reads `--seed`, `--json` and whole-number options.
 * @param defaults every number the harness takes, with its default
 * @throws {UsageError}
 */
export function harnessOptions<Name extends string>(args: readonly string[], defaults: Readonly<Record<Name, number>>): HarnessOptions<Name> {
  const names = Object.keys(defaults) as Name[]
  const options = { seed: { type: 'string' }, json: { type: 'boolean', default: false }, ...Object.fromEntries(names.map((name) => [name, { type: 'string' }] as const)) } as const
  let values: Readonly<Record<string, unknown>>
  try {
    values = parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'The arguments cannot be read')
  }
  const numberOf = (name: string, otherwise: number): number => {
    const text = values[name]
    if (text === undefined) return otherwise
    if (typeof text !== 'string' || !/^\d{1,10}$/.test(text)) throw new UsageError(`--${name} takes a whole number`)
    return Number(text)
  }
  const numbers = Object.fromEntries(names.map((name) => [name, numberOf(name, defaults[name])])) as Record<Name, number>
  return { seed: numberOf('seed', randomInt(1, 2 ** 31)), json: values['json'] === true, numbers }
}
