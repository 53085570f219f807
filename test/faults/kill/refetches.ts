import type { SeenRequest } from '../../harness/usage.ts'

const path = '/correspondence/api/v1/correspondence/'

/** How often letters were fetched again, which their senders see (durability.md 17). */
export class Refetches {
  /** The life that fetched a letter last. */
  #fetchedIn = new Map<string, number>()
  #before = new Set<string>()
  /** How many letters each life had fetched that a later one fetched again: not committed when it was killed. */
  readonly #lostBy = new Map<number, number>()
  #life = 0
  /** Letters fetched once more though nobody asked for it. */
  count = 0
  /** Letters that one and the same life fetched twice: nobody's death excuses that. */
  twiceInALife = 0
  /** Letters fetched once more on a person's word, after a file was exchanged. */
  onAWord = 0

  /** The most that one kill cost. */
  get mostAKill(): number {
    return Math.max(0, ...this.#lostBy.values())
  }

  /** @param requests of one life of the program */
  life(requests: readonly SeenRequest[]): void {
    this.#life += 1
    for (const { method, url } of requests) {
      const id = method === 'GET' && url.startsWith(path) ? url.slice(path.length) : ''
      if (!/^[0-9a-f-]{36}$/.test(id)) continue
      const last = this.#fetchedIn.get(id)
      if (last === this.#life) this.twiceInALife += 1
      else if (last !== undefined) {
        this.count += 1
        this.#lostBy.set(last, (this.#lostBy.get(last) ?? 0) + 1)
      } else if (this.#before.has(id)) this.onAWord += 1
      this.#fetchedIn.set(id, this.#life)
    }
  }

  /** mail.db is another one now: what it lacks may be fetched again, once. */
  exchanged(): void {
    for (const id of this.#fetchedIn.keys()) this.#before.add(id)
    this.#fetchedIn = new Map()
  }
}
