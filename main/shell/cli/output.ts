import { createInterface } from 'node:readline/promises'
import type { Language, Translate } from '../../../resources/locales/index.ts'
import { Dates } from './terminal.ts'

/** Where a command writes and asks. Results go to stdout, everything else to stderr. */
export interface Output {
  readonly t: Translate
  readonly dates: Dates
  readonly language: Language
  readonly json: boolean
  out(text: string): void
  /** The same without a line break of its own. */
  write(text: string): void
  say(text: string): void
  /** A line that the next one replaces, on a terminal; silent elsewhere. */
  progress(text: string): void
  /** Whether a person answered yes to what was just said; null where there is nobody to ask. */
  confirm(): Promise<boolean | null>
  /** What a person types after a prompt; null where there is nobody to ask. */
  typed(prompt: string): Promise<string | null>
}

export function terminalOutput(t: Translate, language: Language, json: boolean): Output {
  let shown = false
  const clear = (): void => {
    if (shown) process.stderr.write('\r\u001b[K')
    shown = false
  }
  const typed = async (prompt: string): Promise<string | null> => {
    clear()
    if (!process.stdin.isTTY || !process.stderr.isTTY) return null
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    try {
      return await lines.question(prompt)
    } finally {
      lines.close()
    }
  }
  return {
    t,
    dates: new Dates(t, language),
    language,
    json,
    write: (text) => {
      clear()
      process.stdout.write(text)
    },
    out: (text) => {
      clear()
      process.stdout.write(`${text}\n`)
    },
    say: (text) => {
      clear()
      process.stderr.write(`${text}\n`)
    },
    progress: (text) => {
      if (!process.stderr.isTTY) return
      clear()
      process.stderr.write(text)
      shown = true
    },
    confirm: async () => {
      const answer = await typed(t('ask.prompt'))
      return answer === null ? null : answer.trim().toLowerCase() === t('ask.yes')
    },
    typed,
  }
}
