import type { AltinnClient } from '../altinn/client.ts'
import type { IdentityTokens } from '../altinn/tokens.ts'
import type { Ledger } from '../store/ledger/ledger.ts'
import type { MailWriter } from '../store/mail/api.ts'
import type { Vault } from '../store/vault/vault.ts'
import type { SyncContext, SyncProgress } from './context.ts'
import type { SyncRules } from './rules.ts'
import { type RunReport, runSync } from './run.ts'

/** A finished run with what it cost. */
export interface FinishedRun extends RunReport {
  readonly accountUuid: string
  readonly startedAt: number
  readonly endedAt: number
  readonly requests: number
  /** True for the first run that fetched letters for this identity. */
  readonly first: boolean
}

export interface SyncerOptions {
  /** What an unclean end left is in order; until then nothing is fetched. */
  readonly ready: Promise<void>
  /** Whether fetching waits for a person's word, since what is missing was fetched before. */
  readonly held: () => Promise<boolean>
  readonly client: AltinnClient
  readonly mail: MailWriter
  readonly vault: Vault
  readonly ledger: Ledger
  readonly rules: SyncRules
  readonly identity: (accountUuid: string) => IdentityTokens | null
  readonly now: () => number
  readonly progress: (accountUuid: string, progress: SyncProgress) => void
  readonly changed: () => void
  /** A run ended with an error that is no answer of the service. */
  readonly broke: (accountUuid: string, error: unknown) => void
  /** A run began or ended, in any way. */
  readonly stateChanged: () => void
  readonly finished: (run: FinishedRun) => Promise<void>
  /** Errors that are no answer of the service: the disk, the database. */
  readonly failed: (error: unknown) => void
}

const dayMs = 86_400_000

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}

/** Runs sync for every identity, on demand and by itself; never two runs of one identity at the same time. */
export class Syncer {
  readonly #options: SyncerOptions
  readonly #running = new Map<string, Promise<FinishedRun>>()
  readonly #closing = new AbortController()
  /** Ends the runs under way; a new one is made for the runs after them. */
  #stop = new AbortController()
  #timer: NodeJS.Timeout | null = null
  #nextAt: number | null = null

  constructor(options: SyncerOptions) {
    this.#options = options
  }

  get busy(): boolean {
    return this.#running.size > 0
  }

  /** When mail is asked for by itself again, ms since 1970 UTC. */
  get nextAt(): number | null {
    return this.#nextAt
  }

  /** Whether a run of the identity is under way. */
  isRunning(accountUuid: string): boolean {
    return this.#running.has(accountUuid)
  }

  /** Ends the runs under way after the answers that are on their way; later runs go on where they stopped. */
  async stop(): Promise<void> {
    this.#stop.abort()
    this.#stop = new AbortController()
    await Promise.allSettled(this.#running.values())
  }

  /** What a single task outside a run needs: a person asked for one message or one file. */
  context(accountUuid: string): SyncContext | null {
    const { client, mail, vault, rules, now, identity } = this.#options
    const who = identity(accountUuid)
    if (who === null) return null
    return {
      accountUuid, identity: who, client, mail, vault, rules, now, sleep,
      signal: this.#closing.signal,
      report: () => undefined,
      changed: this.#options.changed,
    }
  }

  /**
   * One run for an identity; joins the one under way. Without a consent on record only stage 1 is done, which no
   * sender can see.
   * @param asked true when a person asked: then the recipients are asked for again as well
   */
  run(accountUuid: string, asked: boolean): Promise<FinishedRun> {
    const under = this.#running.get(accountUuid)
    if (under !== undefined) return under
    const run = this.#run(accountUuid, asked)
      .catch((error: unknown) => {
        this.#options.broke(accountUuid, error)
        throw error
      })
      .finally(() => {
        this.#running.delete(accountUuid)
        this.#options.stateChanged()
      })
    this.#running.set(accountUuid, run)
    this.#options.stateChanged()
    return run
  }

  /** Runs every identity again and again, varied so that clients do not come in step (design.md section 4). */
  startPolling(): void {
    const { rules, ledger, failed } = this.#options
    const turn = async (): Promise<void> => {
      for (const account of await ledger.accounts()) {
        if (this.#closing.signal.aborted) return
        // Without its key nothing can be asked; a person is told when they ask.
        if (this.#options.identity(account.uuid) !== null) await this.run(account.uuid, false)
      }
    }
    const next = (): void => {
      if (this.#closing.signal.aborted) return
      const jitter = 1 + (Math.random() * 2 - 1) * rules.pollJitter
      this.#nextAt = this.#options.now() + rules.pollMs * jitter
      this.#timer = setTimeout(() => {
        turn().catch(failed).finally(next)
      }, rules.pollMs * jitter)
    }
    next()
  }

  /** Ends what is under way after the answers that are on their way; positions are kept. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.#stop.abort()
    if (this.#timer !== null) clearTimeout(this.#timer)
    await Promise.allSettled(this.#running.values())
  }

  async #run(accountUuid: string, asked: boolean): Promise<FinishedRun> {
    const { client, ledger, mail, rules, now } = this.#options
    await this.#options.ready
    const startedAt = now()
    const requestsBefore = client.counters().requests
    const single = this.context(accountUuid)
    if (single === null) throw new Error('A run was asked for an identity that is not signed in')
    const consent = (await this.#options.held()) ? null : await ledger.consent(accountUuid)
    const first = consent !== null && (await mail.totals(accountUuid)).messages === 0
    const daily = await this.#oncePerDay(accountUuid, startedAt)
    const context: SyncContext = {
      ...single,
      signal: this.#stop.signal,
      report: (progress) => {
        this.#options.progress(accountUuid, progress)
      },
    }
    const report = await runSync(context, {
      scope: consent === null ? null : { fromAt: consent.fromAt, parties: consent.parties, attachments: consent.attachments },
      refreshRecipients: asked || daily,
      overlapMs: daily ? rules.dailyOverlapMs : rules.overlapMs,
    })
    if (daily && report.stopped === null) await ledger.append({ type: 'setting-changed', name: dailySetting(accountUuid), value: startedAt })
    const run = { ...report, accountUuid, startedAt, endedAt: now(), requests: client.counters().requests - requestsBefore, first }
    await this.#options.finished(run)
    return run
  }

  /** Whether today's wider look back and the question for recipients are still to be done. */
  async #oncePerDay(accountUuid: string, at: number): Promise<boolean> {
    const last = await this.#options.ledger.setting(dailySetting(accountUuid))
    return typeof last !== 'number' || at - last >= dayMs
  }
}

const dailySetting = (accountUuid: string): string => `sync.daily.${accountUuid}`
