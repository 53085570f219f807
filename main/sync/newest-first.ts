import type { ListedId } from './link.ts'

/**
 * Ids that lists named, given out newest first whatever recipient they belong to: that is the order in which people want
 * them, and rows that lie together in time are written together. The ids are UUIDs of version 7 and sort by their time
 * (RFC 9562 section 5.7); one of another version only comes in another order.
 */
export class NewestFirst {
  #ids: ListedId[] = []
  #sorted = true

  add(ids: readonly ListedId[]): void {
    if (ids.length === 0) return
    this.#ids.push(...ids)
    this.#sorted = false
  }

  /** The next ones; they are not given out again. */
  take(limit: number): readonly ListedId[] {
    if (!this.#sorted) this.#ids.sort((a, b) => (a.correspondenceId < b.correspondenceId ? -1 : a.correspondenceId > b.correspondenceId ? 1 : 0))
    this.#sorted = true
    return this.#ids.splice(Math.max(0, this.#ids.length - limit)).reverse()
  }
}
