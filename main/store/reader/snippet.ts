import { plainWords } from '../index/index-db.ts'
import type { Snippet } from './api.ts'

/** Letters shown around the first hit; about two lines of the list. */
const before = 40
const length = 150

/** Entities that stand in nearly every letter; the rest is left as it is, because this is only a look at the text. */
const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' }

/** A body as running text: no tags, no marks of Markdown, one space between words. */
const runningText = (body: string): string =>
  plainWords(body).replace(/&(?:amp|lt|gt|quot);/g, (entity) => entities[entity] ?? entity).replace(/[*_#`|>]+|\[([^\]]*)\]\([^)]*\)/g, '$1 ').replace(/\s+/g, ' ').trim()

const isWordLetter = /[\p{L}\p{N}]/u

/** Ranges of a text where one of the words begins a word; a hit is marked to the word's end. */
function marksIn(text: string, words: readonly string[]): [number, number][] {
  const folded = text.toLowerCase()
  const found = words.flatMap((word) => {
    const marks: [number, number][] = []
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
      if (at > 0 && isWordLetter.test(folded[at - 1] ?? '')) continue
      let end = at + word.length
      while (end < text.length && isWordLetter.test(text[end] ?? '')) end += 1
      marks.push([at, end])
    }
    return marks
  })
  const sorted = found.sort((a, b) => a[0] - b[0] || b[1] - a[1])
  return sorted.filter((mark, index) => sorted.slice(0, index).every((earlier) => mark[0] >= earlier[1]))
}

/**
 * Some words of a message around its first hit, made for the rows that are shown (design.md section 3).
 * @param words as they were typed, lower case; each matches from the beginning of a word
 */
export function snippetOf(message: { readonly id: number; readonly body: string; readonly files: readonly string[] }, words: readonly string[]): Snippet {
  const text = runningText(message.body)
  const [first] = marksIn(text, words)
  if (first !== undefined) {
    const from = first[0] <= before ? 0 : text.lastIndexOf(' ', first[0] - before) + 1
    const cut = text.slice(from, from + length)
    const shown = `${from > 0 ? '… ' : ''}${cut}${from + length < text.length ? ' …' : ''}`
    return { id: message.id, where: 'body', text: shown, marks: marksIn(shown, words) }
  }
  const file = message.files.find((name) => marksIn(name, words).length > 0)
  if (file !== undefined) return { id: message.id, where: 'attachment', text: file, marks: marksIn(file, words) }
  return { id: message.id, where: 'other', text: text.slice(0, length), marks: [] }
}
