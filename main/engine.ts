import { contract, type EngineApi, type EngineError, type EventName, type EventOf, type RequestName, type ResponseOf, type Result } from '../preload/contract/index.ts'
import type { z } from 'zod'
import { type AltinnClient, createAltinnClient } from './altinn/client.ts'
import { type Environment, isLoopback } from './altinn/environment.ts'
import type { HttpLogLine } from './altinn/http.ts'
import type { Limits } from './altinn/limits.ts'
import type { SystemUserGrant } from './altinn/maskinporten.ts'
import type { IdentityTokens } from './altinn/tokens.ts'
import { engineErrorOf, failureError, Refusal } from './engine-errors.ts'
import { decideReminders } from './reminders/decide.ts'
import type { ProfileKeys } from './store/keys.ts'
import type { AccountRow, OutboxRow } from './store/ledger/events.ts'
import { openReadOnly, openStore, type Reader, type Store } from './store/open.ts'
import { adoptStrays } from './sync/attachments.ts'
import { Outbox } from './sync/outbox/outbox.ts'
import { defaultOutboxRules, type OutboxRules } from './sync/outbox/rules.ts'
import { defaultRules, type SyncRules } from './sync/rules.ts'
import { type FinishedRun, Syncer } from './sync/syncer.ts'

type Handlers = { readonly [Name in RequestName]?: (request: z.output<(typeof contract.requests)[Name]['request']>) => Promise<ResponseOf<Name>> }

export interface EngineOptions {
  /** The profile's folder. */
  readonly folder: string
  readonly keys: ProfileKeys
  readonly environment: Environment
  /** What signs for an account; null while its secret cannot be had. */
  readonly grantOf: (account: AccountRow) => Promise<SystemUserGrant | null>
  /** Local user of the operating system, for the audit trail. */
  readonly person: string
  readonly userAgent: string
  readonly rules?: Partial<SyncRules>
  readonly outboxRules?: Partial<OutboxRules>
  readonly limits?: Partial<Limits>
  readonly now?: () => number
  readonly logRequest?: (line: HttpLogLine) => void
  /** Told of errors that are no answer of the service. */
  readonly failed?: (error: unknown) => void
}

export interface Engine extends EngineApi {
  /** Asks for new mail again and again. */
  startPolling(): void
  /** Ends what is under way; what waits to be sent is given three seconds. */
  close(): Promise<void>
}

class Listeners {
  readonly #byName = new Map<EventName, Set<(event: never) => void>>()

  on<Name extends EventName>(name: Name, listener: (event: EventOf<Name>) => void): () => void {
    const set = this.#byName.get(name) ?? new Set()
    this.#byName.set(name, set)
    set.add(listener)
    return () => {
      set.delete(listener)
    }
  }

