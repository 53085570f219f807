import type { Store } from '../store/open.ts'

const kinds = ['no-access', 'failed', 'shrunk'] as const

type Parts = { readonly mail: Pick<Store['mail'], 'parties' | 'troubleSince'>; readonly ledger: Pick<Store['ledger'], 'accounts'> }

/**
 * Which recipients something stands in the way of, beside those that no identity may act for any more. Only runs change it,
 * so it is looked for once after each; the table of recipients, which walks every message for its other columns, would be
 * far too much for a number.
 */
export class Troubles {
  readonly #parts: Parts
  #known: Promise<ReadonlySet<string>> | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** A run began or ended: what was known may be wrong. */
  forget(): void {
    this.#known = null
  }

  /** Party URNs. */
  parties(): Promise<ReadonlySet<string>> {
    if (this.#known !== null) return this.#known
    const known: Promise<ReadonlySet<string>> = this.#find().catch((error: unknown) => {
      // What failed once is asked anew.
      if (this.#known === known) this.#known = null
      throw error
    })
    this.#known = known
    return known
  }

  /** A recipient that several identities reach is in trouble only where none of them gets through. */
  async #find(): Promise<ReadonlySet<string>> {
    const { mail, ledger } = this.#parts
    const found = new Set<string>()
    const fine = new Set<string>()
    for (const { uuid } of await ledger.accounts()) {
      const parties = await mail.parties(uuid)
      const troubled = await this.#of(uuid, parties.map(({ urn }) => urn))
      for (const { urn, current } of parties) {
        if (troubled.has(urn)) found.add(urn)
        else if (current) fine.add(urn)
      }
    }
    return new Set([...found].filter((urn) => !fine.has(urn)))
  }

  async #of(accountUuid: string, all: readonly string[]): Promise<ReadonlySet<string>> {
    const found = new Set<string>()
    // Usually nothing is wrong, and one question says so of all of them; else halves lead to the few.
    const among = async (kind: (typeof kinds)[number], parties: readonly string[]): Promise<void> => {
      const [first] = parties
      if (first === undefined || (await this.#parts.mail.troubleSince(accountUuid, kind, parties)) === null) return
      if (parties.length === 1) {
        found.add(first)
        return
      }
      const middle = Math.ceil(parties.length / 2)
      await among(kind, parties.slice(0, middle))
      await among(kind, parties.slice(middle))
    }
    for (const kind of kinds) await among(kind, all)
    return found
  }
}
