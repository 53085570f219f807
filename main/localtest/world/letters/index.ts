import type { LetterKind } from './kind.ts'
import { taxAuditLetters } from './tax-audit.ts'
import { taxBusinessLetters } from './tax-business.ts'
import { taxEmployerLetters } from './tax-employer.ts'

/** Every kind of letter that is sent in the ordinary course. */
export const everyday: readonly LetterKind[] = [...taxAuditLetters, ...taxEmployerLetters, ...taxBusinessLetters]
