import { randomUUID } from 'node:crypto'
import type { ConnectionView, ConnectProblem, RequestOf } from '../../preload/contract/index.ts'
import type { AltinnClient, PersonSession } from '../altinn/client.ts'
import { KeyFileError } from '../accounts/key-problem.ts'
import type { PersonShelf } from '../accounts/person-shelf.ts'
import { checkPerson, type StepResult } from '../accounts/sign-in-check.ts'
import type { KeyShelf } from '../accounts/signing-key.ts'
import type { ProfileKeys } from '../store/keys.ts'
import type { AccountRow } from '../store/ledger/events.ts'
import type { Store } from '../store/open.ts'
import { ConnectAccounts } from './connect-accounts.ts'
import { readKey } from './connect-key.ts'
import { ConnectLogins } from './connect-logins.ts'
import { type ConnectRecord, ConnectRecords, newRecord } from './connect-record.ts'
import { ConnectRequests } from './connect-requests.ts'
import { connectionView, recordOf, stepView, withAccount } from './connect-view.ts'
import type { Desk } from './desk.ts'
import { Refusal } from './errors.ts'
import type { Identities } from './identities.ts'

export interface ConnectParts {
  readonly folder: string
  readonly keys: ProfileKeys
  readonly store: Store
  readonly client: AltinnClient
  readonly identities: Identities
  readonly shelf: KeyShelf
  readonly session: (uuid: string) => PersonShelf
  readonly desk: Desk
  readonly now: () => number
  readonly failed: (error: unknown) => void
  readonly changed: () => void
  /** Something is to be told on the desktop. */
  readonly reminded: () => void
  /** An identity is there, or signs in anew: what its runs met before is over, and mail is asked for. */
  readonly arrived: (accountUuid: string) => void
  /** Ends the runs under way. */
  readonly stopped: () => Promise<void>
}

/** Set from the removal of an identity until mail.db knows of it. */
const removedSetting = 'accounts.removed'

type WantedChange = Omit<RequestOf<'connect.change'>, 'uuid'>

/** Connecting a profile to Altinn in each of the three ways, and changing or removing what is connected. */
export class Connections {
  readonly #parts: ConnectParts
  readonly #records: ConnectRecords
  readonly #requests: ConnectRequests
  readonly #logins: ConnectLogins
  readonly #accounts: ConnectAccounts

  constructor(parts: ConnectParts) {
    const { folder, keys, store, client, shelf, desk, now, failed, changed, reminded } = parts
    this.#parts = parts
    this.#records = new ConnectRecords(store.ledger)
    this.#accounts = new ConnectAccounts(parts)
    this.#requests = new ConnectRequests({ folder, keys, client, records: this.#records, shelf, now, failed, changed, answered: reminded })
    this.#logins = new ConnectLogins({ client, desk, changed, arrived: (uuid, session) => this.#loggedIn(uuid, session) })
  }

