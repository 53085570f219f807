import type { SafeLetterView } from '../../preload/contract/index.ts'
import type { SafeLetter } from '../reading/reading.ts'

/** A safe letter as it crosses to the window. */
export const letterView = (letter: SafeLetter): SafeLetterView => ({ ...letter, links: [...letter.links], leftOut: [...letter.leftOut] })
