import { z } from 'zod'

/** Altinn refuses longer texts and markup in them (altinn3.md 2.3, 1066 and 1067). */
export const maxForwardText = 200
const address = z.email().max(1000)

/** What stands in the way of forwarding, or null: the address, a text that is too long, or one with markup. */
export function forwardProblem(to: string, text: string): 'address' | 'text' | 'markup' | null {
  if (text.length > maxForwardText) return 'text'
  if (/<[a-z!/][^>]*>/i.test(text)) return 'markup'
  return address.safeParse(to.trim()).success ? null : 'address'
}
