const weights9 = [3, 2, 7, 6, 5, 4, 3, 2]
const weights11First = [3, 7, 6, 1, 8, 9, 4, 5, 2]
const weights11Second = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]

/** Modulus 11 check digit, or null where the digits allow none. */
function checkDigit(digits: readonly number[], weights: readonly number[]): number | null {
  const sum = weights.reduce((total, weight, index) => total + weight * (digits[index] ?? 0), 0)
  const rest = 11 - (sum % 11)
  return rest === 11 ? 0 : rest === 10 ? null : rest
}

const digitsOf = (number: string): readonly number[] => Array.from(number, Number)

/** The ninth digit of an organisation number for its first eight, or null where there is none. */
export function organisationCheckDigit(first: string): number | null {
  return checkDigit(digitsOf(first), weights9)
}

/** Both last digits of a national identity number for its first nine, or null where there are none. */
export function personCheckDigits(first: string): string | null {
  const one = checkDigit(digitsOf(first), weights11First)
  if (one === null) return null
  const two = checkDigit([...digitsOf(first), one], weights11Second)
  return two === null ? null : `${String(one)}${String(two)}`
}

/** Whether an organisation number (9 digits) or national identity number (11) has its right check digits. */
export function hasCheckDigits(number: string): boolean {
  if (/^\d{9}$/.test(number)) return String(organisationCheckDigit(number.slice(0, 8))) === number.slice(8)
  return /^\d{11}$/.test(number) && personCheckDigits(number.slice(0, 9)) === number.slice(9)
}
