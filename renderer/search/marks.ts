import { createContext, useContext } from 'react'
import type { Understood } from '../../preload/contract/index.ts'

type Mark = Understood['marks'][number]

/** What the search marks in the open letter, as `markLine` writes it. */
export const MarksContext = createContext('')
export const useMarks = (): string => useContext(MarksContext)

/** Marks as a line: words, phrases in quotes, and a star after one whose last word may go on. */
export const markLine = (understood: Understood | null): string =>
  (understood?.marks ?? []).map(({ words, phrase }) => (phrase === null ? words.join(' ') : `"${words.join(' ')}"${phrase === 'open' ? '*' : ''}`)).join(' ')

function marksOf(line: string): readonly Mark[] {
  return [...line.toLowerCase().matchAll(/"([^"]*)"(\*?)|([^"\s]+)/g)].map(([, inside, star, word]): Mark => (inside === undefined ? { words: [word ?? ''], phrase: null } : { words: inside.split(' '), phrase: star === '*' ? 'open' : 'whole' }))
}

/** More than these nobody looks at one by one. */
const mostRanges = 1000

interface Word {
  readonly node: Node
  readonly from: number
  readonly to: number
  readonly lower: string
}

/** Whether a mark begins at a word; the number of words it takes, or 0. */
function wordsOf({ words, phrase }: Mark, all: readonly Word[], at: number): number {
  if (phrase === null) return words.some((word) => (word.length === 1 ? all[at]?.lower === word : all[at]?.lower.startsWith(word) === true)) ? 1 : 0
  const fits = words.every((word, n) => {
    const there = all[at + n]?.lower
    return phrase === 'open' && n === words.length - 1 ? there?.startsWith(word) === true : there === word
  })
  return fits ? words.length : 0
}

/**
 * Where the marks stand in a document, none inside another; a phrase may run over several of its elements.
 * @param line as `markLine` writes it
 */
export function markedRanges(inside: Document, line: string): readonly Range[] {
  const marks = marksOf(line)
  if (marks.length === 0) return []
  const all: Word[] = []
  const walker = inside.createTreeWalker(inside.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.parentElement?.nodeName === 'STYLE') continue
    for (const match of (node.nodeValue ?? '').matchAll(/[\p{L}\p{N}]+/gu)) all.push({ node, from: match.index, to: match.index + match[0].length, lower: match[0].normalize('NFC').toLowerCase() })
  }
  const ranges: Range[] = []
  for (let at = 0; at < all.length && ranges.length < mostRanges;) {
    const count = Math.max(...marks.map((mark) => wordsOf(mark, all, at)))
    const [first, last] = [all[at], all[at + count - 1]]
    if (count > 0 && first !== undefined && last !== undefined) {
      const range = inside.createRange()
      range.setStart(first.node, first.from)
      range.setEnd(last.node, last.to)
      ranges.push(range)
    }
    at += Math.max(1, count)
  }
  return ranges
}
