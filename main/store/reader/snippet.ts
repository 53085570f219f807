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

/** In lower case, every letter at its place: some have a longer form there, which would move all marks behind it. */
function foldedText(text: string): string {
  const folded = text.toLowerCase()
  return folded.length === text.length ? folded : Array.from(text, (letter) => (letter.toLowerCase().length === letter.length ? letter.toLowerCase() : letter)).join('')
}

/** Where a word stands next in a text at the beginning of a word, from a place on; null when nowhere. The range goes to the word's end. */
function nextMark(text: string, folded: string, word: string, from: number): [number, number] | null {
  for (let at = folded.indexOf(word, from); at >= 0; at = folded.indexOf(word, at + word.length)) {
    if (at > 0 && isWordLetter.test(folded[at - 1] ?? '')) continue
    let end = at + word.length
    while (end < text.length && isWordLetter.test(text[end] ?? '')) end += 1
    return [at, end]
  }
  return null
}

/** The first place in a text where one of the words begins a word. A body may be a megabyte: nothing behind it is looked at. */
function firstMark(text: string, words: readonly string[]): [number, number] | null {
  const folded = foldedText(text)
  return words.flatMap((word) => {
    const mark = nextMark(text, folded, word, 0)
    return mark === null ? [] : [mark]
  }).reduce<[number, number] | null>((first, mark) => (first === null || mark[0] < first[0] ? mark : first), null)
}

/** Every such place in a short text, none inside another. */
function marksIn(text: string, words: readonly string[]): [number, number][] {
  const folded = foldedText(text)
  const found = words.flatMap((word) => {
    const marks: [number, number][] = []
    for (let mark = nextMark(text, folded, word, 0); mark !== null; mark = nextMark(text, folded, word, mark[1])) marks.push(mark)
    return marks
  })
  let end = 0
  return found.sort((a, b) => a[0] - b[0] || b[1] - a[1]).filter((mark) => {
    const isFree = mark[0] >= end
    end = Math.max(end, mark[1])
    return isFree
  })
}

/**
 * Some words of a message around its first hit, made for the rows that are shown (design.md section 3).
 * @param words as they were typed, lower case; each matches from the beginning of a word
 */
export function snippetOf(message: { readonly id: number; readonly body: string; readonly files: readonly string[] }, words: readonly string[]): Snippet {
  const text = runningText(message.body)
  const first = firstMark(text, words)
  if (first !== null) {
    const from = first[0] <= before ? 0 : text.lastIndexOf(' ', first[0] - before) + 1
    const cut = text.slice(from, from + length)
    const shown = `${from > 0 ? '… ' : ''}${cut}${from + length < text.length ? ' …' : ''}`
    return { id: message.id, where: 'body', text: shown, marks: marksIn(shown, words) }
  }
  const file = message.files.find((name) => firstMark(name, words) !== null)
  if (file !== undefined) return { id: message.id, where: 'attachment', text: file, marks: marksIn(file, words) }
  return { id: message.id, where: 'other', text: text.slice(0, length), marks: [] }
}
