import { KeyFileError } from '../accounts/key-problem.ts'
import { checkSignIn, type StepResult } from '../accounts/sign-in-check.ts'
import { isOrganisationNumber, type KeyShelf, recipientScopes } from '../accounts/signing-key.ts'
import type { AltinnClient } from '../altinn/client.ts'
import type { AccountRow, NewLedgerEvent, SystemUserAccount } from '../store/ledger/events.ts'
import type { Store } from '../store/open.ts'
import { grantOfRecord, widerScopes } from './connect-key.ts'
import type { ConnectRecord } from './connect-record.ts'
import { Refusal } from './errors.ts'
import type { Identities } from './identities.ts'

type AccountAdded = Extract<NewLedgerEvent, { type: 'account-added' }>

interface Parts {
  readonly store: Pick<Store, 'ledger'>
  readonly client: AltinnClient
  readonly identities: Identities
  readonly shelf: KeyShelf
  readonly now: () => number
  readonly arrived: (accountUuid: string) => void
}

/** What a way in is as an identity of the ledger, and how its steps are tried. */
export class ConnectAccounts {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The account of a system user as its record says. @throws {Refusal} 'not-possible' while something is missing */
  async event(uuid: string, record: ConnectRecord): Promise<AccountAdded> {
    const { organisation, clientId, name, externalRef, scopes } = record
    const kid = await this.#kidOf(uuid, record)
    if (kid === null || organisation === null || clientId === null || !isOrganisationNumber(organisation)) throw new Refusal('not-possible', 'incomplete')
    return { type: 'account-added', account: { uuid, kind: 'system-user', name, clientId, kid, organisation, scopes: scopes ?? recipientScopes, externalRef } }
  }

  /** What was changed of an identity counts from now on: tokens that were made with something else are forgotten. */
  async take(account: AccountRow, record: ConnectRecord, otherKey: boolean): Promise<void> {
    const { store, identities, arrived } = this.#parts
    if (account.kind === 'person') {
      await store.ledger.append({ type: 'account-added', account: { uuid: account.uuid, kind: 'person', name: record.name, partyUuid: account.partyUuid } })
      return
    }
    const { uuid, kind, organisation, externalRef } = account
    const clientId = record.clientId ?? account.clientId
    const scopes = record.scopes ?? account.scopes
    // A key that somebody else keeps, as the demo does, has no name here but the account's own.
    const kid = record.key === null ? (record.kid ?? account.kid) : await this.#kidOf(uuid, record)
    if (kid === null) throw new Refusal('not-possible', 'incomplete')
    await store.ledger.append({ type: 'account-added', account: { uuid, kind, organisation, externalRef, name: record.name, clientId, kid, scopes } })
    if (!otherKey && clientId === account.clientId && kid === account.kid && sameScopes(scopes, account.scopes)) return
    identities.forget(uuid)
    if (await identities.signedIn(uuid)) arrived(uuid)
  }

  /**
   * Tries each step with every scope where the client has them all, else with those that nothing works without: one that is
   * not granted refuses the whole grant (altinn3.md 1.1).
   * @returns also the scopes that were granted; null where that is not known
   */
  async check(uuid: string, record: ConnectRecord, account: AccountRow | null): Promise<{ readonly results: readonly StepResult[]; readonly scopes: string[] | null }> {
    const { client, shelf, now, identities } = this.#parts
    let scopes: readonly string[] = recipientScopes
    const results = await checkSignIn({
      client,
      grant: async () => {
        const grant = record.key === null && account?.kind === 'system-user' ? await identities.grant(account) : await grantOfRecord(shelf, uuid, record, now())
        if (grant === null || grant.clientId === '' || !isOrganisationNumber(grant.organisation)) return grant
        for (const wider of widerScopes(record.way)) {
          const all = await client.grant({ ...grant, scopes: wider })
          if (!all.ok || !(all.value.scopes === null || wider.every((scope) => all.value.scopes?.includes(scope)))) continue
          scopes = wider
          break
        }
        return { ...grant, scopes }
      },
    })
    return { results, scopes: results.some(({ step, result }) => step === 'grant' && result === 'ok') ? [...scopes] : null }
  }

  /** What the key is called at Maskinporten; null where there is no key that can be used. */
  async #kidOf(uuid: string, record: ConnectRecord): Promise<string | null> {
    try {
      return (await grantOfRecord(this.#parts.shelf, uuid, record, this.#parts.now()))?.kid ?? null
    } catch (error) {
      if (error instanceof KeyFileError) return null
      throw error
    }
  }
}

const sameScopes = (a: SystemUserAccount['scopes'], b: SystemUserAccount['scopes']): boolean => a.length === b.length && a.every((scope) => b.includes(scope))
