/** What the harness counts; each must be 0 at the end. */
export const troubleKinds = ['executed', 'requests', 'hung', 'crashed', 'affected', 'silent'] as const
export type Trouble = (typeof troubleKinds)[number]

export interface Failure {
  readonly case: string
  readonly what: Trouble
  readonly detail: string
}

/** Failures of the run, told to the case during which, or by whose sign, they were seen. */
export class Counts {
  readonly failures: Failure[] = []
  /** Layers behind the first that had something to stop: no failure, and worth knowing. */
  readonly stopped = new Map<string, Set<string>>()
  readonly #nameOf: ReadonlyMap<string, string>
  /** Name of the case that is open. */
  current = ''

  /** @param nameOf names of the cases by their ids */
  constructor(nameOf: ReadonlyMap<string, string>) {
    this.#nameOf = nameOf
  }

  add(what: Trouble, detail: string, id: string | null = null): void {
    this.failures.push({ case: (id === null ? undefined : this.#nameOf.get(id)) ?? this.current, what, detail: detail.slice(0, 300) })
  }

  stop(layer: string): void {
    const cases = this.stopped.get(layer) ?? new Set()
    cases.add(this.current)
    this.stopped.set(layer, cases)
  }

  of(what: Trouble): number {
    return this.failures.filter((one) => one.what === what).length
  }

  get summary(): Readonly<Record<Trouble, number>> {
    return Object.fromEntries(troubleKinds.map((kind) => [kind, this.of(kind)])) as Record<Trouble, number>
  }
}
