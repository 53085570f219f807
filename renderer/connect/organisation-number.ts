/** Weights of the first eight digits; the ninth makes the sum a multiple of eleven (Brønnøysundregistrene, modulus 11). */
const weights = [3, 2, 7, 6, 5, 4, 3, 2] as const

/** What a person typed, without the spaces it is shown with. */
export const plainNumber = (typed: string): string => typed.replace(/[\s\u00a0.]/g, '')

/** Why what was typed is no organisation number, or null. `length`: not nine digits; `check`: a slip in one of them. */
export function numberProblem(typed: string): 'length' | 'check' | null {
  const text = plainNumber(typed)
  if (!/^\d{9}$/.test(text)) return 'length'
  const sum = weights.reduce((all, weight, at) => all + weight * Number(text.charAt(at)), 0)
  const check = (11 - (sum % 11)) % 11
  // A check digit of ten does not exist: such numbers are not given out.
  return check === Number(text.charAt(8)) ? null : 'check'
}

/** In groups of three with no-break spaces, as it is shown everywhere. */
export const grouped = (number: string): string => number.replace(/(\d{3})(?=\d)/g, '$1\u00a0')
