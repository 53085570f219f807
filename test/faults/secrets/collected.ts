import { Finder, needlesOf, type Secret } from './needles.ts'

/** Everything secret that a run used, and what was found of it. */
export class Collected {
  readonly #finder = new Finder()
  readonly #known = new Set<string>()
  readonly #searched = new Set<string>()
  readonly #hits = new Map<string, string>()
  /** Texts that have not been searched for everything yet: what became known later is searched for in them again. */
  readonly #kept = new Map<string, { readonly content: Buffer; readonly but: ReadonlySet<string> }>()

  get secrets(): number {
    return this.#known.size
  }

  get files(): number {
    return this.#searched.size
  }

  /** Where, which kind and in which form; never the secret itself. */
  get hits(): readonly string[] {
    return [...this.#hits.keys()]
  }

  add(secret: Secret): void {
    const key = `${secret.text ?? ''}\n${secret.bytes?.toString('hex') ?? ''}`
    if (this.#known.has(key)) return
    this.#known.add(key)
    this.#finder.add(needlesOf(secret))
  }

  /**
   * @param place what is searched, without the path of the run
   * @param but kinds of secrets that may stand there, because a person asked for exactly them
   */
  search(place: string, content: Buffer, but: ReadonlySet<string> = new Set()): void {
    this.#searched.add(place)
    for (const { secret, encoding } of this.#finder.find(content)) {
      if (!but.has(secret.name)) this.#hits.set(`${secret.name} as ${encoding} in ${place}`, place)
    }
  }

  /** What a process said, searched at the end for all that became known until then. */
  keep(place: string, text: string, but: ReadonlySet<string> = new Set()): void {
    this.#kept.set(place, { content: Buffer.from(text), but })
  }

  /** Searches what was kept. */
  settle(): void {
    for (const [place, { content, but }] of this.#kept) this.search(place, content, but)
  }
}
