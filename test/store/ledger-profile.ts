import { randomBytes, randomUUID } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NewLedgerEvent, OutboxState } from '../../main/store/ledger/events.ts'
import { type LedgerApi, openLedger } from '../../main/store/ledger/ledger-db.ts'

/** A ledger in a folder of its own, that can be closed, copied, put back and damaged. */
export class TestLedger {
  readonly folder: string
  readonly key = randomBytes(32)
  readonly journalKeys = [{ epoch: 1, key: randomBytes(32), headerKey: randomBytes(32) }]
  readonly accountUuid = randomUUID()
  readonly path: string
  readonly journalFolder: string
  #open: { readonly api: LedgerApi; readonly close: () => void } | null = null

  constructor(folder = mkdtempSync(join(tmpdir(), 'meldingsboks-ledger-'))) {
    this.folder = folder
    this.path = join(folder, 'ledger.db')
    this.journalFolder = join(folder, 'ledger.journal')
    this.open()
    this.api.append({ type: 'account-added', account: { uuid: this.accountUuid, kind: 'system-user', clientId: 'c', kid: 'k', organisation: '310000108', scopes: [], name: 'Fjordregnskap' } })
  }

  get api(): LedgerApi {
    if (this.#open === null) throw new Error('the ledger is closed')
    return this.#open.api
  }

  open(): void {
    this.#open = openLedger({ path: this.path, key: this.key, journalFolder: this.journalFolder, journalKeys: this.journalKeys, profileId: 'p', person: 'kari' })
  }

  close(): void {
    this.#open?.close()
    this.#open = null
  }

  /** So many starts with nothing in them. */
  starts(count: number): void {
    for (let index = 0; index < count; index += 1) {
      this.close()
      this.open()
    }
  }

  removeDatabase(): void {
    for (const name of readdirSync(this.folder)) if (/^ledger\.db(-|$)/.test(name)) rmSync(join(this.folder, name))
  }

  /** Copies what stands under `from` (a file or a folder, with -wal and -shm), replacing what was there. */
  copy(from: string, to: string): void {
    for (const ending of ['', '-wal', '-shm']) {
      rmSync(join(this.folder, to + ending), { recursive: true, force: true })
      if (existsSync(join(this.folder, from + ending))) cpSync(join(this.folder, from + ending), join(this.folder, to + ending), { recursive: true })
    }
  }

  /** Adds a receipt and takes it through the states. @returns its uuid */
  receipt(...states: readonly Exclude<OutboxState, 'undone'>[]): string {
    const outboxUuid = randomUUID()
    const added: NewLedgerEvent = {
      type: 'outbox-added', outboxUuid, kind: 'confirm', accountUuid: this.accountUuid, dialogId: randomUUID(), correspondenceId: randomUUID(),
      party: 'urn:altinn:organization:identifier-no:310000108', notBeforeAt: 1, versionShown: null, clickedAt: 1,
    }
    this.api.append(added)
    for (const state of states) this.api.append({ type: 'outbox-changed', outboxUuid, state, ...(state === 'sending' ? { attempt: 1, sendingBeganAt: 2 } : {}) })
    return outboxUuid
  }

  state(uuid: string): OutboxState | undefined {
    return this.api.outboxOne(uuid)?.state
  }

  remove(): void {
    this.close()
    rmSync(this.folder, { recursive: true })
  }
}
