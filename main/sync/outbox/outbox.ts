import { randomUUID } from 'node:crypto'
import type { OutboxKind, OutboxRow, OutboxState } from '../../store/ledger/events.ts'
import { ask } from './ask.ts'
import { isPlace } from './place.ts'
import { send } from './send.ts'
import type { OutboxContext, Step } from './step.ts'

/** States in which nothing more will happen by itself within the time a person waits. */
const settled: readonly OutboxState[] = ['proven', 'done-elsewhere', 'refused', 'undone', 'undecided']

/** After an error that is no answer of the service, ms. */
const faultMs = 5000

export interface NewReport {
  readonly kind: OutboxKind
  readonly accountUuid: string
  readonly dialogId: string | null
  readonly correspondenceId: string
  readonly party: string
  readonly versionShown: string | null
  readonly forwardTo?: string | null
  readonly forwardText?: string | null
  /** How long it may be undone, ms. */
  readonly waitMs: number
}

/**
 * Sends what the user chose to report, exactly once (design.md section 4). Every step is in the ledger before it
 * happens; while the effect of a request is unknown no second one is made.
 */
export class Outbox {
  readonly #context: OutboxContext
  readonly #changed: (row: OutboxRow) => void
  readonly #failed: (error: unknown) => void
  readonly #holds = new Map<string, number>()
  readonly #busy = new Map<string, Promise<void>>()
  readonly #waiters = new Set<(row: OutboxRow) => void>()
  #timer: NodeJS.Timeout | null = null
  #running = false

  /**
   * @param changed called after each change of a row
   * @param failed called with errors that are no answer of the service: the disk, the database
   */
  constructor(context: OutboxContext, changed: (row: OutboxRow) => void, failed: (error: unknown) => void) {
    this.#context = context
    this.#changed = changed
    this.#failed = failed
  }

  /**
   * Takes up what an earlier run left: a request under way when the program ended has an unknown effect, and its waits
   * begin anew.
   */
  async start(): Promise<void> {
    const { ledger, rules, now } = this.#context
    for (const row of await ledger.outbox({ states: ['sending'] })) {
      const waitMs = row.kind === 'confirm' || row.kind === 'forward' ? rules.afterCutMs : rules.readAgainMs
      await this.#apply(row, { change: { state: 'sending', nextAskAt: now() + waitMs, asks: 0 }, holdMs: waitMs })
    }
    this.#running = true
    this.#schedule(0)
  }

  /** Adds a report. @throws {LedgerRefusal} `already-open` when one of this kind is under way for the letter. */
  async add(report: NewReport): Promise<OutboxRow> {
    const { waitMs, ...letter } = report
    if (isPlace(report.kind)) await this.#takeBackMoves(report.correspondenceId)
    const clickedAt = this.#context.now()
    const outboxUuid = randomUUID()
    await this.#context.ledger.append({ type: 'outbox-added', outboxUuid, ...letter, clickedAt, notBeforeAt: clickedAt + waitMs })
    const row = await this.#announce(outboxUuid)
    this.#schedule(0)
    return row
  }

  /** A later word on where a letter lies takes the place of an earlier one that still waits. */
  async #takeBackMoves(correspondenceId: string): Promise<void> {
    for (const row of await this.#context.ledger.outbox({ correspondenceId, states: ['waiting'] })) {
      if (isPlace(row.kind) && row.attempt === 0 && !this.#busy.has(row.uuid)) await this.undo(row.uuid)
    }
  }

