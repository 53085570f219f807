import type { EngineApi } from '../preload/contract/index.ts'
import { type PersonShelf, sealedSession } from './accounts/person-shelf.ts'
import { sealedShelf } from './accounts/signing-key.ts'
import { type AltinnClient, createAltinnClient } from './altinn/client.ts'
import { accessPage, type Environment, isLoopback, webInbox } from './altinn/environment.ts'
import type { HttpLogLine } from './altinn/http.ts'
import type { Limits } from './altinn/limits.ts'
import type { ProxyResolver } from './altinn/transport.ts'
import type { SystemUserGrant } from './altinn/maskinporten.ts'
import type { IdentityTokens } from './altinn/tokens.ts'
import { caller, type Handlers, Listeners } from './engine/calls.ts'
import { Connections } from './engine/connect.ts'
import { connectHandlers } from './engine/connect-handlers.ts'
import { coverageHandlers } from './engine/coverage.ts'
import { coverageWork } from './engine/coverage-work.ts'
import { deleteHandlers } from './engine/delete.ts'
import { openCopies } from './engine/copies.ts'
import { type Desk, noDesk } from './engine/desk.ts'
import { fileDeskHandlers } from './engine/file-desk.ts'
import { cannotMend, fileHandlers, keptFiles, type Mend } from './engine/files.ts'
import { Identities } from './engine/identities.ts'
import { IndexSoon } from './engine/index-soon.ts'
import { keyHandlers } from './engine/keys.ts'
import { letterHandlers } from './engine/letters.ts'
import { localHandlers } from './engine/local.ts'
import { localFacts, nothingLocal } from './engine/local-facts.ts'
import { mender } from './engine/mend.ts'
import { outgoingListHandlers } from './engine/outgoing-list.ts'
import { printHandlers } from './engine/print.ts'
import { profileHandlers } from './engine/profile.ts'
import { type Profiles, profilesHandlers } from './engine/profiles.ts'
import { formReading } from './engine/forms.ts'
import { templateLibrary } from './engine/form-templates.ts'
import { type LocalFacts, readHandlers } from './engine/reading.ts'
import { receiptHandlers, ReceiptViews } from './engine/receipts.ts'
import { type Reporter, reportersOf } from './engine/reporters.ts'
import { recentSearchHandlers } from './engine/recent-searches.ts'
import { reminderHandlers } from './engine/reminders.ts'
import { heldBecause, hold, isHeld, mirrorReturned, noticeMove, recoveryHandlers, tend } from './engine/recovery.ts'
import { savedSearchHandlers } from './engine/saved-searches.ts'
import { readSettings, settingsHandlers } from './engine/settings.ts'
import { Runs, summaryOf, syncHandlers } from './engine/sync.ts'
import { textHandlers, Texts } from './engine/texts.ts'
import { Troubles } from './engine/troubles.ts'
import { openForms } from './reading/forms/forms.ts'
import type { StartIsolated } from './reading/isolated.ts'
import { openReading } from './reading/reading.ts'
import { textReader } from './reading/texts/text-reader.ts'
import { openTemplates } from './store/forms/template-store.ts'
import type { ProfileKeys } from './store/keys.ts'
import type { SystemUserAccount } from './store/ledger/events.ts'
import { openReadOnly, openStore, type Reader } from './store/open.ts'
import { machineId } from './store/recovery/machine.ts'
import type { TellRecovering } from './store/recovery/progress.ts'
import type { RoomRules } from './store/recovery/room.ts'
import type { Vault } from './store/vault/vault.ts'
import { adoptStrays } from './sync/attachments.ts'
import { Outbox } from './sync/outbox/outbox.ts'
import { defaultOutboxRules, type OutboxRules } from './sync/outbox/rules.ts'
import { defaultRules, type SyncRules } from './sync/rules.ts'
import { Syncer } from './sync/syncer.ts'

export type { Desk } from './engine/desk.ts'
export type { Isolated, StartIsolated } from './reading/isolated.ts'

