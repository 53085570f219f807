import { foodLetters } from './food.ts'
import { hostileLetters } from './hostile.ts'
import type { LetterKind } from './kind.ts'
import { labourLetters } from './labour.ts'
import { longLetters } from './long.ts'
import { municipalLetters } from './municipality.ts'
import { municipalNotices } from './municipality-notices.ts'
import { schemeLetters } from './nav-schemes.ts'
import { sicknessLetters } from './nav-sickness.ts'
import { paperLetters } from './papers.ts'
import { registerLetters } from './register.ts'
import { registerNotices } from './register-notices.ts'
import { statisticsLetters } from './statistics.ts'
import { taxAuditLetters } from './tax-audit.ts'
import { taxBusinessLetters } from './tax-business.ts'
import { taxEmployerLetters } from './tax-employer.ts'

/** Every kind of letter. Those of weight 0 are sent only where `specials.ts` places them. */
export const letterKinds: readonly LetterKind[] = [
  ...taxAuditLetters,
  ...taxEmployerLetters,
  ...taxBusinessLetters,
  ...sicknessLetters,
  ...schemeLetters,
  ...registerLetters,
  ...registerNotices,
  ...municipalLetters,
  ...municipalNotices,
  ...labourLetters,
  ...statisticsLetters,
  ...foodLetters,
  ...paperLetters,
  ...longLetters,
  ...hostileLetters,
]

/** The kinds that are sent in the ordinary course. */
export const everyday: readonly LetterKind[] = letterKinds.filter(({ weight }) => weight > 0)

/** The kind of this id; throws when there is none. */
export function letterKind(id: string): LetterKind {
  const found = letterKinds.find((kind) => kind.id === id)
  if (found === undefined) throw new RangeError(`No such kind of letter: ${id}`)
  return found
}
