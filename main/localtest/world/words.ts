import type { Language } from './model.ts'

/** Numbers as Norwegian and English letters print them. Groups are kept together by no-break spaces. */

const gap = '\u00a0'

function grouped(whole: number, separator: string): string {
  return String(Math.abs(whole)).replace(/\B(?=(\d{3})+$)/g, separator)
}

/** `12 345`, in English `12,345`. Whole numbers. */
export function number(value: number, language: Language): string {
  return (value < 0 ? '-' : '') + grouped(Math.round(value), language === 'en' ? ',' : gap)
}

/** `12 345 kroner`, in English `NOK 12,345`. */
export function kroner(value: number, language: Language): string {
  return language === 'en' ? `NOK${gap}${number(value, language)}` : `${number(value, language)}${gap}kroner`
}

/** With two decimals and no unit, for columns: `12 345,50`. `value` in øre. */
export function amount(value: number, language: Language): string {
  const sign = value < 0 ? '-' : ''
  const whole = grouped(Math.trunc(Math.abs(value) / 100), language === 'en' ? ',' : gap)
  return `${sign}${whole}${language === 'en' ? '.' : ','}${String(Math.abs(value) % 100).padStart(2, '0')}`
}

/** `14,1`, in English `14.1`. One decimal. */
export function decimal(value: number, language: Language, digits = 1): string {
  const text = value.toFixed(digits)
  return language === 'en' ? text : text.replace('.', ',')
}

/** Organisation number in threes: `312 845 679`. */
export function organisationNumber(value: string): string {
  return value.replace(/(\d{3})(?=\d)/g, `$1${gap}`)
}