export interface EngineOptions {
  /** The profile's folder. */
  readonly folder: string
  /** The profile's name, shown beside a test environment. */
  readonly name?: string
  readonly keys: ProfileKeys
  readonly environment: Environment
  /** What the shell does outside of the window; without one nothing is opened or saved. */
  readonly desk?: Desk
  /** The other profiles of this machine; without it a window can neither list nor make any. */
  readonly profiles?: Profiles
  /** What signs for an account in place of its key in the profile; null, or left out: that key. */
  readonly grantOf?: (account: SystemUserAccount) => Promise<SystemUserGrant | null>
  /** Local user of the operating system, for the audit trail. */
  readonly person: string
  readonly userAgent: string
  readonly rules?: Partial<SyncRules>
  readonly outboxRules?: Partial<OutboxRules>
  readonly limits?: Partial<Limits>
  /** The system's proxy settings, where they say more than the environment's variables. */
  readonly proxyFor?: ProxyResolver
  /** Starts the processes that read hostile files; plain Node.js where nothing else is said. */
  readonly startIsolated?: StartIsolated
  readonly now?: () => number
  readonly logRequest?: (line: HttpLogLine) => void
  /** Told of errors that are no answer of the service. */
  readonly failed?: (error: unknown) => void
  /** A database was found damaged: the next start puts it right, and the shell makes it soon. */
  readonly damaged?: () => void
  /** Told of what is put right while the profile is opened, and of search made anew after that. */
  readonly recovering?: TellRecovering
  /** How much of the disk is left alone. */
  readonly room?: Partial<RoomRules>
  /** Who this machine is to a profile; the demo's data may go from one to another. */
  readonly machine?: (profileId: string) => Promise<string>
}

export interface Engine extends EngineApi {
  /** Asks for new mail again and again. */
  startPolling(): void
  /** Ends what is under way; what waits to be sent is given three seconds. */
  close(): Promise<void>
}

/** What reads letters and files, the same for a profile open for writing and one open for reading. */
function readingParts(options: EngineReading, reader: Reader, vault: Vault, local: LocalFacts, mend: Mend | null, listeners: Listeners, namesWanted: (resources: readonly string[]) => void = () => undefined): { readonly handlers: Handlers; readonly close: () => Promise<void> } {
  const { environment, folder, name = environment.name, person, profiles } = options
  const desk = options.desk ?? noDesk
  const now = options.now ?? Date.now
  const reading = openReading()
  const forms = openForms(options.startIsolated)
  const library = templateLibrary({ store: openTemplates(folder, options.keys), forms, now, changed: () => { listeners.emit('forms.changed', {}) } })
  const files = keptFiles(reader, vault, mend ?? cannotMend)
  const copies = openCopies({ profile: folder, writes: mend !== null })
  const readOnly = mend === null
  const formsOf = formReading({ reader, files, reading, forms, library, desk })
  return {
    handlers: {
      ...readHandlers(reader, local, now),
      ...coverageHandlers({ reader, local, desk, now, accessPage: accessPage(environment), wanted: namesWanted }),
      ...textHandlers(reader),
      ...formsOf.handlers,
      ...library.handlers,
      ...(readOnly ? {} : library.writing),
      ...letterHandlers({ reader, reading, forms: formsOf, desk, inbox: webInbox(environment) }),
      ...fileHandlers(files, desk),
      ...fileDeskHandlers({ reader, files, desk, copies }),
      ...printHandlers({ reader, files, reading, forms: formsOf, desk, now, progress: (progress) => { listeners.emit('print.progress', progress) } }),
      ...(profiles === undefined ? {} : profilesHandlers(profiles, name)),
      ...profileHandlers({ folder, reader, name, environment, person, readOnly, desk, now, opened: () => { reading.prepare(); forms.prepare() } }),
    },
    close: async () => {
      forms.close()
      await reading.close()
      await copies.close()
    },
  }
}

type EngineReading = Pick<EngineOptions, 'folder' | 'name' | 'keys' | 'environment' | 'desk' | 'profiles' | 'person' | 'now' | 'failed' | 'startIsolated'>

