import type { TextAnswer } from './answer.ts'
import { textLimits } from './limits.ts'

type Cut = Extract<TextAnswer, { state: 'text' }>['cut']

/** Without control characters, half surrogate pairs and soft hyphens: none of them is a letter of a word. */
export const cleanText = (text: string): string => text.replace(/[^\P{Cc}\n\t]/gu, ' ').replace(/\u00ad/g, '').toWellFormed()

/** Pages as they are read, up to the limit of characters. */
export class Pages {
  readonly #pages: string[] = []
  #left: number = textLimits.characters
  #hasWords = false

  get isFull(): boolean {
    return this.#left === 0
  }

  add(text: string): void {
    const clean = cleanText(text).slice(0, this.#left).toWellFormed()
    this.#left -= clean.length
    this.#hasWords ||= /[\p{L}\p{N}]/u.test(clean)
    this.#pages.push(clean)
  }

  /** @param cut why not all was read, where it was not for the number of characters */
  answer(pageCount: number, cut: Cut): TextAnswer {
    if (!this.#hasWords) return cut === 'damaged' ? { state: 'unreadable', reason: 'damaged' } : { state: 'none', pageCount }
    return { state: 'text', pages: this.#pages, pageCount, cut: cut ?? (this.isFull ? 'characters' : null) }
  }
}

/** A file that is one page. */
export function onePage(text: string, cut: Cut): TextAnswer {
  const pages = new Pages()
  pages.add(text)
  return pages.answer(1, cut)
}
