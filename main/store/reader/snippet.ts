import { plainWords } from '../index/index-db.ts'
import type { Snippet } from './api.ts'

/** Letters shown around the first hit; about two lines of the list. */
const before = 40
const length = 150

/** A body as running text: no tags, no marks of Markdown, one space between words. */
const runningText = (body: string): string =>
  plainWords(body).replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/(?<![\p{L}\p{N}])[*_`]+|[*_`]+(?![\p{L}\p{N}])/gu, '').replace(/[#|>]+/g, ' ').replace(/\s+/g, ' ').trim()

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

/** Which of the words begin a word of a text. */
const wordsIn = (text: string, words: readonly string[]): readonly string[] => {
  const folded = foldedText(text)
  return words.filter((word) => nextMark(text, folded, word, 0) !== null)
}

/** An attachment of the message. */
export interface SnippetFile {
  readonly attachmentId: string
  readonly fileName: string
  /** Whether its pages are pages to a reader. */
  readonly hasPages: boolean
  /** Text of each page; made when it is looked into. */
  readonly pages: () => readonly string[]
}

/** Where in a message the most of the words are. */
interface Place {
  readonly found: number
  readonly text: string
  readonly where: Snippet['where']
  readonly attachmentId: string | null
  readonly fileName: string | null
  readonly page: number | null
}

/** A text around its first hit. */
function around(text: string, words: readonly string[]): { readonly text: string; readonly marks: [number, number][] } {
  const first = firstMark(text, words)
  const from = first === null || first[0] <= before ? 0 : text.lastIndexOf(' ', first[0] - before) + 1
  const shown = `${from > 0 ? '… ' : ''}${text.slice(from, from + length)}${from + length < text.length ? ' …' : ''}`
  return { text: shown, marks: marksIn(shown, words) }
}

/** The page with the most of the words, the first of several. */
function bestPage(file: SnippetFile, words: readonly string[]): Place | null {
  let best: Place | null = null
  for (const [at, text] of file.pages().entries()) {
    const found = wordsIn(text, words).length
    if (found > (best?.found ?? 0)) best = { found, text, where: 'attachment', attachmentId: file.attachmentId, fileName: file.fileName, page: file.hasPages ? at + 1 : null }
    if (found === words.length) break
  }
  return best
}

/**
 * Some words of a message around a hit, made for the rows that are shown (design.md section 3): in the letter where it has
 * all the words, else in the attachment's name or page that has the most of them.
 * @param words as they were typed, lower case; each matches from the beginning of a word
 */
export function snippetOf(message: { readonly id: number; readonly body: string; readonly files: readonly SnippetFile[] }, words: readonly string[]): Snippet {
  const body = runningText(message.body)
  const { id } = message
  let best: Place = { found: wordsIn(body, words).length, text: body, where: 'body', attachmentId: null, fileName: null, page: null }
  const better = (place: Place | null): void => {
    if (place !== null && place.found > best.found) best = place
  }
  if (best.found < words.length) {
    for (const { attachmentId, fileName } of message.files) better({ found: wordsIn(fileName, words).length, text: fileName, where: 'attachment', attachmentId, fileName, page: null })
  }
  for (const file of message.files) if (best.found < words.length) better(bestPage(file, words))
  const { where, attachmentId, fileName, page } = best
  if (best.found === 0) return { id, where: 'other', text: body.slice(0, length), marks: [], attachmentId: null, fileName: null, page: null }
  // A name is shown whole; a text as one line.
  const shown = where === 'attachment' && best.text === fileName ? { text: fileName, marks: marksIn(fileName, words) } : around(where === 'body' ? body : best.text.replace(/\s+/g, ' ').trim(), words)
  return { id, where, ...shown, attachmentId, fileName, page }
}
