import type { ListRow } from '../../preload/contract/index.ts'
import type { Engine } from '../../main/engine.ts'
import { sizedVocabulary } from '../../main/localtest/world/sized.ts'
import { percentile, rounded } from '../harness/figures.ts'
import { must } from '../harness/profile.ts'
import { seeded } from '../harness/random.ts'

/** Milliseconds. */
export interface Spread {
  readonly p50: number
  readonly p95: number
}

export const spreadOf = (values: readonly number[]): Spread => ({ p50: rounded(percentile(values, 0.5)), p95: rounded(percentile(values, 0.95)) })

/** Milliseconds of each of some calls. */
export async function timesOf(count: number, call: (n: number) => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = []
  for (let n = 0; n < count; n += 1) {
    const began = performance.now()
    await call(n)
    times.push(performance.now() - began)
  }
  return times
}

const page = 50

/** The questions of design.md section 8 to a cache, through the contract. */
export class Questions {
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

  #party(): string {
    return this.#parties[Math.floor(this.#random() * this.#parties.length)] ?? ''
  }

  /** A word by how common it is: 0 the most common, 1 the rarest. */
  #word(from: number, to: number): string {
    return sizedVocabulary[Math.floor(sizedVocabulary.length * (from + this.#random() * (to - from)))] ?? ''
  }

  async #search(text: string, party?: string): Promise<readonly ListRow[]> {
    return (await must(this.#engine, 'messages.search', { text, limit: page, ...(party === undefined ? {} : { party }) })).rows
  }

  ofRecipient = async (): Promise<Spread> => spreadOf(await timesOf(this.#count, () => must(this.#engine, 'messages.list', { view: 'inbox', party: this.#party(), limit: page })))
  ofAllTimes = (): Promise<readonly number[]> => timesOf(this.#count, () => must(this.#engine, 'messages.list', { view: 'inbox', limit: page }))
  ofAll = async (): Promise<Spread> => spreadOf(await this.ofAllTimes())
  unread = async (): Promise<Spread> => spreadOf(await timesOf(this.#count, () => must(this.#engine, 'messages.list', { view: 'unread', limit: page })))
  counts = async (): Promise<Spread> => spreadOf(await timesOf(this.#count, () => must(this.#engine, 'messages.counts', {})))
  recipients = async (): Promise<Spread> => spreadOf(await timesOf(5, () => must(this.#engine, 'recipients.list', {})))

  /** The next page at any depth: the keys are spread over the whole list. */
  async nextPage(oldestAt: number, newestAt: number): Promise<Spread> {
    return spreadOf(await timesOf(this.#count, () => must(this.#engine, 'messages.list', { view: 'inbox', limit: page, after: { at: Math.floor(oldestAt + this.#random() * (newestAt - oldestAt)), id: 1 } })))
  }

  rare = async (): Promise<Spread> => spreadOf(await timesOf(this.#count, () => this.#search(`${this.#word(0.2, 0.6)} ${this.#word(0, 0.02)}`)))
  common = async (): Promise<Spread> => spreadOf(await timesOf(this.#count, () => this.#search(`${this.#word(0, 0.001)} ${this.#word(0, 0.001)}`)))
  within = async (): Promise<Spread> => spreadOf(await timesOf(this.#count, () => this.#search(`${this.#word(0, 0.001)} ${this.#word(0, 0.01)}`, this.#party())))

  /** As somebody types: two, three, four letters and so on of a word. */
  async asYouType(): Promise<Spread> {
    let typed = ''
    let whole = ''
    return spreadOf(
      await timesOf(this.#count, async () => {
        if (typed.length >= Math.min(whole.length, 7)) {
          whole = this.#word(0, 0.3)
          typed = whole.slice(0, 1)
        }
        typed = whole.slice(0, typed.length + 1)
        await this.#search(typed)
      }),
    )
  }
}
