import type { Engine } from '../../main/engine.ts'
import { sizedVocabulary } from '../../main/localtest/world/sized.ts'
import { percentile, rounded } from '../harness/figures.ts'
import { must } from '../harness/profile.ts'
import { seeded } from '../harness/random.ts'
import { type Spread, spreadOf } from './cache-ask.ts'

/** Rows of one page, as the window asks for. */
const page = 50

/** Times of one kind of question, and how much it found: a question without hits measures nothing. */
export interface Answered extends Spread {
  /** Middle number of rows on the first page. */
  readonly rows: number
  /** Middle number of hits of which words stand beside the row. */
  readonly snippets: number
}

/** Words of a filled cache as people type them. */
export class SearchQuestions {
  readonly #engine: Engine
  readonly #random: () => number
  readonly #parties: readonly string[]
  readonly #count: number

  constructor(engine: Engine, seed: number, parties: readonly string[], count: number) {
    this.#engine = engine
    this.#random = seeded(seed)
    this.#parties = parties
    this.#count = count
  }

  #word(from: number, to: number): string {
    return sizedVocabulary[Math.floor(sizedVocabulary.length * (from + this.#random() * (to - from)))] ?? ''
  }
  /** Among the 20 most common, in nearly every letter. */
  common = (): string => this.#word(0, 0.001)
  rare = (): string => this.#word(0.2, 0.6)
  party = (): string => this.#parties[Math.floor(this.#random() * this.#parties.length)] ?? ''

  /** @param text gives the next question */
  async ask(text: () => string, party?: () => string): Promise<Answered> {
    const [times, rows, snippets]: [number[], number[], number[]] = [[], [], []]
    for (let n = 0; n < this.#count; n += 1) {
      const request = { text: text(), limit: page, ...(party === undefined ? {} : { party: party() }) }
      const began = performance.now()
      const answer = await must(this.#engine, 'messages.search', request)
      times.push(performance.now() - began)
      rows.push(answer.rows.length)
      snippets.push(answer.snippets.filter((one) => one.text !== '').length)
    }
    return { ...spreadOf(times), rows: percentile(rows, 0.5), snippets: percentile(snippets, 0.5) }
  }

  /** Beginnings of words of one to six letters, each asked for as it is typed. */
  async asYouType(): Promise<Readonly<Record<string, Answered>>> {
    const found: Record<string, Answered> = {}
    for (let letters = 1; letters <= 6; letters += 1) {
      const beginning = (): string => {
        for (;;) {
          const word = this.#word(0, 0.3)
          if (word.length >= letters) return word.slice(0, letters)
        }
      }
      found[`asYouType${String(letters)}`] = await this.ask(beginning)
    }
    return found
  }

  /** Two words that stand beside each other in a letter, taken from letters that are there. */
  async phrases(): Promise<readonly string[]> {
    const { rows } = await must(this.#engine, 'messages.list', { view: 'inbox', limit: this.#count })
    const found: string[] = []
    for (const row of rows) {
      const { body } = await must(this.#engine, 'messages.show', { id: row.id })
      const words = (body ?? '').match(/[\p{L}\p{N}]+/gu) ?? []
      const at = Math.floor(this.#random() * Math.max(1, words.length - 2))
      const two = words.slice(at, at + 2)
      if (two.length === 2) found.push(`"${two.join(' ')}"`)
    }
    return found
  }

  /** A sender's name as it is shown, by its first word. */
  async sender(): Promise<string> {
    const { rows } = await must(this.#engine, 'messages.list', { view: 'inbox', limit: 1 })
    return /[\p{L}]+/u.exec(rows[0]?.sender ?? '')?.[0] ?? ''
  }
}

/** Slowest of some spreads by their 95th percentile. */
export const slowest = (spreads: readonly Spread[]): Spread => ({ p50: rounded(Math.max(...spreads.map(({ p50 }) => p50))), p95: rounded(Math.max(...spreads.map(({ p95 }) => p95))) })
