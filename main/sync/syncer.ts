import type { AltinnClient } from '../altinn/client.ts'
import type { IdentityTokens } from '../altinn/tokens.ts'
import type { Ledger } from '../store/ledger/ledger.ts'
import type { MailWriter } from '../store/mail/api.ts'
import type { Vault } from '../store/vault/vault.ts'
import { PassStopped, type SyncContext, type SyncProgress } from './context.ts'
import { askMissing, fullPass } from './full-pass.ts'
import { searchedRecipients } from './recipients.ts'
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
  /** The party of a person who has logged in; null for anybody else. */
  readonly person: (accountUuid: string) => Promise<string | null>
  readonly now: () => number
  readonly progress: (accountUuid: string, progress: SyncProgress) => void
  readonly changed: () => void
  /** Whether a reminder of a due date would be shown now: then what others confirmed is looked at first. */
  readonly reminds: () => Promise<boolean>
  /** A run ended with an error that is no answer of the service. */
  readonly broke: (accountUuid: string, error: unknown) => void
  /** A run began or ended, in any way. */
  readonly stateChanged: () => void
  readonly finished: (run: FinishedRun) => Promise<void>
  /** Errors that are no answer of the service: the disk, the database. */
  readonly failed: (error: unknown) => void
}

const dayMs = 86_400_000

