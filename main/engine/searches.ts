import type { Understood } from '../../preload/contract/search.ts'
import { osloDay, osloMidnight } from '../../resources/locales/oslo-day.ts'
import type { Reader } from '../store/open.ts'
import { type Asked, understand } from '../store/reader/search-query.ts'
import type { Handlers } from './calls.ts'

interface Searched {
  readonly text: string
  readonly filters?: readonly string[] | undefined
  readonly party?: string | undefined
  readonly handled?: boolean | undefined
}

/** A search in Norwegian days, wherever the machine is (design.md section 3). */
export function askedOf({ text, filters = [] }: Searched, nowAt: number): Asked {
  // Noon lies in the same calendar day in Norway and in UTC.
  return understand(text, filters, { today: osloDay(nowAt), nowAt, startOf: (day) => osloMidnight(Date.parse(`${day}T12:00:00Z`), 0) })
}

/** How it was understood, for the person who typed it. */
export function understoodOf({ parts, unclear }: Asked): Understood {
  return {
    unclear: [...unclear],
    marks: parts.flatMap(({ clause }) =>
      clause.kind === 'text' && !clause.not && clause.field !== 'from' && clause.field !== 'to' ? [{ words: clause.words.map((word) => word.toLowerCase()), phrase: clause.phrase }] : []),
    chips: parts.flatMap(({ clause, typed, at, filter }): Understood['chips'] => {
      const place = { not: clause.not, at: [at[0], at[1]] as [number, number], filter }
      switch (clause.kind) {
        case 'text':
          return clause.field === 'any' && !clause.not ? [] : [{ kind: 'text', field: clause.field, text: typed, ...place }]
        case 'range':
          return [{ kind: 'range', field: clause.field, from: clause.from, before: clause.before, ...place }]
        case 'overdue':
          return [{ kind: 'overdue', ...place }]
        case 'has':
          return [{ kind: 'has', what: clause.what, ...place }]
        case 'status':
          return [{ kind: 'status', status: clause.status, ...place }]
      }
    }),
  }
}

/** Compounds that a search would have found. */
export function hintHandlers(reader: Reader, now: () => number): Handlers {
  return {
    'messages.search-hint': async ({ text, filters, party, handled }) => {
      const { words, isDone } = await reader.searchHint({ text, asked: askedOf({ text, filters }, now()), party, handled })
      return { words: words.map(({ word, at }) => ({ word, at: [at[0], at[1]] as [number, number] })), isDone }
    },
  }
}