  emit<Name extends EventName>(name: Name, event: EventOf<Name>): void {
    for (const listener of this.#byName.get(name) ?? []) (listener as (event: EventOf<Name>) => void)(event)
  }
}

/** Validates a request, runs its handler, and turns what went wrong into a value. */
function caller(handlers: Handlers, missing: EngineError, failed: (error: unknown) => void): EngineApi['call'] {
  return async <Name extends RequestName>(name: Name, request: unknown): Promise<Result<ResponseOf<Name>>> => {
    const parsed = contract.requests[name].request.safeParse(request)
    if (!parsed.success) return { ok: false, error: { code: 'invalid', canRetry: false, detail: `${name}: ${parsed.error.issues[0]?.path.join('.') ?? ''}` } }
    const handler = handlers[name] as ((request: unknown) => Promise<ResponseOf<Name>>) | undefined
    if (handler === undefined) return { ok: false, error: missing }
    try {
      return { ok: true, value: await handler(parsed.data) }
    } catch (error) {
      const known = engineErrorOf(error)
      if (known !== null) return { ok: false, error: known }
      failed(error)
      return { ok: false, error: { code: 'internal', canRetry: false, detail: error instanceof Error ? error.name : 'unknown' } }
    }
  }
}

/** What can be asked without writing anything. */
function readHandlers(reader: Reader): Handlers {
  return {
    'messages.list': async (request) => {
      const { rows, next } = await reader.list(request)
      return { rows: [...rows], next }
    },
    'messages.search': async (request) => {
      const { rows, next } = await reader.search(request)
      return { rows: [...rows], next }
    },
    'messages.find': async ({ id }) => ({ id: await reader.find(id) }),
    'messages.show': async ({ id }) => {
      const message = await reader.show(id)
      if (message === null) throw new Refusal('not-found', 'There is no such message')
      return { ...message, replyOptions: [...message.replyOptions], attachments: [...message.attachments], propertyList: { ...message.propertyList } }
    },
    'recipients.list': async () => ({ rows: [...(await reader.recipients())] }),
  }
}

/** Opens a profile for reading, beside a process that writes or without one. @throws {StoreError} as the files say. */
export async function openReadEngine(options: Pick<EngineOptions, 'folder' | 'keys' | 'failed'>): Promise<Omit<Engine, 'startPolling'>> {
  const store = await openReadOnly(options.folder, options.keys)
  const listeners = new Listeners()
  const call = caller(readHandlers(store.reader), { code: 'read-only', canRetry: false, detail: 'The profile is open for reading' }, options.failed ?? (() => undefined))
  return { call, on: (name, listener) => listeners.on(name, listener), close: () => store.close() }
}

const receiptView = (row: OutboxRow): ResponseOf<'receipts.wait'> => ({
  uuid: row.uuid,
  kind: row.kind,
  state: row.state,
  correspondenceId: row.correspondenceId,
  dialogId: row.dialogId,
  party: row.party,
  clickedAt: row.clickedAt,
  notBeforeAt: row.notBeforeAt,
  sentAt: row.sendingBeganAt,
  provenAt: row.provenAt,
  reason: row.reason,
  answerStatus: row.answerStatus,
  answerCode: row.answerCode,
  traceId: row.traceId,
  attempts: row.attempt,
})

/** What the writing handlers share. */
interface Parts {
  readonly store: Store
  readonly syncer: Syncer
  readonly outbox: Outbox
  readonly runs: Map<string, FinishedRun>
  readonly signedIn: (accountUuid: string) => Promise<boolean>
  readonly now: () => number
}

const toldSetting = 'reminders.told'

/** The oldest message that reminds: older ones than the user chose to fetch never do. */
async function remindFrom(store: Store, accounts: readonly AccountRow[]): Promise<{ readonly consented: boolean; readonly fromAt: number | null }> {
  const consents = (await Promise.all(accounts.map((account) => store.ledger.consent(account.uuid)))).filter((one) => one !== null)
  const bounds = consents.map((one) => one.fromAt)
  return { consented: consents.length > 0, fromAt: bounds.includes(null) ? null : bounds.length === 0 ? null : Math.min(...bounds.map((at) => at ?? 0)) }
}

function toldChange(told: unknown, generation: string): number | null {
  return typeof told === 'object' && told !== null && 'generation' in told && 'changeNo' in told && told.generation === generation && typeof told.changeNo === 'number' ? told.changeNo : null
}

function reminderHandlers({ store, runs, now }: Parts): Handlers {
  return {
    'reminders.due': async () => {
      const accounts = await store.ledger.accounts()
      const { consented, fromAt } = await remindFrom(store, accounts)
      if (!consented) return { reminders: [] }
      const { generation } = await store.mail.runIds()
      const since = toldChange(await store.ledger.setting(toldSetting), generation)
      const fresh = await store.mail.newSince(since ?? 0, fromAt)
      const troubled = await store.ledger.outbox({ states: ['refused', 'undecided'] })
      const receipts = await Promise.all(troubled.map(async (row) => ({ outboxUuid: row.uuid, party: row.party, messageId: await store.reader.find(row.correspondenceId) })))
      const reminders = decideReminders({
        now: now(),
        fresh: fresh.byParty,
        freshKey: `new:${generation}:${String(fresh.changeNo)}`,
        due: await store.mail.dueBefore(now() + 8 * 86_400_000, fromAt),
        receipts,
        signedOut: accounts.filter((account) => runs.get(account.uuid)?.stopped?.kind === 'token').map((account) => account.uuid),
        notified: new Set(await store.ledger.notifiedKeys()),
        first: since === null,
      })
      const names = new Map((await store.reader.recipients()).map((row) => [row.party, row.name]))
      return { reminders: reminders.map(({ parties, keys, ...one }) => ({ ...one, keys: [...keys], recipients: parties.map((party) => names.get(party) ?? party) })) }
    },
    'reminders.shown': async ({ what, count, keys }) => {
      const seen = keys.map((key) => ({ type: 'notified', key, what, count }) as const)
      const fresh = keys.map((key) => /^new:([^:]+):(\d+)$/.exec(key)).find((match) => match !== null)
      const told = fresh === undefined ? [] : [{ type: 'setting-changed', name: toldSetting, value: { generation: fresh[1] ?? '', changeNo: Number(fresh[2]) } } as const]
      await store.ledger.appendAll([...seen, ...told])
      return {}
    },
  }
}

function receiptHandlers({ store, outbox, now }: Parts): Handlers {
  const report = async (kind: 'read' | 'confirm', request: { readonly id: number; readonly waitMs: number; readonly versionShown: string | null }): Promise<ResponseOf<'receipts.wait'>> => {
    const message = await store.reader.show(request.id)
    if (message === null) throw new Refusal('not-found', 'There is no such message')
    if (message.correspondenceId === null) throw new Refusal('not-possible', 'This is no message that can be reported on')
    if (message.state !== 'fetched') throw new Refusal('not-here', 'The message is only in Altinn')
    // The identity that clicked and no other: the one whose rights reached the message.
    const [account] = await store.ledger.accounts()
    if (account === undefined) throw new Refusal('sign-in', 'There is no identity')
    const { dialogId, correspondenceId, party } = message
    const versionShown = request.versionShown ?? message.version
    // Reporting on a letter that is not the one that was on screen would be a report on something unread (durability.md 10).
    if (versionShown !== message.version) throw new Refusal('not-possible', 'The message changed since it was shown')
    return receiptView(await outbox.add({ kind, accountUuid: account.uuid, dialogId, correspondenceId, party, versionShown, waitMs: request.waitMs }))
  }
  return {
    'receipts.read': (request) => report('read', request),
    'receipts.confirm': (request) => report('confirm', request),
    'receipts.undo': async ({ uuid }) => receiptView(await outbox.undo(uuid)),
    'receipts.wait': async ({ uuid, timeoutMs }) => {
      const row = await outbox.settled(uuid, timeoutMs)
      if (row === null) throw new Refusal('not-found', 'There is no such receipt')
      return receiptView(row)
    },
    'receipts.list': async ({ open }) => ({ rows: (await store.ledger.outbox(open ? { states: ['waiting', 'sending', 'accepted', 'undecided'] } : {})).map(receiptView) }),
    'messages.opened': async ({ id }) => {
      const message = await store.reader.show(id)
      if (message === null) throw new Refusal('not-found', 'There is no such message')
      const openedAt = now()
      const { dialogId, correspondenceId } = message
      const event = await store.ledger.append({ type: 'opened-here', dialogId, correspondenceId, openedAt })
      const { generation } = await store.ledger.generation()
      await store.mail.mirror([{ dialogId, correspondenceId, openedHereAt: openedAt }], { generation, seq: event.seq })
      return {}
    },
  }
}

function syncHandlers({ store, syncer, runs, signedIn }: Parts): Handlers {
  return {
    'sync.run': async ({ accountUuid }) => {
      if (!(await signedIn(accountUuid))) throw new Refusal('sign-in', 'The identity\'s key cannot be had')
      const run = await syncer.run(accountUuid, true)
      return { summary: await summaryOf(store, run), stopped: run.stopped === null ? null : failureError(run.stopped) }
    },
    'sync.state': async () => {
      const accounts = (await store.ledger.accounts()).map(async (account) => {
        const run = runs.get(account.uuid)
        const error = run?.stopped == null ? null : failureError(run.stopped).code
        const trouble: 'sign-in' | 'offline' | 'service' | null = error === 'sign-in' || error === 'offline' ? error : error === null ? null : 'service'
        return { accountUuid: account.uuid, name: account.name, organisation: account.organisation, consented: (await store.ledger.consent(account.uuid)) !== null, busy: syncer.busy, lastEndedAt: run?.endedAt ?? null, trouble }
      })
      return { accounts: await Promise.all(accounts) }
    },
    'accounts.add': async (account) => {
      await store.ledger.append({ type: 'account-added', account: { ...account, kind: 'system-user' } })
      await signedIn(account.uuid)
      return {}
    },
    'consent.preview': ({ accountUuid, fromAt, parties }) => store.mail.consentNumbers(accountUuid, fromAt, parties),
    'consent.give': async ({ accountUuid, fromAt, parties, attachments, by }) => {
      await store.ledger.append({ type: 'consent-given', accountUuid, fromAt, parties, attachments, by })
      return {}
    },
    'consent.state': async ({ accountUuid }) => {
      const consent = await store.ledger.consent(accountUuid)
      return { givenAt: consent?.givenAt ?? null, fromAt: consent?.fromAt ?? null, attachments: consent?.attachments ?? false }
    },
  }
}

async function summaryOf(store: Store, run: FinishedRun): Promise<ResponseOf<'sync.run'>['summary']> {
  const total = await store.mail.totals(run.accountUuid)
  const { recipients, dialogs, messages, attachments, bytes, skipped, requests } = run
  return {
    recipients, dialogs, messages, attachments, bytes,
    skipped: { ...skipped },
    failed: run.failed + (run.stopped === null ? 0 : 1),
    requests,
    seconds: Math.round((run.endedAt - run.startedAt) / 10) / 100,
    total: { ...total, skipped: { ...total.skipped } },
  }
}

/**
 * Opens a profile for writing and wires the rooms to the contract.
 * @throws {StoreError} 'locked' while another process holds the profile, and what the files say.
 * @throws {RangeError} when a profile whose key lies in a file is given another host than this machine (security.md 21).
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { environment, keys } = options
  if ((keys.loopback || keys.holder === 'demo-file') && !isLoopback(environment)) throw new RangeError('A profile whose key lies in a file is for this machine only')
  const now = options.now ?? Date.now
  const failed = options.failed ?? (() => undefined)
  const store = await openStore(options.folder, keys, options.person)
  const client: AltinnClient = createAltinnClient({
    environment,
    userAgent: options.userAgent,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.logRequest === undefined ? {} : { log: options.logRequest }),
    ...(options.now === undefined ? {} : { now: options.now }),
  })
  const listeners = new Listeners()
  const identities = new Map<string, IdentityTokens>()
  const signedIn = async (accountUuid: string): Promise<boolean> => {
    if (identities.has(accountUuid)) return true
    const account = await store.ledger.account(accountUuid)
    const grant = account === null ? null : await options.grantOf(account)
    if (grant !== null) identities.set(accountUuid, client.systemUser(accountUuid, grant))
    return grant !== null
  }
  const identity = (accountUuid: string): IdentityTokens | null => identities.get(accountUuid) ?? null
  const runs = new Map<string, FinishedRun>()
  const changed = (): void => {
    store.reader.position().then((changeNo) => {
      listeners.emit('messages.changed', { changeNo })
    }, failed)
  }
  const outbox = new Outbox(
    { ledger: store.ledger, mail: store.mail, client, identity, rules: { ...defaultOutboxRules, ...options.outboxRules }, now },
    (row) => {
      listeners.emit('receipts.changed', receiptView(row))
    },
    failed,
  )
  const syncer = new Syncer({
    client, mail: store.mail, vault: store.vault, ledger: store.ledger, identity, now, failed, changed,
    rules: { ...defaultRules, ...options.rules },
    progress: (accountUuid, progress) => {
      listeners.emit('sync.progress', { accountUuid, ...progress })
    },
    finished: async (run) => {
      runs.set(run.accountUuid, run)
      await store.refreshIndex()
      // The service answered, so what waits for the network need not wait longer.
      if (run.stopped === null) outbox.hurry()
      listeners.emit('sync.finished', { accountUuid: run.accountUuid, summary: await summaryOf(store, run) })
      const due = await call('reminders.due', {})
      if (due.ok) listeners.emit('reminders.changed', { count: due.value.reminders.length })
    },
  })
  const noticeHandlers: Handlers = {
    'profile.notices': async () => {
      const { restored, parked } = await store.ledger.opening()
      const unanswered = parked + store.parkedByMail
      return {
        notices: [
          ...(restored === null && unanswered === 0 ? [] : [{ kind: 'restored' as const, parked: unanswered }]),
          ...(keys.recovered === null ? [] : [{ kind: 'keys-recovered' as const, parked: 0 }]),
        ],
      }
    },
  }
  const parts: Parts = { store, syncer, outbox, runs, signedIn, now }
  const call = caller(
    { ...readHandlers(store.reader), ...syncHandlers(parts), ...receiptHandlers(parts), ...reminderHandlers(parts), ...noticeHandlers },
    { code: 'invalid', canRetry: false, detail: 'There is no such request' },
    failed,
  )
  for (const account of await store.ledger.accounts()) await signedIn(account.uuid)
  await adoptStrays(store.vault, store.mail, now())
  await store.refreshIndex()
  await outbox.start()
  return {
    call,
    on: (name, listener) => listeners.on(name, listener),
    startPolling: () => {
      syncer.startPolling()
    },
    close: async () => {
      await syncer.close()
      await outbox.close(3000)
      await client.close()
      await store.close()
    },
  }
}
