const isWordLetter = /[\p{L}\p{N}]/u

/** A text as words are looked for in it: composed letters in lower case, as the index folds them. */
export const foldedForWords = (text: string): string => text.normalize('NFC').toLowerCase()

/** Where a word begins and, when it must be whole, ends at this place. */
function standsAt(text: string, word: string, at: number, whole: boolean): boolean {
  if (!text.startsWith(word, at) || (at > 0 && isWordLetter.test(text[at - 1] ?? ''))) return false
  return !whole || at + word.length === text.length || !isWordLetter.test(text[at + word.length] ?? '')
}

function nextWord(text: string, at: number): number {
  let next = at
  while (next < text.length && !isWordLetter.test(text[next] ?? '')) next += 1
  return next
}

/**
 * Whether words stand side by side in a text, with anything but letters and digits between them: the index keeps no places
 * (decision 0011).
 * @param folded by `foldedForWords`; the words in lower case
 * @param open the last word may go on
 */
export function holdsPhrase(folded: string, words: readonly string[], open: boolean): boolean {
  const [first = ''] = words
  for (let at = folded.indexOf(first); at >= 0; at = folded.indexOf(first, at + 1)) {
    let from = at
    const holds = words.every((word, n) => {
      if (n > 0) from = nextWord(folded, from)
      if (!standsAt(folded, word, from, n < words.length - 1 || !open)) return false
      from += word.length
      return true
    })
    if (holds) return true
  }
  return false
}

/** Whether each of the words begins a word of the text; one letter is a word of its own, as in the index. */
export function holdsWords(folded: string, words: readonly string[]): boolean {
  return words.every((word) => holdsPhrase(folded, [word], Array.from(word).length > 1))
}
