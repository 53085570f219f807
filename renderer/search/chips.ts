import type { SearchChip, Unclear } from '../../preload/contract/index.ts'
import type { Translate } from '../../resources/locales/index.ts'
import { shown, type Words } from '../texts/words.ts'

/** What is searched for: what stands in the field, and the filters beside it. */
export interface Searched {
  readonly search: string
  readonly filters: readonly string[]
}

/** The last moment before another, for the day it lies in. */
const justBefore = (at: number): number => at - 1

function rangeText({ t, day }: Words, { field, from, before }: Extract<SearchChip, { kind: 'range' }>, now: number): string {
  const [first, last] = [from === null ? '' : day(from, now), before === null ? '' : day(justBefore(before), now)]
  const form = from === null ? 'until' : before === null ? 'from' : first === last ? 'day' : 'both'
  return t(`search.chip.${field}.${form}`, { from: first, to: last })
}

function plainText(words: Words, chip: SearchChip, now: number): string {
  const { t } = words
  switch (chip.kind) {
    case 'text':
      return chip.field === 'any' ? shown(chip.text) : t(`search.chip.${chip.field}`, { text: shown(chip.text) })
    case 'range':
      return rangeText(words, chip, now)
    case 'overdue':
      return t('search.chip.overdue')
    case 'has':
      return t(`search.chip.has.${chip.what}`)
    case 'status':
      return t(`search.status.${chip.status}`)
  }
}

/** A condition in the person's words. */
export function chipText(words: Words, chip: SearchChip, now: number): string {
  const { t } = words
  if (!chip.not) return plainText(words, chip, now)
  if (chip.kind === 'has') return t(`search.chip.without.${chip.what}`)
  if (chip.kind === 'text' && chip.field === 'any') return t('search.without', { text: shown(chip.text) })
  return t('search.not', { filter: plainText(words, chip, now) })
}

/** What was not understood, as a sentence that says what it could be. */
export function unclearText(t: Translate, { typed, why, field }: Unclear): string {
  const part = shown(typed)
  return why === 'field' && field !== null ? t('search.unclear.near', { part, field: t(`search.field.${field}`) }) : t(`search.unclear.${why}`, { part })
}

const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** The search without one of its conditions. */
export function withoutChip({ search, filters }: Searched, { at, filter }: SearchChip): Searched {
  if (filter !== null) return { search, filters: filters.filter((_, n) => n !== filter) }
  return { search: tidy(`${search.slice(0, at[0])} ${search.slice(at[1])}`), filters }
}

/** The search with another word in place of one of its own. */
export const withWord = ({ search, filters }: Searched, word: string, [from, to]: readonly [number, number]): Searched => ({ search: `${search.slice(0, from)}${word}${search.slice(to)}`, filters })

/** All of it as one line, as it is remembered and can be typed. */
export const asLine = ({ search, filters }: Searched): string => tidy([search, ...filters].join(' '))
