import { statSync } from 'node:fs'

/**
 * What is being put right before or while a profile is opened, and how far it has come.
 *
 * - check: a database is looked at whole
 * - ledger: what only we hold is brought up to its journal, or put back
 * - mail: mail.db is put back from its copy; bytes
 * - mirrors: what only the ledger knows is written into mail.db again; rows
 * - index: search is made anew, while the window is up already; changes
 */
export interface Recovering {
  readonly what: 'check' | 'mail' | 'ledger' | 'index' | 'mirrors'
  readonly done: number
  /** null where the end is not known. */
  readonly total: number | null
}

/** Told again and again while something is put right; null when it is done. */
export type TellRecovering = (now: Recovering | null) => void

/** What takes less than this is not worth a word, ms. */
const momentMs = 300
const againMs = 500

/** Tells of work that takes longer than a moment. @param progress asked twice a second */
export async function told<T>(tell: TellRecovering, progress: () => Recovering, work: () => Promise<T>): Promise<T> {
  let said = false as boolean
  const say = (): void => {
    said = true
    tell(progress())
  }
  let again: NodeJS.Timeout | undefined
  const first = setTimeout(() => {
    say()
    again = setInterval(say, againMs)
  }, momentMs)
  try {
    return await work()
  } finally {
    clearTimeout(first)
    clearInterval(again)
    if (said) tell(null)
  }
}

/** Bytes of a file that is being written by somebody; 0 while it is not there. */
export const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0