  /** A person's word that an undecided row is not to be followed any more. @returns null where it is not undecided. */
  async giveUp(outboxUuid: string): Promise<OutboxRow | null> {
    const row = await this.#context.ledger.outboxOne(outboxUuid)
    if (row?.state !== 'undecided' || this.#busy.has(outboxUuid)) return null
    const changed = await this.#apply(row, { change: { state: 'refused', reason: 'given-up', nextAskAt: null }, holdMs: null })
    this.#schedule(0)
    return changed
  }

  /** Takes back what has not been sent. @throws {LedgerRefusal} `illegal-transition` when it is too late. */
  async undo(outboxUuid: string): Promise<OutboxRow> {
    await this.#context.ledger.append({ type: 'outbox-undone', outboxUuid })
    return await this.#announce(outboxUuid)
  }

  /**
   * A person's word on an undecided report: it is sent once more, after the service denied it since it became undecided.
   * @returns null where it is not undecided, or not asked about yet; then nothing changed.
   */
  async sendAgain(outboxUuid: string): Promise<OutboxRow | null> {
    const row = await this.#context.ledger.outboxOne(outboxUuid)
    if (row?.state !== 'undecided' || row.asks < 1 || this.#busy.has(outboxUuid)) return null
    const changed = await this.#apply(row, { change: { state: 'waiting', reason: 'not-received', nextAskAt: null, asks: 0, notBeforeAt: this.#context.now() }, holdMs: 0 })
    this.#schedule(0)
    return changed
  }

  /** Ends back-off waits, because the service answered or the network is back. The user's own ten seconds stay. */
  hurry(): void {
    for (const uuid of this.#holds.keys()) if (!this.#busy.has(uuid)) this.#holds.delete(uuid)
    this.#schedule(0)
  }

  /** The row as soon as it is settled, or as it stands after `timeoutMs`; null when there is none. */
  async settled(outboxUuid: string, timeoutMs: number): Promise<OutboxRow | null> {
    const { promise: changed, resolve } = Promise.withResolvers<undefined>()
    const waiter = (row: OutboxRow): void => {
      if (row.uuid === outboxUuid && settled.includes(row.state)) resolve(undefined)
    }
    this.#waiters.add(waiter)
    const timer = setTimeout(resolve, timeoutMs, undefined)
    try {
      const row = await this.#context.ledger.outboxOne(outboxUuid)
      if (row === null || settled.includes(row.state)) return row
      await changed
      return await this.#context.ledger.outboxOne(outboxUuid)
    } finally {
      this.#waiters.delete(waiter)
      clearTimeout(timer)
    }
  }

  /**
   * Closing ends the user's ten seconds and sends what waits; what cannot be sent within `timeoutMs` goes at the next
   * start (design.md section 6).
   */
  async close(timeoutMs: number): Promise<void> {
    const { ledger, now } = this.#context
    if (this.#running && timeoutMs > 0) {
      for (const row of await ledger.outbox({ states: ['waiting'] })) {
        if (row.notBeforeAt > now()) await this.#apply(row, { change: { state: 'waiting', notBeforeAt: now() }, holdMs: null })
      }
      await this.#begin()
      const { promise: late, resolve } = Promise.withResolvers<undefined>()
      const timer = setTimeout(resolve, timeoutMs, undefined)
      await Promise.race([Promise.all(this.#busy.values()), late])
      clearTimeout(timer)
    }
    this.#running = false
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #schedule(delayMs: number): void {
    if (!this.#running) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#turn().catch(this.#failed)
    }, delayMs)
  }

  async #turn(): Promise<void> {
    await this.#begin()
    const { ledger, now } = this.#context
    const open = await ledger.outbox({ states: ['waiting', 'sending', 'accepted', 'undecided'] })
    const waits = open.filter((row) => !this.#busy.has(row.uuid)).map((row) => Math.max(this.#holdMs(row.uuid), (row.nextAskAt ?? row.notBeforeAt) - now(), 100))
    if (waits.length > 0) this.#schedule(Math.min(...waits, 60_000))
  }

  #holdMs(uuid: string): number {
    return (this.#holds.get(uuid) ?? 0) - performance.now()
  }

  /** Begins every step that is due; steps of different letters go side by side, because one may hang for 100 s. */
  async #begin(): Promise<void> {
    for (const row of await this.#context.ledger.outboxDue(this.#context.now())) {
      if (this.#busy.has(row.uuid) || this.#holdMs(row.uuid) > 0) continue
      const step = this.#take(row).catch((error: unknown) => {
        // The disk or the database: trying at once would only fail again.
        this.#holds.set(row.uuid, performance.now() + faultMs)
        this.#failed(error)
      }).finally(() => {
        this.#busy.delete(row.uuid)
        this.#schedule(0)
      })
      this.#busy.set(row.uuid, step)
    }
  }

  async #take(row: OutboxRow): Promise<void> {
    const identity = this.#context.identity(row.accountUuid)
    const apply = (step: Step): Promise<OutboxRow> => this.#apply(row, step)
    if (row.state === 'waiting') await send(this.#context, identity, row, apply)
    else await apply(await ask(this.#context, identity, row))
  }

  async #apply(row: OutboxRow, step: Step): Promise<OutboxRow> {
    if (step.holdMs !== null) this.#holds.set(row.uuid, performance.now() + step.holdMs)
    if (step.change === null) return row
    await this.#context.ledger.append({ type: 'outbox-changed', outboxUuid: row.uuid, ...step.change })
    if (step.facts !== undefined) await this.#context.mail.serviceFacts(row.correspondenceId, step.facts)
    return await this.#announce(row.uuid)
  }

  /** Mirrors a row's state into mail.db, where lists filter by it, and tells who waits for it. */
  async #announce(uuid: string): Promise<OutboxRow> {
    const row = await this.#context.ledger.outboxOne(uuid)
    if (row === null) throw new Error('An outbox row that was just written is not in the ledger')
    const { generation } = await this.#context.ledger.generation()
    const receipt = { kind: row.kind, state: row.state, at: row.provenAt ?? row.sendingEndedAt ?? row.clickedAt }
    await this.#context.mail.mirror([{ dialogId: row.dialogId, correspondenceId: row.correspondenceId, receipt }], { generation, seq: row.changedSeq })
    this.#changed(row)
    for (const waiter of this.#waiters) waiter(row)
    return row
  }
}
