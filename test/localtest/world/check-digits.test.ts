import { describe, expect, test } from 'vitest'
import { accountNumber, isOrganisationNumber, isPersonNumber, syntheticPersonNumber, withModulus10 } from '../../../main/localtest/world/check-digits.ts'

describe('organisation numbers', () => {
  test('known numbers pass, a changed digit fails', () => {
    // Two of the numbers that the picture of the window shows.
    expect(isOrganisationNumber('312845679')).toBe(true)
    expect(isOrganisationNumber('311602748')).toBe(true)
    expect(isOrganisationNumber('312845678')).toBe(false)
    expect(isOrganisationNumber('312845769')).toBe(false)
  })
  test('neither shorter nor longer nor letters', () => {
    expect(isOrganisationNumber('31284567')).toBe(false)
    expect(isOrganisationNumber('3128456790')).toBe(false)
    expect(isOrganisationNumber('31284567x')).toBe(false)
  })
  test('a number whose control digit would be 10 is none', () => {
    const valid = Array.from({ length: 10 }, (_, digit) => isOrganisationNumber(`31784512${String(digit)}`))
    expect(valid).not.toContain(true)
  })
})

describe('national numbers', () => {
  test('a synthetic person has its month moved by 80 and valid control digits', () => {
    const number = syntheticPersonNumber('1974-03-18', 200)
    expect(number).toMatch(/^188374[0-4]\d{4}$/)
    expect(isPersonNumber(number)).toBe(true)
  })
  test('the person of the recordings passes, changed digits fail', () => {
    expect(isPersonNumber('01689650011')).toBe(true)
    const number = syntheticPersonNumber('1990-12-01', 0)
    const last = (Number(number.charAt(10)) + 1) % 10
    expect(isPersonNumber(number.slice(0, 10) + String(last))).toBe(false)
    expect(isPersonNumber(number.slice(0, 10))).toBe(false)
  })
  test('no individual number left is an error', () => {
    expect(() => syntheticPersonNumber('1974-03-18', 500)).toThrow(RangeError)
  })
})

describe('payment', () => {
  test('KID by modulus 10', () => {
    // Doubled from the right: 5 gives 10, digits 1+0; then 4, 6, 2, 2: sum 15, so 5 is missing to 20.
    expect(withModulus10('12345')).toBe('123455')
    expect(withModulus10('0')).toBe('00')
  })
  test('account numbers have eleven digits; one without a control digit is passed over', () => {
    for (let ten = 1_200_000_000; ten < 1_200_000_040; ten += 1) expect(accountNumber(ten)).toMatch(/^12\d{9}$/)
    const skipped = Array.from({ length: 40 }, (_, n) => accountNumber(1_200_000_000 + n).slice(0, 10) !== String(1_200_000_000 + n))
    expect(skipped).toContain(true)
  })
})