/** A run that has begun. */
interface UnderWay {
  readonly end: Promise<FinishedRun>
  /** Of which consent it fetches; null for a run that fetches nothing. Known shortly after its beginning. */
  readonly consentAt: Promise<number | null>
  readonly signal: AbortSignal
}

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
  readonly #running = new Map<string, UnderWay>()
  readonly #full = new Map<string, Promise<void>>()
  readonly #closing = new AbortController()
  /** Ends the runs under way; a new one is made for the runs after them. */
  #stop = new AbortController()
  #timer: NodeJS.Timeout | null = null
  #fullTimer: NodeJS.Timeout | null = null
  #polling = false
  #nextAt: number | null = null
  /** When recipients without mail were last searched for from the beginning, or might have been. */
  readonly #silentAt = new Map<string, number>()
  /** Monotonic ms of the last run that was brought about by a sign of life. */
  #wokeAt = -Infinity

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
    await this.#allEnded()
  }

  async #allEnded(): Promise<void> {
    await Promise.allSettled([...[...this.#running.values()].map(({ end }) => end), ...this.#full.values()])
  }

  /** What a single task outside a run needs: a person asked for one message or one file, and is served before sync. */
  context(accountUuid: string): SyncContext | null {
    const { client, mail, vault, rules, now, identity } = this.#options
    const who = identity(accountUuid)
    if (who === null) return null
    return {
      accountUuid, identity: who, client: client.urgent, mail, vault, rules, now, sleep,
      signal: this.#closing.signal,
      report: () => undefined,
      changed: this.#options.changed,
    }
  }

  /**
   * One run for an identity; joins the one under way, unless a person asks and has consented to more since that began:
   * then it follows. Without a consent on record only stage 1 is done, which no sender can see.
   * @param asked true when a person asked: then the recipients are asked for again as well
   */
  run(accountUuid: string, asked: boolean): Promise<FinishedRun> {
    const under = this.#running.get(accountUuid)
    if (under !== undefined) return asked ? this.#joinOrFollow(accountUuid, under) : under.end
    // A person's wish is worth a try of what failed; a time that a service named stays (decision 0013).
    if (asked) this.#options.client.reopen()
    const consent = Promise.withResolvers<number | null>()
    const end = this.#run(accountUuid, asked, consent.resolve)
      .catch((error: unknown) => {
        this.#options.broke(accountUuid, error)
        throw error
      })
      .finally(() => {
        consent.resolve(null)
        this.#running.delete(accountUuid)
        this.#options.stateChanged()
      })
    this.#running.set(accountUuid, { end, consentAt: consent.promise, signal: this.#stop.signal })
    this.#options.stateChanged()
    return end
  }

  /** A run that began before the consent fetches nothing of it, and the next would be minutes away. */
  async #joinOrFollow(accountUuid: string, under: UnderWay): Promise<FinishedRun> {
    const consent = await this.#options.ledger.consent(accountUuid)
    if (consent === null || (await under.consentAt) === consent.givenAt) return await under.end
    await Promise.allSettled([under.end])
    return under.signal.aborted ? await under.end : await this.run(accountUuid, true)
  }

  /** Runs every identity again and again, varied so that clients do not come in step (design.md section 4). */
  startPolling(): void {
    this.#polling = true
    this.#schedule(null)
    const part = (): void => {
      this.#fullTimer = setTimeout(() => {
        this.#fullTurn().catch(this.#options.failed).finally(() => {
          if (!this.#closing.signal.aborted) part()
        })
      }, this.#options.rules.fullPartMs)
    }
    part()
  }

  /**
   * A sign that the service may be reachable again: the network came, the machine woke or was unlocked. Hosts that were
   * left alone are asked at once; many signs in a row bring about one run.
   */
  wake(): void {
    this.#options.client.reopen()
    if (!this.#polling || this.busy || performance.now() - this.#wokeAt < this.#options.rules.wakeMs) return
    this.#wokeAt = performance.now()
    this.#turn().catch(this.#options.failed)
  }

  /** Looks through everything from now on, without waiting for idle time; joins one under way. */
  lookThrough(accountUuid: string): void {
    this.#fullPart(accountUuid, Infinity, true).catch(this.#options.failed)
  }

  /** Ends what is under way after the answers that are on their way; positions are kept. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.#stop.abort()
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#fullTimer !== null) clearTimeout(this.#fullTimer)
    await this.#allEnded()
  }

  /** @param soonMs what the service asked to wait, where that is less than the usual time */
  #schedule(soonMs: number | null): void {
    if (this.#closing.signal.aborted || !this.#polling) return
    const { rules, now, failed } = this.#options
    if (this.#timer !== null) clearTimeout(this.#timer)
    const usual = rules.pollMs * (1 + (Math.random() * 2 - 1) * rules.pollJitter)
    const ms = soonMs === null ? usual : Math.min(usual, soonMs + 1000 * Math.random())
    this.#nextAt = now() + ms
    this.#timer = setTimeout(() => {
      this.#turn().catch(failed)
    }, ms)
  }

  /** One run of each identity, and the time of the next. */
  async #turn(): Promise<void> {
    let soonMs: number | null = null
    try {
      for (const account of await this.#options.ledger.accounts()) {
        if (this.#closing.signal.aborted) return
        // Without its key nothing can be asked; a person is told when they ask.
        if (this.#options.identity(account.uuid) === null) continue
        const stopped = await this.#tried(account.uuid)
        if (stopped?.retryAfterMs != null) soonMs = Math.max(soonMs ?? 0, stopped.retryAfterMs)
      }
    } finally {
      this.#schedule(soonMs)
    }
  }

  /** A run by itself; an error of one identity's run does not keep the others from theirs. */
  async #tried(accountUuid: string): Promise<FinishedRun['stopped']> {
    try {
      return (await this.run(accountUuid, false)).stopped
    } catch (error) {
      this.#options.failed(error)
      return null
    }
  }

  /** A part of the look through everything, for each identity, while nothing else is to be done. */
  async #fullTurn(): Promise<void> {
    const { rules, ledger, mail, now, identity } = this.#options
    for (const account of await ledger.accounts()) {
      if (this.#closing.signal.aborted || this.busy || identity(account.uuid) === null) return
      if ((await ledger.consent(account.uuid)) === null || (await this.#options.held())) continue
      const state = await mail.fullPass(account.uuid)
      const due = state === null || (state.endedAt !== null && now() - state.beganAt >= rules.fullPassMs)
      if (state?.endedAt != null && !due) continue
      // A million dialogs are a thousand pages, spread over the whole time.
      const pagesInAll = Math.ceil((await mail.totals(account.uuid)).dialogs / rules.pageSize) + (state?.total ?? 1)
      await this.#fullPart(account.uuid, Math.ceil((pagesInAll * rules.fullPartMs) / rules.fullPassMs), due)
    }
  }

  #fullPart(accountUuid: string, pages: number, anew: boolean): Promise<void> {
    const under = this.#full.get(accountUuid)
    if (under !== undefined) return under
    const part = this.#lookThrough(accountUuid, pages, anew).finally(() => {
      this.#full.delete(accountUuid)
      this.#options.stateChanged()
    })
    this.#full.set(accountUuid, part)
    this.#options.stateChanged()
    return part
  }

  async #lookThrough(accountUuid: string, pages: number, anew: boolean): Promise<void> {
    const { client, ledger, progress, identity } = this.#options
    await this.#options.ready
    const single = this.context(accountUuid)
    const consent = await ledger.consent(accountUuid)
    if (single === null || consent === null) return
    const context: SyncContext = { ...single, client, signal: this.#stop.signal, report: (one) => { progress(accountUuid, one) } }
    try {
      const ended = await fullPass(context, await searchedRecipients(context, consent.parties), pages, anew)
      if (!ended) return
      const signedIn = (await ledger.accounts()).filter((account) => identity(account.uuid) !== null).map((account) => account.uuid)
      await askMissing(context, signedIn)
    } catch (error) {
      // It goes on where it stopped, the next time.
      if (!(error instanceof PassStopped)) throw error
    }
  }

  async #run(accountUuid: string, asked: boolean, consented: (at: number | null) => void): Promise<FinishedRun> {
    const { client, ledger, mail, rules, now } = this.#options
    await this.#options.ready
    const startedAt = now()
    const requestsBefore = client.counters().requests
    const single = this.context(accountUuid)
    if (single === null) throw new Error('A run was asked for an identity that is not signed in')
    const consent = (await this.#options.held()) ? null : await ledger.consent(accountUuid)
    consented(consent?.givenAt ?? null)
    const first = consent !== null && (await mail.totals(accountUuid)).messages === 0
    const daily = await this.#oncePerDay(accountUuid, startedAt)
    const open = consent !== null && !first && (startedAt - (await mail.openPassAt(accountUuid)) >= rules.openPassMs || (await this.#options.reminds()))
    const context: SyncContext = {
      ...single,
      client,
      signal: this.#stop.signal,
      report: (progress) => {
        this.#options.progress(accountUuid, progress)
      },
    }
    const report = await runSync(context, {
      scope: consent === null ? null : { fromAt: consent.fromAt, parties: consent.parties, attachments: consent.attachments },
      refreshRecipients: asked || daily,
      overlapMs: daily ? rules.dailyOverlapMs : rules.overlapMs,
      openPass: open,
      silentToo: this.#silentToo(accountUuid, startedAt, asked, daily),
      person: await this.#options.person(accountUuid),
    })
    if (daily && report.stopped === null) await ledger.append({ type: 'setting-changed', name: dailySetting(accountUuid), value: startedAt })
    // Of everything that was just found nothing can have been confirmed by others meanwhile.
    if ((open || first) && report.stopped === null) await mail.openPassEnded(accountUuid, startedAt)
    const run = { ...report, accountUuid, startedAt, endedAt: now(), requests: client.counters().requests - requestsBefore, first }
    await this.#options.finished(run)
    return run
  }

  /** A right that came late, or an answer that was empty by mistake, leaves a recipient without mail: found at the latest the next day. */
  #silentToo(accountUuid: string, at: number, asked: boolean, daily: boolean): boolean {
    const last = this.#silentAt.get(accountUuid)
    const again = daily || (asked && last !== undefined && at - last >= this.#options.rules.silentAgainMs)
    if (again || last === undefined) this.#silentAt.set(accountUuid, at)
    return again
  }

  /** Whether today's wider look back and the question for recipients are still to be done. */
  async #oncePerDay(accountUuid: string, at: number): Promise<boolean> {
    const last = await this.#options.ledger.setting(dailySetting(accountUuid))
    return typeof last !== 'number' || at - last >= dayMs
  }
}

const dailySetting = (accountUuid: string): string => `sync.daily.${accountUuid}`
