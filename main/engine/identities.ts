import { type KeyShelf, grantFrom } from '../accounts/signing-key.ts'
import type { PersonShelf } from '../accounts/person-shelf.ts'
import type { AltinnClient, PersonSession } from '../altinn/client.ts'
import { personOf } from '../altinn/idporten.ts'
import type { SystemUserGrant } from '../altinn/maskinporten.ts'
import type { IdentityTokens } from '../altinn/tokens.ts'
import type { AccountRow, PersonAccount, SystemUserAccount } from '../store/ledger/events.ts'
import type { Store } from '../store/open.ts'

export interface IdentityParts {
  readonly client: Pick<AltinnClient, 'systemUser' | 'person'>
  readonly store: { readonly ledger: Pick<Store['ledger'], 'account' | 'accounts' | 'append'>; readonly mail: Pick<Store['mail'], 'parties'>; readonly reader: Pick<Store['reader'], 'lastPassAt'> }
  readonly shelf: KeyShelf
  /** Where the login of a person is kept. */
  readonly session: (uuid: string) => PersonShelf
  /** What signs for an account in place of its key on the shelf; null: the shelf's. */
  readonly grantOf: ((account: SystemUserAccount) => Promise<SystemUserGrant | null>) | null
}

/** A way to tokens, and of a person the party that is their own. */
interface Known {
  readonly tokens: IdentityTokens
  readonly own: string | null
}

/** Everybody who is signed in: one way to tokens for each, since a refresh token may be good only once. */
export class Identities {
  readonly #parts: IdentityParts
  readonly #known = new Map<string, Known>()
  readonly #making = new Map<string, Promise<Known | null>>()

  constructor(parts: IdentityParts) {
    this.#parts = parts
  }

  /** An identity that is signed in; null for one whose key or login cannot be had. */
  get(uuid: string): IdentityTokens | null {
    return this.#known.get(uuid)?.tokens ?? null
  }

  /** Whether an account can be used now: its key is there, or its login is not over as far as is known. */
  async signedIn(accountUuid: string): Promise<boolean> {
    const account = await this.#parts.store.ledger.account(accountUuid)
    if (account === null) return false
    return (await this.#once(accountUuid, () => (account.kind === 'person' ? this.#person(accountUuid) : this.#systemUser(account)))) !== null
  }

  /** A person who has logged in, also before that became an account. */
  async person(uuid: string): Promise<IdentityTokens | null> {
    return (await this.#once(uuid, () => this.#person(uuid)))?.tokens ?? null
  }

  /** Drops tokens: what an identity signs with is another now, or nothing. */
  forget(uuid: string): void {
    this.#making.delete(uuid)
    this.#known.delete(uuid)
  }

  /** The party an account is itself: the system user's organisation, or the person; null where it is not known. */
  async ownParty(account: AccountRow): Promise<string | null> {
    if (account.kind === 'system-user') return `urn:altinn:organization:identifier-no:${account.organisation}`
    return this.#known.get(account.uuid)?.own ?? (await this.#ownByUuid(account))
  }

  /** Whether a login is by another person than the account is. */
  async isAnother(account: PersonAccount, session: PersonSession): Promise<boolean> {
    const [known, now] = [await this.#ownByUuid(account), personOf(session)]
    return known !== null && now !== null && known !== now
  }

  /** Once the parties are known the ledger says which of them the person is. */
  async learnOwn(accountUuid: string): Promise<void> {
    const { ledger, mail } = this.#parts.store
    const account = await ledger.account(accountUuid)
    const own = this.#known.get(accountUuid)?.own ?? null
    if (account?.kind !== 'person' || account.partyUuid !== null || own === null) return
    const party = (await mail.parties(accountUuid)).find(({ urn }) => urn === own)
    if (party === undefined || party.uuid === '') return
    await ledger.append({ type: 'account-added', account: { uuid: accountUuid, kind: 'person', name: account.name, partyUuid: party.uuid } })
  }

  async #ownByUuid({ uuid, partyUuid }: PersonAccount): Promise<string | null> {
    if (partyUuid === null) return null
    return (await this.#parts.store.mail.parties(uuid)).find((party) => party.uuid === partyUuid)?.urn ?? null
  }

  async #once(uuid: string, make: () => Promise<Known | null>): Promise<Known | null> {
    const known = this.#known.get(uuid)
    if (known !== undefined) return known
    const under = this.#making.get(uuid)
    if (under !== undefined) return await under
    const making = make()
    this.#making.set(uuid, making)
    try {
      const made = await making
      // Forgotten meanwhile, it was made of what is no longer there.
      if (made !== null && this.#making.get(uuid) === making) this.#known.set(uuid, made)
      return made
    } finally {
      if (this.#making.get(uuid) === making) this.#making.delete(uuid)
    }
  }

  /** What signs for a system user; null where its key cannot be had. */
  async grant(account: SystemUserAccount): Promise<SystemUserGrant | null> {
    const { shelf, grantOf } = this.#parts
    return (await grantOf?.(account)) ?? (await grantFrom(shelf)(account))
  }

  async #systemUser(account: SystemUserAccount): Promise<Known | null> {
    const { client, store } = this.#parts
    const grant = await this.grant(account)
    // One that has reached the service before and finds no system user any more was taken away.
    return grant === null ? null : { tokens: client.systemUser(account.uuid, grant, (await store.reader.lastPassAt(account.uuid)) !== null), own: null }
  }

  async #person(uuid: string): Promise<Known | null> {
    const shelf = this.#parts.session(uuid)
    const login = await shelf.get()
    if (login === null) return null
    const tokens = this.#parts.client.person(uuid, login, async (renewed) => {
      // A login that was ended meanwhile does not come back.
      if (this.#known.get(uuid)?.tokens === tokens) await shelf.put(renewed)
    })
    return { tokens, own: personOf(login) }
  }
}
