import { z } from 'zod'
import type { OutgoingRow } from '../../preload/contract/index.ts'

/** Altinn refuses longer texts and markup in them (altinn3.md 2.3, 1066 and 1067). */
export const maxForwardText = 200
const address = z.email().max(1000)

/** What stands in the way of forwarding, or null: the address, a text that is too long, or one with markup. */
export function forwardProblem(to: string, text: string): 'address' | 'text' | 'markup' | null {
  if (text.length > maxForwardText) return 'text'
  if (/<[a-z!/][^>]*>/i.test(text)) return 'markup'
  return address.safeParse(to.trim()).success ? null : 'address'
}

/** Refusals that no other address or text changes: the sender does not allow it, or the letter is gone. */
const lasting: readonly (number | string | null)[] = ['not-forwardable', 'not-found', 'no-dialog', 1063, 2019]

/** Whether a forwarding that Altinn refused, or that a person stopped following, may be asked for anew: a new click, a new receipt. */
export function mayForwardAgain({ kind, state, reason, answerCode }: Pick<OutgoingRow, 'kind' | 'state' | 'reason' | 'answerCode'>): boolean {
  return kind === 'forward' && state === 'refused' && !lasting.includes(reason) && !lasting.includes(answerCode)
}
