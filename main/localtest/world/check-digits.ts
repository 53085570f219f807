/** Control digits of the numbers that Norwegian letters are full of: organisations, persons, accounts, payment references. */

function weightedSum(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, at) => sum + weight * Number(digits.charAt(at)), 0)
}

/** Remainder rule of modulus 11: `null` when no digit fits (it would be 10) and the number is never given out. */
function modulus11(digits: string, weights: readonly number[]): string | null {
  const rest = 11 - (weightedSum(digits, weights) % 11)
  if (rest === 10) return null
  return rest === 11 ? '0' : String(rest)
}

const organisationWeights = [3, 2, 7, 6, 5, 4, 3, 2]
const firstPersonWeights = [3, 7, 6, 1, 8, 9, 4, 5, 2]
const secondPersonWeights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
const accountWeights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]

/** Nine digits with a valid control digit. */
export function isOrganisationNumber(number: string): boolean {
  return /^\d{9}$/.test(number) && modulus11(number, organisationWeights) === number.charAt(8)
}

/**
 * National number of a synthetic person: the month moved by 80, as in Norway's synthetic test population.
 * @param birth `YYYY-MM-DD`, born 1940-1999 (individual numbers 000-499)
 * @param from the individual number to begin with; the first one upward whose control digits exist is taken
 */
export function syntheticPersonNumber(birth: string, from: number): string {
  const [year, month, day] = [birth.slice(2, 4), Number(birth.slice(5, 7)) + 80, birth.slice(8, 10)]
  for (let individual = from; individual <= 499; individual += 1) {
    const nine = `${day}${String(month)}${year}${String(individual).padStart(3, '0')}`
    const first = modulus11(nine, firstPersonWeights)
    const second = first === null ? null : modulus11(nine + first, secondPersonWeights)
    if (first !== null && second !== null) return nine + first + second
  }
  throw new RangeError(`No individual number left from ${String(from)}`)
}

/** Eleven digits, both control digits valid; the month may be moved by 40 or 80 (synthetic). */
export function isPersonNumber(number: string): boolean {
  if (!/^\d{11}$/.test(number)) return false
  return modulus11(number, firstPersonWeights) === number.charAt(9) && modulus11(number, secondPersonWeights) === number.charAt(10)
}

/** Payment reference (KID): the digits with their modulus 10 control digit. */
export function withModulus10(digits: string): string {
  const sum = Array.from(digits).reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return digits + String((10 - (sum % 10)) % 10)
}

/** Bank account of eleven digits; counts the ten given digits up until a control digit exists. */
export function accountNumber(ten: number): string {
  for (let value = ten; ; value += 1) {
    const digits = String(value).padStart(10, '0')
    const control = modulus11(digits, accountWeights)
    if (control !== null) return digits + control
  }
}