/** Opens a profile for reading, beside a process that writes or without one. @throws {StoreError} as the files say. */
export async function openReadEngine(options: EngineReading): Promise<Omit<Engine, 'startPolling'>> {
  const store = await openReadOnly(options.folder, options.keys)
  const listeners = new Listeners()
  const { handlers, close } = readingParts(options, store.reader, store.vault, nothingLocal, null, listeners)
  const call = caller(handlers, { code: 'read-only', canRetry: false, detail: 'The profile is open for reading' }, options.failed ?? (() => undefined))
  return {
    call,
    on: (name, listener) => listeners.on(name, listener),
    close: async () => {
      await close()
      await store.close()
    },
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
  const store = await openStore(options.folder, keys, options.person, {
    ...(options.room === undefined ? {} : { room: options.room }),
    ...(options.recovering === undefined ? {} : { recovering: options.recovering }),
    willRestore: (ledger) => hold(ledger, 'copy', now()),
    damaged: (error) => {
      failed(error)
      options.damaged?.()
    },
  })
  const client: AltinnClient = createAltinnClient({
    environment,
    userAgent: options.userAgent,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.proxyFor === undefined ? {} : { proxyFor: options.proxyFor }),
    ...(options.logRequest === undefined ? {} : { log: options.logRequest }),
    ...(options.now === undefined ? {} : { now: options.now }),
  })
  const listeners = new Listeners()
  const desk = options.desk ?? noDesk
  const shelf = sealedShelf(options.folder, keys)
  const session = (uuid: string): PersonShelf => sealedSession(options.folder, keys, uuid, now)
  const identities = new Identities({ client, store, shelf, session, grantOf: options.grantOf ?? null })
  const signedIn = (accountUuid: string): Promise<boolean> => identities.signedIn(accountUuid)
  const identity = (accountUuid: string): IdentityTokens | null => identities.get(accountUuid)
  const reporters = (message: { readonly id: number; readonly party: string }): Promise<readonly Reporter[]> => reportersOf({ ledger: store.ledger, mail: store.mail, identities }, message)
  const able = async (message: { readonly id: number; readonly party: string }): Promise<readonly string[]> => (await reporters(message)).map(({ account }) => account.uuid)
  const runs = new Runs()
  const troubles = new Troubles(store)
  const indexing = new IndexSoon(() => store.indexFetched(), failed)
  const texts = new Texts({
    store, now, failed,
    reader: textReader(options.startIsolated),
    busy: () => syncer.busy,
    quiet: () => tending.quiet(),
    kept: () => { indexing.changed() },
    changed: () => {
      store.reader.textCounts().then((counts) => { listeners.emit('texts.changed', counts) }, failed)
    },
    done: () => { changed() },
  })
  const changed = (): void => {
    indexing.changed()
    texts.wake()
    store.reader.position().then((changeNo) => {
      listeners.emit('messages.changed', { changeNo })
    }, failed)
  }
  const coverageChanged = (): void => {
    troubles.forget()
    listeners.emit('recipients.changed', {})
    remind().catch(failed)
  }
  const views = new ReceiptViews({ store, contact: (accountUuid) => {
    const contact = runs.contact(accountUuid)
    return { ...contact, signedOut: contact.signedOut || identity(accountUuid) === null, nextTryAt: syncer.nextAt }
  }, now })
  const outbox = new Outbox(
    { ledger: store.ledger, mail: store.mail, client: client.urgent, identity, rules: { ...defaultOutboxRules, ...options.outboxRules }, now },
    (row) => {
      views.one(row).then((view) => {
        listeners.emit('receipts.changed', view)
      }, failed)
    },
    failed,
  )
  // In the background: the window need not wait for it, but nothing is fetched that may be here already.
  const adopted = (await store.mail.runIds()).endedWell ? Promise.resolve() : adoptStrays(store.vault, store.mail, now())
  adopted.catch(failed)
  const syncer = new Syncer({
    ready: adopted,
    held: async () => {
      await tending.quiet()
      return await isHeld(store.ledger)
    },
    client, mail: store.mail, vault: store.vault, ledger: store.ledger, identity, now, failed, changed,
    person: async (accountUuid) => {
      const account = await store.ledger.account(accountUuid)
      return account?.kind === 'person' ? await identities.ownParty(account) : null
    },
    rules: { ...defaultRules, ...options.rules },
    reminds: async () => {
      const due = await call('reminders.due', {})
      return due.ok && due.value.reminders.some(({ what }) => what === 'due-soon' || what === 'overdue')
    },
    stateChanged: () => {
      troubles.forget()
      listeners.emit('sync.changed', {})
      if (syncer.busy) return
      tending.idle()
      texts.wake()
    },
    broke: (accountUuid, error) => {
      runs.broke(accountUuid, error)
    },
    progress: (accountUuid, progress) => {
      listeners.emit('sync.progress', { accountUuid, ...progress })
    },
    finished: async (run) => {
      runs.ended(run)
      troubles.forget()
      await identities.learnOwn(run.accountUuid)
      if (run.stopped?.signIn?.code === 'login-ended') await connections.loginEnded(run.accountUuid)
      if (run.stopped === null) await mirrorReturned(store)
      await store.refreshIndex()
      // The service answered, so what waits for the network need not wait longer.
      if (run.stopped === null) outbox.hurry()
      listeners.emit('sync.finished', { accountUuid: run.accountUuid, summary: await summaryOf(store, run) })
      await remind()
    },
  })
  const remind = async (): Promise<void> => {
    const due = await call('reminders.due', {})
    if (due.ok) listeners.emit('reminders.changed', { count: due.value.reminders.length })
  }
  const connections = new Connections({
    folder: options.folder, keys, store, client, identities, shelf, session, desk, now, failed,
    changed: () => {
      listeners.emit('connect.changed', {})
      listeners.emit('sync.changed', {})
    },
    reminded: () => { remind().catch(failed) },
    arrived: (accountUuid) => {
      runs.forget(accountUuid)
      outbox.hurry()
      syncer.run(accountUuid, true).catch(failed)
    },
    stopped: () => syncer.stop(),
  })
  const tending = tend({ store, now, failed, busy: () => syncer.busy, damaged: options.damaged ?? (() => undefined) })
  const identify = options.machine ?? (keys.holder === 'demo-file' ? null : machineId)
  const machine = identify === null ? null : await identify(keys.profileId).catch((error: unknown) => {
    // A machine that cannot be told from others is no reason to keep anybody out.
    failed(error)
    return null
  })
  if (store.mailRestored !== null) await hold(store.ledger, store.mailRestored, now())
  await store.mail.beginRun()
  const parkedByMove = machine === null ? 0 : await noticeMove(store, machine, now())
  const noticeHandlers: Handlers = {
    'profile.notices': async () => {
      const { restored, parked } = await store.ledger.opening()
      const unanswered = parked + store.parkedByMail
      const how = await heldBecause(store.ledger)
      return {
        notices: [
          ...(restored === null && unanswered === 0 ? [] : [{ kind: 'restored' as const, parked: unanswered }]),
          ...(how === null ? [] : [how === 'moved' ? { kind: 'moved-machine' as const, parked: parkedByMove } : { kind: `mail-${how}` as const, parked: 0 }]),
          ...(keys.recovered === null ? [] : [{ kind: 'keys-recovered' as const, parked: 0 }]),
        ],
      }
    },
  }
  const coverage = coverageWork({ store, client: client.urgent, now, failed, contextOf: async (accountUuid) => ((await signedIn(accountUuid)) ? syncer.context(accountUuid) : null), changed: coverageChanged })
  const reading = readingParts(options, store.reader, store.vault, localFacts(store, troubles, reporters), mender({ store, now, able, contextFor: async (accountUuid) => ((await signedIn(accountUuid)) ? syncer.context(accountUuid) : null) }), listeners, (resources) => { coverage.name(resources) })
  const call = caller(
    {
      ...reading.handlers,
      ...coverage.handlers,
      ...syncHandlers({ store, syncer, runs, folder: options.folder, signedIn, endsAt: (accountUuid) => identity(accountUuid)?.state().endsAt ?? null, now, hurry: () => { outbox.hurry() } }),
      ...receiptHandlers({ store, outbox, views, desk, now, reporters }),
      ...outgoingListHandlers({ store, views, desk, now }),
      ...localHandlers({ store, syncer, signedIn, able, now, changed, failed, opened: (id) => { texts.first(id) } }),
      ...reminderHandlers({ store, runs: runs.finished, views, now, endsAt: (accountUuid) => identity(accountUuid)?.state().endsAt ?? null, requests: () => connections.requests() }),
      ...connectHandlers(connections, environment),
      ...settingsHandlers(store.ledger, (settings) => { listeners.emit('settings.changed', settings) }, changed),
      ...recentSearchHandlers(store.ledger, async () => (await readSettings(store.ledger)).keepSearches, now),
      ...savedSearchHandlers(store.ledger, (saved) => { listeners.emit('searches.changed', { saved: [...saved] }) }),
      ...noticeHandlers,
      ...recoveryHandlers(store.ledger, machine, changed),
      ...deleteHandlers({ store, tending, changed }),
      ...keyHandlers({ folder: options.folder, keys, changed: () => { desk.keysChanged() } }),
    },
    { code: 'invalid', canRetry: false, detail: 'There is no such request' },
    failed,
  )
  for (const account of await store.ledger.accounts()) {
    // A login may have ended while nobody was here.
    if (!(await signedIn(account.uuid)) && account.kind === 'person') await connections.loginEnded(account.uuid)
  }
  store.refreshIndex().catch(failed)
  await outbox.start()
  await connections.start()
  texts.startSoon()
  return {
    call: (name, request) => {
      if (name !== 'texts.state') texts.asked()
      return call(name, request)
    },
    on: (name, listener) => listeners.on(name, listener),
    startPolling: () => {
      syncer.startPolling()
    },
    close: async () => {
      indexing.close()
      await texts.close()
      await coverage.close()
      await connections.close()
      await syncer.close()
      await tending.close()
      await reading.close()
      await outbox.close(3000)
      await client.close()
      await store.close()
    },
  }
}
