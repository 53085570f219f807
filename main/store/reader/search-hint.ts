import type { Db } from '../sqlite.ts'
import type { ReaderApi, SearchQuery } from './api.ts'
import { type Asked, type Part, understand } from './search-query.ts'

/** Words of the index looked at for one question: some ten milliseconds; the next question goes on where this one ended. */
const wordsAtOnce = 300
/** Letters of words that are kept in mind, 8 MB; a million letters have fewer. */
const mostKept = 4_000_000
/** Shorter words stand inside too many others. */
const shortestWord = 4
/** How much longer a compound is at least. */
const shortestRest = 2
const mostHints = 3
/** Candidates that are tried whether they find anything. */
const mostTried = 12

/** Letters with which Norwegian and neighbouring words begin; what comes after is other scripts. */
const lastLetter = '\u0180'
const onlyLetters = /^\p{L}+$/u

/** The vocabulary of the index, gone through little by little: FTS5 can only look words up from their beginning. */
function vocabularyOf(index: Db) {
  const next = index.prepare<[string], { term: string }>('SELECT term FROM temp.vocabulary WHERE term >= ? LIMIT 1')
  const version = (): number => Number(index.pragma('data_version', { simple: true }))
  let [done, growing]: [readonly string[], string[]] = [[], []]
  let [from, kept, madeAt, isDone] = ['a', 0, -1, false]
  return {
    /** Looks at some more words. @returns whether all have been seen */
    goOn: (): boolean => {
      if (isDone && madeAt === version()) return true
      if (isDone || madeAt < 0) [from, kept, madeAt, isDone, growing] = ['a', 0, version(), false, []]
      const some: string[] = []
      for (let n = 0; n < wordsAtOnce && !isDone; n += 1) {
        const term = next.get(from)?.term
        if (term === undefined || term >= lastLetter || kept > mostKept) isDone = true
        else {
          from = `${term}\u0001`
          if (term.length >= shortestWord + shortestRest && onlyLetters.test(term)) {
            some.push(term)
            kept += term.length + 1
          }
        }
      }
      growing.push(`\n${some.join('\n')}\n`)
      if (isDone) [done, growing] = [growing, []]
      return isDone
    },
    /** Words seen so far with these letters in them, but not at their beginning. */
    around: (word: string): readonly string[] => {
      const found = new Set<string>()
      for (const text of [...done, ...growing]) {
        for (let at = text.indexOf(word); at >= 0 && found.size < 400;) {
          const [start, end] = [text.lastIndexOf('\n', at) + 1, text.indexOf('\n', at)]
          if (at >= start + shortestRest) found.add(text.slice(start, end))
          at = text.indexOf(word, end)
        }
      }
      return [...found]
    },
  }
}

/** Words that a compound can be made of: typed without quotes, for the whole message. */
function compoundPart({ clause, filter }: Part): string | null {
  if (filter !== null || clause.kind !== 'text' || clause.field !== 'any' || clause.not || clause.phrase !== null || clause.words.length !== 1) return null
  const [word = ''] = clause.words
  return word.length >= shortestWord && onlyLetters.test(word) ? word.toLowerCase() : null
}

/** The same question with another word in place of one. */
function withWord(asked: Asked, part: Part, word: string): Asked {
  return { ...asked, parts: asked.parts.map((one) => (one === part && one.clause.kind === 'text' ? { ...one, clause: { ...one.clause, words: [word] } } : one)) }
}

/**
 * Words in which a typed one is the middle or the end, as compounds have it («fjernvarelager» for «varelager»): the index
 * finds words only from their beginning. Each is told only if it finds something.
 * @param hits how many messages a question finds, at least when there are any
 */
export function hinter(index: Db, hits: (question: Omit<SearchQuery, 'limit' | 'before'>) => number): ReaderApi['searchHint'] {
  const vocabulary = vocabularyOf(index)
  return (question) => {
    const asked = question.asked ?? understand(question.text, [], null)
    const parts = asked.parts.flatMap((part) => {
      const word = compoundPart(part)
      return word === null ? [] : [{ part, word }]
    })
    if (parts.length === 0) return { words: [], isDone: true }
    const isDone = vocabulary.goOn()
    const candidates = parts.flatMap(({ part, word }) => vocabulary.around(word).map((compound) => ({ part, word, compound })))
    // A word at the end is what the compound is about; then the shorter ones.
    candidates.sort((a, b) => Number(b.compound.endsWith(b.word)) - Number(a.compound.endsWith(a.word)) || a.compound.length - b.compound.length || (a.compound < b.compound ? -1 : 1))
    const words: { readonly word: string; readonly at: readonly [number, number] }[] = []
    for (const { part, compound } of candidates.slice(0, mostTried)) {
      if (words.length === mostHints) break
      if (hits({ ...question, asked: withWord(asked, part, compound) }) > 0) words.push({ word: compound, at: part.at })
    }
    return { words, isDone }
  }
}
