import type { SeenRequest } from '../../harness/usage.ts'

const path = '/correspondence/api/v1/correspondence/'

/** How often letters were fetched again, which their senders see (durability.md 17). */
export class Refetches {
  #seen = new Set<string>()
  #before = new Set<string>()
  /** Letters fetched once more though nobody asked for it: answers that were not committed when a process was killed. */
  count = 0
  /** The most of them that one life fetched. */
  mostInALife = 0
  /** Letters fetched once more on a person's word, after a file was exchanged. */
  onAWord = 0

  /** @param requests of one life of the program */
  life(requests: readonly SeenRequest[]): void {
    let again = 0
    for (const { method, url } of requests) {
      const id = method === 'GET' && url.startsWith(path) ? url.slice(path.length) : ''
      if (!/^[0-9a-f-]{36}$/.test(id)) continue
      if (this.#seen.has(id)) again += 1
      else if (this.#before.has(id)) this.onAWord += 1
      this.#seen.add(id)
    }
    this.count += again
    this.mostInALife = Math.max(this.mostInALife, again)
  }

  /** mail.db is another one now: what it lacks may be fetched again, once. */
  exchanged(): void {
    this.#before = new Set([...this.#before, ...this.#seen])
    this.#seen = new Set()
  }
}
