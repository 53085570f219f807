import { z } from 'zod'
import type { Caller } from './call.ts'
import { readJson } from './json.ts'
import { lookupWire, partiesWire, type LookupWire, type SearchItemWire, searchItemWire, transmissionsWire, transmittedIds } from './dialogporten-wire.ts'
import { type Outcome, failure } from './outcome.ts'
import type { IdentityTokens } from './tokens.ts'

/** A party the identity may act for, with its main unit where it is a sub-unit (altinn3.md 1.7). */
export interface PartyWire {
  readonly party: string
  readonly partyUuid: string
  readonly name: string
  readonly partyType: string
  readonly isDeleted: boolean
  readonly hasOnlyAccessToSubParties: boolean
  /** Party URN of the main unit, or null. */
  readonly parent: string | null
}

export interface DialogQuery {
  /** Party URNs, at most 100. */
  readonly parties: readonly string[]
  /** Inclusive; as text, because the service counts in microseconds. */
  readonly updatedAfter?: string
  /** Inclusive bounds of createdAt. */
  readonly createdAfter?: string
  readonly createdBefore?: string
  readonly status?: string
  readonly continuationToken?: string
  /** 1-1000. */
  readonly limit?: number
  readonly orderBy?: 'updatedAt_asc' | 'createdAt_asc'
}

export interface SearchPage {
  readonly items: readonly SearchItemWire[]
  /** The JSON text of each item, unknown keys included; key order as received, spacing not. */
  readonly originals: readonly string[]
  /** Items that do not fit the schema: the rest of the page goes on. */
  readonly rejected: readonly { readonly id: string | null; readonly error: string }[]
  readonly hasNextPage: boolean
  readonly continuationToken: string | null
}

/** A page of `GET /dialogs`. The token is present on the last page too; `hasNextPage` alone says whether there is more. */
const pageWire = z.object({ items: z.array(z.unknown()), hasNextPage: z.boolean(), continuationToken: z.string().optional() })
const withId = z.object({ id: z.guid() })

function itemOf(item: unknown): { readonly wire: SearchItemWire } | { readonly id: string | null; readonly error: string } {
  const parsed = searchItemWire.safeParse(item)
  if (parsed.success) return { wire: parsed.data }
  const issue = parsed.error.issues[0]
  const id = withId.safeParse(item)
  return { id: id.success ? id.data.id.toLowerCase() : null, error: `The dialog does not fit what the service documents at "${issue?.path.join('.') ?? ''}" (${issue?.code ?? 'unknown'})` }
}

/** Reads a page of a search; throws nothing away that fits. */
export function readSearchPage(body: string): { readonly value: SearchPage } | { readonly problem: string } {
  const page = readJson(pageWire, body)
  if ('problem' in page) return page
  const items: SearchItemWire[] = []
  const originals: string[] = []
  const rejected: { id: string | null; error: string }[] = []
  for (const raw of page.value.items) {
    const item = itemOf(raw)
    if ('wire' in item) {
      items.push(item.wire)
      originals.push(JSON.stringify(raw))
    } else rejected.push(item)
  }
  return { value: { items, originals, rejected, hasNextPage: page.value.hasNextPage, continuationToken: page.value.continuationToken ?? null } }
}

function flatten(wire: z.infer<typeof partiesWire>): readonly PartyWire[] {
  return wire.authorizedParties.flatMap(({ subParties, ...main }) => [{ ...main, parent: null }, ...(subParties ?? []).map((sub) => ({ ...sub, parent: main.party }))])
}

/** The labels that say where a dialog lies; adding one takes the others away (altinn3.md 3.4). */
export type PlaceLabel = 'Default' | 'Archive' | 'Bin'

/** Dialogporten's end-user API (altinn3.md section 3); of the calls here only `place` changes anything at the service. */
export class Dialogporten {
  readonly #caller: Caller
  readonly #base: string

  constructor(caller: Caller, platform: string) {
    this.#caller = caller
    this.#base = `${platform}/dialogporten/api/v1/enduser`
  }

  async parties(identity: IdentityTokens, signal?: AbortSignal): Promise<Outcome<readonly PartyWire[]>> {
    const outcome = await this.#caller.json(identity, { route: 'parties', url: `${this.#base}/parties`, accept: 'application/json', signal }, partiesWire)
    return outcome.ok ? { ...outcome, value: flatten(outcome.value) } : outcome
  }

  async search(identity: IdentityTokens, query: DialogQuery, signal?: AbortSignal): Promise<Outcome<SearchPage>> {
    const parameters = new URLSearchParams()
    for (const party of query.parties) parameters.append('party', party)
    for (const key of ['updatedAfter', 'createdAfter', 'createdBefore', 'status', 'orderBy', 'limit', 'continuationToken'] as const) {
      const value = query[key]
      if (value !== undefined) parameters.set(key, String(value))
    }
    const outcome = await this.#caller.get(identity, { route: 'dialogs', url: `${this.#base}/dialogs?${parameters.toString()}`, accept: 'application/json', signal })
    if (!outcome.ok) return outcome
    const read = readSearchPage(outcome.value)
    return 'value' in read ? { ...outcome, value: read.value } : { ok: false, failure: failure('schema', read.problem, { status: 200 }), exchange: outcome.exchange }
  }

  /** @param reference `urn:altinn:dialog-id:…` or `urn:altinn:correspondence-id:…` */
  async lookup(identity: IdentityTokens, reference: string, signal?: AbortSignal): Promise<Outcome<LookupWire>> {
    const url = `${this.#base}/dialoglookup?${new URLSearchParams({ instanceRef: reference }).toString()}`
    return await this.#caller.json(identity, { route: 'dialoglookup', url, accept: 'application/json', signal }, lookupWire)
  }

  /** The correspondences that the dialog's transmissions carry, in lower case. */
  async transmitted(identity: IdentityTokens, dialogId: string, platform: string, signal?: AbortSignal): Promise<Outcome<readonly string[]>> {
    const call = { route: 'dialogs/{id}/transmissions', url: `${this.#base}/dialogs/${dialogId}/transmissions`, accept: 'application/json', signal }
    const outcome = await this.#caller.json(identity, call, transmissionsWire)
    return outcome.ok ? { ...outcome, value: transmittedIds(outcome.value, platform) } : outcome
  }

  /**
   * Puts a dialog to its place for everybody who acts for the party. Asked for again it changes nothing, so a call whose
   * answer was lost may be repeated.
   * @param revision of the end user's context; the service refuses another one with 412 (altinn3.md 3.4), quoted it is 400
   * @returns the new revision, or null where the answer named none
   */
  async place(identity: IdentityTokens, dialogId: string, label: PlaceLabel, revision: string | null): Promise<Outcome<string | null>> {
    const outcome = await this.#caller.change(identity, {
      route: 'dialogs/{id}/context/systemlabels',
      url: `${this.#base}/dialogs/${dialogId}/context/systemlabels`,
      accept: 'application/json',
      method: 'PUT',
      body: JSON.stringify(label === 'Default' ? { removeLabels: ['Archive', 'Bin'] } : { addLabels: [label] }),
      headers: revision === null ? {} : { 'if-match': revision },
    })
    return outcome.ok ? { ...outcome, value: outcome.value.headers['etag'] ?? null } : outcome
  }
}