  /** Goes on with what was under way when the program ended. */
  async start(): Promise<void> {
    if ((await this.#parts.store.ledger.setting(removedSetting)) === true) await this.#forgetRights()
    await this.#requests.start()
  }

  async close(): Promise<void> {
    await Promise.all([this.#logins.close(), this.#requests.close()])
  }

  /** Requests for system users, for reminders of what they were answered. */
  async requests(): Promise<readonly NonNullable<ConnectRecord['request']>[]> {
    return [...(await this.#records.all()).values()].flatMap(({ request }) => request ?? [])
  }

  async list(): Promise<readonly ConnectionView[]> {
    const records = await this.#records.all()
    const accounts = await this.#parts.store.ledger.accounts()
    const known = new Set(accounts.map(({ uuid }) => uuid))
    const begun = [...records].filter(([uuid]) => !known.has(uuid)).sort(([, a], [, b]) => a.begunAt - b.begunAt)
    const connected = accounts.map(async (account) => await this.#view(account.uuid, await this.#recordOf(account, records.get(account.uuid) ?? null), account))
    return [...(await Promise.all(connected)), ...(await Promise.all(begun.map(([uuid, record]) => this.#view(uuid, record, null))))]
  }

  async begin(way: ConnectRecord['way'], name: string): Promise<string> {
    const uuid = randomUUID()
    await this.#records.add(uuid, newRecord(way, name, this.#parts.now()))
    this.#parts.changed()
    return uuid
  }

  /** @throws {Refusal} 'not-possible' for what an identity in use cannot change */
  async change(uuid: string, wanted: WantedChange): Promise<void> {
    const { record: before, account } = await this.#recordFor(uuid)
    const chosen = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
    if (account !== null && Object.keys(chosen).some((name) => name !== 'name' && name !== 'clientId' && name !== 'kid')) throw new Refusal('not-possible', 'connected')
    if (account?.kind === 'system-user' && wanted.clientId === null) throw new Refusal('not-possible', 'incomplete')
    const change = (record: ConnectRecord): ConnectRecord => ({ ...record, ...chosen })
    if (account !== null) await this.#accounts.take(account, change(before), false)
    await this.#change(uuid, change)
    // A request that could not be looked at may be now.
    if (account === null && (await this.#records.find(uuid))?.request?.state === 'waiting') this.#requests.watch(uuid)
    this.#parts.changed()
  }

  /** Seals a key; the one of before is kept where this one cannot be used. */
  async key(uuid: string, data: string, password: string): Promise<Extract<ConnectProblem, { kind: 'key' }> | null> {
    const { record, account } = await this.#recordFor(uuid)
    if (record.way === 'person') throw new Refusal('not-possible', 'connected')
    try {
      const read = readKey(Buffer.from(data, 'base64'), password, record, this.#parts.now())
      if (account !== null && record.kid === null && read.shown.kid === null && read.shown.certificate === null) throw new KeyFileError('needs-kid')
      await this.#parts.shelf.put(uuid, read.sealed)
      await this.#change(uuid, (now) => ({ ...now, key: read.shown, checked: null }))
    } catch (error) {
      if (error instanceof KeyFileError) return { kind: 'key', code: error.code, detail: error.detail }
      throw error
    }
    if (account !== null) await this.#accounts.take(account, (await this.#recordFor(uuid)).record, true)
    else if (record.request?.state === 'waiting') this.#requests.watch(uuid)
    this.#parts.changed()
    return null
  }

  async check(uuid: string): Promise<ConnectRecord['checked']> {
    const { record, account } = await this.#recordFor(uuid)
    const { results, scopes } = record.way === 'person' ? { results: await this.#checkPerson(uuid), scopes: null } : await this.#accounts.check(uuid, record, account)
    const checked = { at: this.#parts.now(), results: results.map(stepView) }
    await this.#change(uuid, (now) => ({ ...now, checked, scopes: scopes ?? now.scopes }))
    // What was granted meanwhile is asked for from now on; what is the same changes nothing.
    if (account?.kind === 'system-user' && scopes !== null) await this.#accounts.take(account, { ...record, scopes }, false)
    this.#parts.changed()
    return checked
  }

  async ask(uuid: string): Promise<ConnectProblem | null> {
    const { record } = await this.#recordFor(uuid)
    if (record.way === 'person') throw new Refusal('not-possible', 'incomplete')
    await this.#change(uuid, (now) => now)
    const problem = await this.#requests.ask(uuid, record)
    this.#parts.changed()
    return problem
  }

  async look(uuid: string): Promise<ConnectProblem | null> {
    await this.#recordFor(uuid)
    return await this.#requests.look(uuid)
  }

  async withdraw(uuid: string): Promise<ConnectProblem | null> {
    await this.#recordFor(uuid)
    return await this.#requests.withdraw(uuid)
  }

  /** @throws {Refusal} 'not-opened' where there is no page, or no browser took it */
  async openApproval(uuid: string): Promise<void> {
    const page = await this.#requests.confirmUrl(uuid)
    if (page === null || !(await this.#parts.desk.openOutside(page))) throw new Refusal('not-opened', 'The approval page was not opened')
  }

  async login(uuid: string, level: 'substantial' | 'high', language: 'nb' | 'nn' | 'en'): Promise<ConnectProblem | null> {
    await this.#personOf(uuid)
    return await this.#logins.login(uuid, level, language)
  }

  cancelLogin(uuid: string): void {
    this.#logins.cancel(uuid)
  }

  async logOut(uuid: string): Promise<void> {
    const { account } = await this.#personOf(uuid)
    await this.#end(uuid)
    if (account?.kind === 'person' && account.signIn.state === 'in') await this.#parts.store.ledger.append({ type: 'account-signed-out', accountUuid: uuid, reason: 'by-person' })
    if (account === null) await this.#change(uuid, (record) => ({ ...record, login: null }))
    this.#parts.changed()
  }

  /** A person's login is over by itself: what was kept of it goes, and it is told once. */
  async loginEnded(accountUuid: string): Promise<void> {
    const account = await this.#parts.store.ledger.account(accountUuid)
    if (account?.kind !== 'person') return
    await this.#end(accountUuid)
    if (account.signIn.state === 'in') await this.#parts.store.ledger.append({ type: 'account-signed-out', accountUuid, reason: 'ended' })
    this.#parts.changed()
  }

  /** @throws {Refusal} 'not-possible' while something is missing that nothing works without */
  async finish(uuid: string): Promise<void> {
    const { record, account } = await this.#recordFor(uuid)
    if (account !== null) return
    const { ledger } = this.#parts.store
    if (record.way === 'person') {
      const tokens = await this.#parts.identities.person(uuid)
      if (tokens === null) throw new Refusal('not-possible', 'incomplete')
      // One record of the journal: a program that does not know persons sees that it is too old, and never half of it.
      await ledger.appendAll([{ type: 'account-added', account: { uuid, kind: 'person', name: record.name, partyUuid: null } }, { type: 'account-signed-in', accountUuid: uuid, endsAt: tokens.state().endsAt }])
    } else {
      await ledger.append(await this.#accounts.event(uuid, record))
    }
    await this.#parts.identities.signedIn(uuid)
    this.#parts.changed()
    this.#parts.arrived(uuid)
  }

  /** @throws {Refusal} 'not-possible' while receipts of it are under way */
  async remove(uuid: string): Promise<void> {
    const { store, identities, shelf, session, stopped, changed } = this.#parts
    const { account } = await this.#recordFor(uuid)
    this.#logins.cancel(uuid)
    if (account !== null) {
      const open = await store.ledger.outbox({ states: ['waiting', 'sending', 'accepted', 'undecided'] })
      if (open.some(({ accountUuid }) => accountUuid === uuid)) throw new Refusal('not-possible', 'under-way')
      identities.forget(uuid)
      await stopped()
      try {
        await store.ledger.appendAll([{ type: 'account-removed', accountUuid: uuid }, { type: 'setting-changed', name: removedSetting, value: true }])
      } catch (error) {
        // A receipt was added meanwhile: it stays as it was.
        await identities.signedIn(uuid)
        throw error
      }
      await this.#forgetRights()
    }
    await this.#requests.forget(uuid)
    await shelf.remove(uuid)
    await session(uuid).remove()
    await this.#records.remove(uuid)
    identities.forget(uuid)
    changed()
  }

  async #view(uuid: string, record: ConnectRecord, account: AccountRow | null): Promise<ConnectionView> {
    return connectionView(uuid, record, {
      connected: account !== null,
      confirmUrl: record.request?.state === 'waiting' ? await this.#requests.confirmUrl(uuid) : null,
      seenAt: this.#requests.seenAt(uuid),
      login: record.way === 'person' ? await this.#loginView(uuid, record, account) : null,
    })
  }

  async #loginView(uuid: string, record: ConnectRecord, account: AccountRow | null): Promise<NonNullable<ConnectionView['login']>> {
    const underWay = this.#logins.underWay(uuid)
    if (underWay !== null) return { state: 'under-way', endsAt: null, address: underWay.address }
    const tokens = await this.#parts.identities.person(uuid)
    const endsAt = tokens?.state().endsAt ?? null
    if (tokens !== null && (endsAt === null || endsAt > this.#parts.now())) return { state: 'in', endsAt, address: null }
    const before = account?.kind === 'person' ? account.signIn.state === 'in' || account.signIn.reason === 'ended' : record.login !== null
    return { state: before ? 'over' : 'none', endsAt: null, address: null }
  }

  /** The record of one that was begun, or what is known of an identity. @throws {Refusal} 'not-found' */
  async #recordFor(uuid: string): Promise<{ readonly record: ConnectRecord; readonly account: AccountRow | null }> {
    const account = await this.#parts.store.ledger.account(uuid)
    const record = await this.#records.find(uuid)
    if (account !== null) return { record: await this.#recordOf(account, record), account }
    if (record === null) throw new Refusal('not-found', 'There is no such connection')
    return { record, account }
  }

  async #personOf(uuid: string): Promise<{ readonly account: AccountRow | null }> {
    const { record, account } = await this.#recordFor(uuid)
    if (record.way !== 'person') throw new Refusal('not-possible', 'incomplete')
    return { account }
  }

  async #recordOf(account: AccountRow, record: ConnectRecord | null): Promise<ConnectRecord> {
    return record === null ? recordOf(account, await this.#parts.store.mail.parties(account.uuid), await this.#parts.shelf.get(account.uuid)) : withAccount(record, account)
  }

  /** Changes a record; an identity that came about without one gets it now. */
  async #change(uuid: string, change: (record: ConnectRecord) => ConnectRecord): Promise<void> {
    if ((await this.#records.find(uuid)) === null) await this.#records.add(uuid, (await this.#recordFor(uuid)).record)
    await this.#records.change(uuid, change)
  }

  async #checkPerson(uuid: string): Promise<readonly StepResult[]> {
    const results = await checkPerson({ client: this.#parts.client, identity: await this.#parts.identities.person(uuid) })
    if (results.some((one) => one.result === 'failed' && one.problem.kind === 'sign-in' && one.problem.problem.code === 'login-ended')) {
      await this.#end(uuid)
      await this.loginEnded(uuid)
    }
    return results
  }

  async #loggedIn(uuid: string, session: PersonSession): Promise<ConnectProblem | null> {
    const { identities, store, now } = this.#parts
    const { account } = await this.#personOf(uuid)
    if (account?.kind === 'person' && (await identities.isAnother(account, session))) {
      return { kind: 'sign-in', problem: { code: 'login-other-person', supportCode: 'PID idporten/token', traceId: null, scopes: [] } }
    }
    identities.forget(uuid)
    await this.#parts.session(uuid).put(session)
    const tokens = await identities.person(uuid)
    const endsAt = tokens?.state().endsAt ?? null
    if (account === null) await this.#change(uuid, (record) => ({ ...record, login: { at: now(), endsAt }, checked: null }))
    else {
      await store.ledger.append({ type: 'account-signed-in', accountUuid: uuid, endsAt })
      this.#parts.arrived(uuid)
    }
    return null
  }

  /** In mail.db nothing says any more that a removed identity may see anything. */
  async #forgetRights(): Promise<void> {
    const { ledger, mail } = this.#parts.store
    await mail.keepAccounts((await ledger.accounts()).map(({ uuid }) => uuid), this.#parts.now())
    await ledger.append({ type: 'setting-changed', name: removedSetting, value: false })
  }

  async #end(uuid: string): Promise<void> {
    this.#logins.cancel(uuid)
    this.#parts.identities.forget(uuid)
    await this.#parts.session(uuid).remove()
  }
}
