interface Cursor<T> {
  readonly rows: readonly T[]
  readonly head: T
  readonly at: number
}

/** Several sorted lists read as one, without putting them together first: a heap of their heads. */
export class Merge<T> {
  readonly #compare: (a: T, b: T) => number
  #heap: Cursor<T>[] = []

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare
  }

  add(rows: readonly T[], from: number): void {
    const head = rows[from]
    if (head === undefined) return
    this.#heap.push({ rows, head, at: from })
    let place = this.#heap.length - 1
    while (place > 0) {
      const parent = (place - 1) >>> 1
      if (!this.#isBefore(place, parent)) return
      this.#swap(place, parent)
      place = parent
    }
  }

  next(): T | undefined {
    const top = this.#heap[0]
    if (top === undefined) return undefined
    const { rows, head, at } = top
    const following = rows[at + 1]
    if (following !== undefined) this.#heap[0] = { rows, head: following, at: at + 1 }
    else {
      const last = this.#heap.pop()
      if (last !== undefined && this.#heap.length > 0) this.#heap[0] = last
    }
    this.#sink()
    return head
  }

  #sink(): void {
    for (let place = 0; ; ) {
      const [left, right] = [2 * place + 1, 2 * place + 2]
      let least = place
      if (left < this.#heap.length && this.#isBefore(left, least)) least = left
      if (right < this.#heap.length && this.#isBefore(right, least)) least = right
      if (least === place) return
      this.#swap(place, least)
      place = least
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]]
    return one !== undefined && other !== undefined && this.#compare(one.head, other.head) < 0
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]]
    if (one === undefined || other === undefined) return
    this.#heap[a] = other
    this.#heap[b] = one
  }
}
